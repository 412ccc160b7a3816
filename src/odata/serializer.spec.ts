import { describe, expect, it } from '@jest/globals';
import { allProperties, type ApiVersion, apiVersions, type EntityType, property } from './edm.js';
import { entitySet } from './entity-set.js';
import { keyProperty } from './address.js';
import { wholeSelection } from './bound-query.js';
import { defaultFormat } from './format.js';
import { type EntityWriter, entityWriter, type RowText } from './serializer.js';

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
  value: () => () => null,
  validators: () => ({ version: 7 }),
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

  it('begins with its head', () => {
    expect(entityWriter(set, 'v1.0', text)(previewRow, '"@odata.context":"c",')).toBe(
      '{"@odata.context":"c","id":"b","displayName":null}',
    );
  });

  it.each<[string[], string]>([
    [['id'], '{"@odata.type":"#microsoft.graph.iosStoreApp","id":"a\\"\\\\"}'],
    [['displayName'], '{"@odata.type":"#microsoft.graph.iosStoreApp","displayName":"Mail"}'],
    [['nothing'], '{"@odata.type":"#microsoft.graph.iosStoreApp"}'],
  ])('with %j selected holds no more', (names, expected) => {
    const all = [keyProperty, ...allProperties(store)];
    const properties = all
      .filter(({ name }) => names.includes(name))
      .map((selected) => ({ property: selected, castTo: undefined, inner: undefined }));
    const writer = entityWriter(set, 'v1.0', text, { ...wholeSelection, properties });
    expect(writer(storeRow, '')).toBe(expected);
  });

  it('without metadata says no more than its values, and with all of it where it is and what its values are', () => {
    const [none, full] = (['none', 'full'] as const).map((metadata) =>
      entityWriter(set, 'beta', text, undefined, { ...defaultFormat, metadata }),
    ) as [EntityWriter, EntityWriter];
    const around = { url: 'http://h/apps', expanded: ',"more":[]' };
    expect(none(storeRow, '', around)).toBe(
      '{"id":"a\\"\\\\","displayName":"Mail","uploadState":1,"bundleId":null,"more":[]}',
    );
    expect(full(storeRow, '', around)).toBe(
      '{"@odata.type":"#microsoft.graph.iosStoreApp","@odata.etag":"W/\\"7\\"","@odata.id":"http://h/apps","@odata.editLink":"http://h/apps/microsoft.graph.iosStoreApp",' +
        '"id":"a\\"\\\\","displayName":"Mail","uploadState":1,"bundleId":null,"more":[]}',
    );
  });
});
