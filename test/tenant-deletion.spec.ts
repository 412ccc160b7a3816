import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { deleteTenant } from '../src/identity/tenants/tenant-deletion.js';
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
const anApp = { '@odata.type': '#microsoft.graph.iosStoreApp' };

let database: OwnDatabase;
let gateway: TestGateway;
let tenant: string;

beforeAll(async () => {
  // The check comes once, this long after a wait began: by then the other has to wait, too.
  database = await openOwnDatabase('-c deadlock_timeout=2s');
  gateway = await startTestGateway({ DATABASE_URL: database.url });
  ({ tenant } = gateway);
});
afterAll(async () => {
  await gateway.close();
  await database.close();
});

it('a deletion takes every row and the record of its tenant, and not a byte of another', async () => {
  const gone = randomUUID();
  await usedBefore(database, tenant, '1 day');
  const before = await contentOf(database.dataSource);
  await usedBefore(database, gone, '1 day');
  expect(await deleteTenant(database.dataSource, gone)).toBe(seededRows);
  expect(await contentOf(database.dataSource)).toEqual(before);
  expect(await deleteTenant(database.dataSource, gone)).toBe(0);
});

it('requests of a tenant amid its deletion find its rows or do not', async () => {
  await usedBefore(database, tenant, '31 days');
  const session = await database.session();
  const { rows: statuses } = await session.query<{ path: string }>(
    `SELECT '${apps}/' || "mobileAppId" || '/deviceStatuses/' || id AS "path" FROM mobile_app_install_statuses WHERE "tenantId" = $1`,
    [tenant],
  );
  const path = statuses[0]?.path ?? '';
  const app = path.replace(/\/deviceStatuses.*/, '');
  await session.query('BEGIN');
  await session.query('SELECT FROM mobile_app_categories WHERE "tenantId" = $1 FOR UPDATE', [tenant]);
  // It has deleted all but the categories when it has to wait.
  const deletion = deleteTenant(database.dataSource, tenant);
  await waiting(session);
  expect((await gateway.call('GET', path)).status).toBe(200);
  const writes = [
    gateway.call('PATCH', path, { errorCode: 1 }),
    gateway.call('DELETE', path),
    gateway.call('POST', `${app}/deviceStatuses`, { id: 'new' }),
    gateway.call('PATCH', app, { displayName: 'new' }),
    gateway.call('DELETE', app),
    gateway.call('POST', `${app}/userStatuses`, { deviceStatuses: [{}, {}] }),
  ];
  // Those, the deletion, and the note of the use.
  await waiting(session, writes.length + 2);
  const made = await gateway.call('POST', apps, { ...anApp, id: 'late' });
  expect(made.status).toBe(201);
  await session.query('ROLLBACK');
  expect(await deletion).toBe(seededRows);
  expect((await Promise.all(writes)).map(({ status }) => status)).toEqual(writes.map(() => 404));
  // What came too late for the deletion is the tenant's that begins anew.
  while ((await database.recorded()).length === 0) await sleep(5);
  const { body } = await gateway.call('GET', apps);
  expect(body['value']).toEqual([expect.objectContaining({ id: 'late' })]);
});

it('a deletion that a request collides with is made all the same', async () => {
  await usedBefore(database, tenant, '1 day');
  const session = await database.session();
  await session.query(`SET deadlock_timeout = '10min'`);
  await session.query('BEGIN');
  await session.query('SELECT FROM mobile_app_categories WHERE "tenantId" = $1 FOR UPDATE', [tenant]);
  const deletion = deleteTenant(database.dataSource, tenant);
  await waiting(session);
  // Now each waits for the other, and the deletion is the one that finds out.
  const sql = 'SELECT FROM mobile_app_install_statuses WHERE "tenantId" = $1 FOR UPDATE';
  expect((await session.query(sql, [tenant])).rowCount).toBe(130);
  await session.query('COMMIT');
  expect(await deletion).toBeGreaterThanOrEqual(seededRows);
});

it('deletions and requests in any order never fail by a fault of the gateway', async () => {
  const requests = async (): Promise<number[]> => {
    const replies = [
      await gateway.call('POST', apps, { ...anApp, id: 'app' }),
      ...(await Promise.all([
        gateway.call('POST', `${apps}/app/deviceStatuses`, { id: 'row' }),
        gateway.call('POST', `${apps}/app/userStatuses`, { id: 'user', deviceStatuses: [{}, {}] }),
        gateway.call('PATCH', `${apps}/app`, { displayName: 'x' }),
      ])),
      await gateway.call('PATCH', `${apps}/app/deviceStatuses/row`, { errorCode: 1 }),
      await gateway.call('DELETE', `${apps}/app`),
    ];
    return replies.map(({ status }) => status);
  };
  // Five at a time: who has to try again needs a connection for it, and there are ten.
  const deletions = Array.from({ length: 5 }, async () => {
    for (let time = 0; time < 4; time++) await deleteTenant(database.dataSource, tenant);
  });
  const replies = await Promise.all(Array.from({ length: 40 }, requests));
  await Promise.all(deletions);
  for (const status of replies.flat()) expect([200, 201, 204, 404, 409, 503]).toContain(status);
  expect(gateway.log.filter((line) => line.includes('a fault of the gateway'))).toEqual([]);
});
