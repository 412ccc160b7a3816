import { describe, expect, it } from '@jest/globals';
import { parseOrderBy } from './order-by.js';
import { queryLimits } from '../limits.js';
import { showOrderBy } from './show.js';

const keys = (count: number): string => Array(count).fill('a desc').join(',');

describe('an order', () => {
  it.each([
    ['a', '(asc a)'],
    ['a asc', '(asc a)'],
    ['a DESC', '(desc a)'],
    ['a desc,b', '(desc a) (asc b)'],
    [' a , b/c desc ', '(asc a) (desc b/c)'],
    ['a add 1 desc', '(desc (add a 1))'],
    ['a ge b asc', '(asc (ge a b))'],
    ['length(a)desc', '(desc length(a))'],
    ['a/$count desc', '(desc a/$count)'],
    ['microsoft.graph.x/a', '(asc microsoft.graph.x/a)'],
    ['desc desc, asc', '(desc desc) (asc asc)'],
    ['a/@ns.term desc', '(desc a/@ns.term)'],
  ])('%s', (text, shown) => {
    expect(showOrderBy(parseOrderBy(text))).toBe(shown);
  });

  it.each([
    ['', 0, 'an operand was expected'],
    [',', 0, 'an operand was expected'],
    ['a,', 2, 'an operand was expected'],
    ['a b', 2, "an operator, 'asc', 'desc' or ',' was expected"],
    ['a desc asc', 7, "an operator, 'asc', 'desc' or ',' was expected"],
    ['a;b', 1, "an operator, 'asc', 'desc' or ',' was expected"],
    ['a descending', 2, "an operator, 'asc', 'desc' or ',' was expected"],
  ])('%j is refused at %d: %s', (text, at, reason) => {
    expect(() => parseOrderBy(text)).toThrow(expect.objectContaining({ at, reason }));
  });

  it('has as many keys as the limit says, and no more', () => {
    expect(parseOrderBy(keys(queryLimits.orderBy))).toHaveLength(5);
    expect(() => parseOrderBy(keys(6))).toThrow(
      expect.objectContaining({ at: 35, reason: 'there are more than 5 sort keys' }),
    );
  });

  it('gives positions', () => {
    expect(parseOrderBy('a, b desc')).toMatchObject([
      { at: 0, descending: false },
      { at: 3, descending: true, expression: { at: 3 } },
    ]);
  });
});
