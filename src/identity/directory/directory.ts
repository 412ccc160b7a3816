import { isGuid } from '../claims.js';
import type { Registered, RegisteredApplication, RegisteredTenant, RegisteredUser } from './registered.js';

/** Where the built-in issuer looks up tenants, users and applications. Its content may change while the gateway runs. */
export class Directory {
  private tenantsByName = new Map<string, RegisteredTenant>();
  private applications = new Map<string, RegisteredApplication>();
  private users: readonly RegisteredUser[] = [];

  constructor(registered: Registered) {
    this.replace(registered);
  }

  /** What is asked from now on is answered from this. */
  replace({ tenants, users, applications }: Registered): void {
    this.tenantsByName = new Map(
      tenants.flatMap((tenant) => [tenant.id, ...tenant.domains].map((name) => [name, tenant] as const)),
    );
    this.applications = new Map(applications.map((application) => [application.clientId, application]));
    this.users = users;
  }

  /** The id of the tenant that a GUID or a domain stands for; every GUID is a tenant. */
  tenantId(name: string): string | undefined {
    const lower = name.toLowerCase();
    return this.tenantsByName.get(lower)?.id ?? (isGuid(lower) ? lower : undefined);
  }

  /** What is known of a tenant, by its id. */
  tenant(id: string): RegisteredTenant | undefined {
    return this.tenantsByName.get(id);
  }

  /** Every tenant that is known by more than its GUID. */
  get tenants(): readonly RegisteredTenant[] {
    return [...new Set(this.tenantsByName.values())];
  }

  /** The application of this id, where the tenant knows it; without a tenant, wherever it is known. */
  application(clientId: string, tenantId?: string): RegisteredApplication | undefined {
    const application = this.applications.get(clientId.toLowerCase());
    const isKnown = tenantId === undefined || (application?.tenants?.includes(tenantId) ?? true);
    return isKnown ? application : undefined;
  }

  /** The redirect URIs of each application. */
  get redirectUris(): (readonly string[])[] {
    return [...this.applications.values()].map(({ redirectUris }) => redirectUris);
  }

  /** Who can sign in at a tenant; without one, at any. */
  usersOf(tenantId: string | undefined): readonly RegisteredUser[] {
    if (tenantId === undefined) return this.users;
    return this.users.filter((user) => user.tenantId === undefined || user.tenantId === tenantId);
  }

  /** The user of this name (without regard to case) among those of a tenant. */
  user(name: string, tenantId: string | undefined): RegisteredUser | undefined {
    const lower = name.trim().toLowerCase();
    return this.usersOf(tenantId).find((user) => user.userPrincipalName.toLowerCase() === lower);
  }
}
