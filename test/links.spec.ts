import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Reply, request, startTestGateway, type TestGateway } from './support/gateway.js';

const root = 'beta/deviceAppManagement';
const apps = `${root}/mobileApps`;
const categories = `${root}/mobileAppCategories`;
const iosStoreApp = '#microsoft.graph.iosStoreApp';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
  for (const id of ['games', 'tools', 'work', 'lonely']) await make(categories, { id, displayName: id });
  await make(categories, { id: "it's/odd", displayName: 'odd' });
  for (const id of ['one', 'two', 'bare']) await make(apps, { '@odata.type': iosStoreApp, id });
  await make(apps, { '@odata.type': '#microsoft.graph.win32LobApp', id: 'win' });
  for (const [app, category] of [
    ['one', 'games'],
    ['one', 'tools'],
    ['one', 'work'],
    ['two', 'tools'],
    ['win', 'work'],
  ] as const)
    await link(app, category);
  await make(`${apps}/one/deviceStatuses`, { id: 'status' });
});

afterAll(() => gateway.close());

async function make(path: string, body: object): Promise<Record<string, unknown>> {
  const reply = await gateway.call('POST', path, body);
  expect(reply.status).toBe(201);
  return reply.body;
}

async function link(app: string, category: string): Promise<void> {
  const url = `${gateway.url}/${categories}/${category}`;
  const { status } = await gateway.call('POST', `${apps}/${app}/categories/$ref`, { '@odata.id': url });
  expect(status).toBe(204);
}

const get = (path: string): Promise<Reply> => gateway.call('GET', path);
const codeOf = ({ body }: Reply): unknown => (body['error'] as { code?: unknown } | undefined)?.code;
const idsIn = (value: unknown): unknown[] => (value as { id: unknown }[]).map(({ id }) => id);
const idsOf = async (path: string): Promise<unknown[]> => idsIn((await get(path)).body['value']);
const context = (rest: string): string => `${gateway.url}/beta/$metadata#deviceAppManagement/${rest}`;

const allowed = async (path: string): Promise<unknown> =>
  (await gateway.call('OPTIONS', path)).headers.get('allow');
const linked = (id: string): unknown => expect.objectContaining({ id, displayName: id });
const bind = (urls: unknown, id: string = randomUUID()): Promise<Reply> =>
  gateway.call('POST', apps, { '@odata.type': iosStoreApp, id, 'categories@odata.bind': urls });

describe('the entities that one is linked to', () => {
  it.each([
    ['', ['games', 'tools', 'work']],
    ["?$filter=displayName gt 'games'", ['tools', 'work']],
    ['?$orderby=displayName desc', ['work', 'tools', 'games']],
    ['?$search=tool', ['tools']],
    ['?$skip=1&$top=1', ['tools']],
    ['?$select=id', ['games', 'tools', 'work']],
  ])('are listed: %s', async (options, expected) => {
    expect(await idsOf(`${apps}/one/categories${options}`)).toEqual(expected);
  });

  it('are those of their own set, wherever they are reached from', async () => {
    const list = await get(`${apps}/one/categories?$top=1&$count=true`);
    expect(list.body).toMatchObject({ '@odata.context': context('mobileAppCategories'), '@odata.count': 3 });
    const one = await get(`${apps}('one')/CATEGORIES('tools')`);
    const canonical = await get(`${categories}/tools`);
    expect([one.status, one.text]).toEqual([200, canonical.text]);
    expect(one.headers.get('etag')).toBe(canonical.headers.get('etag'));
    const property = await get(`${apps}/one/categories/tools/displayName`);
    expect(property.body).toEqual({
      '@odata.context': context("mobileAppCategories('tools')/displayName"),
      value: 'tools',
    });
    const full = await get(`${apps}/one/categories/tools?$format=application/json;odata.metadata=full`);
    const url = `${gateway.url}/beta/deviceAppManagement/mobileAppCategories('tools')`;
    expect(full.body).toMatchObject({ '@odata.id': url, '@odata.editLink': url });
  });

  it('are counted, and named', async () => {
    expect((await get(`${apps}/one/categories/$count`)).text).toBe('3');
    expect((await get(`${apps}/one/categories/$count?$filter=id eq 'work'`)).text).toBe('1');
    expect((await get(`${apps}/bare/categories/$count`)).text).toBe('0');
    const links = await get(`${apps}/two/categories/$ref`);
    const id = `${gateway.url}/beta/deviceAppManagement/mobileAppCategories('tools')`;
    expect(links.body).toEqual({
      '@odata.context': `${gateway.url}/beta/$metadata#Collection($ref)`,
      value: [{ '@odata.id': id }],
    });
    expect((await get(`${apps}/two/categories/tools/$ref`)).body['@odata.id']).toBe(id);
  });

  it.each(['', '/$ref'])('come page by page%s', async (part) => {
    const headers = { Authorization: `Bearer ${gateway.token}` };
    let page = await get(`${apps}/one/categories${part}?$top=1&$orderby=displayName`);
    const met: unknown[] = [];
    for (;;) {
      met.push(...(page.body['value'] as unknown[]));
      const next = page.body['@odata.nextLink'] as string | undefined;
      if (next === undefined) break;
      expect(next).toContain(`mobileApps('one')/categories${part}?`);
      page = await request(next, 'GET', undefined, headers);
    }
    expect(met).toHaveLength(3);
    const token = /\$skiptoken=.*/.exec(
      String((await get(`${apps}/one/categories?$top=1`)).body['@odata.nextLink']),
    );
    expect((await get(`${apps}/two/categories?${token?.[0] ?? ''}`)).status).toBe(400);
    expect((await get(`${categories}?${token?.[0] ?? ''}`)).status).toBe(400);
  });

  it('are in both versions', async () => {
    const { body } = await get('v1.0/deviceAppManagement/mobileApps/two/categories');
    expect(idsIn(body['value'])).toEqual(['tools']);
  });

  it.each([
    `${apps}/nobody/categories`,
    `${apps}/nobody/categories/$count`,
    `${apps}/nobody/categories/$ref`,
    `${apps}/nobody/categories/tools`,
    `${apps}/one/microsoft.graph.win32LobApp/categories`,
    `${apps}/one/microsoft.graph.win32LobApp/categories/tools`,
    `${apps}/one/categories/lonely`,
    `${apps}/one/categories/lonely/$ref`,
    `${apps}/one/categories/lonely/displayName`,
    `${apps}/bare/deviceStatuses/status/app/categories`,
  ])('are not there: %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('are reached through casts and other navigations', async () => {
    expect(await idsOf(`${apps}/win/microsoft.graph.win32LobApp/categories`)).toEqual(['work']);
    expect(await idsOf(`${apps}/one/deviceStatuses/status/app/categories`)).toEqual([
      'games',
      'tools',
      'work',
    ]);
    expect(await idsOf(`${apps}/one/categories/microsoft.graph.mobileAppCategory`)).toHaveLength(3);
  });

  it('say where they were asked for when a verb is not theirs', async () => {
    const { status, body } = await gateway.call('PUT', `${apps}/one/categories/tools`, { displayName: 'x' });
    expect([status, (body['error'] as { message: string }).message]).toEqual([
      400,
      "No OData route exists that match template ~/singleton/navigation/key/navigation/key with http verb PUT for request /deviceAppManagement/mobileApps('one')/categories('tools').",
    ]);
  });

  it('take the verbs that OPTIONS says', async () => {
    expect(await allowed(`${apps}/one/categories`)).toBe('GET, HEAD, POST, OPTIONS');
    expect(await allowed(`${apps}/one/categories/tools`)).toBe('GET, HEAD, PATCH, DELETE, OPTIONS');
    expect(await allowed(`${apps}/one/categories/$ref`)).toBe('GET, HEAD, POST, DELETE, OPTIONS');
    expect(await allowed(`${apps}/one/categories/tools/$ref`)).toBe('GET, HEAD, DELETE, OPTIONS');
    expect(await allowed(`${apps}/one/deviceStatuses/$ref`)).toBe('GET, HEAD, OPTIONS');
  });
});

describe('expanded', () => {
  it('they come with each entity of a list', async () => {
    const { body } = await get(`${apps}?$expand=categories&$select=id&$filter=id in ('bare','one','two')`);
    expect(body['@odata.context']).toBe(context('mobileApps(id,categories())'));
    expect(body['value']).toEqual([
      expect.objectContaining({ id: 'bare', categories: [] }),
      expect.objectContaining({ id: 'one', categories: [linked('games'), linked('tools'), linked('work')] }),
      expect.objectContaining({
        id: 'two',
        'categories@odata.context': context('mobileAppCategories'),
        categories: [linked('tools')],
      }),
    ]);
  });

  it('they come with a single one, with options, with links or a count alone', async () => {
    const nested = `$select=displayName;$orderby=displayName desc;$filter=id ne 'tools';$top=1;$count=true`;
    expect((await get(`${apps}/one?$expand=categories(${nested})`)).body).toMatchObject({
      '@odata.context': context('mobileApps(categories(displayName))/$entity'),
      'categories@odata.count': 2,
      categories: [{ displayName: 'work' }],
    });
    const tools = `${gateway.url}/beta/deviceAppManagement/mobileAppCategories('tools')`;
    const refs = await get(`${apps}/two?$expand=categories/$ref`);
    expect(refs.body['categories']).toEqual([{ '@odata.id': tools }]);
    const counts = await get(
      `${apps}?$expand=categories/$count($filter=id gt 'h')&$filter=id in ('bare','one')`,
    );
    expect(counts.body['value']).toMatchObject([
      { id: 'bare', 'categories@odata.count': 0 },
      { id: 'one', 'categories@odata.count': 2 },
    ]);
    const all = await get(`${apps}/two?$expand=*`);
    expect(idsIn(all.body['categories'])).toEqual(['tools']);
  });

  it('they come two levels deep', async () => {
    const { body } = await get(`${apps}/one/deviceStatuses?$expand=app($expand=categories($select=id))`);
    const [status] = body['value'] as { app: { categories: unknown } }[];
    expect(idsIn(status?.app.categories)).toEqual(['games', 'tools', 'work']);
  });

  it('they come with entities of one type', async () => {
    const { body } = await get(
      `${apps}?$expand=microsoft.graph.win32LobApp/categories&$filter=id in ('one','win')`,
    );
    const [one, win] = body['value'] as Record<string, unknown>[];
    expect(one).not.toHaveProperty('categories');
    expect(idsIn(win?.['categories'])).toEqual(['work']);
  });

  it('a nextLink goes on where a page was too long', async () => {
    const app = randomUUID();
    const urls = Array.from({ length: 105 }, (_, index) => `c${String(index).padStart(3, '0')}`);
    for (const id of urls) await make(categories, { id });
    const bound = urls.map((id) => `mobileAppCategories/${id}`.replace(/^/, 'deviceAppManagement/'));
    await make(apps, { '@odata.type': iosStoreApp, id: app, 'categories@odata.bind': bound });
    const { body } = await get(`${apps}/${app}?$expand=categories($select=id)`);
    const next = String(body['categories@odata.nextLink']);
    expect(next).toContain(`mobileApps('${app}')/categories?$select=id&$skiptoken=`);
    const rest = await request(next, 'GET', undefined, { Authorization: `Bearer ${gateway.token}` });
    const all = [...idsIn(body['categories']), ...idsIn(rest.body['value'])];
    expect([rest.status, all.slice(0, 105)]).toEqual([200, urls.slice(0, all.length)]);
    for (const id of urls) await gateway.call('DELETE', `${categories}/${id}`);
  });
});

describe('in expressions', () => {
  it.each([
    [`categories/any(c:c/displayName eq 'TOOLS')`, ['one', 'two']],
    [`categories/any()`, ['one', 'two', 'win']],
    [`not categories/any()`, ['bare']],
    [`categories/all(c:c/id eq 'tools')`, ['bare', 'two']],
    [`categories/$count gt 1`, ['one']],
    [`categories/$count($filter=id ne 'work') eq 0`, ['bare', 'win']],
    [`microsoft.graph.win32LobApp/categories/any(c:c/id eq 'work')`, ['win']],
  ])('$filter=%s', async (filter, expected) => {
    const only = `id in ('one','two','bare','win')`;
    expect(await idsOf(`${apps}?$filter=${only} and (${filter})`)).toEqual(expected);
  });

  it('they decide an order, and are reached from a status', async () => {
    expect(
      await idsOf(`${apps}?$orderby=categories/$count desc,id&$filter=id in ('one','two','bare')`),
    ).toEqual(['one', 'two', 'bare']);
    const statuses = `${apps}/one/deviceStatuses?$filter=app/categories/any(c:c/id eq`;
    expect(await idsOf(`${statuses} 'games')`)).toEqual(['status']);
    expect(await idsOf(`${statuses} 'lonely')`)).toEqual([]);
  });
});

describe('a link', () => {
  let app: string;
  let links: string;
  beforeEach(async () => {
    app = String((await make(apps, { '@odata.type': iosStoreApp }))['id']);
    links = `${apps}/${app}/categories/$ref`;
  });

  const linkedIds = (): Promise<unknown[]> => idsOf(`${apps}/${app}/categories`);

  it.each([
    ['absolute', () => `${gateway.url}/beta/deviceAppManagement/mobileAppCategories/tools`],
    [
      'absolute, of the other version',
      () => `${gateway.url}/v1.0/deviceAppManagement/mobileAppCategories('tools')`,
    ],
    [
      'absolute, in any case',
      () => `${gateway.url.toUpperCase()}/BETA/deviceappmanagement/MOBILEAPPCATEGORIES('tools')`,
    ],
    ['relative to the service root', () => `deviceAppManagement/mobileAppCategories('tools')`],
    ['relative, by a named key', () => `deviceAppManagement/mobileAppCategories(id='tools')`],
    ['relative to the host', () => `/beta/deviceAppManagement/mobileAppCategories/tools`],
    ['relative, with a version', () => `v1.0/deviceAppManagement/mobileAppCategories/tools/`],
    ['percent-encoded', () => `deviceAppManagement/mobileAppCategories('%74ools')`],
  ])('is made by a URL that is %s', async (_, url) => {
    const made = await gateway.call('POST', links, { '@odata.id': url() });
    expect([made.status, made.text, await linkedIds()]).toEqual([204, '', ['tools']]);
    expect((await gateway.call('POST', links, { '@odata.id': url() })).status).toBe(204);
    expect(await linkedIds()).toEqual(['tools']);
  });

  it('keeps keys as they are', async () => {
    const url = `deviceAppManagement/mobileAppCategories('it''s%2Fodd')`;
    expect((await gateway.call('POST', links, { '@id': url, '@odata.type': '#x' })).status).toBe(204);
    expect(await linkedIds()).toEqual(["it's/odd"]);
    const named = `${links}?$id=${encodeURIComponent(url)}`;
    expect((await gateway.call('DELETE', named)).status).toBe(204);
    expect(await linkedIds()).toEqual([]);
  });

  it.each([
    ['elsewhere', 'https://graph.microsoft.com/beta/deviceAppManagement/mobileAppCategories/tools'],
    ['elsewhere, by name', '//graph.microsoft.com/beta/deviceAppManagement/mobileAppCategories/tools'],
    ['of another protocol', 'urn:tools'],
    ['of another set', 'deviceAppManagement/mobileApps/one'],
    ['of the set itself', 'deviceAppManagement/mobileAppCategories'],
    ['of a property', 'deviceAppManagement/mobileAppCategories/tools/displayName'],
    ['of a link', 'deviceAppManagement/mobileAppCategories/tools/$ref'],
    ['of a navigation', 'deviceAppManagement/mobileApps/one/categories/tools'],
    ['of a bad key', `deviceAppManagement/mobileAppCategories('${'x'.repeat(200)}')`],
    ['of nothing', 'nope/nope'],
    ['malformed', 'deviceAppManagement/mobileAppCategories/%ZZ'],
    ['with a query', 'deviceAppManagement/mobileAppCategories/tools?$select=id'],
    ['empty', ''],
  ])('is not made by a URL that is %s', async (_, url) => {
    const reply = await gateway.call('POST', links, { '@odata.id': url });
    expect([reply.status, codeOf(reply)]).toEqual([400, 'BadRequest']);
    const named = await gateway.call('DELETE', `${links}?$id=${encodeURIComponent(url)}`);
    expect([named.status, codeOf(named)]).toEqual([400, 'BadRequest']);
    expect(await linkedIds()).toEqual([]);
  });

  it.each([
    ['an array', [{ '@odata.id': 'deviceAppManagement/mobileAppCategories/tools' }]],
    ['text', '"deviceAppManagement/mobileAppCategories/tools"'],
    ['no JSON', '{'],
    ['empty', {}],
    ['no text', { '@odata.id': 7 }],
    ['an entity', { id: 'tools' }],
    ['more than a link', { '@odata.id': 'deviceAppManagement/mobileAppCategories/tools', displayName: 'x' }],
  ])('is not made by a body that is %s', async (_, body) => {
    expect((await gateway.call('POST', links, body)).status).toBe(400);
    expect(await linkedIds()).toEqual([]);
  });

  it('needs a body in JSON', async () => {
    expect((await gateway.call('POST', links)).status).toBe(400);
    const text = { 'Content-Type': 'text/plain' };
    expect((await gateway.call('POST', links, '{"@odata.id":"x"}', text)).status).toBe(415);
  });

  it('needs both ends to be there', async () => {
    const url = 'deviceAppManagement/mobileAppCategories';
    expect((await gateway.call('POST', links, { '@odata.id': `${url}/nobody` })).status).toBe(404);
    const nobody = `${apps}/nobody/categories`;
    const reply = await gateway.call('POST', `${nobody}/$ref`, { '@odata.id': `${url}/tools` });
    expect([reply.status, reply.text]).toEqual([
      404,
      expect.stringContaining("App with id 'nobody' not found"),
    ]);
    expect((await gateway.call('DELETE', `${nobody}/tools/$ref`)).status).toBe(404);
    expect((await gateway.call('DELETE', `${apps}/${app}/categories/tools/$ref`)).status).toBe(404);
    expect((await gateway.call('DELETE', `${links}?$id=${url}/tools`)).status).toBe(404);
    const cast = `${apps}/${app}/microsoft.graph.win32LobApp/categories`;
    expect((await gateway.call('POST', `${cast}/$ref`, { '@odata.id': `${url}/tools` })).status).toBe(404);
  });

  it('is removed by either URL, once', async () => {
    await link(app, 'tools');
    await link(app, 'work');
    const removed = await gateway.call('DELETE', `${apps}/${app}/categories('tools')/$ref`);
    expect([removed.status, removed.text, await linkedIds()]).toEqual([204, '', ['work']]);
    expect((await gateway.call('DELETE', `${apps}/${app}/categories/tools/$ref`)).status).toBe(404);
    const url = `${gateway.url}/v1.0/deviceAppManagement/mobileAppCategories/work`;
    expect((await gateway.call('DELETE', `${links}?$id=${encodeURIComponent(url)}`)).status).toBe(204);
    expect(await linkedIds()).toEqual([]);
    expect((await get(`${categories}/tools`)).status).toBe(200);
  });

  it('is removed by one URL at a time', async () => {
    await link(app, 'tools');
    expect((await gateway.call('DELETE', links)).status).toBe(400);
    expect((await gateway.call('DELETE', `${apps}/${app}/categories/tools/$ref?$id=x`)).status).toBe(501);
    expect(await linkedIds()).toEqual(['tools']);
  });

  it('has no tag', async () => {
    await link(app, 'tools');
    const tag = String((await get(`${apps}/${app}`)).headers.get('etag'));
    const body = { '@odata.id': 'deviceAppManagement/mobileAppCategories/work' };
    expect((await gateway.call('POST', links, body, { 'If-Match': tag })).status).toBe(412);
    const one = `${apps}/${app}/categories/tools/$ref`;
    expect((await gateway.call('DELETE', one, undefined, { 'If-Match': tag })).status).toBe(412);
    expect(await linkedIds()).toEqual(['tools']);
    expect((await gateway.call('DELETE', one, undefined, { 'If-Match': '*' })).status).toBe(204);
    expect((await gateway.call('PATCH', `${apps}/${app}`, { notes: 'n' }, { 'If-Match': tag })).status).toBe(
      200,
    );
  });

  it('goes with either end, and the other end stays', async () => {
    const category = String((await make(categories, {}))['id']);
    await link(app, category);
    await link(app, 'tools');
    expect((await gateway.call('DELETE', `${categories}/${category}`)).status).toBe(204);
    expect(await linkedIds()).toEqual(['tools']);
    expect((await gateway.call('DELETE', `${apps}/${app}`)).status).toBe(204);
    expect((await get(`${categories}/tools`)).status).toBe(200);
    await make(apps, { '@odata.type': iosStoreApp, id: app });
    expect(await linkedIds()).toEqual([]);
  });

  it('stays within its tenant', async () => {
    const token = await gateway.tokenFor({ tenant: randomUUID() });
    const headers = { Authorization: `Bearer ${token}` };
    const own = await gateway.call('POST', apps, { '@odata.type': iosStoreApp, id: app }, headers);
    expect(own.status).toBe(201);
    const body = { '@odata.id': 'deviceAppManagement/mobileAppCategories/tools' };
    expect((await gateway.call('POST', links, body, headers)).status).toBe(404);
    await link(app, 'tools');
    expect(
      (await gateway.call('GET', `${apps}/${app}/categories`, undefined, headers)).body['value'],
    ).toEqual([]);
    const foreign = await gateway.call('DELETE', `${apps}/${app}/categories/tools/$ref`, undefined, headers);
    expect([foreign.status, await linkedIds()]).toEqual([404, ['tools']]);
  });

  it('takes the permission to write', async () => {
    const token = await gateway.tokenFor({ scopes: ['DeviceManagementApps.Read.All'] });
    const headers = { Authorization: `Bearer ${token}` };
    const body = { '@odata.id': 'deviceAppManagement/mobileAppCategories/tools' };
    expect((await gateway.call('POST', links, body, headers)).status).toBe(403);
    await link(app, 'tools');
    const one = `${apps}/${app}/categories/tools/$ref`;
    expect((await gateway.call('DELETE', one, undefined, headers)).status).toBe(403);
    expect((await gateway.call('GET', one, undefined, headers)).status).toBe(200);
  });

  it.each([
    ['POST', `${apps}/one/deviceStatuses/$ref`],
    ['DELETE', `${apps}/one/deviceStatuses/status/$ref`],
    ['DELETE', `${apps}/one/deviceStatuses/$ref?$id=x`],
    ['POST', `${apps}/one/deviceStatuses/status/app/$ref`],
    ['PUT', `${apps}/one/deviceStatuses/status/app/$ref`],
    ['DELETE', `${apps}/one/deviceStatuses/status/app/$ref`],
    ['POST', `${apps}/$ref`],
    ['DELETE', `${apps}/one/$ref`],
    ['POST', `${apps}/one/categories/tools/$ref`],
    ['PUT', `${apps}/one/categories/$ref`],
  ])('is not what %s %s writes', async (method, path) => {
    const body = method === 'DELETE' ? undefined : { '@odata.id': 'deviceAppManagement/mobileApps/two' };
    const reply = await gateway.call(method, path, body);
    expect([reply.status, codeOf(reply)]).toEqual([400, 'No method match route template']);
  });

  it('is made and removed in a batch, all or nothing', async () => {
    const body = { '@odata.id': `${gateway.url}/${categories}/tools` };
    const headers = { 'Content-Type': 'application/json' };
    const url = `/deviceAppManagement/mobileApps/${app}/categories`;
    const { body: answer } = await gateway.call('POST', 'beta/$batch', {
      requests: [
        { id: '1', method: 'POST', url: `${url}/$ref`, headers, body },
        { id: '2', method: 'DELETE', url: `${url}/tools/$ref`, dependsOn: ['1'] },
        { id: '3', method: 'DELETE', url: `${url}/tools/$ref`, dependsOn: ['2'] },
      ],
    });
    const responses = answer['responses'] as { id: string; status: number }[];
    const statuses = responses.toSorted((a, b) => Number(a.id) - Number(b.id)).map(({ status }) => status);
    expect(statuses).toEqual([204, 204, 404]);
  });
});

describe('links made along with an entity', () => {
  it('lead to what is there', async () => {
    const made = await bind([
      `${gateway.url}/${categories}/tools`,
      'deviceAppManagement/mobileAppCategories/work',
      'deviceAppManagement/mobileAppCategories/work',
    ]);
    expect(made.status).toBe(201);
    expect(made.body).not.toHaveProperty('categories');
    expect(await idsOf(`${apps}/${String(made.body['id'])}/categories`)).toEqual(['tools', 'work']);
    expect((await bind([])).status).toBe(201);
  });

  it.each([
    ['what is not there', 404, ['deviceAppManagement/mobileAppCategories/nobody']],
    ['another set', 400, ['deviceAppManagement/mobileApps/one']],
    ['no URL', 400, [7]],
    ['no array', 400, 'deviceAppManagement/mobileAppCategories/tools'],
  ])('or nothing is made, when they lead to %s', async (_, status, urls) => {
    const id = randomUUID();
    expect((await bind(urls, id)).status).toBe(status);
    expect((await get(`${apps}/${id}`)).status).toBe(404);
  });

  it('are not taken in a PATCH, nor are entities instead of them', async () => {
    const body = { 'categories@odata.bind': ['deviceAppManagement/mobileAppCategories/tools'] };
    expect((await gateway.call('PATCH', `${apps}/bare`, body)).status).toBe(501);
    const inner = { '@odata.type': iosStoreApp, categories: [{ displayName: 'x' }] };
    expect((await gateway.call('POST', apps, inner)).status).toBe(501);
    expect(await idsOf(`${apps}/bare/categories`)).toEqual([]);
  });

  it('what full metadata says of them is sent back without harm', async () => {
    const full = await get(`${apps}/bare?$format=application/json;odata.metadata=full`);
    const url = `${gateway.url}/${apps}('bare')/categories`;
    expect(full.body).toMatchObject({
      'categories@odata.navigationLink': url,
      'categories@odata.associationLink': `${url}/$ref`,
    });
    expect((await gateway.call('PATCH', `${apps}/bare`, { ...full.body, notes: 'n' })).status).toBe(200);
  });
});
