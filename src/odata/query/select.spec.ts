import { describe, expect, it } from '@jest/globals';
import { queryLimits } from '../limits.js';
import { parseSelect } from './select.js';
import { showSelect } from './show.js';

const same = (text: string): [string, string] => [text, text];

const items = (count: number): string => Array(count).fill('a').join(',');
const nested = (depth: number): string => 'a($select='.repeat(depth) + 'a' + ')'.repeat(depth);

describe('a selection', () => {
  it.each([
    same('id'),
    ['id, displayName ,x', 'id,displayName,x'],
    same('*'),
    ['*, id', '*,id'],
    same('microsoft.graph.*'),
    same('ns.*'),
    same('a/b/c'),
    same('microsoft.graph.win32LobApp/fileName'),
    same('a/microsoft.graph.b/c'),
    same('a/microsoft.graph.b'),
    same('@ns.term,a/@ns.term#q'),
    same('@term($top=1)'),
    same('ns.action,ns.f(p,q)'),
    same('f(p)'),
    ['a($select=b,c;$top=5;$skip=0)', 'a($select=b,c;$top=5;$skip=0)'],
    [
      'a(SELECT=b;Filter=c eq 1;$OrderBy=d desc,e)',
      'a($select=b;$filter=(eq c 1);$orderby=(desc d) (asc e))',
    ],
    ['a($count=TRUE;$search=x OR y)/b', undefined],
    ['a($count=TRUE;$search=x OR y),b', 'a($count=true;$search=(or x y)),b'],
    [
      'a( $select = b($select=c) ; $compute=d add 1 as e )',
      'a($select=b($select=c);$compute=(as (add d 1) e))',
    ],
    ['a(@x=$this;$filter=@x/b)', 'a(@x=$this;$filter=@x/b)'],
  ])('%s', (text, shown) => {
    if (shown === undefined) expect(() => parseSelect(text)).toThrow();
    else expect(showSelect(parseSelect(text))).toBe(shown);
  });

  it.each([
    ['', 0, 'a property was expected'],
    ['a,', 2, 'a property was expected'],
    [',a', 0, 'a property was expected'],
    ['a b', 2, "',' was expected"],
    ['a/', 2, 'a property was expected'],
    ['a/*', 2, 'a property was expected'],
    ['a.', 2, "'*' was expected"],
    ['a/$count', 2, 'a property was expected'],
    ["'a'", 0, 'a property was expected'],
    ['a/ns.*', 4, "',' was expected"],
    ['a(', 2, 'an option was expected'],
    ['a()', 2, "')' is not an option here"],
    ['a($expand=b)', 2, "'$expand' is not an option here"],
    ['a($levels=1)', 2, "'$levels' is not an option here"],
    ['a($nope=1)', 2, "'$nope' is not an option here"],
    ['a($top=1;top=2)', 9, "'top' is given twice"],
    ['a($top=x)', 7, 'a whole number was expected'],
    ['a($top=-1)', 7, 'a whole number was expected'],
    ['a($top=1.5)', 7, 'a whole number was expected'],
    ['a($count=1)', 9, "'true' or 'false' was expected"],
    ['a($top)', 6, "'=' was expected"],
    ['a($top=1,$skip=2)', 8, "')' was expected"],
    ['a($filter=b', 11, "')' was expected"],
    ['a($filter=)', 10, 'an operand was expected'],
    ['a(@x.y=1)', 2, "'@x.y' is not an option here"],
    ['f(p,q', 5, "')' was expected"],
    ['f(p,1)', 4, 'a parameter was expected'],
  ])('%j is refused at %d: %s', (text, at, reason) => {
    expect(() => parseSelect(text)).toThrow(expect.objectContaining({ at, reason }));
  });

  it('has a limited number of terms', () => {
    expect(parseSelect(items(queryLimits.nodes))).toHaveLength(400);
    expect(() => parseSelect(items(queryLimits.nodes + 1))).toThrow('there are more than 400 terms');
  });

  it('has a limited depth', () => {
    expect(() => parseSelect(nested(queryLimits.depth))).not.toThrow();
    expect(() => parseSelect(nested(queryLimits.depth + 1))).toThrow('it is nested more than 50 levels deep');
  });

  it('gives positions and names as written', () => {
    expect(parseSelect('a/b(Top=2)')).toEqual([
      {
        kind: 'path',
        at: 0,
        steps: [
          { kind: 'name', at: 0, name: 'a' },
          { kind: 'name', at: 2, name: 'b' },
        ],
        parameters: undefined,
        options: [{ name: 'top', at: 4, given: 'Top', text: '2', value: 2 }],
      },
    ]);
  });
});
