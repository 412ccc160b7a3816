import { applicationsIn, type ApplicationSetting } from './applications-in-file.js';
import { defaultTenant } from './default-registrations.js';
import { FileReading, type FileValue } from './file-value.js';
import { IdentityFileError } from './identity-file-error.js';
import type { Registered, RegisteredTenant } from './registered.js';
import { tenantsIn } from './tenants-in-file.js';
import { UsersInFile } from './users-in-file.js';
import { parseYaml } from './yaml-text.js';

export type FileSetting = Omit<ApplicationSetting, 'tenantIds'>;

/**
 * The registrations that a text in YAML 1.2 (which JSON is) holds, without those that are there by default; pure but
 * for the certificates that it names.
 * @throws IdentityFileError of every fault, such as `applications[1].redirectUris[0]: must have no fragment`; of faults of
 * syntax, with `line:column`, alone when there are any.
 */
export function readIdentityFile(text: string, setting: FileSetting): Registered {
  const reading = new FileReading(parseYaml(text));
  const registered = registeredIn(reading.root, setting);
  if (reading.faults.length > 0) throw new IdentityFileError(reading.faults);
  return registered;
}

function registeredIn(root: FileValue, setting: FileSetting): Registered {
  const members = root.mapping([], ['tenants', 'users', 'applications']) ?? {};
  const users = new UsersInFile(setting.isProduction);
  const found = tenantsIn(members.tenants);
  const tenants = found.map(({ users: _users, ...tenant }) => tenant);
  return {
    tenants,
    users: [
      ...users.read(members.users, undefined),
      ...found.flatMap((tenant) => users.read(tenant.users, tenant.id)),
    ],
    applications: applicationsIn(members.applications, { ...setting, tenantIds: idsByDomain(tenants) }),
  };
}

function idsByDomain(tenants: readonly RegisteredTenant[]): Map<string, string> {
  const isDescribed = tenants.some(({ id }) => id === defaultTenant.id);
  const all = isDescribed ? tenants : [defaultTenant, ...tenants];
  return new Map(all.flatMap(({ id, domains }) => domains.map((domain) => [domain, id] as const)));
}
