import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Reply, startTestGateway, type TestGateway } from '../../../../test/support/gateway.js';
import { aMobileApp } from '../mobile-app.builder.js';
import { aRelationship } from './relationship.builder.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const dependency = '#microsoft.graph.mobileAppDependency';
const supersedence = '#microsoft.graph.mobileAppSupersedence';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

type Document = Record<string, unknown>;

/** The path of a fresh app. */
async function anApp(id: string, body: object = {}): Promise<string> {
  const type = '#microsoft.graph.win32LobApp';
  const reply = await gateway.call('POST', apps, aMobileApp({ '@odata.type': type, id, ...body }));
  expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  return `${apps}/${id}`;
}

const anyApps = (...ids: string[]): Promise<string[]> => Promise.all(ids.map((id) => anApp(id)));

async function make(path: string, body: object): Promise<Document> {
  const reply = await gateway.call('POST', `${path}/relationships`, body);
  expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  return reply.body;
}

const replace = (path: string, relationships: object[]): Promise<Reply> =>
  gateway.call('POST', `${path}/updateRelationships`, { relationships });

const listOf = async (path: string): Promise<Document[]> =>
  (await gateway.call('GET', `${path}/relationships`)).body['value'] as Document[];

/** The relationships of an app in short: `parent b`, each with what a client wrote. */
const shortOf = async (path: string): Promise<string[]> =>
  (await listOf(path)).map((one) => {
    const type = String(one['dependencyType'] ?? one['supersedenceType']);
    return `${String(one['targetType'])} ${String(one['targetId'])} ${type}`;
  });

const messageOf = ({ body }: Reply): string => (body['error'] as { message: string }).message;

/** The bodies that the documents' create and update print. */
const examples = [
  { '@odata.type': dependency, dependencyType: 'autoInstall', dependentAppCount: 1, dependsOnAppCount: 1 },
  { '@odata.type': supersedence, supersedenceType: 'replace', supersededAppCount: 2, supersedingAppCount: 3 },
].map((own) => ({
  targetId: 'Target Id value',
  targetDisplayName: 'Target Display Name value',
  targetDisplayVersion: 'Target Display Version value',
  targetPublisher: 'Target Publisher value',
  targetType: 'parent',
  ...own,
}));

describe('the documents’ examples of a relationship', () => {
  beforeAll(() =>
    anApp('Target Id value', {
      displayName: 'Target Display Name value',
      displayVersion: 'Target Display Version value',
      publisher: 'Target Publisher value',
    }),
  );

  const named = examples.map((body) => [body['@odata.type'], body] as const);
  it.each(named)('are taken as printed, but for what only the server knows: %s', async (_, body) => {
    const source = `source-${body['@odata.type'].length}`;
    const app = await anApp(source, { displayName: 'A', displayVersion: '1.0', publisher: 'B' });
    const created = await gateway.call('POST', `${app}/relationships`, body);
    const id = `${source}_Target Id value`;
    const counts = Object.keys(body).filter((name) => name.endsWith('AppCount'));
    const entity = {
      ...body,
      id,
      targetPublisherDisplayName: 'Target Publisher value',
      sourceId: source,
      sourceDisplayName: 'A',
      sourceDisplayVersion: '1.0',
      sourcePublisherDisplayName: 'B',
      targetType: 'child',
      ...Object.fromEntries(counts.map((name) => [name, 0])),
    };
    const root = `${gateway.url}/beta/$metadata#deviceAppManagement/mobileApps('${source}')/relationships`;
    expect([created.status, created.body]).toEqual([201, { '@odata.context': `${root}/$entity`, ...entity }]);

    const one = `${app}/relationships/${encodeURIComponent(id)}`;
    const got = await gateway.call('GET', one);
    expect([got.text, got.headers.get('etag')]).toEqual([created.text, created.headers.get('etag')]);
    const list = await gateway.call('GET', `${app}/relationships`);
    expect(list.body).toEqual({ '@odata.context': root, value: [entity] });

    const updated = await gateway.call('PATCH', one, { ...body, targetId: 'ignored' });
    expect([updated.status, updated.body]).toEqual([200, created.body]);
    const deleted = await gateway.call('DELETE', one);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await gateway.call('GET', one)).status).toBe(404);
  });

  it('of updateRelationships can’t be taken: what it names is neither a dependency nor a supersedence', async () => {
    const app = await anApp('example');
    const reply = await replace(app, [
      {
        '@odata.type': '#microsoft.graph.mobileAppRelationship',
        id: '7b4b5b14-5b14-7b4b-145b-4b7b145b4b7b',
        targetId: 'Target Id value',
        targetDisplayName: 'Target Display Name value',
      },
    ]);
    expect([reply.status, messageOf(reply)]).toEqual([
      400,
      expect.stringMatching(/mobileAppRelationship' is abstract/),
    ]);
  });
});

describe('a relationship', () => {
  it('shows on both sides, each as its app’s', async () => {
    const a = await anApp('both-a', { displayName: 'A', publisher: 'PA', displayVersion: '1' });
    const b = await anApp('both-b', { displayName: 'B', publisher: 'PB', displayVersion: '2' });
    await make(a, aRelationship('both-b', { dependencyType: 'autoInstall' }));
    const [other] = await listOf(b);
    expect(other).toEqual({
      '@odata.type': dependency,
      id: 'both-b_both-a',
      targetId: 'both-a',
      targetDisplayName: 'A',
      targetDisplayVersion: '1',
      targetPublisher: 'PA',
      targetPublisherDisplayName: 'PA',
      sourceId: 'both-b',
      sourceDisplayName: 'B',
      sourceDisplayVersion: '2',
      sourcePublisherDisplayName: 'PB',
      targetType: 'parent',
      dependencyType: 'autoInstall',
      dependentAppCount: 0,
      dependsOnAppCount: 0,
    });
  });

  it('is changed and deleted from either side', async () => {
    const [a, b] = (await anyApps('either-a', 'either-b')) as [string, string];
    await make(a, aRelationship('either-b'));
    const below = `${b}/relationships/either-b_either-a`;
    const tag = (await gateway.call('GET', `${a}/relationships/either-a_either-b`)).headers.get('etag');
    const changed = await gateway.call('PATCH', below, { dependencyType: 'autoInstall' });
    expect([changed.status, changed.body['dependencyType']]).toEqual([200, 'autoInstall']);
    expect(await shortOf(a)).toEqual(['child either-b autoInstall']);
    const stale = { 'If-Match': tag ?? '' };
    const above = `${a}/relationships/either-a_either-b`;
    expect((await gateway.call('DELETE', above, undefined, stale)).status).toBe(412);
    expect((await gateway.call('DELETE', below)).status).toBe(204);
    expect([await listOf(a), await listOf(b)]).toEqual([[], []]);
  });

  it('follows the names of both apps, and only they change its tag', async () => {
    const [a, b] = (await anyApps('names-a', 'names-b')) as [string, string];
    await make(a, aRelationship('names-b'));
    const one = `${a}/relationships/names-a_names-b`;
    const tagOf = async () => (await gateway.call('GET', one)).headers.get('etag');
    const first = await tagOf();
    await gateway.call('PATCH', a, { notes: 'x' });
    await gateway.call('PATCH', a, { publisher: 'Contoso' });
    expect(await tagOf()).toBe(first);
    await gateway.call('PATCH', a, { displayName: 'New A', displayVersion: '2.0', publisher: 'P' });
    await gateway.call('PATCH', `v1.0/deviceAppManagement/mobileApps/names-b`, { displayName: 'New B' });
    expect(await tagOf()).not.toBe(first);
    expect((await listOf(a))[0]).toMatchObject({
      sourceDisplayName: 'New A',
      sourceDisplayVersion: '2.0',
      sourcePublisherDisplayName: 'P',
      targetDisplayName: 'New B',
    });
    expect((await listOf(b))[0]).toMatchObject({
      sourceDisplayName: 'New B',
      targetDisplayName: 'New A',
      targetDisplayVersion: '2.0',
      targetPublisher: 'P',
      targetPublisherDisplayName: 'P',
    });
  });

  it('has the names of both apps when they are renamed as it is made', async () => {
    const names: unknown[][] = [];
    for (const round of ['1', '2', '3', '4', '5', '6', '7', '8']) {
      const [a, b] = (await anyApps(`race-a${round}`, `race-b${round}`)) as [string, string];
      await Promise.all([
        gateway.call('PATCH', a, { displayName: 'A' }),
        gateway.call('PATCH', b, { displayName: 'B' }),
        make(a, aRelationship(`race-b${round}`)),
        gateway.call('PATCH', b, { publisher: 'P' }),
      ]);
      const sides = [...(await listOf(a)), ...(await listOf(b))];
      names.push(sides.map((one) => [one['sourceDisplayName'], one['targetDisplayName']]).flat());
      names.push(sides.map((one) => one['targetPublisher']));
    }
    expect(names).toEqual(
      names.map((_, index) => (index % 2 === 0 ? ['A', 'B', 'B', 'A'] : ['P', 'Contoso'])),
    );
  });

  it('can’t be without another app that is there, nor the other way round too', async () => {
    const [a, b] = (await anyApps('refused-a', 'refused-b', 'refused-c')) as [string, string];
    await make(a, aRelationship('refused-b'));
    await make(b, aRelationship('refused-c'));
    const path = `${a}/relationships`;
    const long = 'x'.repeat(120);
    await anApp(long);
    const refused: [string, object, number, RegExp][] = [
      [path, { '@odata.type': dependency }, 400, /'targetId' is not valid: it names no app/],
      [path, aRelationship('', { targetId: null }), 400, /'targetId' is not valid/],
      [path, aRelationship('nobody'), 404, /App with id 'nobody' not found/],
      [path, aRelationship('refused-a'), 400, /A circular dependency was created/],
      [path, aRelationship('refused-b'), 409, /'refused-a_refused-b' already exists/],
      [path, aRelationship(long), 400, /key is not valid: it is longer/],
      [path, { targetId: 'refused-b' }, 400, /abstract/],
      [path, aRelationship('refused-c', { dependencyType: 'maybe' }), 400, /primitive value/],
      [path, aRelationship('refused-c', { supersedenceType: 'update' }), 400, /does not exist/],
      [`${apps}/refused-c/relationships`, aRelationship('refused-a'), 400, /A circular dependency/],
      [`${apps}/nobody/relationships`, aRelationship('refused-a'), 404, /App with id 'nobody' not found/],
    ];
    for (const [at, body, status, message] of refused) {
      const reply = await gateway.call('POST', at, body);
      expect([body, reply.status, messageOf(reply)]).toEqual([body, status, expect.stringMatching(message)]);
    }
    expect(await shortOf(`${apps}/refused-c`)).toEqual(['parent refused-b detect']);
  });

  it('has no place in v1.0', async () => {
    await anApp('old');
    const stable = 'v1.0/deviceAppManagement/mobileApps/old';
    expect((await gateway.call('GET', `${stable}/relationships`)).status).toBe(400);
    expect((await gateway.call('POST', `${stable}/updateRelationships`, {})).status).toBe(400);
  });
});

describe('updateRelationships', () => {
  it('replaces what the app needs and supersedes, and nothing that others have to do with it', async () => {
    const [a, b, c] = (await anyApps('set-a', 'set-b', 'set-c', 'set-d')) as [string, string, string];
    await make(a, aRelationship('set-b'));
    await make(b, aRelationship('set-c'));
    const [above] = await listOf(b);
    const first = await replace(b, [
      { '@odata.type': supersedence, targetId: 'set-d', supersedenceType: 'replace' },
      { '@odata.type': dependency, id: 'mine', targetId: 'set-c', dependencyType: 'autoInstall' },
    ]);
    expect([first.status, first.text]).toEqual([204, '']);
    expect(await shortOf(b)).toEqual([
      'parent set-a detect',
      'child set-c autoInstall',
      'child set-d replace',
    ]);
    expect(await shortOf(c)).toEqual(['parent set-b autoInstall']);
    expect((await replace(b, [])).status).toBe(204);
    expect(await listOf(b)).toEqual([{ ...above, dependsOnAppCount: 0 }]);
    expect([await listOf(c), await listOf(`${apps}/set-d`)]).toEqual([[], []]);
  });

  it('takes back what was read, but for what others have to do with the app: that would be a circle', async () => {
    const [a, b] = (await anyApps('back-a', 'back-b', 'back-c')) as [string, string];
    await make(a, aRelationship('back-b'));
    await make(b, aRelationship('back-c'));
    const read = await listOf(b);
    const whole = await replace(b, read);
    expect([whole.status, messageOf(whole)]).toEqual([400, expect.stringMatching(/A circular dependency/)]);
    const own = read.filter(({ targetType }) => targetType === 'child');
    expect((await replace(b, own)).status).toBe(204);
    expect(await listOf(b)).toEqual(read);
  });

  it('is done whole or not at all', async () => {
    const [a] = (await anyApps('whole-a', 'whole-b', 'whole-c')) as [string];
    await make(a, aRelationship('whole-b'));
    const twice = await replace(a, [aRelationship('whole-c'), aRelationship('whole-c')]);
    expect([twice.status, messageOf(twice)]).toEqual([409, expect.stringMatching(/'whole-a_whole-c'/)]);
    expect((await replace(a, [aRelationship('whole-c'), aRelationship('nobody')])).status).toBe(404);
    expect((await replace(a, [aRelationship('whole-c'), aRelationship('whole-a')])).status).toBe(400);
    expect(await shortOf(a)).toEqual(['child whole-b detect']);
    const none = await replace(`${apps}/nobody`, [aRelationship('whole-a')]);
    expect([none.status, messageOf(none)]).toEqual([404, expect.stringMatching(/App with id 'nobody'/)]);
  });

  it('is reached through what the app contains too, as documented', async () => {
    const [a] = (await anyApps('through-a', 'through-b')) as [string];
    await gateway.call('POST', `${a}/deviceStatuses`, { id: 'status' });
    const path = `${a}/deviceStatuses/status/app`;
    expect((await replace(path, [aRelationship('through-b')])).status).toBe(204);
    expect(await shortOf(a)).toEqual(['child through-b detect']);
  });
});

describe('relationships are found', () => {
  it('with their app, made along with it, by their type and by their members', async () => {
    await anyApps('found-b', 'found-c');
    const relationships = [
      aRelationship('found-b', { dependencyType: 'autoInstall' }),
      { '@odata.type': supersedence, targetId: 'found-c' },
    ];
    const made = await gateway.call('POST', apps, aMobileApp({ id: 'found', relationships }));
    expect([made.status, made.body]).toEqual([
      201,
      expect.objectContaining({
        dependentAppCount: 1,
        supersedingAppCount: 1,
        relationships: [
          expect.objectContaining({ id: 'found_found-b', sourceDisplayName: 'Contoso Portal' }),
          expect.objectContaining({ id: 'found_found-c', targetDisplayName: 'Contoso Portal' }),
        ],
      }),
    ]);
    const found = async (query: string): Promise<unknown> => {
      const { body } = await gateway.call('GET', `${apps}?$select=id&${query}`);
      return (body['value'] as Document[]).map(({ id }) => id);
    };
    expect(await found("$filter=relationships/any(r:r/targetId eq 'found-b')")).toEqual(['found']);
    expect(await found("$filter=supersededAppCount eq 1 and startswith(id,'found')")).toEqual(['found-c']);
    const cast = `${apps}/found/relationships/microsoft.graph.mobileAppDependency`;
    const filtered = await gateway.call('GET', `${cast}?$filter=dependencyType eq 'autoInstall'`);
    expect(filtered.body['value']).toMatchObject([{ targetId: 'found-b' }]);
    const expanded = await gateway.call(
      'GET',
      `${apps}/found-c?$expand=relationships($select=targetId,targetType;$filter=targetType eq 'parent')`,
    );
    expect(expanded.body['relationships']).toEqual([
      { '@odata.type': supersedence, targetId: 'found', targetType: 'parent' },
    ]);
    const circle = await gateway.call(
      'POST',
      apps,
      aMobileApp({ id: 'circle', relationships: [aRelationship('circle')] }),
    );
    expect([circle.status, (await gateway.call('GET', `${apps}/circle`)).status]).toEqual([400, 404]);
  });
});
