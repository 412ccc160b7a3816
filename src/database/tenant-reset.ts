import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { inLongTransaction } from './long-transaction.js';
import { hasCode } from './postgres-refusal.js';
import { isTenantTable, storedTables } from './stored-tables.js';

/** Removes every row of one tenant, in one transaction. @returns how many rows there were */
export function resetTenant(dataSource: DataSource, tenantId: string): Promise<number> {
  return unlessDeadlocked(() =>
    inLongTransaction(dataSource, 'READ COMMITTED', (client) => removeRows(dataSource, client, tenantId)),
  );
}

/** Removes every row of one tenant in the client's transaction. @returns how many rows there were */
export async function removeRows(
  dataSource: DataSource,
  client: PoolClient,
  tenantId: string,
): Promise<number> {
  const childrenFirst = storedTables(dataSource).filter(isTenantTable).toReversed();
  let rows = 0;
  for (const { name } of childrenFirst) {
    const { rowCount } = await client.query(`DELETE FROM "${name}" WHERE "tenantId" = $1`, [tenantId]);
    rows += rowCount ?? 0;
  }
  return rows;
}

const attempts = 10;

/** Requests of the tenant take its rows in an order of their own; whoever is refused for that tries again. */
export async function unlessDeadlocked<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!hasCode(error, '40P01') || attempt === attempts) throw error;
    }
  }
}
