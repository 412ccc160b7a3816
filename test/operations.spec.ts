import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { request, startTestGateway, type TestGateway } from './support/gateway.js';
import { emptyDatabase } from './support/postgres.js';

let gateway: TestGateway;
let database: string;
const apps = 'beta/deviceAppManagement/mobileApps';

beforeAll(async () => {
  database = await emptyDatabase();
  gateway = await startTestGateway({ DATABASE_URL: database });
});

afterAll(() => gateway.close());

const linesSince = (count: number): Record<string, unknown>[] =>
  gateway.log.slice(count).map((line) => JSON.parse(line) as Record<string, unknown>);

it('says that it lives and that it is ready, to anybody', async () => {
  for (const path of ['healthz', 'readyz']) {
    const reply = await request(`${gateway.url}/${path}`, 'GET');
    expect([reply.status, reply.body]).toEqual([200, { status: 'ok' }]);
  }
});

it('logs one line per request, with what finds it and without what is secret', async () => {
  const start = gateway.log.length;
  const reply = await gateway.call('PATCH', `${apps}/private-key/deviceStatuses/x?y=private-query`, {
    deviceName: 'private-body',
  });
  const [line, ...others] = linesSince(start);
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    requestId: reply.headers.get('request-id'),
    tenant: gateway.tenant,
    method: 'PATCH',
    route: '/beta/deviceAppManagement/mobileApps/{mobileAppId}/deviceStatuses/{id}',
    status: 404,
    error: 'ResourceNotFound',
    milliseconds: expect.any(Number),
  });
  expect(JSON.stringify(line)).not.toMatch(new RegExp(`private|${gateway.token.slice(-20)}`));
});

it('sends the headers that Graph sends', async () => {
  const { headers } = await gateway.call('GET', apps, undefined, { 'client-request-id': 'my-own-id' });
  expect(headers.get('content-type')).toBe(
    'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
  );
  expect(headers.get('odata-version')).toBe('4.0');
  expect(headers.get('client-request-id')).toBe('my-own-id');
  expect(headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get('x-powered-by')).toBeNull();
});

it('answers HEAD with the headers of GET and no body', async () => {
  const got = await gateway.call('GET', apps);
  const head = await gateway.call('HEAD', apps);
  expect([head.status, head.text]).toEqual([200, '']);
  expect(head.headers.get('content-length')).toBe(got.headers.get('content-length'));
});

it('is unavailable while connections are cut, and recovers by itself', async () => {
  const name = new URL(database).pathname.slice(1);
  const admin = new Client({ connectionString: database.replace(name, 'postgres') });
  await admin.connect();
  await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  const cut = await gateway.call('GET', apps);
  expect([cut.status, cut.headers.get('retry-after')]).toEqual([503, '1']);
  expect((await request(`${gateway.url}/readyz`, 'GET')).status).toBe(503);
  expect((await request(`${gateway.url}/healthz`, 'GET')).status).toBe(200);
  await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await admin.end();
  expect((await gateway.call('GET', apps)).status).toBe(200);
  expect((await request(`${gateway.url}/readyz`, 'GET')).status).toBe(200);
});
