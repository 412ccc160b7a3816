/** A tenant that was deleted, and how many rows went with it. */
export interface DeletedTenant {
  id: string;
  rows: number;
}

/** Told what happens to tenants beside the requests. */
export abstract class TenantObserver {
  /** What one sweep deleted. */
  abstract expired(tenants: readonly DeletedTenant[]): void;
  /** What could not be done for these tenants now; it is tried again. */
  abstract failed(event: string, tenantIds: readonly string[], error: unknown): void;
}
