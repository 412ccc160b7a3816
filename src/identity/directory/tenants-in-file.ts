import { isGuid, personalAccountsTenant } from '../claims.js';
import { defaultTenant } from './default-registrations.js';
import type { FileValue } from './file-value.js';
import type { RegisteredTenant } from './registered.js';

/** A tenant as the file has it; its users stand within it. */
export interface TenantInFile extends RegisteredTenant {
  users: FileValue | undefined;
}

// With a dot and without digits alone at the end, so that it is neither a version of Graph nor `common`.
const label = '[a-z\\d]([a-z\\d-]{0,61}[a-z\\d])?';
const dnsName = new RegExp(`^(?=.{1,253}$)(${label}\\.)+(?!\\d+$)${label}$`);

export function tenantsIn(value: FileValue | undefined): TenantInFile[] {
  return value?.entries().flatMap((entry) => tenantIn(entry) ?? []) ?? [];
}

function tenantIn(value: FileValue): TenantInFile | undefined {
  const members = value.mapping(['id'], ['displayName', 'domains', 'users']);
  if (members === undefined) return undefined;
  const id = members.id.once('tenant', members.id.line(tenantIdProblem).toLowerCase());
  const domains = members.domains?.entries().map((entry) => domainIn(entry, id)) ?? [];
  const displayName = members.displayName?.line() ?? domains[0] ?? id;
  return { id, displayName, domains, users: members.users };
}

/** Why a text is not the id of a tenant. */
export function tenantIdProblem(text: string): string | undefined {
  if (!isGuid(text)) return 'must be a GUID';
  return text.toLowerCase() === personalAccountsTenant
    ? 'is the tenant of personal accounts, which are not served'
    : undefined;
}

function domainIn(value: FileValue, tenantId: string): string {
  const domain = value
    .line((text) =>
      dnsName.test(text.toLowerCase()) ? undefined : 'must be a domain such as contoso.example',
    )
    .toLowerCase();
  if (tenantId !== defaultTenant.id && defaultTenant.domains.includes(domain)) {
    value.fault('is a domain of the default tenant');
  }
  return value.once('domain', domain);
}
