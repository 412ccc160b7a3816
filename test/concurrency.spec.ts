import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { type Reply, startTestGateway, type TestGateway } from './support/gateway.js';
import { databaseUrl } from './support/postgres.js';

const apps = 'beta/deviceAppManagement/mobileApps';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

it('two PATCHes of different properties at the same time both hold, 500 times of 500', async () => {
  const row = `${await newApp()}/deviceStatuses/row`;
  await gateway.call('POST', row.slice(0, -4), { id: 'row' });
  for (let round = 1; round <= 500; round++) {
    const changes = [{ errorCode: round }, { osVersion: `version ${round}` }];
    const replies = await Promise.all(changes.map((change) => gateway.call('PATCH', row, change)));
    expect(statusesOf(replies)).toEqual([200, 200]);
    const { body } = await gateway.call('GET', row);
    expect(body).toMatchObject({ errorCode: round, osVersion: `version ${round}` });
  }
});

it('PATCHes of a base and of a derived property at the same time both hold', async () => {
  const app = await newApp();
  for (let round = 1; round <= 50; round++) {
    const changes = [
      { displayName: `name ${round}` },
      { bundleId: `bundle ${round}` },
      { appStoreUrl: `https://store.example/${round}` },
    ];
    await Promise.all(changes.map((change) => gateway.call('PATCH', app, change)));
    const { body } = await gateway.call('GET', app);
    expect(body).toMatchObject(Object.assign({}, ...changes) as object);
  }
});

it('fifty PATCHes of one property at the same time leave one of the values, whole', async () => {
  const statuses = `${await newApp()}/deviceStatuses`;
  await gateway.call('POST', statuses, { id: 'row' });
  const values = Array.from({ length: 50 }, (_, index) => index + 1);
  const replies = await Promise.all(
    values.map((value) =>
      gateway.call('PATCH', `${statuses}/row`, { errorCode: value, deviceName: `PATCH ${value}` }),
    ),
  );
  expect(replies.map(({ status, body }) => [status, body['errorCode']])).toEqual(
    values.map((value) => [200, value]),
  );
  const { body } = await gateway.call('GET', `${statuses}/row`);
  expect(values).toContain(body['errorCode']);
  expect(body['deviceName']).toBe(`PATCH ${String(body['errorCode'])}`);
});

it('of twenty creates of one id at the same time one is made, and the others hear of the conflict', async () => {
  const statuses = `${await newApp()}/deviceStatuses`;
  const creates = Array.from({ length: 20 }, (_, index) => ({ id: 'one', errorCode: index }));
  const replies = await Promise.all(creates.map((create) => gateway.call('POST', statuses, create)));
  expect(statusesOf(replies)).toEqual([201, ...Array<number>(19).fill(409)]);
  const made = replies.find(({ status }) => status === 201);
  const { body } = await gateway.call('GET', `${statuses}/one`);
  expect(body).toEqual({ ...made?.body });
});

it.each([
  ['a status', 'deviceStatuses', {}, { errorCode: 1 }],
  ['an app', '', { '@odata.type': '#microsoft.graph.iosStoreApp' }, { bundleId: 'com.example' }],
])('a PATCH of %s that is being created finds it or does not', async (_title, set, create, change) => {
  const collection = set === '' ? apps : `${await newApp()}/${set}`;
  for (let round = 0; round < 200; round++) {
    const id = randomUUID();
    const patch = (): Promise<Reply> => gateway.call('PATCH', `${collection}/${id}`, change);
    const creating = gateway.call('POST', collection, { ...create, id });
    const replies = await Promise.all([patch(), patch(), patch(), patch()]);
    expect(new Set([200, 404, ...statusesOf(replies)])).toEqual(new Set([200, 404]));
    expect((await creating).status).toBe(201);
  }
});

it('an app that is deleted while statuses are created in it leaves none behind', async () => {
  const sets = ['deviceStatuses', 'userStatuses', 'userStatuses/user/deviceStatuses'];
  for (let round = 0; round < 20; round++) {
    const app = await newApp();
    await gateway.call('POST', `${app}/userStatuses`, { id: 'user' });
    const creators = [...sets, ...sets, ...sets].map((set) => createUntilRefused(`${app}/${set}`));
    await sleep(10);
    expect((await gateway.call('DELETE', app)).status).toBe(204);
    expect(new Set(await Promise.all(creators))).toEqual(new Set([404]));
    expect((await gateway.call('GET', `${app}/deviceStatuses`)).status).toBe(404);
  }
  expect(await orphans()).toEqual([
    { table: 'mobile_app_install_statuses', rows: 0 },
    { table: 'user_app_install_statuses', rows: 0 },
  ]);
});

/** Creates rows until that fails, and gives the status of the failure. */
async function createUntilRefused(collection: string): Promise<number> {
  for (let count = 0; count < 1_000; count++) {
    const { status } = await gateway.call('POST', collection, {});
    if (status !== 201) return status;
  }
  return 201;
}

async function newApp(): Promise<string> {
  const { body } = await gateway.call('POST', apps, { '@odata.type': '#microsoft.graph.iosStoreApp' });
  return `${apps}/${body['id'] as string}`;
}

const statusesOf = (replies: readonly Reply[]): number[] =>
  replies.map(({ status }) => status).toSorted((a, b) => a - b);

/** Rows of this test's tenant whose app is not there. */
async function orphans(): Promise<{ table: string; rows: number }[]> {
  const client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  const found: { table: string; rows: number }[] = [];
  for (const table of ['mobile_app_install_statuses', 'user_app_install_statuses']) {
    const { rowCount } = await client.query(
      `SELECT FROM ${table} s WHERE "tenantId" = $1 AND NOT EXISTS
        (SELECT FROM mobile_apps a WHERE a."tenantId" = s."tenantId" AND a."id" = s."mobileAppId")`,
      [gateway.tenant],
    );
    found.push({ table, rows: rowCount ?? -1 });
  }
  await client.end();
  return found;
}
