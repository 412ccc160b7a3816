import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, oneof, property as forAll, string } from 'fast-check';
import { type Address, addressPath } from './address.js';
import { type ApiVersion, apiVersions, collection, complexType, type EntityType, property } from './edm.js';
import { type EntitySet, entitySet, templateOf } from './entity-set.js';
import { GraphError } from './errors.js';
import { resolvePath, resourceTree } from './resource-tree.js';

const app: EntityType = {
  kind: 'entity',
  name: 'mobileApp',
  base: undefined,
  abstract: false,
  versions: apiVersions,
  properties: [property('displayName', 'Edm.String')],
};

const setAt = (template: string, versions: readonly ApiVersion[]): EntitySet =>
  entitySet(template, app, { versions });

const apps = 'deviceAppManagement/mobileApps';
const statuses = `${apps}/{mobileAppId}/deviceStatuses`;
const users = `${apps}/{mobileAppId}/userStatuses`;
const nested = `${users}/{userId}/deviceStatuses`;
const sets = [nested, statuses, users].map((template) => setAt(template, ['beta']));
const all = [...sets, setAt(apps, apiVersions)];
const tree = resourceTree(all, 'beta');

const resolved = (path: string): [string, object, boolean] => {
  const { set, keys, isEntity } = resolvePath(tree, path, 'GET');
  return [templateOf(set), keys, isEntity];
};

describe('a path below the version', () => {
  it.each<[string, string, Record<string, string>]>([
    ['/deviceAppManagement/mobileApps', apps, {}],
    ['/DEVICEAPPMANAGEMENT/mobileapps', apps, {}],
    ['/deviceAppManagement/mobileApps/', apps, {}],
    ['//deviceAppManagement///mobileApps//', apps, {}],
    ['deviceAppManagement/mobileApps', apps, {}],
    ['/device%41ppManagement/mobile%41pps', apps, {}],
    ['/deviceAppManagement/mobileApps/A', apps, { id: 'A' }],
    ['/deviceAppManagement/mobileApps/a/', apps, { id: 'a' }],
    ["/deviceAppManagement/mobileApps('a')", apps, { id: 'a' }],
    ['/deviceAppManagement/mobileApps(%27a%27)', apps, { id: 'a' }],
    ["/deviceAppManagement/mobileApps(id='a')", apps, { id: 'a' }],
    ["/deviceAppManagement/mobileApps(ID='a')", apps, { id: 'a' }],
    ['/deviceAppManagement/mobileApps(a)', apps, { id: 'a' }],
    ['/deviceAppManagement/mobileApps(id=a)', apps, { id: 'a' }],
    ["/deviceAppManagement/mobileApps('id=a')", apps, { id: 'id=a' }],
    ["/deviceAppManagement/mobileApps('o''neil')", apps, { id: "o'neil" }],
    ["/deviceAppManagement/mobileApps('''')", apps, { id: "'" }],
    ["/deviceAppManagement/mobileApps/o'neil", apps, { id: "o'neil" }],
    ["/deviceAppManagement/mobileApps/('a')", apps, { id: "('a')" }],
    ['/deviceAppManagement/mobileApps/a(b)', apps, { id: 'a(b)' }],
    ["/deviceAppManagement/mobileApps('a(b)')", apps, { id: 'a(b)' }],
    ["/deviceAppManagement/mobileApps('a)(b')", apps, { id: 'a)(b' }],
    ['/deviceAppManagement/mobileApps/a%2Fb', apps, { id: 'a/b' }],
    ["/deviceAppManagement/mobileApps('a%2fb')", apps, { id: 'a/b' }],
    ['/deviceAppManagement/mobileApps/%25', apps, { id: '%' }],
    ['/deviceAppManagement/mobileApps/a+b', apps, { id: 'a+b' }],
    ['/deviceAppManagement/mobileApps/%F0%9F%98%80', apps, { id: '\u{1F600}' }],
    ['/deviceAppManagement/mobileApps/deviceStatuses', apps, { id: 'deviceStatuses' }],
    ["/deviceAppManagement/mobileApps('$count')", apps, { id: '$count' }],
    ['/deviceAppManagement/mobileApps/a/deviceStatuses', statuses, { mobileAppId: 'a' }],
    ["/deviceAppManagement/mobileApps('a')/DeviceStatuses('b')", statuses, { mobileAppId: 'a', id: 'b' }],
    ['/deviceAppManagement/mobileApps/a/userStatuses/b', users, { mobileAppId: 'a', id: 'b' }],
    [
      "/deviceAppManagement/mobileApps('a')/userStatuses/b/deviceStatuses(c)",
      nested,
      { mobileAppId: 'a', userId: 'b', id: 'c' },
    ],
  ])('%s addresses %s with %j', (path, template, keys) => {
    expect(resolved(path)).toEqual([template, keys, 'id' in keys]);
  });

  it.each([
    ['', 'noRoute'],
    ['///', 'noRoute'],
    ['/deviceAppManagement', 'noRoute'],
    ['/nope', 'segmentNotFound'],
    ['/deviceAppManagement/mobileApp', 'segmentNotFound'],
    ['/deviceAppManagement/nope/a', 'segmentNotFound'],
    ["/deviceAppManagement('a')", 'segmentNotFound'],
    ['/deviceAppManagement%2FmobileApps', 'segmentNotFound'],
    ["/deviceAppManagement/mobileApps('a'", 'segmentNotFound'],
    ["/deviceAppManagement/mobileApps('a'b')", 'segmentNotFound'],
    ["/deviceAppManagement/mobileApps('a')('b')", 'segmentNotFound'],
    ["/deviceAppManagement/mobileApps(name='a')", 'segmentNotFound'],
    ["/deviceAppManagement/mobileApps('a/b')", 'segmentNotFound'],
    ['/deviceAppManagement/mobileApps/a/nope', 'segmentNotFound'],
    ['/deviceAppManagement/mobileApps/a/deviceStatuses/b/nope', 'segmentNotFound'],
    ['/deviceAppManagement/mobileApps/a/constructor', 'segmentNotFound'],
    ['/deviceAppManagement/mobileApps/a/__proto__', 'segmentNotFound'],
    ['/$count', 'segmentNotSupported'],
    ['/deviceAppManagement/mobileApps/microsoft.graph.win32LobApp', 'segmentNotFound'],
    ['/deviceAppManagement/mobileApps/a/Microsoft.Graph.win32LobApp', 'segmentNotFound'],
    ['/deviceAppManagement/mobileApps/graph.win32LobApp', 'segmentNotFound'],
    ['/deviceAppManagement/mobileApps/a/$value', 'segmentNotSupported'],
    ['/deviceAppManagement/mobileApps/a/$count', 'segmentNotSupported'],
    ['/deviceAppManagement/mobileApps/$count/$count', 'segmentNotFound'],
    ['/deviceAppManagement/mobileApps/$ref/a', 'segmentNotFound'],
    ['/deviceAppManagement/mobileApps/a/displayName/nope', 'segmentNotFound'],
    ['/deviceAppManagement/mobileApps/a/displayName/$count', 'segmentNotFound'],
    ['/deviceAppManagement/mobileApps/a/displayName/$value/$value', 'segmentNotFound'],
    ['/deviceAppManagement/$count', 'segmentNotSupported'],
    ['/deviceAppManagement/$ref', 'segmentNotSupported'],
    ['/deviceAppManagement/mobileApps()', 'invalidKey'],
    ["/deviceAppManagement/mobileApps('')", 'invalidKey'],
    ['/deviceAppManagement/mobileApps/%00', 'invalidKey'],
    [`/deviceAppManagement/mobileApps/${'a'.repeat(129)}`, 'invalidKey'],
    ['/deviceAppManagement/mobileApps/%', 'malformedUrl'],
    ['/deviceAppManagement/mobileApps/%zz', 'malformedUrl'],
    ['/deviceAppManagement/mobileApps/%ED%A0%80', 'malformedUrl'],
    ['/%C0%AF', 'malformedUrl'],
  ])('%s is refused as %s', (path, kind) => {
    expect(() => resolved(path)).toThrow(expect.objectContaining({ kind }));
  });

  it('that leads to no set is described as the live service does', () => {
    expect(() => resolvePath(tree, '/DeviceAppManagement/', 'POST')).toThrow(
      'No OData route exists that match template ~/singleton with http verb POST for request /deviceAppManagement.',
    );
  });

  it('names an unknown segment as it was sent', () => {
    expect(() => resolved('/deviceAppManagement/mobileApps/a/installSummary')).toThrow(
      "Resource not found for the segment 'installSummary'.",
    );
  });

  it('leads only to what its version has', () => {
    const old = resourceTree(all, 'v1.0');
    expect(resolvePath(old, `/${apps}/a`, 'GET').version).toBe('v1.0');
    expect(() => resolvePath(old, `/${apps}/a/deviceStatuses`, 'GET')).toThrow(GraphError);
  });

  it('of any text is an address or a GraphError', () => {
    const pieces = constantFrom(..."/ ' ( ) % %27 %2F $ .. id= a \0".split(' '), 'mobileApps', apps);
    const path = oneof(string(), string({ unit: 'binary' }), string({ unit: pieces }));
    assert(
      forAll(path, (rest) => {
        for (const text of [rest, `/${apps}${rest}`, `/${apps}/${rest}`, `/${apps}('a')/${rest}`]) {
          try {
            expect(all).toContain(resolvePath(tree, text, 'GET').set);
          } catch (error) {
            expect(error).toBeInstanceOf(GraphError);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

const icon = complexType('icon', [
  property('type', 'Edm.String'),
  property('value', 'Edm.Binary'),
  property('size', 'Edm.Int32', { versions: ['beta'] }),
]);
const typed = (name: string, base: EntityType, properties: EntityType['properties']): EntityType => ({
  ...app,
  name,
  base,
  properties,
});
const target = complexType('target', [property('filter', 'Edm.String')], { abstract: true });
const groupTarget = complexType('groupTarget', [property('groupId', 'Edm.String')], { base: target });
complexType('betaTarget', [], { base: groupTarget, versions: ['beta'] });
const lob = typed('lobApp', app, [property('fileName', 'Edm.String')]);
const win = {
  ...typed('winApp', lob, [property('icon', icon), property('tags', collection('Edm.String'))]),
  versions: ['beta'] as const,
};
const ios = typed('iosApp', app, [property('target', target)]);

const castOf = (set: EntitySet, type: EntityType, types: EntityType[]): EntitySet => ({
  ...set,
  type,
  types,
  castTo: type,
  casts: [],
});

/** Sets as they are served: with their casts, what they contain, and a way back. */
function linkedSets(): EntitySet[] {
  const plain = entitySet(apps, app, { types: [ios, win] });
  const winOnly = castOf(plain, win, [win]);
  const linked: EntitySet = {
    ...plain,
    casts: [{ ...castOf(plain, lob, [win]), casts: [winOnly] }, winOnly, castOf(plain, ios, [ios])],
  };
  const way = { name: 'app', set: linked, key: 'mobileAppId' };
  const inner = { ...setAt(nested, ['beta']), references: [way] };
  const own = { ...setAt(statuses, apiVersions), references: [way] };
  return [linked, own, setAt(users, ['beta']), inner];
}

describe('a path into an entity', () => {
  const linked = linkedSets();
  const trees = { beta: resourceTree(linked, 'beta'), 'v1.0': resourceTree(linked, 'v1.0') };
  const shown = (path: string, version: 'beta' | 'v1.0' = 'beta'): string => {
    const address = resolvePath(trees[version], `/deviceAppManagement/mobileApps${path}`, 'GET');
    const { part, through, set } = address;
    const as = part.kind === 'property' ? (part.as === 'json' ? '' : ` as ${part.as}`) : ` ${part.kind}`;
    const passed = through.map(
      (one) => ` past ${addressPath({ ...address, ...one, isEntity: true, part: { kind: 'whole' } })}`,
    );
    const types = set.castTo ? ` of ${set.types.map(({ name }) => name).join()}` : '';
    const plain: Address['part'] = part.kind === 'property' ? { ...part, as: 'json' } : { kind: 'whole' };
    return `${addressPath({ ...address, part: plain })}${as === ' whole' ? '' : as}${types}${passed.join('')}`.replaceAll(
      'deviceAppManagement/',
      '',
    );
  };

  it.each([
    ['/microsoft.graph.winApp', 'mobileApps/microsoft.graph.winApp of winApp'],
    ['/GRAPH.WINAPP', 'mobileApps/microsoft.graph.winApp of winApp'],
    ['/microsoft.graph.lobApp/$count', 'mobileApps/microsoft.graph.lobApp count of winApp'],
    ['/microsoft.graph.mobileApp', 'mobileApps'],
    ['/a/microsoft.graph.winApp', "mobileApps('a')/microsoft.graph.winApp of winApp"],
    ['/microsoft.graph.winApp/a', "mobileApps('a')/microsoft.graph.winApp of winApp"],
    ["/microsoft.graph.winApp('a')", "mobileApps('a')/microsoft.graph.winApp of winApp"],
    ['/microsoft.graph.lobApp/microsoft.graph.winApp', 'mobileApps/microsoft.graph.winApp of winApp'],
    [
      '/a/microsoft.graph.winApp/deviceStatuses',
      "mobileApps('a')/deviceStatuses past mobileApps('a')/microsoft.graph.winApp",
    ],
    ['/a/microsoft.graph.mobileApp/deviceStatuses', "mobileApps('a')/deviceStatuses"],
    ['/a/displayName', "mobileApps('a')/displayName"],
    ['/a/ID', "mobileApps('a')/id"],
    ['/a/id/$value', "mobileApps('a')/id as raw"],
    ['/a/$ref', "mobileApps('a') reference"],
    ['/$ref', 'mobileApps reference'],
    ['/a/microsoft.graph.lobApp/FILENAME', "mobileApps('a')/microsoft.graph.lobApp/fileName of winApp"],
    [
      '/a/microsoft.graph.winApp/icon/TYPE/$value',
      "mobileApps('a')/microsoft.graph.winApp/icon/type as raw of winApp",
    ],
    [
      '/a/microsoft.graph.winApp/tags/$COUNT',
      "mobileApps('a')/microsoft.graph.winApp/tags as count of winApp",
    ],
    [
      '/a/microsoft.graph.winApp/icon/microsoft.graph.icon/type',
      "mobileApps('a')/microsoft.graph.winApp/icon/type of winApp",
    ],
    [
      '/a/graph.iosApp/target/GRAPH.GROUPTARGET/groupID/$value',
      "mobileApps('a')/microsoft.graph.iosApp/target/microsoft.graph.groupTarget/groupId as raw of iosApp",
    ],
    [
      '/a/graph.iosApp/target/microsoft.graph.betaTarget/graph.groupTarget',
      "mobileApps('a')/microsoft.graph.iosApp/target/microsoft.graph.betaTarget/microsoft.graph.groupTarget of iosApp",
    ],
    ['/a/deviceStatuses/s/app', "mobileApps('a') past mobileApps('a')/deviceStatuses('s')"],
    [
      "/a/deviceStatuses('s')/APP/displayName",
      "mobileApps('a')/displayName past mobileApps('a')/deviceStatuses('s')",
    ],
    [
      '/a/userStatuses/u/deviceStatuses/s/app',
      "mobileApps('a') past mobileApps('a')/userStatuses('u')/deviceStatuses('s')",
    ],
    [
      '/a/deviceStatuses/s/app/microsoft.graph.winApp/deviceStatuses/t/app',
      "mobileApps('a') past mobileApps('a')/deviceStatuses('s') past mobileApps('a')/microsoft.graph.winApp past mobileApps('a')/deviceStatuses('t')",
    ],
  ])('%s addresses %s', (path, expected) => {
    expect(shown(path)).toBe(expected);
  });

  it.each([
    ['/microsoft.graph.nope', 'segmentNotFound'],
    ['/a/fileName', 'segmentNotFound'],
    ['/a/microsoft.graph.lobApp/icon', 'segmentNotFound'],
    ['/a/microsoft.graph.winApp/icon/$value', 'segmentNotFound'],
    ['/a/microsoft.graph.winApp/icon/nope', 'segmentNotFound'],
    ['/a/microsoft.graph.winApp/icon/$count', 'segmentNotFound'],
    ['/a/microsoft.graph.winApp/icon/microsoft.graph.target', 'segmentNotFound'],
    ['/a/microsoft.graph.winApp/icon/icon', 'segmentNotFound'],
    ['/a/microsoft.graph.iosApp/target/groupId', 'segmentNotFound'],
    ['/a/microsoft.graph.iosApp/target/groupTarget', 'segmentNotFound'],
    ['/a/microsoft.graph.iosApp/target/microsoft.graph.groupTarget/$value', 'segmentNotFound'],
    ['/a/microsoft.graph.winApp/tags/$value', 'segmentNotFound'],
    ['/a/microsoft.graph.winApp/tags/0', 'segmentNotFound'],
    ['/a/displayName/$ref', 'segmentNotFound'],
    ['/a/app', 'segmentNotFound'],
    ["/a/deviceStatuses/s/app('a')", 'segmentNotFound'],
    ['/a/deviceStatuses/app', 'taken'],
    ['/a/userStatuses/u/app', 'segmentNotFound'],
    ["/a/microsoft.graph.winApp('b')", 'segmentNotFound'],
    ['/deviceStatuses/$ref/app', 'segmentNotFound'],
  ])('%s is refused as %s', (path, kind) => {
    if (kind === 'taken') expect(shown(path)).toBe("mobileApps('a')/deviceStatuses('app')");
    else expect(() => shown(path)).toThrow(expect.objectContaining({ kind }));
  });

  it.each([
    '/microsoft.graph.winApp',
    '/a/microsoft.graph.winApp',
    '/a/userStatuses',
    '/a/microsoft.graph.iosApp/target/microsoft.graph.betaTarget',
  ])('%s leads nowhere in the version that has it not', (path) => {
    expect(() => shown(path, 'v1.0')).toThrow(GraphError);
    expect(shown('/a/deviceStatuses/s/app', 'v1.0')).toMatch(/^mobileApps/);
  });
});
