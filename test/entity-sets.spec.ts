import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { request, startTestGateway, type TestGateway } from './support/gateway.js';
import { collections, freshBody, freshPath, isBetweenApps, singles } from './support/sets.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

const guid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const guidsOfBoth = /^[0-9a-f]{8}-[0-9a-f-]{27}_[0-9a-f]{8}-[0-9a-f-]{27}$/;

type Entities = { id: string }[];
const ids = (body: Record<string, unknown>): string[] => (body['value'] as Entities).map(({ id }) => id);

/** The statuses of the answers to who has this token. */
async function statuses(
  token: string | undefined,
  routes: readonly [string, string, object | undefined][],
): Promise<number[]> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const replies = routes.map(([method, route, sent]) =>
    request(`${gateway.url}/${route}`, method, sent, headers),
  );
  return (await Promise.all(replies)).map((reply) => reply.status);
}

describe.each(collections)('%s in %s', (_name, version, set) => {
  it('creates, reads, updates and deletes an entity', async () => {
    const path = await freshPath(gateway, version, set);
    const body = await freshBody(gateway, version, set);
    const created = await gateway.call('POST', path, body);
    expect(created.status).toBe(201);
    const id = String(created.body['id']);
    expect(id).toMatch(isBetweenApps(set) ? guidsOfBoth : guid);
    const location = created.headers.get('location') ?? '';
    expect(location.startsWith(`${gateway.url}/${version}/deviceAppManagement/`)).toBe(true);
    expect(location.endsWith(`('${id}')`)).toBe(true);

    const headers = { Authorization: `Bearer ${gateway.token}` };
    const located = await request(location, 'GET', undefined, headers);
    expect(located.body).toEqual(created.body);

    const updated = await gateway.call('PATCH', `${path}/${id}`, { id, ...body });
    expect(updated.status).toBe(200);
    expect(updated.text).toBe(located.text);

    const deleted = await gateway.call('DELETE', `${path}/${id}`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await gateway.call('GET', `${path}/${id}`)).status).toBe(404);
    expect((await gateway.call('PATCH', `${path}/${id}`, {})).status).toBe(404);
    expect((await gateway.call('DELETE', `${path}/${id}`)).status).toBe(404);
  });

  it('lists in key order, page by page', async () => {
    const path = await freshPath(gateway, version, set);
    // A set without a parent holds the entities of other tests too: these come first in key order.
    const given = ['!a', '!b', '!c', "!d'/é", '!e'];
    const made: string[] = [];
    for (const id of given.toReversed()) {
      const { status, body } = await gateway.call('POST', path, {
        id,
        ...(await freshBody(gateway, version, set)),
      });
      expect(status).toBe(201);
      made.push(String(body['id']));
    }
    const wanted = made.toSorted((a, b) => (a < b ? -1 : 1));
    if (!isBetweenApps(set)) expect(wanted).toEqual(given);
    const first = await gateway.call('GET', `${path}?$top=2`);
    expect(ids(first.body)).toEqual(wanted.slice(0, 2));
    expect(first.body['@odata.context']).toMatch(/\/\$metadata#deviceAppManagement\/[^$]*$/);
    const headers = { Authorization: `Bearer ${gateway.token}` };
    const second = await request(String(first.body['@odata.nextLink']), 'GET', undefined, headers);
    expect(ids(second.body)).toEqual(wanted.slice(2, 4));
    const third = await request(String(second.body['@odata.nextLink']), 'GET', undefined, headers);
    expect(ids(third.body)[0]).toBe(wanted[4]);
    const none = await gateway.call('GET', `${path}?$top=0`);
    expect([none.body['value'], none.body['@odata.nextLink']]).toEqual([[], undefined]);
    for (const id of wanted)
      expect(
        (await gateway.call('DELETE', `${path}('${id.replace("'", "''").replace('/', '%2F')}')`)).status,
      ).toBe(204);
  });

  it('refuses a second entity with the same id', async () => {
    const path = await freshPath(gateway, version, set);
    const body = { id: randomUUID(), ...(await freshBody(gateway, version, set)) };
    expect((await gateway.call('POST', path, body)).status).toBe(201);
    expect((await gateway.call('POST', path, body)).status).toBe(409);
  });

  it('answers one address in every spelling', async () => {
    const path = await freshPath(gateway, version, set);
    const { body } = await gateway.call('POST', path, await freshBody(gateway, version, set));
    const id = String(body['id']);
    const entity = await gateway.call('GET', `${path}/${id}`);
    for (const spelling of [
      `/${path}//${id}/`,
      `${path.replace('deviceAppManagement', 'DEVICEappmanagement')}('${id}')`,
    ]) {
      expect((await gateway.call('GET', spelling)).text).toBe(entity.text);
    }
    expect(
      (await gateway.call('GET', `${version.toUpperCase()}${path.slice(version.length)}/${id}`)).text,
    ).toBe(entity.text);
  });

  it('takes no token for another, and no stranger', async () => {
    const path = await freshPath(gateway, version, set);
    const { body } = await gateway.call('POST', path, await freshBody(gateway, version, set));
    const entity = `${path}/${String(body['id'])}`;
    const before = await gateway.call('GET', entity);
    const writes: [string, string, object | undefined][] = [
      ['POST', path, await freshBody(gateway, version, set)],
      ['PATCH', entity, {}],
      ['DELETE', entity, undefined],
    ];
    const routes: [string, string, object | undefined][] = [
      ...writes,
      ['GET', path, undefined],
      ['GET', entity, undefined],
    ];
    expect(await statuses(undefined, routes)).toEqual([401, 401, 401, 401, 401]);
    const reader = await gateway.tokenFor({ scopes: ['DeviceManagementApps.Read.All'] });
    expect(await statuses(reader, routes)).toEqual([403, 403, 403, 200, 200]);
    const nobody = await gateway.tokenFor({ roles: ['Other.Permission'] });
    expect(await statuses(nobody, routes)).toEqual([403, 403, 403, 403, 403]);
    const stranger = await gateway.tokenFor({ tenant: randomUUID() });
    const isRoot = set.ancestors.length === 0;
    expect(await statuses(stranger, routes)).toEqual([isRoot ? 201 : 404, 404, 404, isRoot ? 200 : 404, 404]);
    expect((await gateway.call('GET', entity)).text).toBe(before.text);
  });
});

describe.each(singles)('%s in %s', (_name, version, set) => {
  it('is there as long as its container, in every spelling, for who may see it', async () => {
    const path = await freshPath(gateway, version, set);
    const got = await gateway.call('GET', path);
    expect(got.status).toBe(200);
    const updated = await gateway.call('PATCH', path, { id: got.body['id'] });
    expect([updated.status, updated.text]).toEqual([200, got.text]);
    const respelt = `/${path.replace('deviceAppManagement', 'DEVICEappmanagement').replace(/\w+$/, (name) => name.toUpperCase())}/`;
    expect((await gateway.call('GET', respelt)).text).toBe(got.text);

    const routes: [string, string, object | undefined][] = [
      ['PATCH', path, {}],
      ['GET', path, undefined],
    ];
    expect(await statuses(undefined, routes)).toEqual([401, 401]);
    const reader = await gateway.tokenFor({ scopes: ['DeviceManagementApps.Read.All'] });
    expect(await statuses(reader, routes)).toEqual([403, 200]);
    const stranger = await gateway.tokenFor({ tenant: randomUUID() });
    expect(await statuses(stranger, routes)).toEqual([404, 404]);

    const container = path.slice(0, path.lastIndexOf('/'));
    expect((await gateway.call('DELETE', container)).status).toBe(204);
    expect(await statuses(gateway.token, routes)).toEqual([404, 404]);
  });

  it('is one: what is for many is refused', async () => {
    const path = await freshPath(gateway, version, set);
    const before = await gateway.call('GET', path);
    const routes: [string, string, object | undefined][] = [
      ['POST', path, {}],
      ['DELETE', path, undefined],
      ['GET', `${path}?$top=1`, undefined],
      ['GET', `${path}('${String(before.body['id'])}')`, undefined],
      ['PATCH', `${path}/${String(before.body['id'])}`, {}],
    ];
    expect(await statuses(gateway.token, routes)).toEqual(routes.map(() => 400));
    expect((await gateway.call('GET', path)).text).toBe(before.text);
  });
});
