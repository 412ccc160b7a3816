import { describe, expect, it } from '@jest/globals';
import { queryLimits } from '../limits.js';
import { parseSearch } from './search.js';
import { showSearch } from './show.js';

describe('a search', () => {
  it.each([
    ['blue', 'blue'],
    ["Daniel's", "Daniel's"],
    ['08/15,3.14;$x=#1', '08/15,3.14;$x=#1'],
    ['été 😀', '(and été 😀)'],
    ['a b', '(and a b)'],
    ['a AND b', '(and a b)'],
    ['a b AND c', '(and a b c)'],
    ['a OR b', '(or a b)'],
    ['a OR b OR c', '(or a b c)'],
    ['a OR b c', '(or a (and b c))'],
    ['a AND b OR c AND d', '(or (and a b) (and c d))'],
    ['NOT a', '(not a)'],
    ['NOT a b', '(and (not a) b)'],
    ['a NOT b', '(and a (not b))'],
    ['a AND NOT b OR NOT c', '(or (and a (not b)) (not c))'],
    ['NOT NOT a', '(not (not a))'],
    ['(a OR b) AND (c OR d) AND NOT e', '(and (or a b) (or c d) (not e))'],
    ['a(b)', '(and a b)'],
    ['NOT(a b)', '(not (and a b))'],
    [' ( a ) ', 'a'],
    ['"a b"', '"a b"'],
    ['"a OR (b" OR "c)"', '(or "a OR (b" "c)")'],
    [String.raw`"a \"b\" \\ \c"`, String.raw`"a \"b\" \\ \\c"`],
    ['and or not', '(and and or not)'],
    ['AND', 'AND'],
    ['OR', 'OR'],
    ['NOT', 'NOT'],
    ['NOT NOT', '(not NOT)'],
    ['AND OR', '(and AND OR)'],
    ['AND OR NOT', '(or AND NOT)'],
    ['a OR', '(and a OR)'],
    ['(NOT) a', '(and NOT a)'],
    ["'a \"b'", "'a \"b'"],
    ["'O''Neil'", "'O'Neil'"],
  ])('%j', (text, shown) => {
    expect(showSearch(parseSearch(text))).toBe(shown);
  });

  it.each([
    ['', 0, 'a word or a phrase was expected'],
    ['  ', 2, 'a word or a phrase was expected'],
    ['()', 1, 'a word or a phrase was expected'],
    ['(a', 2, "')' was expected"],
    ['a)', 1, "')' was not expected"],
    ['"a', 0, 'the quoted text has no end'],
    ['""', 0, 'the phrase is empty'],
    ['a"b"', 1, 'white space was expected'],
    ['"a"b', 3, 'white space was expected'],
    ['"a""b"', 3, 'white space was expected'],
    ["a 'b'", 2, 'a phrase is written in double quotes'],
    ["'a", 0, 'the quoted text has no end'],
    ["'a' b", 4, "'b' was not expected"],
    ["'a' 😀", 4, "'\ufffd' was not expected"],
  ])('%j is refused at %d: %s', (text, at, reason) => {
    expect(() => parseSearch(text)).toThrow(expect.objectContaining({ at, reason }));
  });

  const { nodes, depth } = queryLimits;

  it.each([
    ['words', (n: number) => Array(n).fill('a').join(' '), nodes - 1, `there are more than ${nodes} terms`],
    ['NOT', (n: number) => 'NOT '.repeat(n) + 'a', depth, `it is nested more than ${depth} levels deep`],
    [
      'parentheses',
      (n: number) => '('.repeat(n) + 'a' + ')'.repeat(n),
      depth,
      `it is nested more than ${depth} levels deep`,
    ],
  ])('has a limited number of %s', (_, text, limit, reason) => {
    expect(() => parseSearch(text(limit))).not.toThrow();
    expect(() => parseSearch(text(limit + 1))).toThrow(expect.objectContaining({ reason }));
  });

  it('gives positions', () => {
    expect(parseSearch(' a NOT "b"')).toEqual({
      kind: 'and',
      at: 1,
      operands: [
        { kind: 'word', at: 1, text: 'a' },
        { kind: 'not', at: 3, operand: { kind: 'phrase', at: 7, text: 'b' } },
      ],
    });
  });
});
