import { expect, it } from '@jest/globals';
import { apiVersions, property } from '../edm.js';
import { entitySet } from '../entity-set.js';
import { parseSearch } from '../query/search.js';
import { bindSearch } from './bind-search.js';
import type { Scope } from './scope.js';

it('a $search of rows that have no text finds nothing', () => {
  const count = {
    kind: 'entity',
    name: 'count',
    base: undefined,
    abstract: false,
    versions: apiVersions,
    properties: [property('count', 'Edm.Int32')],
  } as const;
  const scope: Scope = {
    version: 'v1.0',
    row: { alias: 'row', rows: entitySet('counts', count) },
    variables: new Map(),
    aliases: new Map(),
    carried: [],
    now: '0',
    alias: () => 'element',
  };
  expect(bindSearch(parseSearch('x'), scope)).toMatchObject({ kind: 'constant', value: false });
  expect(bindSearch(parseSearch('NOT x'), scope)).toMatchObject({ kind: 'not', operand: { value: false } });
});
