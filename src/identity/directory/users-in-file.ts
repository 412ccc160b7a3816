import { isGuid } from '../claims.js';
import type { FileValue } from './file-value.js';
import { KnownSecret } from './known-secret.js';
import type { RegisteredUser } from './registered.js';

/** Reads the lists of users of one file. */
export class UsersInFile {
  private readonly names = new TakenInTenants();
  private readonly objectIds = new TakenInTenants();

  /** @param isProduction refuses what is good for trying only */
  constructor(private readonly isProduction: boolean) {}

  /** @param tenantId undefined: users of every tenant */
  read(value: FileValue | undefined, tenantId: string | undefined): RegisteredUser[] {
    return value?.entries().flatMap((entry) => this.user(entry, tenantId) ?? []) ?? [];
  }

  private user(value: FileValue, tenantId: string | undefined): RegisteredUser | undefined {
    const members = value.mapping(['userPrincipalName'], ['displayName', 'objectId', 'password']);
    if (members === undefined) return undefined;
    const userPrincipalName = members.userPrincipalName.line(nameProblem);
    this.names.take(userPrincipalName, tenantId, members.userPrincipalName);
    const displayName = members.displayName?.line() ?? userPrincipalName.replace(/@.*/, '');
    const objectId = members.objectId && this.objectId(members.objectId, tenantId);
    const password = members.password && this.password(members.password, userPrincipalName);
    return { tenantId, userPrincipalName, displayName, objectId, password };
  }

  private objectId(value: FileValue, tenantId: string | undefined): string {
    const objectId = value.line((text) => (isGuid(text) ? undefined : 'must be a GUID')).toLowerCase();
    this.objectIds.take(objectId, tenantId, value);
    return objectId;
  }

  private password(value: FileValue, userPrincipalName: string): KnownSecret {
    const names = [userPrincipalName, userPrincipalName.replace(/@.*/, '')].map((name) => name.toLowerCase());
    const isName = (text: string): boolean => this.isProduction && names.includes(text.toLowerCase());
    const problem = 'must not be the name of the user when NODE_ENV=production';
    return new KnownSecret(value.line((text) => (isName(text) ? problem : undefined)));
  }
}

function nameProblem(text: string): string | undefined {
  return /^[^\s@]+@[^\s@]+$/.test(text)
    ? undefined
    : 'must be a user principal name such as alex@contoso.example';
}

/** What no two users of a tenant share, those of every tenant included. */
class TakenInTenants {
  private readonly takers = new Map<string, { tenantId: string | undefined; place: string }[]>();

  take(text: string, tenantId: string | undefined, value: FileValue): void {
    if (text === '') return;
    const key = text.toLowerCase();
    const takers = this.takers.get(key) ?? [];
    const first = takers.find(
      (taker) => taker.tenantId === tenantId || taker.tenantId === undefined || tenantId === undefined,
    );
    if (first !== undefined) value.fault(`is the same as ${first.place}`);
    takers.push({ tenantId, place: value.place });
    this.takers.set(key, takers);
  }
}
