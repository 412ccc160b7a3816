import type { DataSource } from 'typeorm';
import { verifiedFor } from '../token-verifier.js';
import type { TenantObserver } from './tenant-observer.js';
import { recordUse } from './tenant-records.js';

/** Milliseconds in which a process writes a tenant's use at most once. */
const noteInterval = 10 * 60 * 1000;
/** Tenants remembered; of more than that, some are written more often. */
const notedLimit = 2000;

/**
 * Milliseconds that the record may lie behind: a token that was verified just after a note is written down when it is
 * verified again. Whoever judges a tenant by its record adds them, so that none in use is taken for unused.
 */
export const recordLag = verifiedFor + noteInterval;

/** Keeps the records of tenants up to date, at little more cost than a look-up. */
export class TenantUse {
  /** When each was noted, oldest first. */
  private readonly noted = new Map<string, number>();

  /** @param now milliseconds of a clock that never goes back */
  constructor(
    private readonly dataSource: DataSource,
    private readonly observer: TenantObserver,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Notes that a tenant is used. The promise is kept when that is written down, and never broken. */
  async note(tenantId: string): Promise<void> {
    const last = this.noted.get(tenantId);
    if (last !== undefined && this.now() - last < noteInterval) return;
    this.remember(tenantId);
    try {
      await recordUse(this.dataSource, tenantId);
    } catch (error) {
      this.noted.delete(tenantId);
      this.observer.failed('the use of a tenant could not be noted', [tenantId], error);
    }
  }

  private remember(tenantId: string): void {
    this.noted.delete(tenantId);
    if (this.noted.size >= notedLimit) this.noted.delete(this.noted.keys().next().value!);
    this.noted.set(tenantId, this.now());
  }
}
