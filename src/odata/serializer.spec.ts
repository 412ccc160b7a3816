import { describe, expect, it } from '@jest/globals';
import { type ApiVersion, apiVersions, type EntityType, property } from './edm.js';
import { entitySet } from './entity-set.js';
import { contextMember, entityWriter, pageText, type RowText } from './serializer.js';

const entityType = (
  name: string,
  base: EntityType | undefined,
  versions: readonly ApiVersion[],
  properties: EntityType['properties'],
): EntityType => ({ kind: 'entity', name, base, abstract: base === undefined, versions, properties });

const app = entityType('mobileApp', undefined, apiVersions, [
  property('displayName', 'Edm.String'),
  property('uploadState', 'Edm.Int32', { versions: ['beta'] }),
]);
const store = entityType('iosStoreApp', app, apiVersions, [property('bundleId', 'Edm.String')]);
const preview = entityType('previewApp', app, ['beta'], [property('ring', 'Edm.Int32')]);

const set = entitySet('deviceAppManagement/mobileApps', app, { types: [store, preview] });

const columns = ['id', 'type', 'displayName', 'uploadState', 'bundleId', 'ring'];
const text: RowText = {
  id: (row) => row[0] as string,
  typeName: (row) => row[1] as string,
  property: ({ name }) => {
    const at = columns.indexOf(name);
    return (row) => JSON.stringify(row[at]);
  },
};

const storeRow = ['a"\\', 'iosStoreApp', 'Mail', 1, null, null];
const previewRow = ['b', 'previewApp', null, 2, null, 7];

const written = (version: ApiVersion, row: readonly unknown[]): string =>
  entityWriter(set, version, text)(row, '');

describe('an entity', () => {
  it('has its type, its id, then every property that the version shows, base first, nulls too', () => {
    expect(written('beta', storeRow)).toBe(
      '{"@odata.type":"#microsoft.graph.iosStoreApp","id":"a\\"\\\\","displayName":"Mail","uploadState":1,"bundleId":null}',
    );
    expect(written('v1.0', storeRow)).toBe(
      '{"@odata.type":"#microsoft.graph.iosStoreApp","id":"a\\"\\\\","displayName":"Mail","bundleId":null}',
    );
  });

  it("of each of the set's types has that type's own properties", () => {
    expect(written('beta', previewRow)).toBe(
      '{"@odata.type":"#microsoft.graph.previewApp","id":"b","displayName":null,"uploadState":2,"ring":7}',
    );
  });

  it('of a type that the version lacks is a bare one of the declared type', () => {
    expect(written('v1.0', previewRow)).toBe('{"id":"b","displayName":null}');
  });

  it('of a type that nobody declares is a bare one of the declared type', () => {
    expect(written('beta', ['c', 'retiredApp', 'Old', 0])).toBe(
      '{"id":"c","displayName":"Old","uploadState":0}',
    );
  });

  it('begins with its context when it stands alone', () => {
    const head = contextMember("http://localhost/beta/$metadata#mobileApps('\"')/$entity");
    expect(entityWriter(set, 'v1.0', text)(previewRow, head)).toBe(
      '{"@odata.context":"http://localhost/beta/$metadata#mobileApps(\'\\"\')/$entity","id":"b","displayName":null}',
    );
  });
});

describe('a page', () => {
  it.each([
    [undefined, [], '{"@odata.context":"c","value":[]}'],
    [undefined, ['{}'], '{"@odata.context":"c","value":[{}]}'],
    ['n"', ['{}', '{}'], '{"@odata.context":"c","@odata.nextLink":"n\\"","value":[{},{}]}'],
  ])('with next link %j and entities %j is %s', (nextLink, entities, page) => {
    expect(pageText('c', undefined, nextLink, entities)).toBe(page);
  });

  it('with a count says it before the link', () => {
    expect(pageText('c', '7', 'n', [])).toBe(
      '{"@odata.context":"c","@odata.count":7,"@odata.nextLink":"n","value":[]}',
    );
  });

  it.each([
    [['id'], '{"@odata.type":"#microsoft.graph.iosStoreApp","id":"1"}'],
    [['displayName'], '{"@odata.type":"#microsoft.graph.iosStoreApp","displayName":"n"}'],
    [['nothing'], '{"@odata.type":"#microsoft.graph.iosStoreApp"}'],
  ])('of an entity with %j selected holds no more', (names, expected) => {
    const writer = entityWriter(set, 'v1.0', text, new Set(names));
    expect(writer(['1', 'iosStoreApp', 'n', '0', 'b', '0'], '')).toBe(expected);
  });
});
