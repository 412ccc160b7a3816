import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { defaultTenantId } from '../src/configuration.js';
import { TenantExpiry } from '../src/identity/tenants/tenant-expiry.js';
import type { DeletedTenant } from '../src/identity/tenants/tenant-observer.js';
import { recordUse } from '../src/identity/tenants/tenant-records.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';
import {
  type OwnDatabase,
  openOwnDatabase,
  seededRows,
  usedBefore,
  waiting,
} from './support/own-database.js';
import { contentOf } from './support/own-store.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const day = 86_400_000;
const othersThanTimeouts = [
  ...(['Date', 'hrtime', 'performance', 'nextTick', 'queueMicrotask'] as const),
  ...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const),
];

let database: OwnDatabase;
let tenant: string;
let other: string;
/** What the sweeps of a test deleted, and what they could not do. */
let expired: DeletedTenant[][];
let failures: string[];

beforeAll(async () => {
  database = await openOwnDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.dataSource.query('TRUNCATE tenants, mobile_apps, mobile_app_categories CASCADE');
  await database.dataSource.query('TRUNCATE managed_device_mobile_app_configurations CASCADE');
  [tenant, other] = [randomUUID(), randomUUID()];
  [expired, failures] = [[], []];
});

const expiry = (delays?: { first: number; interval: number }, kept = defaultTenantId): TenantExpiry =>
  new TenantExpiry(
    database.dataSource,
    30 * day,
    (id) => id === kept,
    {
      expired: (tenants) => void expired.push([...tenants]),
      failed: (event) => void failures.push(event),
    },
    delays,
  );

/** Every row of the store that does not name the tenant, as bytes. */
async function withoutTenant(tenantId: string): Promise<Record<string, string[]>> {
  const content = Object.entries(await contentOf(database.dataSource));
  return Object.fromEntries(
    content.map(([table, rows]) => [table, rows.filter((row) => !row.includes(tenantId))]),
  );
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 10_000; !(await holds()); await sleep(5)) {
    if (performance.now() > deadline) throw new Error('it did not come to that within 10 seconds');
  }
}

describe('a sweep', () => {
  it('deletes every row and the record of a tenant that has expired, and not a byte of another', async () => {
    await usedBefore(database, tenant, '31 days');
    await usedBefore(database, other, '29 days');
    const rest = await withoutTenant(tenant);
    expect(rest['mobile_apps']).toHaveLength(10);
    await expiry().sweep();
    expect(await contentOf(database.dataSource)).toEqual(rest);
    expect(expired).toEqual([[{ id: tenant, rows: seededRows }]]);
    expect(failures).toEqual([]);
  });

  it('says nothing when nothing has expired', async () => {
    await usedBefore(database, tenant, '29 days');
    await expiry().sweep();
    expect([expired, failures]).toEqual([[], []]);
  });

  it('waits as long as a use may take until it is on record', async () => {
    await usedBefore(database, tenant, '30 days 69 minutes');
    await expiry().sweep();
    expect(expired).toEqual([]);
    await usedBefore(database, tenant, '30 days 71 minutes');
    await expiry().sweep();
    expect(expired).toEqual([[{ id: tenant, rows: seededRows }]]);
  });

  it('deletes the record of a tenant without rows, too', async () => {
    await recordUse(database.dataSource, tenant);
    await database.dataSource.query(`UPDATE tenants SET "lastUsed" = '2020-01-01'`);
    await expiry().sweep();
    expect(await database.recorded()).toEqual([]);
    expect(expired).toEqual([[{ id: tenant, rows: 0 }]]);
  });

  it('keeps what is to be kept, however old', async () => {
    await usedBefore(database, tenant, '3000 days');
    await usedBefore(database, other, '3000 days');
    await expiry(undefined, other).sweep();
    expect(expired).toEqual([[{ id: tenant, rows: seededRows }]]);
    expect(await database.recorded()).toEqual([other]);
  });

  it('takes a tenant that has rows and no record for one that is used now', async () => {
    await usedBefore(database, tenant, '31 days');
    await usedBefore(database, other, '31 days');
    await database.dataSource.query('DELETE FROM tenants WHERE id = $1', [tenant]);
    await expiry().sweep();
    expect(expired).toEqual([[{ id: other, rows: seededRows }]]);
    const [row] = await database.dataSource.query<object[]>(
      `SELECT id, "firstUsed" > now() - interval '1 hour' AS "first", "lastUsed" > now() - interval '1 hour' AS "last" FROM tenants`,
    );
    expect(row).toEqual({ id: tenant, first: true, last: true });
    await database.dataSource.query(`UPDATE tenants SET "lastUsed" = now() - interval '31 days'`);
    await expiry().sweep();
    expect(expired[1]).toEqual([{ id: tenant, rows: seededRows }]);
  });

  it('finds the tenants of a table in which others stand before, between and behind', async () => {
    const ids = Array.from({ length: 20 }, () => randomUUID());
    for (const id of ids) {
      await database.dataSource.query(
        `INSERT INTO mobile_app_categories SELECT 0, $1, 1, 0, n::text, NULL FROM generate_series(1, 3) AS n`,
        [id],
      );
    }
    for (const id of ids.slice(5, 10)) await recordUse(database.dataSource, id);
    await expiry().sweep();
    expect(new Set(await database.recorded())).toEqual(new Set(ids));
  });

  it('is not timed, however long the deletion takes', async () => {
    await usedBefore(database, tenant, '31 days');
    await database.dataSource.query(`
      CREATE FUNCTION refuse_timed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF current_setting('statement_timeout') <> '0' THEN RAISE 'timed'; END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER untimed AFTER DELETE ON mobile_apps EXECUTE FUNCTION refuse_timed()`);
    await expiry().sweep();
    await database.dataSource.query('DROP FUNCTION refuse_timed CASCADE');
    expect([expired, failures]).toEqual([[[{ id: tenant, rows: seededRows }]], []]);
  });

  it('leaves a tenant whose use is being noted', async () => {
    await usedBefore(database, tenant, '31 days');
    const session = await database.session();
    await session.query('BEGIN');
    await session.query('UPDATE tenants SET "lastUsed" = now() WHERE id = $1', [tenant]);
    const before = await contentOf(database.dataSource);
    await expiry().sweep();
    expect([expired, failures]).toEqual([[], []]);
    expect(await contentOf(database.dataSource)).toEqual(before);
    await session.query('COMMIT');
    await expiry().sweep();
    expect(expired).toEqual([]);
  });

  it('leaves a tenant that another instance is deleting to that one', async () => {
    await usedBefore(database, tenant, '32 days');
    await usedBefore(database, other, '31 days');
    const session = await database.session();
    await session.query('BEGIN');
    await session.query('SELECT FROM mobile_apps WHERE "tenantId" = $1 FOR UPDATE', [tenant]);
    const slow = expiry().sweep();
    await waiting(session);
    await expiry().sweep();
    expect(expired).toEqual([[{ id: other, rows: seededRows }]]);
    await session.query('ROLLBACK');
    await slow;
    expect(expired).toEqual([[{ id: other, rows: seededRows }], [{ id: tenant, rows: seededRows }]]);
    expect(failures).toEqual([]);
  });

  it('goes on to the next tenant when one cannot be deleted', async () => {
    await usedBefore(database, tenant, '32 days');
    await usedBefore(database, other, '31 days');
    const rest = await withoutTenant(other);
    await database.dataSource.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
      CREATE TRIGGER refusal BEFORE DELETE ON mobile_apps FOR EACH ROW WHEN (old."tenantId" = '${tenant}') EXECUTE FUNCTION refuse()`);
    await expiry().sweep();
    await database.dataSource.query('DROP FUNCTION refuse CASCADE');
    expect(expired).toEqual([[{ id: other, rows: seededRows }]]);
    expect(failures).toEqual(['an expired tenant could not be deleted']);
    expect(await contentOf(database.dataSource)).toEqual(rest);
  });

  it('ends in peace when the database cannot be asked', async () => {
    await usedBefore(database, tenant, '31 days');
    await database.dataSource.query('ALTER TABLE tenants RENAME TO elsewhere');
    await expiry().sweep();
    await database.dataSource.query('ALTER TABLE elsewhere RENAME TO tenants');
    expect([expired, failures]).toEqual([[], ['expired tenants could not be looked for']]);
  });
});

describe('in a process that runs', () => {
  it('a sweep comes, and another after it, until the process stops', async () => {
    const sweeping = expiry({ first: 1, interval: 1 });
    sweeping.onApplicationBootstrap();
    for (const id of [tenant, other]) {
      await usedBefore(database, id, '31 days');
      await until(async () => (await database.recorded()).length === 0);
    }
    await sweeping.onModuleDestroy();
    expect(expired.flat().map(({ id }) => id)).toEqual([tenant, other]);
    await usedBefore(database, tenant, '31 days');
    await sleep(50);
    expect(await database.recorded()).toEqual([tenant]);
    expect(failures).toEqual([]);
  });

  it('a stop breaks a deletion off, and the tenant is as before', async () => {
    await usedBefore(database, tenant, '32 days');
    await usedBefore(database, other, '31 days');
    const before = await contentOf(database.dataSource);
    const session = await database.session();
    await session.query('BEGIN');
    await session.query('SELECT FROM mobile_apps WHERE "tenantId" = $1 FOR UPDATE', [tenant]);
    const sweeping = expiry();
    const sweep = sweeping.sweep();
    await waiting(session);
    await sweeping.onModuleDestroy();
    await sweep;
    await session.query('ROLLBACK');
    expect([expired, failures]).toEqual([[], []]);
    expect(await contentOf(database.dataSource)).toEqual(before);
  });
});

describe('beside a gateway', () => {
  let gateway: TestGateway;

  beforeEach(async () => {
    gateway = await startTestGateway({ DATABASE_URL: database.url, TENANT_EXPIRY: '30d' });
    tenant = gateway.tenant;
  });
  afterEach(() => {
    jest.useRealTimers();
    return gateway.close();
  });

  it('a request of a tenant makes its record, and one that is refused makes none', async () => {
    expect((await gateway.call('GET', apps, undefined, { Authorization: 'Bearer x' })).status).toBe(401);
    expect(await database.recorded()).toEqual([]);
    expect((await gateway.call('GET', apps)).status).toBe(200);
    await until(async () => (await database.recorded()).length > 0);
    expect(await database.recorded()).toEqual([tenant]);
  });

  it('a use comes on record where another instance has deleted the tenant', async () => {
    await usedBefore(database, tenant, '31 days');
    await expiry().sweep();
    expect((await gateway.call('GET', apps)).body['value']).toEqual([]);
    await until(async () => (await database.recorded()).length > 0);
    expect(expired).toEqual([[{ id: tenant, rows: seededRows }]]);
  });

  it('the first sweep comes a minute after the start, and its one log line tells what it deleted', async () => {
    await usedBefore(database, other, '31 days');
    jest.useFakeTimers({ doNotFake: [...othersThanTimeouts] });
    const swept = await startTestGateway({ DATABASE_URL: database.url, TENANT_EXPIRY: '30d' });
    jest.advanceTimersByTime(59_999);
    const early = jest.getTimerCount();
    jest.advanceTimersByTime(1);
    jest.useRealTimers();
    expect(early).toBeGreaterThan(0);
    try {
      await until(() => swept.log.length > 0);
    } finally {
      await swept.close();
    }
    expect(swept.log.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({
        level: 30,
        msg: 'tenants that had expired were deleted',
        tenants: [{ id: other, rows: seededRows }],
      }),
    ]);
  });
});
