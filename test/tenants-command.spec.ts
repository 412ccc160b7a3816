import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultTenantId } from '../src/configuration.js';
import { type OwnDatabase, openOwnDatabase, seededRows, usedBefore } from './support/own-database.js';
import { contentOf } from './support/own-store.js';
import { type Environment, printed } from './support/process.js';

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let database: OwnDatabase;
let tenant: string;
let other: string;
let unknown: string;

beforeAll(async () => {
  database = await openOwnDatabase();
});
afterAll(() => database.close());

/** One with rows that is long unused, one with rows that is in use, and one with rows of which no use is known. */
async function makeTenants(): Promise<void> {
  await database.dataSource.query('TRUNCATE tenants, mobile_apps, mobile_app_categories CASCADE');
  await database.dataSource.query('TRUNCATE managed_device_mobile_app_configurations CASCADE');
  [tenant, other, unknown] = [randomUUID(), randomUUID(), randomUUID()];
  await usedBefore(database, tenant, '31 days');
  await usedBefore(database, other, '1 day');
  await database.dataSource.query(`INSERT INTO mobile_app_categories SELECT 0, $1, 1, 0, 'one'`, [unknown]);
}

/** The lines that the command prints. */
async function lines(args: readonly string[], environment: Environment = {}): Promise<string[]> {
  const own = { DATABASE_URL: database.url, ...environment };
  const { stdout, stderr } = await printed(own, process.execPath, 'src/cli/run.mjs', 'tenants', ...args);
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

async function listed(environment: Environment = {}): Promise<Record<string, unknown>[]> {
  return JSON.parse((await lines(['list', '--json'], environment)).join('\n')) as Record<string, unknown>[];
}

describe('npm run tenants -- list', () => {
  beforeAll(makeTenants);

  it('tells who has how many rows, and when each was used, last used first', async () => {
    const [first, second, third, ...others] = await listed();
    expect(others).toEqual([]);
    const times = {
      firstUsed: expect.stringMatching(iso),
      lastUsed: expect.stringMatching(iso),
      expires: null,
    };
    expect(first).toEqual({ id: other, rows: seededRows, ...times });
    expect(second).toEqual({ id: tenant, rows: seededRows, ...times });
    expect(third).toEqual({ id: unknown, rows: 1, firstUsed: null, lastUsed: null, expires: null });
  });

  it('prints a table to read', async () => {
    const [header, ...rows] = await lines(['list'], { TENANT_EXPIRY: '30d' });
    expect(header).toMatch(/^tenant +rows +first used +last used +expires$/);
    expect(rows.map((row) => row.split(/ +/))).toEqual([
      [other, String(seededRows), ...[1, 2, 3].map(() => expect.stringMatching(iso))],
      [tenant, String(seededRows), ...[1, 2, 3].map(() => expect.stringMatching(iso))],
      [unknown, '1', '-', '-', '-'],
    ]);
  });

  it('tells when a tenant expires: no sooner than any use of it must be on record', async () => {
    await usedBefore(database, defaultTenantId, '2 days');
    const rows = await listed({ TENANT_EXPIRY: '30d' });
    const days = rows.map(({ lastUsed, expires }) =>
      typeof expires === 'string' ? (Date.parse(expires) - Date.parse(String(lastUsed))) / 60_000 : expires,
    );
    expect(rows.map(({ id }) => id)).toEqual([other, defaultTenantId, tenant, unknown]);
    expect(days).toEqual([30 * 24 * 60 + 70, null, 30 * 24 * 60 + 70, null]);
  });
});

describe('npm run tenants -- delete', () => {
  beforeEach(makeTenants);

  it('removes the tenants that are named, and not a byte of another', async () => {
    const rest = Object.fromEntries(
      Object.entries(await contentOf(database.dataSource)).map(([table, rows]) => [
        table,
        rows.filter((row) => !row.includes(tenant) && !row.includes(unknown)),
      ]),
    );
    const named = ['--tenant', tenant.toUpperCase(), '--tenant', unknown, '--tenant', tenant];
    expect(await lines(['delete', ...named])).toEqual([
      `Deleted tenant ${tenant}: ${seededRows} rows removed.`,
      `Deleted tenant ${unknown}: 1 rows removed.`,
    ]);
    expect(await contentOf(database.dataSource)).toEqual(rest);
  });

  it('removes those unused for so long, but not the default one nor one whose use is not known', async () => {
    await usedBefore(database, defaultTenantId, '31 days');
    expect(await lines(['delete', '--unused-for', '30d'])).toEqual([
      `Deleted tenant ${tenant}: ${seededRows} rows removed.`,
    ]);
    const rows = await listed();
    expect(rows.map(({ id }) => id)).toEqual([unknown, other, defaultTenantId]);
    // From now on it is known.
    expect(rows[0]?.['lastUsed']).toMatch(iso);
    expect(await lines(['delete', '--unused-for', '30d'])).toEqual([
      'No tenant has been unused for so long.',
    ]);
  });

  it('keeps the tenants that AUTH_TENANTS allows', async () => {
    const entra = {
      AUTH_MODE: 'entra',
      AUTH_ISSUER: 'https://login.microsoftonline.com/{tid}/v2.0',
      AUTH_AUDIENCE: 'api://understudy',
      AUTH_TENANTS: tenant,
    };
    expect(await lines(['delete', '--unused-for', '2h'], entra)).toEqual([
      `Deleted tenant ${other}: ${seededRows} rows removed.`,
    ]);
  });

  it('only tells which they are with --dry-run', async () => {
    const before = await contentOf(database.dataSource);
    const [line, ...others] = await lines(['delete', '--unused-for', '720h', '--dry-run']);
    expect(others).toEqual([]);
    expect(line?.replace(/\d{4}-\S+Z/, '<time>')).toBe(
      `Would delete tenant ${tenant}: ${seededRows} rows, last used <time>.`,
    );
    expect(await contentOf(database.dataSource)).toEqual(before);
  });
});

it.each([
  ['', /^Say what to do: npm run tenants -- list, or npm run tenants -- delete\.$/],
  ['drop', /^Say what to do: /],
  ['list --all', /^error: unknown option '--all'$/],
  ['delete', /^Name tenants by --tenant, or their age by --unused-for\.$/],
  [
    'delete --tenant contoso',
    /^error: option '--tenant <guid>' argument 'contoso' is invalid\. A tenant is a GUID\.$/,
  ],
  ['delete --unused-for 30', /^error: .* An age is a whole number of hours or days, from 1h to 3650d\.$/],
  [`delete --tenant ${defaultTenantId} --unused-for 1d`, /^error: option .* cannot be used with option/],
  [`delete --tenant ${defaultTenantId} --dry-run`, /^error: option .* cannot be used with option/],
])('npm run tenants -- %s is refused in one line', async (args, line) => {
  const run = lines(args === '' ? [] : args.split(' '));
  const { code, stdout, stderr } = await run.then(
    () => ({ code: 0, stdout: '', stderr: '' }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr.trimEnd()).toMatch(line);
});
