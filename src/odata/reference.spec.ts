import { describe, expect, it } from '@jest/globals';
import { anything, assert, property as forAll, string, webUrl } from 'fast-check';
import { addressPath, collectionPath, noRoute } from './address.js';
import { apiVersions, type EntityType } from './edm.js';
import { type EntitySet, entitySet } from './entity-set.js';
import { GraphError } from './errors.js';
import { referencedId, type ReferenceScope, sentReference } from './reference.js';
import { resolvePath, resourceTree } from './resource-tree.js';

const entity = (name: string): EntityType => ({
  kind: 'entity',
  name,
  base: undefined,
  abstract: false,
  versions: apiVersions,
  properties: [],
});

const tags = entitySet('shop/tags', entity('tag'));
const book: EntityType = { ...entity('book'), base: entity('item') };
const plain = entitySet('shop/items', entity('item'), { types: [book] });
const linked = [{ name: 'tags', set: tags }];
const items: EntitySet = { ...plain, linked, casts: [{ ...plain, linked, type: book, castTo: book }] };
const notes: EntitySet = {
  ...entitySet('shop/items/{itemId}/notes', entity('note')),
  references: [{ name: 'item', set: items, key: 'itemId' }],
};
const sets = [tags, items, notes];
const trees = Object.fromEntries(
  apiVersions.map((version) => [version, resourceTree(sets, version)]),
) as ReferenceScope['trees'];
const scope = { trees, version: 'beta', base: 'https://shop.example:8443/graph' } as const;

describe('the URL of an entity', () => {
  it.each([
    ['shop/tags/a', 'a'],
    ['/shop/tags/a', 'a'],
    ["shop/tags('a')", 'a'],
    ["SHOP/Tags(id='o''neil')", "o'neil"],
    ['beta/shop/tags/a%2Fb', 'a/b'],
    ['/V1.0/shop/tags/a/', 'a'],
    ['https://shop.example:8443/graph/beta/shop/tags/a', 'a'],
    ["HTTPS://SHOP.example:8443/graph/v1.0/shop/tags('a%20b')", 'a b'],
    ['2018-11/beta/shop/tags/a', 'a'],
    ['https://shop.example:8443/graph/LIVE/v1.0/shop/tags/a', 'a'],
    ['2019-05/beta/shop/tags/a', undefined],
    ['//', undefined],
    ['shop/tags', undefined],
    ['shop/tags/a/id', undefined],
    ['shop/tags/a/$ref', undefined],
    ['shop/tags/a/$value', undefined],
    ['shop/tags/a?b', undefined],
    ['shop/tags/a#b', undefined],
    ['shop/tags/%', undefined],
    ['shop/items/a', undefined],
    ['shop/items/a/tags/b', undefined],
    ['https://shop.example/graph/beta/shop/tags/a', undefined],
    ['http://shop.example:8443/graph/beta/shop/tags/a', undefined],
    ['https://me@shop.example:8443/graph/beta/shop/tags/a', undefined],
    ['https://shop.example:8443/beta/shop/tags/a', undefined],
    ['https://shop.example:x/graph/beta/shop/tags/a', undefined],
    ['//shop.example:8443/graph/beta/shop/tags/a', undefined],
    ['urn:a', undefined],
    ['', undefined],
  ])('%s names %s', (url, id) => {
    const error = `The reference is not valid: '${url}' does not name an entity of shop/tags.`;
    if (id === undefined) expect(() => referencedId(url, tags, scope)).toThrow(error);
    else expect(referencedId(url, tags, scope)).toBe(id);
  });

  it('is read or refused, whatever it is', () => {
    assert(forAll(string({ unit: 'binary' }), (text) => (expectRead(text), expectRead(`shop/tags/${text}`))));
    assert(forAll(webUrl(), expectRead));
  });
});

function expectRead(url: string): void {
  try {
    expect(typeof referencedId(url, tags, scope)).toBe('string');
  } catch (error) {
    expect(error).toMatchObject({ kind: 'invalidReference', status: 400 });
  }
}

describe('the body of a link', () => {
  it.each([{ '@odata.id': 'x' }, { '@id': 'x' }, { '@odata.id': 'x', '@odata.context': 'y' }])(
    '%j',
    (body) => {
      expect(sentReference(body)).toBe('x');
    },
  );

  it('is refused where it is anything else', () => {
    assert(forAll(anything(), (body) => expect(() => sentReference(body)).toThrow(GraphError)));
    for (const body of [{ '@odata.id': 7 }, { '@odata.id': 'x', id: 'x' }, { id: 'x' }, ['x'], 'x', null])
      expect(() => sentReference(body)).toThrow(GraphError);
  });
});

describe('a path to what an entity is linked to', () => {
  it.each([
    ['/shop/items/a/tags', 'shop/tags', "shop/items('a')/tags", '~/singleton/navigation/key/navigation', 0],
    [
      "/shop/items('a')/TAGS('b')",
      "shop/tags('b')",
      "shop/items('a')/tags('b')",
      '~/singleton/navigation/key/navigation/key',
      0,
    ],
    [
      '/shop/items/a/tags/b/id',
      "shop/tags('b')/id",
      "shop/items('a')/tags('b')/id",
      '~/singleton/navigation/key/navigation/key/property',
      0,
    ],
    [
      '/shop/items/a/tags/$ref',
      'shop/tags/$ref',
      "shop/items('a')/tags/$ref",
      '~/singleton/navigation/key/navigation/$ref',
      0,
    ],
    [
      '/shop/items/a/graph.book/tags',
      'shop/tags',
      "shop/items('a')/tags",
      '~/singleton/navigation/key/navigation',
      1,
    ],
    [
      '/shop/items/a/notes/n/item/tags',
      'shop/tags',
      "shop/items('a')/tags",
      '~/singleton/navigation/key/navigation',
      1,
    ],
  ])('%s leads to %s', (path, canonical, asked, route, through) => {
    const address = resolvePath(trees.beta, path, 'GET');
    expect([addressPath(address), address.through.length]).toEqual([canonical, through]);
    expect(noRoute(address, 'PUT').message).toBe(
      `No OData route exists that match template ${route} with http verb PUT for request /${asked}.`,
    );
    expect(asked.startsWith(collectionPath(address))).toBe(true);
    expect(address.linked).toMatchObject({ link: { name: 'tags' }, from: { keys: { id: 'a' } } });
  });

  it.each(['/shop/items/a/tags/b/tags', '/shop/tags/a/items', '/shop/items/a/nope'])(
    '%s leads nowhere',
    (path) => {
      expect(() => resolvePath(trees.beta, path, 'GET')).toThrow(
        expect.objectContaining({ kind: 'segmentNotFound' }),
      );
    },
  );
});
