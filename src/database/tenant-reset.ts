import type { DataSource } from 'typeorm';
import { inLongTransaction } from './long-transaction.js';
import { isTenantTable, storedTables } from './stored-tables.js';

/** Removes every row of one tenant, in one transaction. @returns how many rows there were */
export async function resetTenant(dataSource: DataSource, tenantId: string): Promise<number> {
  const childrenFirst = storedTables(dataSource).filter(isTenantTable).toReversed();
  return inLongTransaction(dataSource, 'READ COMMITTED', async (client) => {
    let rows = 0;
    for (const { name } of childrenFirst) {
      const { rowCount } = await client.query(`DELETE FROM "${name}" WHERE "tenantId" = $1`, [tenantId]);
      rows += rowCount ?? 0;
    }
    return rows;
  });
}
