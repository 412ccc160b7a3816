import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { inLongTransaction } from '../../database/long-transaction.js';
import { removeRows, unlessDeadlocked } from '../../database/tenant-reset.js';
import { unusedFor } from './tenant-records.js';

/** Removes a tenant's rows and its record, in one transaction. @returns how many rows there were */
export function deleteTenant(dataSource: DataSource, tenantId: string): Promise<number> {
  return unlessDeadlocked(() =>
    inLongTransaction(dataSource, 'READ COMMITTED', (client) => removeTenant(dataSource, client, tenantId)),
  );
}

/**
 * The same for a tenant whose last use on record lies more than `age` milliseconds back.
 * @param signal breaks the deletion off: then the tenant stays as it was
 * @returns undefined, and the tenant stays, when it is used meanwhile or another instance is at it
 */
export function deleteUnusedTenant(
  dataSource: DataSource,
  tenantId: string,
  age: number,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const work = async (client: PoolClient): Promise<number | undefined> => {
    // Who holds the record is noting a use or deleting: either way there is nothing to wait for.
    const { rowCount } = await client.query(
      `SELECT FROM "tenants" WHERE "id" = $1 AND ${unusedFor('$2')} FOR UPDATE SKIP LOCKED`,
      [tenantId, age],
    );
    return rowCount === 0 ? undefined : removeTenant(dataSource, client, tenantId);
  };
  return unlessDeadlocked(() => inLongTransaction(dataSource, 'READ COMMITTED', work, signal));
}

/** The record goes first: a use that is noted from then on waits, and begins a new one. */
async function removeTenant(dataSource: DataSource, client: PoolClient, tenantId: string): Promise<number> {
  await client.query('DELETE FROM "tenants" WHERE "id" = $1', [tenantId]);
  return removeRows(dataSource, client, tenantId);
}
