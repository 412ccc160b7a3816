import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Reply, request, startTestGateway, type TestGateway } from './support/gateway.js';

const root = 'beta/deviceAppManagement';
const apps = `${root}/mobileApps`;
const categories = `${root}/mobileAppCategories`;
const ios = 'microsoft.graph.iosStoreApp';
const win32 = 'microsoft.graph.win32LobApp';
const iosType = { '@odata.type': `#${ios}` };

let gateway: TestGateway;
/** An iOS store app, made anew for each test. */
let app: string;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

beforeEach(async () => {
  app = `${apps}/${await make(apps, { ...iosType, displayName: 'old' })}`;
});

async function make(path: string, body: object): Promise<string> {
  const reply = await gateway.call('POST', path, body);
  expect(reply.status).toBe(201);
  return String(reply.body['id']);
}

const get = (path: string): Promise<Reply> => gateway.call('GET', path);
const statusOf = async (path: string): Promise<number> => (await get(path)).status;
const idsOf = async (path: string): Promise<unknown[]> =>
  ((await get(path)).body['value'] as { id: unknown }[]).map(({ id }) => id);
const errorIn = ({ body }: Reply): { code: string; message: string } =>
  body['error'] as { code: string; message: string };
const tagOf = async (path: string): Promise<string> => (await get(path)).headers.get('etag') ?? '';
/** A URL in a batch, from the version on. */
const inBatch = (path: string): string => path.replace('beta', '');

/** The statuses of a batch's requests, which are one group and have the ids 0, 1, 2… */
async function batched(requests: readonly object[]): Promise<number[]> {
  const headers = { 'Content-Type': 'application/json' };
  const parts = requests.map((part, id) => ({ id: String(id), atomicityGroup: 'g', headers, ...part }));
  const { body } = await gateway.call('POST', 'beta/$batch', { requests: parts });
  const responses = body['responses'] as { id: string; status: number }[];
  return responses.toSorted((a, b) => Number(a.id) - Number(b.id)).map(({ status }) => status);
}

describe('a category, where an app is linked to it', () => {
  let linked: string;

  beforeEach(() => {
    linked = `${app}/categories`;
  });

  it.each(['v1.0', 'beta'])(
    'is made, read, changed and deleted as the documents of %s say',
    async (version) => {
      const path = linked.replace('beta', version);
      const example = {
        '@odata.type': '#microsoft.graph.mobileAppCategory',
        displayName: 'Display Name value',
      };
      const made = await gateway.call('POST', path, example);
      const id = String(made.body['id']);
      const own = `${version}/deviceAppManagement/mobileAppCategories('${id}')`;
      expect([made.status, made.headers.get('location')]).toEqual([201, `${gateway.url}/${own}`]);
      expect(made.body).toMatchObject({
        '@odata.context': `${gateway.url}/${version}/$metadata#deviceAppManagement/mobileAppCategories/$entity`,
        displayName: 'Display Name value',
      });
      const [read, canonical] = [await get(`${path}/${id}`), await get(own)];
      expect([read.text, read.headers.get('etag')]).toEqual([made.text, made.headers.get('etag')]);
      expect([canonical.text, await idsOf(path)]).toEqual([made.text, [id]]);
      const change = { ...example, displayName: 'Another value' };
      const changed = await gateway.call('PATCH', `${path}('${id}')`, change);
      expect([changed.status, changed.body['displayName']]).toEqual([200, 'Another value']);
      expect((await get(own)).text).toBe(changed.text);
      const deleted = await gateway.call('DELETE', `${path}/${id}`);
      expect([deleted.status, deleted.text, await idsOf(path)]).toEqual([204, '', []]);
      expect(await statusOf(own)).toBe(404);
      expect((await gateway.call('DELETE', `${path}/${id}`)).status).toBe(404);
    },
  );

  it('is not made without the app, nor under an id that is taken', async () => {
    const id = await make(categories, {});
    const taken = await gateway.call('POST', linked, { id });
    expect([taken.status, await idsOf(linked)]).toEqual([409, []]);
    for (const body of [{ id }, { id: randomUUID() }]) {
      const reply = await gateway.call('POST', `${apps}/nobody/categories`, body);
      expect([reply.status, errorIn(reply).message]).toEqual([
        404,
        expect.stringContaining("App with id 'nobody' not found"),
      ]);
      expect(await statusOf(`${categories}/${body.id}`)).toBe(body.id === id ? 200 : 404);
    }
  });

  it('is made where the app has the type that the URL names', async () => {
    const [right, wrong] = [randomUUID(), randomUUID()];
    expect(await make(`${app}/${ios}/categories`, { id: right })).toBe(right);
    expect((await gateway.call('POST', `${app}/${win32}/categories`, { id: wrong })).status).toBe(404);
    expect([await idsOf(linked), await statusOf(`${categories}/${wrong}`)]).toEqual([[right], 404]);
    const [one, other] = [ios, win32].map((type) => `${app}/${type}/categories/${right}`) as [string, string];
    expect((await gateway.call('PATCH', other, { displayName: 'never' })).status).toBe(404);
    expect((await gateway.call('DELETE', other)).status).toBe(404);
    expect((await gateway.call('PATCH', one, { displayName: 'now' })).body['displayName']).toBe('now');
    expect((await gateway.call('DELETE', one)).status).toBe(204);
  });

  it('is neither changed nor deleted where none of its links leads', async () => {
    const id = await make(categories, { displayName: 'mine' });
    const before = await get(`${categories}/${id}`);
    for (const path of [`${linked}/${id}`, `${apps}/nobody/categories/${id}`]) {
      expect((await gateway.call('PATCH', path, { displayName: 'x' })).status).toBe(404);
      expect((await gateway.call('PATCH', path, {})).status).toBe(404);
      expect((await gateway.call('DELETE', path)).status).toBe(404);
    }
    expect((await get(`${categories}/${id}`)).text).toBe(before.text);
  });

  it('is the same for all apps, and goes for all of them', async () => {
    const id = await make(linked, { displayName: 'all' });
    const other = `${apps}/${await make(apps, iosType)}/categories`;
    const body = { '@odata.id': `${gateway.url}/${categories}/${id}` };
    expect((await gateway.call('POST', `${other}/$ref`, body)).status).toBe(204);
    await gateway.call('PATCH', `${linked}/${id}`, { displayName: 'each' });
    expect((await get(`${other}/${id}`)).body['displayName']).toBe('each');
    expect((await gateway.call('DELETE', `${linked}/${id}`)).status).toBe(204);
    expect(await idsOf(other)).toEqual([]);
  });

  it('has a tag, and the collection has none', async () => {
    const one = `${linked}/${await make(linked, { displayName: 'tagged' })}`;
    const tag = await tagOf(one);
    const write = (method: string, headers: Record<string, string>, path = one): Promise<Reply> =>
      gateway.call(method, path, method === 'DELETE' ? undefined : { displayName: 'x' }, headers);
    expect((await write('PATCH', { 'If-Match': '"1"' })).status).toBe(412);
    expect((await write('DELETE', { 'If-None-Match': tag })).status).toBe(412);
    expect((await write('POST', { 'If-Match': tag }, linked)).status).toBe(412);
    expect((await write('POST', { 'If-Match': tag }, `${apps}/nobody/categories`)).status).toBe(404);
    expect((await get(one)).body['displayName']).toBe('tagged');
    const changed = await write('PATCH', { 'If-Match': tag });
    expect([changed.status, await tagOf(one)]).toEqual([200, changed.headers.get('etag')]);
    expect((await write('DELETE', { 'If-Match': tag })).status).toBe(412);
    expect((await write('DELETE', { 'If-Match': await tagOf(one) })).status).toBe(204);
  });

  it('is answered with as little as the client wants', async () => {
    const prefer = { Prefer: 'return=minimal' };
    const made = await gateway.call('POST', linked, { id: randomUUID() }, prefer);
    const [id] = await idsOf(linked);
    const url = `${gateway.url}/${categories}('${String(id)}')`;
    expect([made.status, made.headers.get('location'), made.headers.get('odata-entityid')]).toEqual([
      204,
      url,
      url,
    ]);
    const changed = await gateway.call('PATCH', `${linked}/${String(id)}`, { displayName: 'x' }, prefer);
    expect([changed.status, changed.headers.get('preference-applied')]).toEqual([204, 'return=minimal']);
    const live = `live/v1.0/${linked.slice('beta/'.length)}/${String(id)}`;
    expect((await gateway.call('PATCH', live, { displayName: 'y' })).status).toBe(204);
  });

  it('is refused for what its own set refuses', async () => {
    const one = `${linked}/${await make(linked, {})}`;
    for (const [method, path, body] of [
      ['POST', linked, { publisher: 'x' }],
      ['POST', linked, { displayName: 7 }],
      ['POST', linked, iosType],
      ['POST', linked, []],
      ['PATCH', one, { publisher: 'x' }],
      ['PATCH', one, { id: 'another' }],
      ['PUT', one, {}],
    ] as const)
      expect((await gateway.call(method, path, body)).status).toBe(400);
    expect((await gateway.call('POST', `${linked}?$select=id`, {})).status).toBe(501);
    expect(await idsOf(linked)).toHaveLength(1);
  });

  it('is made by a group of requests or not at all', async () => {
    const id = randomUUID();
    const create = { method: 'POST', url: inBatch(linked), body: { id } };
    const change = { method: 'PATCH', url: `${inBatch(linked)}/${id}`, body: { displayName: 'x' } };
    const missed = { method: 'DELETE', url: `${inBatch(linked)}/nobody` };
    expect(await batched([create, change, missed])).toEqual([424, 424, 404]);
    expect([await statusOf(`${categories}/${id}`), await idsOf(linked)]).toEqual([404, []]);
    expect(await batched([create, change])).toEqual([201, 200]);
    expect((await get(`${linked}/${id}`)).body['displayName']).toBe('x');
  });

  it('is never left behind by an app that goes at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      const [owner, id] = [await make(apps, iosType), randomUUID()];
      const [made] = await Promise.all([
        gateway.call('POST', `${apps}/${owner}/categories`, { id }),
        gateway.call('DELETE', `${apps}/${owner}`),
      ]);
      expect([201, 404]).toContain(made.status);
      expect(await statusOf(`${categories}/${id}`)).toBe(made.status === 201 ? 200 : 404);
    }
  });
});

/** Where the app is reached from, and the way on. */
let status: string;
let path: string;

const patch = (body: object, headers?: Record<string, string>, at = path): Promise<Reply> =>
  gateway.call('PATCH', at, body, headers);
const remove = (headers?: Record<string, string>, at = path): Promise<Reply> =>
  gateway.call('DELETE', at, undefined, headers);

/** The statuses of a PATCH and a DELETE with a token. */
async function writtenBy(token: string): Promise<number[]> {
  const headers = { Authorization: `Bearer ${token}` };
  return [(await patch({ displayName: 'x' }, headers)).status, (await remove(headers)).status];
}

async function makeStatuses(tail: string): Promise<void> {
  await make(`${app}/deviceStatuses`, { id: 's' });
  await make(`${app}/userStatuses`, { id: 'u' });
  await make(`${app}/userStatuses/u/deviceStatuses`, { id: 'd' });
  status = `${app}/${tail}`;
  path = `${status}/app`;
}

describe.each([
  ['deviceStatuses', 'deviceStatuses/s'],
  ['userStatuses', 'userStatuses/u'],
  ['the deviceStatuses of a user', 'userStatuses/u/deviceStatuses/d'],
])('the app of one of %s', (_, tail) => {
  beforeEach(() => makeStatuses(tail));

  it('is changed as the documents say, and answered as in its own set', async () => {
    const example = {
      ...iosType,
      displayName: 'Display Name value',
      largeIcon: { '@odata.type': 'microsoft.graph.mimeContent', type: 'Type value', value: 'dmFsdWU=' },
      isFeatured: true,
      uploadState: 11,
      bundleId: 'Bundle Id value',
      applicableDeviceType: {
        '@odata.type': 'microsoft.graph.iosDeviceType',
        iPad: true,
        iPhoneAndIPod: true,
      },
    };
    const changed = await patch(example);
    expect([changed.status, changed.body['displayName'], changed.body['bundleId']]).toEqual([
      200,
      'Display Name value',
      'Bundle Id value',
    ]);
    const own = await get(app);
    expect([changed.text, changed.headers.get('etag')]).toEqual([own.text, own.headers.get('etag')]);
    expect((await patch({})).text).toBe(own.text);
    expect((await patch({ ...changed.body, notes: 'sent back' })).body['notes']).toBe('sent back');
  });

  it('is deleted with all that it contains', async () => {
    const deleted = await remove();
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect([await statusOf(app), await statusOf(status), await statusOf(path)]).toEqual([404, 404, 404]);
    expect([(await remove()).status, (await patch({})).status]).toEqual([404, 404]);
  });

  it('is not reached by a status that is not there, or is another app’s', async () => {
    const before = await get(app);
    const other = `${apps}/${await make(apps, iosType)}`;
    const nobody = `${status.slice(0, status.lastIndexOf('/'))}/nobody/app`;
    for (const at of [nobody, `${other}/${tail}/app`, `${apps}/nobody/${tail}/app`]) {
      for (const headers of [{}, { 'If-Match': '"1"' }]) {
        expect((await patch({ displayName: 'x' }, headers, at)).status).toBe(404);
        expect((await patch({}, headers, at)).status).toBe(404);
        expect((await remove(headers, at)).status).toBe(404);
      }
    }
    expect([(await get(app)).text, await statusOf(other)]).toEqual([before.text, 200]);
  });
});

describe('the app of a status', () => {
  beforeEach(() => makeStatuses('deviceStatuses/s'));

  it('is judged by its own tag', async () => {
    const tag = await tagOf(app);
    for (const headers of [{ 'If-Match': await tagOf(status) }, { 'If-None-Match': tag }]) {
      expect((await patch({ displayName: 'x' }, headers)).status).toBe(412);
      expect((await patch({}, headers)).status).toBe(412);
      expect((await remove(headers)).status).toBe(412);
    }
    expect((await get(app)).body['displayName']).toBe('old');
    const changed = await patch({ displayName: 'new' }, { 'If-Match': tag, Prefer: 'return=minimal' });
    expect([changed.status, changed.headers.get('etag')]).toEqual([204, await tagOf(app)]);
    expect((await remove({ 'If-Match': tag })).status).toBe(412);
    expect((await remove({ 'If-Match': await tagOf(app) })).status).toBe(204);
  });

  it('has to be of the type that the URL, the body and the properties say', async () => {
    const wrong = [
      await patch({ installCommandLine: 'x' }),
      await patch({ '@odata.type': `#${win32}` }),
      await patch({ '@odata.type': '#microsoft.graph.mobileAppInstallStatus' }),
      await patch({ id: 'another' }),
      await patch({ errorCode: 1 }),
    ];
    expect(wrong.map((reply) => reply.status)).toEqual([400, 400, 400, 400, 400]);
    expect((await patch({ bundleId: 'x' }, {}, `${path}/${win32}`)).status).toBe(400);
    expect((await patch({ notes: 'x' }, {}, `${path}/${win32}`)).status).toBe(404);
    expect((await remove({}, `${path}/${win32}`)).status).toBe(404);
    const cast = `${status.replace(app, `${app}/${ios}`)}/app/${ios}`;
    expect((await patch({ bundleId: 'x' }, {}, cast)).body['bundleId']).toBe('x');
    expect((await patch({ bundleId: 'y' }, {}, cast.replace(ios, win32))).status).toBe(404);
    expect((await remove({}, cast)).status).toBe(204);
  });

  it('has what can be written where the app itself has it', async () => {
    const made = await gateway.call('POST', `${path}/userStatuses`, { id: 'new' });
    expect([made.status, made.headers.get('location')]).toEqual([
      201,
      `${gateway.url}/${app.replace(/\/([^/]*)$/, "('$1')")}/userStatuses('new')`,
    ]);
    const category = await make(`${path}/categories`, { displayName: 'x' });
    expect(await idsOf(`${app}/categories`)).toEqual([category]);
    expect((await patch({ displayName: 'y' }, {}, `${path}/categories/${category}`)).status).toBe(200);
    expect((await remove({}, `${path}/userStatuses/new`)).status).toBe(204);
    const nobody = `${app}/userStatuses/nobody/app`;
    expect((await gateway.call('POST', `${nobody}/userStatuses`, { id: 'never' })).status).toBe(404);
    expect((await gateway.call('POST', `${nobody}/categories`, { id: 'never' })).status).toBe(404);
    expect((await remove({}, `${nobody}/categories/${category}`)).status).toBe(404);
    expect([await statusOf(`${app}/userStatuses/never`), await statusOf(`${categories}/never`)]).toEqual([
      404, 404,
    ]);
    expect(await idsOf(`${app}/categories`)).toEqual([category]);
  });

  it('is changed by a group of requests while they leave the status there', async () => {
    const [url, at] = [inBatch(path), inBatch(status)];
    const change = { method: 'PATCH', url, body: { displayName: 'new' } };
    const gone = { method: 'DELETE', url: at };
    expect(await batched([change, gone, change])).toEqual([424, 424, 404]);
    expect([(await get(app)).body['displayName'], await statusOf(status)]).toEqual(['old', 200]);
    expect(await batched([change, gone])).toEqual([200, 204]);
    expect([(await get(app)).body['displayName'], await statusOf(path)]).toEqual(['new', 404]);
  });

  it('is for who may write apps in its tenant', async () => {
    const reader = await gateway.tokenFor({ scopes: ['DeviceManagementApps.Read.All'] });
    expect(await writtenBy(reader)).toEqual([403, 403]);
    expect(await writtenBy(await gateway.tokenFor({ tenant: randomUUID() }))).toEqual([404, 404]);
    const stranger = request(`${gateway.url}/${path}`, 'DELETE');
    expect([(await stranger).status, (await get(app)).body['displayName']]).toEqual([401, 'old']);
  });

  it('is written at the dates that have the status', async () => {
    const rest = path.slice('beta/'.length);
    expect((await patch({ displayName: 'new' }, {}, `2017-01/beta/${rest}`)).status).toBe(200);
    for (const base of ['v1.0', 'live/beta'])
      expect((await patch({ displayName: 'x' }, {}, `${base}/${rest}`)).status).toBe(400);
    expect((await get(app)).body['displayName']).toBe('new');
  });
});
