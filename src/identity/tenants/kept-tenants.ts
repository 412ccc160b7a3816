import { type Configuration, defaultTenantId } from '../../configuration.js';

/** Whether a tenant stays, however long it is not used. */
export type IsKept = (tenantId: string) => boolean;

/**
 * Keeps the tenants that were not invented by whoever asked for a token: the default one, those that an allow list names, and
 * those that are registered.
 */
export function keptTenants(
  { auth }: Pick<Configuration, 'auth'>,
  isRegistered: (tenantId: string) => boolean,
): IsKept {
  const known = [defaultTenantId, ...(auth.mode === 'entra' ? auth.tenants : [])];
  return (tenantId) => known.includes(tenantId) || isRegistered(tenantId);
}
