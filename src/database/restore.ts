import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { DataSource } from 'typeorm';
import { BackupRefusal } from './backup-format.js';
import { BackupFault, type BackupReader, readBackup } from './backup-reader.js';
import { migrationLock } from './data-source.js';
import { inLongTransaction } from './long-transaction.js';
import { hasCode } from './postgres-refusal.js';
import { identifiers, isTenantTable, type StoredTable, storedTables, tableList } from './stored-tables.js';

/**
 * Replaces the whole store by a backup, in one transaction; gateways that run wait for it.
 * @param force whether rows of tenants that are there may go
 * @returns how many rows were restored
 * @throws {BackupRefusal} when the file or the database does not fit
 */
export async function restoreBackup(dataSource: DataSource, file: string, force: boolean): Promise<number> {
  const tables = storedTables(dataSource);
  return readBackup(file, async (backup) => {
    const { migrations } = await backup.header();
    requireMigrations(dataSource, file, migrations);
    return inLongTransaction(dataSource, 'READ COMMITTED', async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
      await lockTables(client, tables);
      if (!force) await requireNoTenants(client, tables);
      await client.query(`TRUNCATE ${tableList(tables)}`);
      const rows = await copyTables(client, tables, backup);
      // Whoever restores tenants uses them: as long unused as their backup is old, they might expire at once.
      await client.query('UPDATE "tenants" SET "lastUsed" = now()');
      return rows;
    });
  });
}

function requireMigrations(dataSource: DataSource, file: string, migrations: readonly string[]): void {
  const own = dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
  if (own.toSorted().join() === migrations.toSorted().join()) return;
  throw new BackupRefusal(
    `${file} was made with the migrations ${migrations.join(', ')}, and this version has ${own.join(', ')}: ` +
      'restore it with the version that made it.',
  );
}

const attempts = 10;

/** A request that holds one table and waits for another ends in a deadlock; whoever of the two is refused tries again. */
async function lockTables(client: PoolClient, tables: readonly StoredTable[]): Promise<void> {
  await client.query('SAVEPOINT unlocked');
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(`LOCK TABLE ${tableList(tables)} IN ACCESS EXCLUSIVE MODE`);
      return;
    } catch (error) {
      if (!hasCode(error, '40P01') || attempt === attempts) throw error;
      await client.query('ROLLBACK TO SAVEPOINT unlocked');
    }
  }
}

async function requireNoTenants(client: PoolClient, tables: readonly StoredTable[]): Promise<void> {
  for (const { name } of tables.filter(isTenantTable)) {
    const { rows } = await client.query(`SELECT FROM "${name}" LIMIT 1`);
    if (rows.length === 0) continue;
    throw new BackupRefusal('The database already holds rows: --force replaces all of them by the backup.');
  }
}

async function copyTables(
  client: PoolClient,
  tables: readonly StoredTable[],
  backup: BackupReader,
): Promise<number> {
  const missing = new Map(tables.map((table) => [table.name, table]));
  let rows = 0;
  while (missing.size > 0) {
    const { table: name, columns } = await backup.line();
    const table = missing.get(String(name));
    if (!table || !missing.delete(table.name))
      throw new BackupFault('its tables are not those of this version');
    const list = identifiers(ownColumns(table, columns));
    const copy = client.query(copyFrom(`COPY "${table.name}" (${list}) FROM STDIN`));
    await pipeline(backup.rows(), copy);
    rows += copy.rowCount;
  }
  const { end, rows: written } = await backup.line();
  if (end !== true || written !== rows) throw new BackupFault('rows are missing');
  await backup.finish();
  return rows;
}

/** The table's own names in the order of the file: nothing of the file enters the SQL. */
function ownColumns({ name, columns }: StoredTable, given: unknown): string[] {
  const order = Array.isArray(given) ? given.map((column) => columns.indexOf(column as string)) : [];
  if (order.length !== columns.length || columns.some((_, index) => !order.includes(index))) {
    throw new BackupFault(`the columns of ${name} are not those of this version`);
  }
  return order.map((index) => columns[index] as string);
}
