import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { DataSource } from 'typeorm';
import { BackupRefusal, endLine, endOfRows, fileFaults, headerLine, tableLine } from './backup-format.js';
import { inLongTransaction } from './long-transaction.js';
import { hasCode, messageOf } from './postgres-refusal.js';
import { identifiers, type StoredTable, storedTables, tableList } from './stored-tables.js';

/**
 * Writes the whole store as of one moment, also while gateways write to it. The file appears complete or not at all; only
 * its owner can read it, since it holds the secrets.
 * @param force whether an existing file is replaced
 * @returns how many rows it holds
 * @throws {BackupRefusal} when the file cannot be written
 */
export async function writeBackup(dataSource: DataSource, file: string, force: boolean): Promise<number> {
  const partial = `${file}.partial`;
  try {
    await requireReplaceable(file, force);
    await rm(partial, { force: true });
    const rows = await inLongTransaction(dataSource, 'REPEATABLE READ READ ONLY', (client) =>
      writeSnapshot(client, storedTables(dataSource), partial),
    );
    await rename(partial, file);
    return rows;
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    if (!hasCode(error, ...fileFaults)) throw error;
    throw new BackupRefusal(`${file} cannot be written (${messageOf(error)}).`, { cause: error });
  }
}

async function requireReplaceable(file: string, force: boolean): Promise<void> {
  const found = await stat(file).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
  if (found && !found.isFile()) throw new BackupRefusal(`${file} is not a file: name one to write.`);
  if (found && !force)
    throw new BackupRefusal(`${file} exists: name another file, or replace it with --force.`);
}

async function writeSnapshot(
  client: PoolClient,
  tables: readonly StoredTable[],
  partial: string,
): Promise<number> {
  // Locked before the snapshot is taken: a TRUNCATE in between would leave it with empty tables.
  await client.query(`LOCK TABLE "migrations", ${tableList(tables)} IN ACCESS SHARE MODE`);
  const counts: number[] = [];
  await pipeline(
    snapshotText(client, tables, counts),
    createGzip({ level: 3 }),
    createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true }),
  );
  return sum(counts);
}

async function* snapshotText(
  client: PoolClient,
  tables: readonly StoredTable[],
  counts: number[],
): AsyncGenerator<string | Buffer> {
  const { rows } = await client.query<{ name: string }>('SELECT "name" FROM "migrations" ORDER BY "id"');
  yield headerLine(rows.map(({ name }) => name));
  for (const table of tables) {
    yield tableLine(table);
    const copy = client.query(
      copyTo(`COPY (SELECT ${identifiers(table.columns)} FROM "${table.name}") TO STDOUT`),
    );
    yield* copy;
    // The count arrives after the data's end; it is there once the next statement has run.
    await client.query('');
    counts.push(copy.rowCount);
    yield endOfRows;
  }
  yield endLine(sum(counts));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
