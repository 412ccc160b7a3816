import {
  apiVersions,
  collection,
  complexType,
  type EntityType,
  enumType,
  property,
  type Property,
} from '../edm.js';
import { type EntitySet, entitySet } from '../entity-set.js';

const required = { nullable: false };
const colours = enumType('colours', { none: 0, red: 1, blue: 2 }, { flags: true });
const state = enumType('state', { lost: -1, lent: 1 });
const mark = enumType('mark', { star: 0 });
const label = complexType('label', [
  property('text', 'Edm.String', { ...required, indexed: true }),
  property('mark', mark, { versions: ['beta'] }),
]);
const fine = complexType('fine', [property('reason', 'Edm.String')], { abstract: true });
const dailyFine = complexType('dailyFine', [property('rate', 'Edm.Int32', required)], { base: fine });
complexType('cappedFine', [property('most', 'Edm.Int32'), property('mark', mark)], {
  base: dailyFine,
  versions: ['beta'],
});

const entity = (name: string, properties: Property[], facets: Partial<EntityType> = {}): EntityType => ({
  kind: 'entity',
  name,
  base: undefined,
  abstract: false,
  versions: apiVersions,
  properties,
  ...facets,
});

const item = entity('item', [property('title', 'Edm.String')], { abstract: true });
const book = entity(
  'book',
  [
    property('pages', 'Edm.Int32', required),
    property('colours', colours),
    property('labels', collection(label), required),
    property('size', 'Edm.Int64', { ...required, computed: 'initial', versions: ['beta'] }),
  ],
  { base: item },
);
const film = entity('film', [property('poster', 'Edm.Binary')], {
  base: item,
  versions: ['beta'],
});
const loan = entity('loan', [
  property('state', state, required),
  property('label', label),
  property('until', 'Edm.DateTimeOffset', { immutable: true }),
  property('renewed', 'Edm.Boolean', required),
  property('fines', collection(fine), required),
  property('daily', dailyFine),
]);

const shelf = entity('shelf', [property('room', 'Edm.String')], { versions: ['beta'] });
const shelves = entitySet('library/shelves', shelf, { versions: ['beta'] });
const items = entitySet('library/items', item, { types: [book, film] });

/**
 * A small model with every construct that a description has to show: a singleton and an entity set at the root,
 * nesting, links, an abstract base, all kinds of values, and parts that only beta has.
 */
export const librarySets: readonly EntitySet[] = [
  entitySet('library/items/{itemId}/loans/{loanId}/copies', film, { versions: ['beta'] }),
  {
    ...entitySet('library/items/{itemId}/loans', loan),
    references: [{ name: 'item', set: items, key: 'itemId' }],
  },
  { ...items, linked: [{ name: 'shelves', set: shelves }] },
  shelves,
  entitySet('loans', loan),
];
