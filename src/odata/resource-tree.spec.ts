import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, oneof, property as forAll, string } from 'fast-check';
import { type ApiVersion, apiVersions, type EntityType, property } from './edm.js';
import { type EntitySet, entitySet, templateOf } from './entity-set.js';
import { GraphError } from './errors.js';
import { resolvePath, resourceTree, versionOf } from './resource-tree.js';

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
    ['/deviceAppManagement/mobileApps/microsoft.graph.win32LobApp', 'segmentNotSupported'],
    ['/deviceAppManagement/mobileApps/a/Microsoft.Graph.win32LobApp', 'segmentNotSupported'],
    ['/deviceAppManagement/mobileApps/graph.win32LobApp', 'segmentNotSupported'],
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

describe('the first segment of a path', () => {
  it.each([
    ['beta', 'beta'],
    ['Beta', 'beta'],
    ['V1.0', 'v1.0'],
    ['v1', undefined],
    ['', undefined],
  ])('%j is the version %s', (segment, version) => {
    expect(versionOf(segment)).toBe(version);
  });
});
