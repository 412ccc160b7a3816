import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, oneof, property as holds, string } from 'fast-check';
import { wholeSelection } from './bound-query.js';
import { collectionQuery } from './collection-query.js';
import { apiVersions, collection, type EntityType, enumType, property } from './edm.js';
import { entitySet } from './entity-set.js';
import { GraphError } from './errors.js';
import { limits } from './limits.js';

const type: EntityType = {
  kind: 'entity',
  name: 'status',
  base: undefined,
  abstract: false,
  versions: apiVersions,
  properties: [
    property('deviceName', 'Edm.String'),
    property('errorCode', 'Edm.Int32', { nullable: false }),
    property('state', enumType('state', { failed: 2 }), { nullable: false }),
    property('tags', collection('Edm.String')),
    property('platform', 'Edm.Int32', { versions: ['beta'] }),
  ],
};
const set = entitySet('statuses', type);
const query = (search: string) => collectionQuery(search, set, 'v1.0');

describe('the query of a list', () => {
  const first = {
    top: limits.pageSize,
    preferred: undefined,
    skip: 0,
    count: false,
    filter: undefined,
    orderBy: [],
    selection: wholeSelection,
    isTotal: false,
    skipToken: undefined,
    repeated: '',
    ordering: '',
  };

  it.each([
    ['', first],
    ['&&', first],
    ['%24TOP=5', { ...first, top: 5, repeated: '%24TOP=5' }],
    ['top=0', { ...first, top: 0, repeated: 'top=0' }],
    ['$top=999', { ...first, top: 999, repeated: '$top=999' }],
    ['$skip=7&$count=TRUE', { ...first, skip: 7, count: true, repeated: '$count=TRUE' }],
    ['skipToken=a%20b', { ...first, skipToken: 'a b' }],
    ['$format=json&@p=1', { ...first, repeated: '$format=json&@p=1' }],
    ['custom=1&custom=2&constructor=1&__proto__=2', first],
    ['apply=1', first],
    ['custom=%zz', first],
  ])('%j is read', (search, expected) => {
    expect(query(search)).toEqual(expected);
  });

  it.each([
    ['$top=1000', 'invalidPageSize'],
    ['$top=1000000000', 'invalidOptionValue'],
    ['$top', 'invalidOptionValue'],
    ['$top=-1', 'invalidOptionValue'],
    ['$top=1.0', 'invalidOptionValue'],
    ['$top=٥', 'invalidOptionValue'],
    ['$skip=x', 'invalidOptionValue'],
    ['$count=1', 'invalidOptionValue'],
    ['$filter=a eq', 'invalidFilter'],
    ['$filter=nope eq 1', 'invalidFilter'],
    ['$filter=platform eq 1', 'invalidFilter'],
    ['$filter=deviceName', 'invalidFilter'],
    ['$filter=deviceName eq 1', 'invalidFilter'],
    ["$filter=errorCode eq '1'", 'invalidFilter'],
    ["$filter=state eq 'nope'", 'invalidFilter'],
    ['$filter=errorCode eq 9223372036854775808', 'invalidFilter'],
    ['$filter=foo(deviceName) eq 1', 'invalidFilter'],
    ["$filter=contains(errorCode,'x')", 'invalidFilter'],
    ['$filter=tags eq null', 'invalidFilter'],
    ["$filter=matchesPattern(deviceName,'(a)\\1')", 'invalidFilter'],
    ['$filter=geo.distance(deviceName,deviceName) lt 1', 'expressionNotSupported'],
    ['$filter=deviceName in [1]', 'invalidFilter'],
    ['$filter=matchesPattern(deviceName,deviceName)', 'expressionNotSupported'],
    ['$orderby=', 'invalidOrderBy'],
    ['$orderby=nope', 'invalidOrderBy'],
    ['$orderby=year(now()) add errorCode', 'expressionNotSupported'],
    ['$orderby=deviceName,deviceName,deviceName,deviceName,deviceName,deviceName', 'invalidOrderBy'],
    ['$select=nope', 'invalidSelect'],
    ['$select=platform', 'invalidSelect'],
    ['$select=deviceName/x', 'invalidSelect'],
    ['$select=microsoft.graph.*', 'expressionNotSupported'],
    ['$expand=x', 'invalidSelect'],
    ['$expand=deviceName', 'invalidSelect'],
    ['$apply=x', 'optionNotSupported'],
    ['$compute=x', 'optionNotSupported'],
    ['$skip=1&$skiptoken=x', 'optionNotApplicable'],
    ['$search=', 'invalidSearch'],
  ])('%j is refused as %s', (search, kind) => {
    expect(() => query(search)).toThrow(expect.objectContaining({ kind }));
  });

  it('of any text is read or refused, never anything else', () => {
    const words = [
      '$',
      'top',
      'filter',
      'orderby',
      'select',
      '=',
      '&',
      '%',
      '9',
      '+',
      "'",
      '(',
      ')',
      ' ',
      'deviceName',
      'eq',
    ];
    const pieces = string({ unit: constantFrom(...words) });
    assert(
      holds(oneof(string(), string({ unit: 'binary' }), pieces), (search) => {
        try {
          expect(query(search).top).toBeLessThanOrEqual(limits.maxPageSize);
        } catch (error) {
          expect(error).toBeInstanceOf(GraphError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
