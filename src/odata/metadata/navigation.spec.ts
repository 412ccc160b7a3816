import { describe, expect, it } from '@jest/globals';
import type { ApiVersion } from '../edm.js';
import { parseTemplate } from '../entity-set.js';
import { librarySets } from './library.builder.js';
import { type Navigation, navigationsOf, rootsOf } from './navigation.js';

const show = ({ owner, name, target, collection, contained }: Navigation): string =>
  `${owner}.${name}: ${collection ? `Collection(${target})` : target}${contained ? ', contained' : ''}`;

describe('the navigations of a version', () => {
  it.each<[ApiVersion, string[]]>([
    [
      'beta',
      [
        'item.loans: Collection(loan), contained',
        'item.shelves: Collection(shelf)',
        'library.items: Collection(item), contained',
        'library.shelves: Collection(shelf), contained',
        'loan.copies: Collection(film), contained',
        'loan.item: item',
      ],
    ],
    [
      'v1.0',
      [
        'item.loans: Collection(loan), contained',
        'library.items: Collection(item), contained',
        'loan.item: item',
      ],
    ],
  ])('%s has those of its sets’ paths, its links and its to-one navigations', (version, navigations) => {
    expect(navigationsOf(librarySets, version).map(show)).toEqual(navigations);
  });

  it('do not depend on the order of the sets', () => {
    const reversed = librarySets.toReversed();
    expect(navigationsOf(reversed, 'beta')).toEqual(navigationsOf(librarySets, 'beta'));
  });

  it.each(['library/items/{itemId}/fines/{fineId}/letters', 'library/items/{itemId}/fines/letters'])(
    'refuse %s, whose parent is not served',
    (template) => {
      const sets = librarySets.map((set) => ({ ...set, segments: parseTemplate(template) }));
      expect(() => navigationsOf(sets, 'v1.0')).toThrow(`${template} has no set above it`);
    },
  );

  it('refuse a collection in a version that lacks the one above it', () => {
    const sets = librarySets.map((set) => ({
      ...set,
      versions: [set.type.name === 'loan' ? 'beta' : 'v1.0'],
    }));
    expect(() => navigationsOf(sets as typeof librarySets, 'beta')).toThrow('has no set above it');
  });
});

it('the root holds the singleton that paths start with and the entity sets', () => {
  expect(rootsOf(librarySets, 'beta')).toEqual([
    { name: 'library', kind: 'Singleton', type: 'library' },
    { name: 'loans', kind: 'EntitySet', type: 'loan' },
  ]);
});
