import { describe, expect, it } from '@jest/globals';
import { limits } from '../limits.js';
import { typeSchemas } from './json-schema.js';
import { librarySets } from './library.builder.js';

const beta = typeSchemas(librarySets, 'beta');
const ref = (name: string) => ({ $ref: `#/components/schemas/microsoft.graph.${name}` });
const derived = (base: string, properties: object) => ({
  allOf: [ref(base), { type: 'object', properties }],
});

describe('the schemas of a version', () => {
  it.each<[string, object]>([
    ['colours', { type: 'string', pattern: '^(none|red|blue)(,(none|red|blue))*$' }],
    ['state', { type: 'string', enum: ['lost', 'lent'] }],
    [
      'label',
      {
        type: 'object',
        properties: {
          text: { type: 'string', maxLength: limits.indexedText },
          mark: { anyOf: [ref('mark'), { type: 'null' }] },
        },
      },
    ],
    ['item', derived('entity', { title: { type: ['string', 'null'], maxLength: limits.text } })],
    [
      'book',
      derived('item', {
        pages: { type: 'integer', format: 'int32' },
        colours: { anyOf: [ref('colours'), { type: 'null' }] },
        labels: { type: 'array', items: ref('label'), maxItems: limits.collection },
        size: { type: 'integer', format: 'int64', readOnly: true },
      }),
    ],
    [
      'film',
      derived('item', {
        poster: { type: ['string', 'null'], contentEncoding: 'base64', maxLength: limits.binary },
      }),
    ],
    [
      'loan',
      derived('entity', {
        state: ref('state'),
        label: { anyOf: [ref('label'), { type: 'null' }] },
        until: { type: ['string', 'null'], format: 'date-time' },
        renewed: { type: 'boolean' },
        fines: {
          type: 'array',
          items: {
            anyOf: [ref('fine'), ref('dailyFine'), ref('cappedFine')],
            discriminator: {
              propertyName: '@odata.type',
              mapping: Object.fromEntries(
                ['fine', 'dailyFine', 'cappedFine'].map((name) => [
                  `#microsoft.graph.${name}`,
                  ref(name).$ref,
                ]),
              ),
            },
          },
          maxItems: limits.collection,
        },
        // Which needs no name: it is not abstract.
        daily: { anyOf: [{ anyOf: [ref('dailyFine'), ref('cappedFine')] }, { type: 'null' }] },
      }),
    ],
    [
      'fine',
      {
        type: 'object',
        properties: {
          '@odata.type': { type: 'string' },
          reason: { type: ['string', 'null'], maxLength: limits.text },
        },
      },
    ],
    ['dailyFine', derived('fine', { rate: { type: 'integer', format: 'int32' } })],
    [
      'cappedFine',
      derived('dailyFine', {
        most: { type: ['integer', 'null'], format: 'int32' },
        mark: { anyOf: [ref('mark'), { type: 'null' }] },
      }),
    ],
  ])('describe %s', (name, schema) => {
    expect(beta[`microsoft.graph.${name}`]).toEqual(schema);
  });

  it('leave out what the version does not have', () => {
    const stable = typeSchemas(librarySets, 'v1.0');
    const names = 'colours state dailyFine fine label entity book item loan'.split(' ');
    expect(Object.keys(stable)).toEqual(names.map((name) => `microsoft.graph.${name}`));
    expect(JSON.stringify(stable)).not.toMatch(/size|mark|capped/);
    const daily = { anyOf: [ref('dailyFine'), { type: 'null' }] };
    expect(stable['microsoft.graph.loan']?.['allOf']).toContainEqual(
      expect.objectContaining({ properties: expect.objectContaining({ daily }) }),
    );
  });
});
