import { type Configuration, defaultTenantId } from '../../configuration.js';

/** Whether a tenant stays, however long it is not used. */
export type IsKept = (tenantId: string) => boolean;

/** Keeps the tenants that were not invented by whoever asked for a token: the default one, and those that an allow list names. */
export function keptTenants({ auth }: Pick<Configuration, 'auth'>): IsKept {
  const allowed = auth.mode === 'entra' ? auth.tenants : [];
  return (tenantId) => tenantId === defaultTenantId || allowed.includes(tenantId);
}
