import type { DataSource } from 'typeorm';
import { inLongTransaction } from '../../database/long-transaction.js';
import { isTenantTable, storedTables } from '../../database/stored-tables.js';

// Times are the database's own: the clocks of instances may differ, and what is old is deleted.

/** Notes that a tenant is used now. */
export async function recordUse(dataSource: DataSource, tenantId: string): Promise<void> {
  await dataSource.query(
    `INSERT INTO "tenants" ("id", "firstUsed", "lastUsed") VALUES ($1, now(), now())
     ON CONFLICT ("id") DO UPDATE SET "lastUsed" = greatest("tenants"."lastUsed", excluded."lastUsed")`,
    [tenantId],
  );
}

/** Of a tenant that has rows and no record nobody knows when it was used: it counts as used now. */
export function recordUnrecorded(dataSource: DataSource): Promise<void> {
  const tables = storedTables(dataSource).filter(isTenantTable);
  return inLongTransaction(dataSource, 'READ COMMITTED', async (client) => {
    for (const { name } of tables) await client.query(recordOwners(name));
  });
}

/**
 * Steps from tenant to tenant along the primary key, since a table may have millions of rows. One that has a record is left
 * out beforehand: the conflict with a record that another instance is deleting would wait for the end of that.
 */
const recordOwners = (table: string): string => `
  WITH RECURSIVE "owners" AS (
    (SELECT "tenantId" FROM "${table}" ORDER BY "tenantId" LIMIT 1)
    UNION ALL
    SELECT (SELECT "tenantId" FROM "${table}" WHERE "tenantId" > "owners"."tenantId" ORDER BY "tenantId" LIMIT 1)
      FROM "owners" WHERE "tenantId" IS NOT NULL
  )
  INSERT INTO "tenants" ("id", "firstUsed", "lastUsed")
  SELECT "tenantId", now(), now() FROM "owners"
   WHERE "tenantId" IS NOT NULL AND NOT EXISTS (SELECT FROM "tenants" WHERE "id" = "tenantId")
  ON CONFLICT DO NOTHING`;

/** That the last use lies further back than the milliseconds of a parameter such as `$1`. */
export const unusedFor = (parameter: string): string =>
  `"lastUsed" < now() - ${parameter} * interval '1 millisecond'`;

/** The tenants whose last use on record lies more than `age` milliseconds back, longest unused first. */
export async function unusedTenants(dataSource: DataSource, age: number): Promise<string[]> {
  const rows = await dataSource.query<{ id: string }[]>(
    `SELECT "id" FROM "tenants" WHERE ${unusedFor('$1')} ORDER BY "lastUsed", "id"`,
    [age],
  );
  return rows.map(({ id }) => id);
}
