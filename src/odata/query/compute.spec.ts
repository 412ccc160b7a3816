import { describe, expect, it } from '@jest/globals';
import { parseCompute } from './compute.js';
import { showCompute } from './show.js';

describe('a computation', () => {
  it.each([
    ['a mul b as c', '(as (mul a b) c)'],
    ['a AS b, year(c) as d', '(as a b) (as year(c) d)'],
    ['case(a:1,true:2) as b', '(as case(a,1,true,2) b)'],
    ['as as as', '(as as as)'],
  ])('%s', (text, shown) => {
    expect(showCompute(parseCompute(text))).toBe(shown);
  });

  it.each([
    ['', 0, 'an operand was expected'],
    ['a', 1, "'as' was expected"],
    ['a as', 4, 'a name was expected'],
    ['a as b.c', 5, 'a name was expected'],
    ['a as b c', 7, "',' was expected"],
  ])('%j is refused at %d: %s', (text, at, reason) => {
    expect(() => parseCompute(text)).toThrow(expect.objectContaining({ at, reason }));
  });
});
