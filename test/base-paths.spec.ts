import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiVersions } from '../src/odata/edm.js';
import { request } from './support/gateway.js';
import { apps, messageOf, startUserGateway, type UserGateway } from './support/user-gateway.js';

let gateway: UserGateway;
const call: UserGateway['call'] = (...sent) => gateway.call(...sent);

const area = 'deviceAppManagement';
const statuses = `${apps}/app/deviceStatuses`;
const byUser = `${apps}/app/userStatuses/user/deviceStatuses`;
const row = `${statuses}/row`;

beforeAll(async () => {
  gateway = await startUserGateway();
  await gateway.make(`beta/${apps}/app/userStatuses`, { id: 'user' });
  await gateway.make(`beta/${byUser}`, { id: 'row', installStateDetail: 'contentDownloaded' });
});

afterAll(() => gateway.close());

const byApplication: UserGateway['call'] = (method, path, body) =>
  gateway.call(method, path, body, { Authorization: `Bearer ${gateway.token}` });
const parts = (...urls: string[]) => ({
  requests: urls.map((url, index) => ({ id: String(index), method: 'GET', url })),
});

describe('a base path', () => {
  it.each(apiVersions)('%s is that of everything that its answers name', async (base) => {
    const created = await call('POST', `${base}/${area}/mobileAppCategories`, { displayName: base });
    expect(created.status).toBe(201);
    const location = created.headers.get('location') ?? '';
    expect(location.startsWith(`${gateway.url}/${base}/${area}/mobileAppCategories('`)).toBe(true);
    const headers = { Authorization: `Bearer ${gateway.userToken}` };
    const entity = await request(location, 'GET', undefined, headers);
    expect(entity.body).toEqual(created.body);
    const reference = await request(`${location}/$ref`, 'GET', undefined, headers);
    expect(reference.body['@odata.id']).toBe(location);
    const full = await request(
      `${location}?$format=application/json;odata.metadata=full`,
      'GET',
      undefined,
      headers,
    );
    expect(full.body['@odata.id']).toBe(location);

    const service = await call('GET', base);
    expect(service.body['@odata.context']).toBe(`${gateway.url}/${base}/$metadata`);
    const openapi = await call('GET', `${base}/openapi.json`);
    expect(openapi.body).toMatchObject({ servers: [{ url: `${gateway.url}/${base}` }] });
    const metadata = await call('GET', `${base.toUpperCase()}/$metadata`);
    expect([metadata.status, metadata.text.startsWith('<?xml')]).toEqual([200, true]);

    const link = { '@odata.id': location };
    const linked = await call('POST', `${base}/${apps}/app/categories/$ref`, link);
    expect(linked.status).toBe(204);
    const missing = await call('GET', `${base}/${apps}/nope`);
    expect(messageOf(missing)).toContain(`Url: ${gateway.url}/${base}/${apps}/nope`);
  });

  it.each(['2019-05/beta', '2018-11/v1.0', '2017-01', 'live', 'LIVE/v2.0', '2018-11/deviceAppManagement'])(
    'that there is not is named in a 404 with those that there are: %s',
    async (base) => {
      const reply = await call('GET', `${base}/${apps}`);
      expect(reply.status).toBe(404);
      expect(reply.body['error']).toMatchObject({ code: 'ResourceNotFound' });
      for (const known of apiVersions) expect(messageOf(reply)).toContain(known);
    },
  );
});

describe('a batch at a date', () => {
  it('runs its parts at that date, and at another where they say so', async () => {
    await call('PATCH', `2017-01/beta/${row}`, { mobileAppInstallStatusValue: 27 });
    const { body } = await call(
      'POST',
      '2018-11/beta/$batch',
      parts(`/${row}`, `beta/${row}`, `/2017-01/beta/${row}`, `/2019-05/beta/${row}`, `/v1.0/${row}`),
    );
    const responses = body['responses'] as { id: string; status: number; body: Record<string, unknown> }[];
    const answer = (id: string) => responses.find((response) => response.id === id);
    expect(answer('0')).toMatchObject({ status: 200, body: { installStateDetail: 'noAdditionalDetails' } });
    expect(answer('0')?.body['@odata.context']).toContain('/2018-11/beta/$metadata#');
    expect(answer('1')?.body).toEqual(answer('0')?.body);
    expect(answer('2')).toMatchObject({ status: 200, body: { mobileAppInstallStatusValue: 27 } });
    expect([answer('3')?.status, answer('4')?.status]).toEqual([404, 404]);
    expect(JSON.stringify(answer('3')?.body)).toContain('2018-11/beta');
  });

  it('of today may ask for other dates', async () => {
    const { body } = await call('POST', 'beta/$batch', parts(`2017-01/beta/${row}`, row));
    const [dated, plain] = body['responses'] as { body: Record<string, unknown> }[];
    expect(Object.keys(dated?.body ?? {})).toContain('deviceType');
    expect(Object.keys(plain?.body ?? {})).not.toContain('deviceType');
  });
});

describe('permissions', () => {
  const read = [row, byUser, apps, `${apps}/app/userStatuses/user`, `${area}/mobileAppCategories`];

  it.each(read)('of applications are not supported in 2018, whatever they are granted: %s', async (path) => {
    const reply = await byApplication('GET', `2018-11/beta/${path}`);
    expect(reply.status).toBe(403);
    expect(reply.body['error']).toMatchObject({ code: 'Forbidden' });
    expect(messageOf(reply)).toContain(
      'Application is not authorized to perform this operation as called in app only context but does not have application permissions configured.',
    );
    for (const base of ['2017-01/beta', 'beta']) {
      expect((await byApplication('GET', `${base}/${path}`)).status).toBe(200);
    }
    expect((await call('GET', `2018-11/beta/${path}`)).status).toBe(200);
  });

  it('of applications do not write in 2018, in a batch neither, and users need theirs', async () => {
    const before = (await call('GET', `beta/${row}`)).body;
    expect((await byApplication('PATCH', `2018-11/beta/${row}`, { errorCode: 1234 })).status).toBe(403);
    const part = { id: '0', method: 'GET', url: row };
    const { body } = await byApplication('POST', '2018-11/beta/$batch', { requests: [part] });
    expect(body['responses']).toMatchObject([{ status: 403 }]);
    const reader = await gateway.tokenFor({ scopes: ['DeviceManagementApps.Read.All'] });
    const headers = { Authorization: `Bearer ${reader}` };
    const refused = await call('PATCH', `2018-11/beta/${row}`, { errorCode: 1234 }, headers);
    expect(messageOf(refused)).toContain('must have one of the following scopes');
    expect((await call('GET', `beta/${row}`)).body).toEqual(before);
  });

  it.each(['2017-01/beta', '2018-11/beta'])('end at the tenant, at %s too', async (base) => {
    const scopes = ['DeviceManagementApps.ReadWrite.All'];
    const stranger = await gateway.tokenFor({ tenant: randomUUID(), scopes });
    const headers = { Authorization: `Bearer ${stranger}` };
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { errorCode: 1 } : undefined;
      expect((await call(method, `${base}/${row}`, body, headers)).status).toBe(404);
    }
    expect((await call('GET', `${base}/${apps}`, undefined, headers)).body['value']).toEqual([]);
  });

  it('are described so', async () => {
    const { body } = await call('GET', '2018-11/beta/openapi.json');
    expect(JSON.stringify(body['paths'])).not.toContain('"application":[');
  });
});
