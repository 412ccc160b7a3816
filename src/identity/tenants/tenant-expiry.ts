import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { IsKept } from './kept-tenants.js';
import { deleteUnusedTenant } from './tenant-deletion.js';
import type { DeletedTenant, TenantObserver } from './tenant-observer.js';
import { recordUnrecorded, unusedTenants } from './tenant-records.js';
import { recordLag } from './tenant-use.js';

/** Milliseconds from the start to the first sweep, and from one sweep to the next. */
const sweeps = { first: 60 * 1000, interval: 60 * 60 * 1000 };

/** `TENANT_EXPIRY`: deletes tenants that have not been used for long. Instances of one database may all do so. */
export class TenantExpiry implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stop = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  /** @param age milliseconds without use after which a tenant is deleted */
  constructor(
    private readonly dataSource: DataSource,
    private readonly age: number,
    private readonly isKept: IsKept,
    private readonly observer: TenantObserver,
    private readonly delays = sweeps,
  ) {}

  onApplicationBootstrap(): void {
    this.sweepAfter(this.delays.first);
  }

  /** A deletion that is under way is broken off: it may take longer than a stop is given. */
  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    this.stop.abort();
    await this.running;
  }

  /** Deletes what has expired, one tenant after another, so that one connection is all it takes. Never rejects. */
  async sweep(): Promise<void> {
    const deleted: DeletedTenant[] = [];
    for (const id of await this.expired()) {
      const rows = await this.delete(id);
      if (rows !== undefined) deleted.push({ id, rows });
    }
    if (deleted.length > 0) this.observer.expired(deleted);
  }

  private sweepAfter(delay: number): void {
    this.timer = setTimeout(() => {
      this.running = this.sweep().then(() => {
        if (!this.stop.signal.aborted) this.sweepAfter(this.delays.interval);
      });
    }, delay).unref();
  }

  private async expired(): Promise<string[]> {
    try {
      await recordUnrecorded(this.dataSource);
      const unused = await unusedTenants(this.dataSource, this.age + recordLag);
      return unused.filter((id) => !this.isKept(id));
    } catch (error) {
      this.observer.failed('expired tenants could not be looked for', [], error);
      return [];
    }
  }

  private async delete(id: string): Promise<number | undefined> {
    const { signal } = this.stop;
    if (signal.aborted) return undefined;
    try {
      return await deleteUnusedTenant(this.dataSource, id, this.age + recordLag, signal);
    } catch (error) {
      if (!signal.aborted) this.observer.failed('an expired tenant could not be deleted', [id], error);
      return undefined;
    }
  }
}
