import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { Configuration } from '../../src/configuration.js';
import { openDatabase } from '../../src/database/database.js';
import { storedTables } from '../../src/database/stored-tables.js';
import { entitiesOf } from '../../src/gateway.js';
import { model } from './sets.js';

/** An embedded Postgres of one test file, for what concerns the whole store. */
export interface OwnStore {
  dataSource: DataSource;
  /** For files of the test; it goes with the store. */
  folder: string;
  close(): Promise<void>;
}

export async function openOwnStore(): Promise<OwnStore> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-store-'));
  await chmod(folder, 0o755);
  const configuration = Configuration.read({ DATA_DIR: folder });
  const database = await openDatabase(configuration, 'gateway', entitiesOf(model));
  const close = async (): Promise<void> => {
    await database.close();
    await rm(folder, { recursive: true });
  };
  return { dataSource: database.dataSource, folder, close };
}

/** Every row of every table as text, by table. */
export async function contentOf(dataSource: DataSource): Promise<Record<string, string[]>> {
  const content: Record<string, string[]> = {};
  for (const { name } of storedTables(dataSource)) {
    const sql = `SELECT row::text AS "text" FROM "${name}" AS row ORDER BY 1`;
    const rows = await dataSource.query<{ text: string }[]>(sql);
    content[name] = rows.map(({ text }) => text);
  }
  return content;
}
