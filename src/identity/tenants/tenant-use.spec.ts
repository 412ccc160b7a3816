import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type OwnDatabase, openOwnDatabase } from '../../../test/support/own-database.js';
import { TenantUse } from './tenant-use.js';

const minute = 60_000;

let database: OwnDatabase;
let tenant: string;
let now: number;
let failures: unknown[];

beforeAll(async () => {
  database = await openOwnDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  tenant = randomUUID();
  now = 0;
  failures = [];
});

/** What one process remembers. */
const newUse = (): TenantUse =>
  new TenantUse(
    database.dataSource,
    { expired: () => undefined, failed: (event, tenants) => void failures.push([event, tenants]) },
    () => now,
  );

/** Whether the record says that the first and the last use were just now; undefined without a record. */
async function record(): Promise<{ first: boolean; last: boolean } | undefined> {
  const sql = `SELECT "firstUsed" > now() - interval '1 hour' AS "first", "lastUsed" > now() - interval '1 hour' AS "last"
    FROM tenants WHERE id = $1`;
  const [row] = await database.dataSource.query<{ first: boolean; last: boolean }[]>(sql, [tenant]);
  return row;
}

const age = (): Promise<unknown> =>
  database.dataSource.query(`UPDATE tenants SET "firstUsed" = '2020-01-01', "lastUsed" = '2021-01-01'`);

it('the first use of a tenant makes its record', async () => {
  expect(await record()).toBeUndefined();
  await newUse().note(tenant);
  expect(await record()).toEqual({ first: true, last: true });
});

it('a later use moves the last one, and is written at most once in 10 minutes', async () => {
  const use = newUse();
  await use.note(tenant);
  await age();
  now += 10 * minute - 1;
  await use.note(tenant);
  expect(await record()).toEqual({ first: false, last: false });
  now += 1;
  await use.note(tenant);
  expect(await record()).toEqual({ first: false, last: true });
  await age();
  await use.note(tenant);
  expect(await record()).toEqual({ first: false, last: false });
});

it('each tenant is noted by itself, and by each process', async () => {
  const use = newUse();
  await use.note(randomUUID());
  expect(await record()).toBeUndefined();
  await Promise.all([use.note(tenant), newUse().note(tenant), newUse().note(tenant)]);
  expect(await record()).toEqual({ first: true, last: true });
  expect(failures).toEqual([]);
});

it('a use is written again when 2,000 other tenants were used after it', async () => {
  const use = newUse();
  await use.note(tenant);
  await age();
  const others = Array.from({ length: 2000 }, () => randomUUID());
  for (const other of others.slice(1)) await use.note(other);
  await use.note(tenant);
  expect(await record()).toEqual({ first: false, last: false });
  await use.note(others[0] ?? '');
  await use.note(tenant);
  expect(await record()).toEqual({ first: false, last: true });
});

it('a use that could not be written is told, fails nobody, and is written the next time', async () => {
  const use = newUse();
  await database.dataSource.query('ALTER TABLE tenants RENAME TO elsewhere');
  await use.note(tenant);
  await database.dataSource.query('ALTER TABLE elsewhere RENAME TO tenants');
  expect(failures).toEqual([['the use of a tenant could not be noted', [tenant]]]);
  expect(await record()).toBeUndefined();
  await use.note(tenant);
  expect(await record()).toEqual({ first: true, last: true });
});
