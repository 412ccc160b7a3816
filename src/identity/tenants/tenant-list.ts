import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { inLongTransaction } from '../../database/long-transaction.js';
import { isTenantTable, storedTables } from '../../database/stored-tables.js';

/** A tenant that has rows or a record; the times are undefined without one. */
export interface ListedTenant {
  id: string;
  /** In all tables together. */
  rows: number;
  firstUsed: Date | undefined;
  lastUsed: Date | undefined;
}

/** Every tenant as of one moment, last used first; those of which no use is known come last. */
export function listTenants(dataSource: DataSource): Promise<ListedTenant[]> {
  const tables = storedTables(dataSource).filter(isTenantTable);
  return inLongTransaction(dataSource, 'REPEATABLE READ READ ONLY', async (client) => {
    const tenants = await recorded(client);
    for (const { name } of tables) {
      const { rows } = await client.query<{ id: string; count: string }>(
        `SELECT "tenantId" AS "id", count(*) AS "count" FROM "${name}" GROUP BY "tenantId"`,
      );
      for (const { id, count } of rows) addRows(tenants, id, Number(count));
    }
    return [...tenants.values()].toSorted(byLastUse);
  });
}

async function recorded(client: PoolClient): Promise<Map<string, ListedTenant>> {
  const { rows } = await client.query<{ id: string; firstUsed: Date; lastUsed: Date }>(
    'SELECT "id", "firstUsed", "lastUsed" FROM "tenants"',
  );
  return new Map(rows.map((row) => [row.id, { ...row, rows: 0 }]));
}

function addRows(tenants: Map<string, ListedTenant>, id: string, count: number): void {
  const known = tenants.get(id) ?? { id, rows: 0, firstUsed: undefined, lastUsed: undefined };
  tenants.set(id, { ...known, rows: known.rows + count });
}

function byLastUse(a: ListedTenant, b: ListedTenant): number {
  const later = (b.lastUsed?.getTime() ?? 0) - (a.lastUsed?.getTime() ?? 0);
  return later || (a.id < b.id ? -1 : 1);
}
