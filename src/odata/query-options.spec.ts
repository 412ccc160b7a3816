import { describe, expect, it } from '@jest/globals';
import { entityOptions, systemOptions } from './query-options.js';

const read = (search: string): Record<string, string> =>
  Object.fromEntries([...systemOptions(search, ['top', 'filter'])].map(([name, { value }]) => [name, value]));

describe('the system options of a query', () => {
  it.each([
    ['', {}],
    ['&&', {}],
    ['%24top=5', { top: '5' }],
    ['TOP=a+b%20c', { top: 'a b c' }],
    ['$filter=a%26b=c&x=1', { filter: 'a&b=c' }],
    ['custom=1&custom=2&constructor=1&__proto__=2&apply=1&custom=%zz', {}],
  ])('%j are read', (search, expected) => {
    expect(read(search)).toEqual(expected);
  });

  it.each([
    ['$top=1&$top=1', 'repeatedOption'],
    ['$top=1&TOP=2', 'repeatedOption'],
    ['$nope=1', 'invalidOption'],
    ['$', 'invalidOption'],
    ['$constructor=1', 'invalidOption'],
    ['$filter=a eq 1&$nope=1', 'invalidOption'],
    ['$select=id', 'optionNotSupported'],
    ['$apply=x', 'optionNotSupported'],
    ['$top=%', 'malformedUrl'],
    ['$top=%ED%A0%80', 'malformedUrl'],
    ['%zz=1', 'malformedUrl'],
  ])('%j are refused as %s', (search, kind) => {
    expect(() => read(search)).toThrow(expect.objectContaining({ kind }));
  });
});

const selecting = (search: string) => [...entityOptions(search, ['select']).keys()];

describe('the query of an entity', () => {
  it.each([
    ['', []],
    ['&custom=1&apply=1', []],
    ['%24SELECT=id', ['select']],
  ])('%j is read', (search, names) => {
    expect(selecting(search)).toEqual(names);
  });

  it.each([
    ['$top=5', "The query option '$top' does not apply to this request."],
    ['$select=id&skiptoken=x', "The query option '$skiptoken' does not apply to this request."],
    ['$expand=app', "The query option '$expand' is not supported."],
    ['$nope=1', "The query option '$nope' is not valid."],
  ])('%j is refused: %s', (search, message) => {
    expect(() => selecting(search)).toThrow(message);
  });
});
