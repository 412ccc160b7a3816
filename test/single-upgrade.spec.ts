import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { migrate } from '../src/database/data-source.js';
import { Store } from '../src/graph/store.js';
import { seedTenant } from '../src/workbench/seed.js';
import { openOwnDatabase, type OwnDatabase } from './support/own-database.js';
import { model } from './support/sets.js';

const singles = model.sets.filter(({ isSingle }) => isSingle).map(({ table }) => table.name);
let database: OwnDatabase;

beforeAll(async () => {
  database = await openOwnDatabase();
});

afterAll(() => database.close());

it('an upgrade gives what was made before it the single entities that it would be made with today', async () => {
  const { dataSource } = database;
  await seedTenant(new Store(dataSource), model, randomUUID());
  const made = await singleRows();
  expect(made.map(([name]) => name)).toEqual(singles);
  expect(made.every(([, rows]) => rows.length > 0)).toBe(true);
  while (await areThere()) await dataSource.undoLastMigration();
  await migrate(dataSource);
  expect(await singleRows()).toEqual(made);
});

/** Every row of the singles but its tag, which chance starts. */
async function singleRows(): Promise<[string, unknown[]][]> {
  const rows = singles.map((name) =>
    database.dataSource.query<object[]>(
      `SELECT to_jsonb(row) - 'rowVersion' AS "row" FROM "${name}" AS row ORDER BY "id"`,
    ),
  );
  return (await Promise.all(rows)).map((found, index) => [singles[index] as string, found]);
}

async function areThere(): Promise<boolean> {
  const rows = await database.dataSource.query<object[]>(
    `SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY($1)`,
    [singles],
  );
  return rows.length > 0;
}
