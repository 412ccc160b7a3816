import { shortestProductionSecret } from '../../configuration.js';
import { isGuid } from '../claims.js';
import { certificatesIn } from './certificates-in-file.js';
import type { FileValue } from './file-value.js';
import { KnownSecret } from './known-secret.js';
import type { ReadFiles } from './read-files.js';
import { redirectUriProblem } from './redirect-uri.js';
import type { RegisteredApplication } from './registered.js';
import { tenantIdProblem } from './tenants-in-file.js';

/** What an application is read with. */
export interface ApplicationSetting {
  /** Read certificates. */
  files: ReadFiles;
  /** Refuses what is good for trying only. */
  isProduction: boolean;
  /** A lower-case GUID that is registered already. */
  localClientId: string;
  /** The tenants that a domain in lower case stands for. */
  tenantIds: ReadonlyMap<string, string>;
}

const optional = [
  'displayName',
  'tenants',
  'secrets',
  'certificates',
  'publicClient',
  'redirectUris',
  'delegatedPermissions',
  'applicationPermissions',
] as const;

export function applicationsIn(
  value: FileValue | undefined,
  setting: ApplicationSetting,
): RegisteredApplication[] {
  return value?.entries().flatMap((entry) => applicationIn(entry, setting) ?? []) ?? [];
}

function applicationIn(value: FileValue, setting: ApplicationSetting): RegisteredApplication | undefined {
  const members = value.mapping(['clientId'], optional);
  if (members === undefined) return undefined;
  const clientId = clientIdIn(members.clientId, setting.localClientId);
  return {
    clientId,
    displayName: members.displayName?.line() ?? clientId,
    tenants: members.tenants && tenantsIn(members.tenants, setting.tenantIds),
    secrets: members.secrets?.lines(secretProblem(setting)).map((text) => new KnownSecret(text)) ?? [],
    certificates:
      members.certificates?.entries().flatMap((entry) => certificatesIn(entry, setting.files)) ?? [],
    isPublicClient: members.publicClient?.flag() ?? false,
    redirectUris: members.redirectUris?.lines(redirectUriProblem) ?? [],
    delegatedPermissions: members.delegatedPermissions?.lines(permissionProblem) ?? [],
    applicationPermissions: members.applicationPermissions?.lines(permissionProblem) ?? [],
  };
}

function clientIdIn(value: FileValue, localClientId: string): string {
  const problemOf = (text: string): string | undefined => {
    if (!isGuid(text)) return 'must be a GUID';
    return text.toLowerCase() === localClientId
      ? 'is LOCAL_CLIENT_ID, which is registered without a file'
      : undefined;
  };
  return value.once('application', value.line(problemOf).toLowerCase());
}

/** No tenant at all would be an application that nobody can use, which nobody means. */
function tenantsIn(value: FileValue, tenantIds: ReadonlyMap<string, string>): string[] {
  const entries = value.entries();
  if (entries.length === 0) value.fault('must name a tenant; without the key, it is every one');
  return entries.map((entry) => {
    const name = entry.line((text) =>
      tenantIds.has(text.toLowerCase()) || isGuid(text)
        ? tenantIdProblem(tenantIds.get(text.toLowerCase()) ?? text)
        : 'must be a GUID, or a domain of a tenant',
    );
    return entry.once(value.place, tenantIds.get(name.toLowerCase()) ?? name.toLowerCase());
  });
}

const secretProblem =
  ({ isProduction }: ApplicationSetting) =>
  (text: string): string | undefined =>
    isProduction && text.length < shortestProductionSecret
      ? `must have at least ${shortestProductionSecret} characters when NODE_ENV=production`
      : undefined;

function permissionProblem(text: string): string | undefined {
  return /^[A-Za-z][\w.-]*$/.test(text)
    ? undefined
    : 'must be the name of a permission such as DeviceManagementApps.Read.All';
}
