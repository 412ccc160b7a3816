import { describe, expect, it } from '@jest/globals';
import { parseExpand } from './expand.js';
import { queryLimits } from '../limits.js';
import { showExpand } from './show.js';

const same = (text: string): [string, string] => [text, text];

const filter = (count: number): string => `a($filter=${Array(count).fill('b').join(' or ')}),c`;

describe('an expansion', () => {
  it.each([
    same('assignments'),
    ['assignments, categories', 'assignments,categories'],
    same('a/b'),
    same('microsoft.graph.x/a'),
    same('a/microsoft.graph.x'),
    same('a/$ref'),
    same('a/$count'),
    same('*'),
    same('*/$ref,a/*,a/*/$ref'),
    same('*($levels=2)'),
    same('$value,a'),
    same('@ns.term($top=2)'),
    same('@ns.term/a'),
    ['a($select=b,c;$top=5)', 'a($select=b,c;$top=5)'],
    [
      "a($filter=b eq ';)';$orderby=c desc;$skip=1;$count=true)",
      "a($filter=(eq b ';)');$orderby=(desc c);$skip=1;$count=true)",
    ],
    ['a($expand=b($select=c);$levels=max)', 'a($expand=b($select=c);$levels=max)'],
    ['a(Levels=MAX)', 'a($levels=max)'],
    ['a($search=x "y;)" OR (z))', 'a($search=(or (and x "y;)") z))'],
    ["a($search='x)')", "a($search='x)')"],
    ['a($search=x ;$top=1),b', 'a($search=x;$top=1),b'],
    ['a/$ref($filter=b;$top=1)', 'a/$ref($filter=b;$top=1)'],
    ['a/$count($filter=b eq 1;search=x)', 'a/$count($filter=(eq b 1);$search=x)'],
    ['a(@p=$this;$expand=b($filter=@p/c eq d))', 'a(@p=$this;$expand=b($filter=(eq @p/c d)))'],
    ['a($compute=b add 1 as c)', 'a($compute=(as (add b 1) c))'],
    ['a($filter=b/any(d:d/e in (1,2));$top=1)', 'a($filter=b/any(d:(in d/e (1 2)));$top=1)'],
  ])('%s', (text, shown) => {
    expect(showExpand(parseExpand(text))).toBe(shown);
  });

  it.each([
    ['', 0, 'a property was expected'],
    ['a,', 2, 'a property was expected'],
    ['a b', 2, "',' was expected"],
    ['a/', 2, 'a property was expected'],
    ['$ref', 0, 'a property was expected'],
    ['$count', 0, 'a property was expected'],
    ['a/$value', 2, 'a property was expected'],
    ['a/$ref/b', 6, "',' was expected"],
    ['*/a', 2, "'$ref' was expected"],
    ['*($select=a)', 2, "'$select' is not an option here"],
    ['$value($top=1)', 6, "',' was expected"],
    ['a/$ref($select=b)', 7, "'$select' is not an option here"],
    ['a/$count($top=1)', 9, "'$top' is not an option here"],
    ['a/$count(@p=1)', 9, "'@p' is not an option here"],
    ['a()', 2, "')' is not an option here"],
    ['a($apply=x)', 2, "'$apply' is not an option here"],
    ['a($top=1;)', 9, "')' is not an option here"],
    ['a($top=1', 8, "')' was expected"],
    ['a($levels=0)', 10, 'levels start at 1'],
    ['a($levels=02)', 10, 'levels start at 1'],
    ['a($levels=all)', 10, 'a whole number was expected'],
    ['a($select=b;SELECT=c)', 12, "'SELECT' is given twice"],
    ['a(@p=1;@p=2)', 7, "'@p' is given twice"],
    ['a($filter=b eq)', 14, 'an operand was expected'],
    ['a($search=)', 10, 'a word or a phrase was expected'],
    ['a($search=b(c)', 14, "')' was expected"],
    ['a($orderby=b,c,d,e,f,g)', 21, 'there are more than 5 sort keys'],
  ])('%j is refused at %d: %s', (text, at, reason) => {
    expect(() => parseExpand(text)).toThrow(expect.objectContaining({ at, reason }));
  });

  it('nests as deep as the limit says, and no deeper', () => {
    expect(queryLimits.expandDepth).toBe(2);
    expect(() => parseExpand('a($expand=b),c($expand=d)')).not.toThrow();
    expect(() => parseExpand('a($expand=b($expand=c))')).toThrow(
      expect.objectContaining({ at: 20, reason: '$expand is nested more than 2 levels deep' }),
    );
  });

  it('has a limited number of terms, nested ones included', () => {
    expect(() => parseExpand(filter(queryLimits.nodes - 3))).not.toThrow();
    expect(() => parseExpand(filter(queryLimits.nodes - 2))).toThrow('there are more than 400 terms');
  });

  it('gives positions in the whole value', () => {
    expect(parseExpand('x,a($filter=b eq 1;$search=c)')).toMatchObject([
      { at: 0 },
      {
        at: 2,
        options: [
          { name: 'filter', given: '$filter', at: 4, value: { at: 14, left: { at: 12 }, right: { at: 17 } } },
          { name: 'search', given: '$search', at: 19, value: { at: 27 } },
        ],
      },
    ]);
  });
});
