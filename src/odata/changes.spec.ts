import { describe, expect, it } from '@jest/globals';
import { anything, assert, constantFrom, dictionary, property as forAll } from 'fast-check';
import { type Changes, readChanges } from './changes.js';
import { type ApiVersion, apiVersions, type EntityType, property } from './edm.js';
import { type EntitySet, entitySet } from './entity-set.js';
import { GraphError } from './errors.js';
import type { ValueCheck } from './readings.js';
import { valueProblem } from './value-problem.js';

type Properties = EntityType['properties'];

const entityType = (name: string, base: EntityType | undefined, properties: Properties): EntityType => ({
  kind: 'entity',
  name,
  base,
  abstract: base === undefined,
  versions: apiVersions,
  properties,
});

const setOf = (type: EntityType, types: readonly EntityType[]): EntitySet =>
  entitySet('deviceAppManagement/mobileApps', type, { types });

const app = entityType('mobileApp', undefined, [
  property('displayName', 'Edm.String', { maxLength: 5 }),
  property('createdDateTime', 'Edm.DateTimeOffset', { nullable: false, computed: 'created' }),
  property('isAssigned', 'Edm.Boolean', { nullable: false, versions: ['beta'] }),
]);
const ios = entityType('iosApp', app, [
  property('version', 'Edm.String'),
  property('bundleId', 'Edm.String'),
]);
const android = entityType('androidApp', app, [property('version', 'Edm.Int32')]);
const web = entityType('webApp', app, [property('version', 'Edm.Int32', { computed: 'initial' })]);
const preview: EntityType = {
  ...entityType('previewApp', app, [property('bundleId', 'Edm.String', { nullable: false })]),
  versions: ['beta'],
};

const apps = setOf(app, [android, ios, web, preview]);
const statuses = setOf(app, [app]);

const firstWrong: ValueCheck = (_, values) => {
  for (const [declared, value] of values) {
    const problem = valueProblem(declared, value);
    if (problem) return problem;
  }
  return undefined;
};

/** A body's readings as text: the types, and the values that are right for them. */
const show = ({ readings, id }: Changes): string[] => [
  ...readings.map(({ types, values }) => {
    const sent = [...values].map(([{ name }, value]) => `${name}=${JSON.stringify(value)}`);
    return `${types.map((type) => type.name).join('|')}: ${sent.join(' ')}`;
  }),
  ...(id === undefined ? [] : [`id ${id}`]),
];

interface Options {
  set?: EntitySet;
  version?: ApiVersion;
  purpose?: 'create' | 'update';
}

const read = (json: string, { set = apps, version = 'beta', purpose = 'update' }: Options = {}): string[] =>
  show(readChanges(set, version, purpose, JSON.parse(json), firstWrong));

const create: Options = { purpose: 'create' };
const plain: Options = { set: statuses };
const old: Options = { version: 'v1.0' };
const everyType = 'androidApp|iosApp|webApp|previewApp';

describe('the changes in a body', () => {
  it.each<[string, string[], Options?]>([
    ['{"displayName":"a"}', ['mobileApp: displayName="a"'], plain],
    ['{"displayName":null}', ['mobileApp: displayName=null'], { ...plain, purpose: 'create' }],
    ['{}', [`${everyType}: `]],
    // What a version doesn't know is in it what the base is.
    ['{"displayName":"a"}', [`${everyType}: displayName="a"`], old],
    ['{"displayName":"a"}', [`${everyType}: displayName="a"`]],
    ['{"displayName":null}', [`${everyType}: displayName=null`]],
    ['{"displayName":"a","displayName":"b"}', [`${everyType}: displayName="b"`]],
    ['{"bundleId":"x"}', ['iosApp: bundleId="x"'], old],
    // Two types that take a value alike are one reading.
    ['{"bundleId":"x"}', ['iosApp|previewApp: bundleId="x"']],
    ['{"bundleId":null}', ['iosApp: bundleId=null']],
    // Two types give one name different meanings; for rows of a third it is the server's to write.
    ['{"version":1}', ['androidApp: version=1', 'webApp: ']],
    ['{"version":"1"}', ['iosApp: version="1"', 'webApp: ']],
    ['{"version":null}', ['androidApp: version=null', 'iosApp: version=null', 'webApp: ']],
    ['{"version":"1","bundleId":"x"}', ['iosApp: version="1" bundleId="x"']],
    ['{"createdDateTime":"nonsense","displayName":"a"}', [`${everyType}: displayName="a"`]],
    ['{"@odata.type":"#microsoft.graph.iosApp"}', ['iosApp: ']],
    ['{"@odata.type":"microsoft.graph.iosApp"}', ['iosApp: '], create],
    ['{"@odata.type":"#microsoft.graph.IOSAPP"}', ['iosApp: ']],
    ['{"@type":"#microsoft.graph.iosApp","version":"1"}', ['iosApp: version="1"']],
    ['{"@odata.type":"#microsoft.graph.androidApp","version":1}', ['androidApp: version=1']],
    ['{"@odata.type":"#microsoft.graph.mobileApp"}', ['mobileApp: '], plain],
    ['{"@odata.etag":5,"displayName@odata.x":{},"@x.y":[]}', [`${everyType}: `]],
    ['{"id":"a/b"}', [`${everyType}: `, 'id a/b']],
  ])('%s are %j', (json, readings, options = {}) => {
    expect(read(json, options)).toEqual(readings);
  });

  it('are wrong for the other types, each for its reason', () => {
    const body = { version: 'x', displayName: 'a', bundleId: 'b' };
    const { problems } = readChanges(apps, 'beta', 'update', body, firstWrong);
    expect([...problems].map(([name, { kind, message }]) => [name, kind, message.split("'")[1]])).toEqual([
      ['androidApp', 'propertyDoesNotExist', 'bundleId'],
      ['webApp', 'propertyDoesNotExist', 'bundleId'],
      ['previewApp', 'propertyDoesNotExist', 'version'],
    ]);
    expect(read('{"version":"x"}')).toEqual(['iosApp: version="x"', 'webApp: ']);
  });

  it.each<[string, string, Options?]>([
    ['null', 'unexpectedNode'],
    ['[]', 'unexpectedNode'],
    ['5', 'unexpectedNode'],
    ['"{}"', 'unexpectedNode'],
    ['{"nope":1}', 'propertyDoesNotExist'],
    ['{"DisplayName":"a"}', 'propertyDoesNotExist'],
    ['{"__proto__":{"displayName":"a"}}', 'propertyDoesNotExist'],
    ['{"constructor":1}', 'propertyDoesNotExist'],
    ['{"toString":1}', 'propertyDoesNotExist'],
    ['{"hasOwnProperty":1}', 'propertyDoesNotExist'],
    ['{"":1}', 'propertyDoesNotExist'],
    ['{"isAssigned":true}', 'propertyDoesNotExist', old],
    ['{"@odata.type":"#microsoft.graph.androidApp","bundleId":"x"}', 'propertyDoesNotExist'],
    ['{"displayName":"123456"}', 'invalidValue'],
    ['{"displayName":5,"nope":1}', 'propertyDoesNotExist'],
    ['{"bundleId":5}', 'literal'],
    ['{}', 'abstractType', create],
    ['{"@odata.type":"#microsoft.graph.mobileApp"}', 'abstractType'],
    ['{"@odata.type":"#microsoft.graph.mobileApp"}', 'abstractType', create],
    ['{"@odata.type":"#microsoft.graph.group"}', 'typeMismatch'],
    ['{"@odata.type":"#microsoft.graph.iosApp"}', 'typeMismatch', plain],
    ['{"@odata.type":"#microsoft.graph.previewApp"}', 'typeMismatch', old],
    ['{"@odata.type":"#other.iosApp"}', 'typeMismatch'],
    ['{"@odata.type":"##microsoft.graph.iosApp"}', 'typeMismatch'],
    ['{"@odata.type":null}', 'typeMismatch'],
    ['{"@odata.type":["#microsoft.graph.iosApp"]}', 'typeMismatch'],
    ['{"@odata.type":{"toString":1,"valueOf":1}}', 'typeMismatch'],
    ['{"id":null}', 'nullValue'],
    ['{"id":5}', 'literal'],
    ['{"id":{"a":[]}}', 'literal'],
    ['{"id":""}', 'invalidKey'],
    ['{"id":"\\u0000"}', 'invalidKey'],
    ['{"id":"\\ud800"}', 'invalidKey'],
    [`{"id":"${'a'.repeat(129)}"}`, 'invalidKey'],
  ])('%s are refused as %s', (json, kind, options = {}) => {
    expect(() => read(json, options)).toThrow(expect.objectContaining({ kind, status: 400 }));
  });

  it('of any object are read or refused, never anything else', () => {
    const names = ['@odata.type', 'id', 'displayName', 'version', 'toString', 'valueOf', 'constructor'];
    const body = dictionary(constantFrom(...names), anything({ key: constantFrom(...names) }));
    assert(
      forAll(body, (value) => {
        try {
          expect(read(JSON.stringify(value))).not.toEqual([]);
        } catch (error) {
          expect(error).toBeInstanceOf(GraphError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a binding to entities that exist', () => {
  const tags = entitySet('tags', web);
  const linked: EntitySet = { ...statuses, linked: [{ name: 'tags', set: tags }] };
  const bound = (body: object, purpose: 'create' | 'update' = 'create', reader = true): Changes =>
    readChanges(linked, 'beta', purpose, body, firstWrong, reader ? (url) => url.toUpperCase() : undefined);

  it('is read by whoever knows the URLs', () => {
    const { links, contained } = bound({ displayName: 'x', 'tags@odata.bind': ['a', 'b'] });
    expect([links, contained]).toEqual([[{ link: linked.linked[0], ids: ['A', 'B'] }], []]);
    expect(bound({ 'tags@odata.navigationLink': 'x' }).links).toEqual([]);
  });

  it.each<[object, string]>([
    [{ 'tags@odata.bind': 'a' }, 'unexpectedNode'],
    [{ 'tags@odata.bind': [7] }, 'unexpectedNode'],
    [{ tags: [] }, 'expressionNotSupported'],
    [{ 'nope@odata.bind': [] }, ''],
  ])('%j is refused as "%s"', (body, kind) => {
    if (kind === '') expect(bound(body).links).toEqual([]);
    else expect(() => bound(body)).toThrow(expect.objectContaining({ kind }));
  });

  it('is not supported in an update, or where nobody knows the URLs', () => {
    const refused = expect.objectContaining({ kind: 'expressionNotSupported' });
    expect(() => bound({ 'tags@odata.bind': ['a'] }, 'update')).toThrow(refused);
    expect(() => bound({ 'tags@odata.bind': ['a'] }, 'create', false)).toThrow(refused);
  });
});
