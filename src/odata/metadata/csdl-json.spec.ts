import { describe, expect, it } from '@jest/globals';
import { csdlJson } from './csdl-json.js';
import { librarySets } from './library.builder.js';

const beta = csdlJson(librarySets, 'beta');
const stable = csdlJson(librarySets, 'v1.0');
const collectionOf = (type: string) => ({
  $Kind: 'NavigationProperty',
  $Collection: true,
  $Type: `graph.${type}`,
  $ContainsTarget: true,
});

describe('CSDL JSON', () => {
  it('is the whole model of a version', () => {
    expect(stable).toEqual({
      $Version: '4.0',
      $EntityContainer: 'microsoft.graph.GraphService',
      $Reference: {
        'https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Core.V1.json': {
          $Include: [{ $Namespace: 'Org.OData.Core.V1' }],
        },
      },
      'microsoft.graph': {
        $Alias: 'graph',
        colours: { $Kind: 'EnumType', $IsFlags: true, none: 0, red: 1, blue: 2 },
        state: { $Kind: 'EnumType', lost: -1, lent: 1 },
        label: { $Kind: 'ComplexType', text: {} },
        fine: { $Kind: 'ComplexType', $Abstract: true, reason: { $Nullable: true } },
        dailyFine: { $Kind: 'ComplexType', $BaseType: 'graph.fine', rate: { $Type: 'Edm.Int32' } },
        entity: { $Kind: 'EntityType', $Abstract: true, $Key: ['id'], id: {} },
        book: {
          $Kind: 'EntityType',
          $BaseType: 'graph.item',
          pages: { $Type: 'Edm.Int32' },
          colours: { $Type: 'graph.colours', $Nullable: true },
          labels: { $Collection: true, $Type: 'graph.label' },
        },
        item: {
          $Kind: 'EntityType',
          $BaseType: 'graph.entity',
          $Abstract: true,
          title: { $Nullable: true },
          loans: collectionOf('loan'),
        },
        library: { $Kind: 'EntityType', $BaseType: 'graph.entity', items: collectionOf('item') },
        loan: {
          $Kind: 'EntityType',
          $BaseType: 'graph.entity',
          state: { $Type: 'graph.state' },
          item: { $Kind: 'NavigationProperty', $Type: 'graph.item', $Nullable: true },
          label: { $Type: 'graph.label', $Nullable: true },
          until: {
            $Type: 'Edm.DateTimeOffset',
            $Nullable: true,
            '@Org.OData.Core.V1.Immutable': true,
          },
          renewed: { $Type: 'Edm.Boolean' },
          fines: { $Collection: true, $Type: 'graph.fine' },
          daily: { $Type: 'graph.dailyFine', $Nullable: true },
        },
        GraphService: {
          $Kind: 'EntityContainer',
          library: { $Type: 'graph.library' },
          loans: { $Collection: true, $Type: 'graph.loan' },
        },
      },
    });
  });

  it('adds what only beta has: types, properties, inner properties and their types, navigations', () => {
    const { mark, film, book, label, loan, cappedFine } = beta['microsoft.graph'];
    expect(cappedFine).toEqual({
      $Kind: 'ComplexType',
      $BaseType: 'graph.dailyFine',
      mark: { $Type: 'graph.mark', $Nullable: true },
      most: { $Type: 'Edm.Int32', $Nullable: true },
    });
    expect(mark).toEqual({ $Kind: 'EnumType', star: 0 });
    expect(film).toEqual({
      $Kind: 'EntityType',
      $BaseType: 'graph.item',
      poster: { $Type: 'Edm.Binary', $Nullable: true },
    });
    expect(book).toMatchObject({ size: { $Type: 'Edm.Int64', '@Org.OData.Core.V1.Computed': true } });
    expect(label).toMatchObject({ mark: { $Type: 'graph.mark', $Nullable: true } });
    expect(loan).toMatchObject({
      item: { $Kind: 'NavigationProperty', $Type: 'graph.item', $Nullable: true },
      copies: collectionOf('film'),
    });
  });

  it('is written the same whatever the order of the sets', () => {
    const reversed = csdlJson(librarySets.toReversed(), 'beta');
    expect(JSON.stringify(reversed)).toBe(JSON.stringify(beta));
  });
});
