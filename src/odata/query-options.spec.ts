import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, oneof, property, string } from 'fast-check';
import { GraphError } from './errors.js';
import { limits } from './limits.js';
import { collectionQuery, refuseOptions } from './query-options.js';

const first = { top: limits.pageSize, topGiven: false, skipToken: undefined };

describe('the query of a list', () => {
  it.each([
    ['', first],
    ['&&', first],
    ['$top=5', { ...first, top: 5, topGiven: true }],
    ['%24top=5', { ...first, top: 5, topGiven: true }],
    ['$TOP=5', { ...first, top: 5, topGiven: true }],
    ['top=5', { ...first, top: 5, topGiven: true }],
    ['$top=0', { ...first, top: 0, topGiven: true }],
    ['$top=999', { ...first, top: 999, topGiven: true }],
    ['$skiptoken=a-_b', { ...first, skipToken: 'a-_b' }],
    ['skipToken=a%20b', { ...first, skipToken: 'a b' }],
    ['$top=5&$skiptoken=x=y', { top: 5, topGiven: true, skipToken: 'x=y' }],
    ['custom=1&custom=2&constructor=1&__proto__=2', first],
    ['apply=1', first],
    ['custom=%zz', first],
  ])('%j is read', (search, query) => {
    expect(collectionQuery(search)).toEqual(query);
  });

  it.each([
    ['$top=1000', 'invalidPageSize'],
    ['$top=999999999', 'invalidPageSize'],
    ['$top=1000000000', 'invalidOptionValue'],
    ['$top=', 'invalidOptionValue'],
    ['$top', 'invalidOptionValue'],
    ['$top=-1', 'invalidOptionValue'],
    ['$top=+1', 'invalidOptionValue'],
    ['$top=1.0', 'invalidOptionValue'],
    ['$top=1e2', 'invalidOptionValue'],
    ['$top=ten', 'invalidOptionValue'],
    ['$top=٥', 'invalidOptionValue'],
    ['$top=1&$top=1', 'repeatedOption'],
    ['$top=1&TOP=2', 'repeatedOption'],
    ['$nope=1', 'invalidOption'],
    ['$', 'invalidOption'],
    ['$constructor=1', 'invalidOption'],
    ['$filter=a eq 1&$nope=1', 'invalidOption'],
    ['$filter=a%20eq%201', 'optionNotSupported'],
    ['filter=a', 'optionNotSupported'],
    ['$select=id', 'optionNotSupported'],
    ['$apply=x', 'optionNotSupported'],
    ['$count', 'optionNotSupported'],
    ['$top=%', 'malformedUrl'],
    ['$top=%ED%A0%80', 'malformedUrl'],
    ['%zz=1', 'malformedUrl'],
  ])('%j is refused as %s', (search, kind) => {
    expect(() => collectionQuery(search)).toThrow(expect.objectContaining({ kind }));
  });

  it('of any text is read or refused, never anything else', () => {
    const pieces = string({ unit: constantFrom('$', 'top', 'skiptoken', 'filter', '=', '&', '%', '9', '+') });
    assert(
      property(oneof(string(), string({ unit: 'binary' }), pieces), (search) => {
        try {
          expect(collectionQuery(search).top).toBeLessThanOrEqual(limits.maxPageSize);
        } catch (error) {
          expect(error).toBeInstanceOf(GraphError);
        }
      }),
    );
  });
});

describe('the query of an entity or a write', () => {
  it.each(['', '&', 'custom=1', 'apply=1'])('%j is ignored', (search) => {
    expect(() => refuseOptions(search)).not.toThrow();
  });

  it.each([
    ['$top=5', "The query option '$top' does not apply to this request."],
    ['skiptoken=x', "The query option '$skiptoken' does not apply to this request."],
    ['%24SELECT=id', "The query option '$select' is not supported."],
    ['$nope=1', "The query option '$nope' is not valid."],
  ])('%j is refused: %s', (search, message) => {
    expect(() => refuseOptions(search)).toThrow(message);
  });
});
