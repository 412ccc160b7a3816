import { describe, expect, it } from '@jest/globals';
import { parseExpression } from './expression.js';
import { queryLimits } from '../limits.js';
import { QuerySyntaxError } from './query-syntax-error.js';
import { show } from './show.js';

const same = (text: string): [string, string] => [text, text];

describe('an expression', () => {
  it.each([
    same('displayName'),
    same('a/b/c'),
    same('été/naïve_1'),
    same('microsoft.graph.win32LobApp/applicableArchitectures'),
    same('a/microsoft.graph.b/c'),
    same('$it'),
    same('$this'),
    same('$it/a'),
    ['$IT/a', '$it/a'],
    same('$this/a/b'),
    same('$root/people/a'),
    same("$root/people('x')/a"),
    same('a/$count'),
    ['a/$Count', 'a/$count'],
    ['a/$count($filter=b eq 1)', 'a/$count($filter=(eq b 1))'],
    ['a/$count(filter=b eq 1;$search=x OR (y z))', 'a/$count($filter=(eq b 1);$search=(or x (and y z)))'],
    ['a/$count( $search="b;)" ; $filter=c )', 'a/$count($filter=c;$search="b;)")'],
    ['a/$filter(b eq 1)/$count gt 2', '(gt a/$filter((eq b 1))/$count 2)'],
    same('a/any()'),
    same('a/any(d:d)'),
    ['a/ANY( d : d/b )', 'a/any(d:d/b)'],
    [
      "deviceStatuses/any(d:d/installState eq 'failed')",
      "deviceStatuses/any(d:(eq d/installState 'failed'))",
    ],
    ['a/all(d:d/b/any(e:e eq d/c))', 'a/all(d:d/b/any(e:(eq e d/c)))'],
    ['a/ns.b/any(d:true) and e', '(and a/ns.b/any(d:true) e)'],
    same('any'),
    same('a/any'),
    same('items(1)/name'),
    same("items('a''b')/name"),
    same('items(@k)/name'),
    same("items(a=1,b='x')/name"),
    same('a/items(1)'),
    same('a/ns.b(1)/c'),
    same('ns.f(p=1)'),
    same('f(p=@x,q=[1,{"a":null}])/b'),
    same('f()/b'),
    same('a/ns.f()/g()/b'),
    ['a/f(p=b eq 1)', 'a/f(p=(eq b 1))'],
    same('@p'),
    same('@p/a'),
    same('@ns.term'),
    same('@ns.term#x/a'),
    same('@term#x'),
    same('a/@ns.term'),
    same('a/@term#x'),
    ["@ns.messages/any(m:m/severity eq 'error')", "@ns.messages/any(m:(eq m/severity 'error'))"],
  ])('is a path: %s', (text, tree) => {
    expect(show(parseExpression(text))).toBe(tree);
  });

  it.each([
    same("contains(a,'x')"),
    ["startsWith( a , 'x' )", "startswith(a,'x')"],
    ['toLower(a) eq toUPPER(b)', '(eq tolower(a) toupper(b))'],
    same('substring(a,1,2)'),
    same('now()'),
    ['now( )', 'now()'],
    ['length (a)', 'length(a)'],
    same("matchespattern(a,'^b.*$')"),
    ["concat(concat(a,'-'),b)", "concat(concat(a,'-'),b)"],
    ['contains(a add b,c eq d)', 'contains((add a b),(eq c d))'],
    same("geo.distance(a,geography'SRID=0;Point(1.5 -2)')"),
    same('hassubset(a,["x",1,true])'),
    same('unheardof(1,2,3)'),
    same('items(1)'),
    same('ns.f()'),
    ['case(a gt 0:1,a lt 0:-1,true:b)', 'case((gt a 0),1,(lt a 0),-1,true,b)'],
    ['case( a : 12:30:00 , b : 12 )', 'case(a,12:30:00,b,12)'],
    ['isof(microsoft.graph.win32LobApp)', 'isof(<microsoft.graph.win32LobApp>)'],
    ["isof('microsoft.graph.win32LobApp')", 'isof(<microsoft.graph.win32LobApp>)'],
    ['isOf(a/b,win32LobApp)', 'isof(a/b,<win32LobApp>)'],
    ['cast(a,Edm.String)', 'cast(a,<Edm.String>)'],
    ['cast(a,Collection(Edm.String))', 'cast(a,<Collection(Edm.String)>)'],
  ])('is a call: %s', (text, tree) => {
    expect(show(parseExpression(text))).toBe(tree);
  });

  it.each([
    ['a in ()', '(in a ())'],
    ['a in (1)', '(in a (1))'],
    ["a in ('x', null ,-1)", "(in a ('x' null -1))"],
    ['a in(1,2)', '(in a (1 2))'],
    ['a in (b)', '(in a b)'],
    ['a in (b/c)', '(in a b/c)'],
    ['a in (b,c)', '(in a (b c))'],
    ['a in @p', '(in a @p)'],
    ['a in [1,"x"]', '(in a [1,"x"])'],
    ['[a,b] in [["x","y"],[]]', '(in [a,b] [["x","y"],[]])'],
    ['a eq {"b":"c\\u00e9","@d.e":[1 add 2,{}]}', '(eq a {"b":"c\\u00e9","@d.e":[(add 1 2),{}]})'],
  ])('holds a list, an array or an object: %s', (text, tree) => {
    expect(show(parseExpression(text))).toBe(tree);
  });

  it.each([
    ['eq eq eq', '(eq eq eq)'],
    ['and and or or in', '(or (and and or) in)'],
    ['not/x eq 1', '(eq not/x 1)'],
    ['null/x eq null', '(eq null/x null)'],
    ['true/x', 'true/x'],
    ['a/not/null', 'a/not/null'],
    ['desc eq asc', '(eq desc asc)'],
    ['inf eq nan', '(eq inf nan)'],
    ['nothing eq 1', '(eq nothing 1)'],
  ])('may use keywords as names: %s', (text, tree) => {
    expect(show(parseExpression(text))).toBe(tree);
  });

  it.each([
    ['(a eq 1)and(b eq 2)', '(and (eq a 1) (eq b 2))'],
    ['a eq(1)', '(eq a 1)'],
    ['f(a)eq [1]', '(eq f(a) [1])'],
    ['[1]eq{}', '(eq [1] {})'],
    [' \t\n a  eq\r\n1 ', '(eq a 1)'],
    ['a / b eq 1', '(eq a/b 1)'],
  ])('needs white space around operators or brackets: %j', (text, tree) => {
    expect(show(parseExpression(text))).toBe(tree);
  });
});

describe('what is no expression is refused where it goes wrong:', () => {
  it.each([
    ['', 0, 'an operand was expected'],
    ['   ', 3, 'an operand was expected'],
    ['displayName eq', 14, 'an operand was expected'],
    ['displayName eq ', 15, 'an operand was expected'],
    ['a b', 2, 'an operator was expected'],
    ['a eq 1 b', 7, 'an operator was expected'],
    ["a eq'x'", 2, 'an operator was expected'],
    ["'x'eq a", 3, 'white space was expected'],
    ['a eq-1', 4, 'white space was expected'],
    ['a eq@p', 4, 'white space was expected'],
    ['not-1', 3, 'white space was expected'],
    ['not not', 7, 'an operand was expected'],
    ['a and', 5, 'an operand was expected'],
    ['a and not', 9, 'an operand was expected'],
    ['a or or b', 8, 'an operator was expected'],
    ['and', 3, undefined],
    ['-', 1, 'an operand was expected'],
    ['+a', 0, 'this character was not expected'],
    ['*', 0, 'an operand was expected'],
    ['a)', 1, "')' was not expected"],
    ['()', 1, 'an operand was expected'],
    ['(a', 2, "')' was expected"],
    ['(a b', 3, 'an operator was expected'],
    ['(a,b)', 2, "')' was expected"],
    ['a/', 2, 'a path segment was expected'],
    ['a//b', 2, 'a path segment was expected'],
    ['/a', 0, 'an operand was expected'],
    ["a/'x'", 2, 'a path segment was expected'],
    ['a/$value', 2, 'a path segment was expected'],
    ['a.', 1, "'.' was not expected"],
    ['a[1]', 1, "'[' was not expected"],
    ['a;b', 1, "';' was not expected"],
    ['a=1', 1, "'=' was not expected"],
    ['Name eq $foo', 8, 'an operand was expected'],
    ['$', 0, 'an operand was expected'],
    ['$root', 5, "'/' was expected"],
    ['@', 0, 'a name was expected behind @'],
    ['@1', 0, 'a name was expected behind @'],
    ['a/@', 2, 'a name was expected behind @'],
    ['f(', 2, 'an operand was expected'],
    ['f(a', 3, "')' was expected"],
    ['f(a,', 4, 'an operand was expected'],
    ['f(a,)', 4, 'an operand was expected'],
    ['f(,a)', 2, 'an operand was expected'],
    ['f(a=1,b)', 7, "'=' was expected"],
    ['f(a=1,2)', 6, 'a parameter was expected'],
    ['f(a,b=1)', 5, "')' was expected"],
    ['f(1,2)/b', 4, 'one key or named parameters were expected'],
    ['a/f(1,2)', 6, 'one key or named parameters were expected'],
    ['case(a)', 6, "':' was expected"],
    ['isof()', 0, 'a type was expected'],
    ['isof(1)', 5, 'a type was expected'],
    ["cast(a,'')", 7, 'a type was expected'],
    ['cast(a,b/c)', 7, 'a type was expected'],
    ['cast(a,$it)', 7, 'a type was expected'],
    ['any(d:d)', 5, "')' was expected"],
    ['a/any', 5, undefined],
    ['a/any(', 6, 'a lambda variable was expected'],
    ['a/any(d', 7, "':' was expected"],
    ['a/any(d:', 8, 'an operand was expected'],
    ['a/any(d:)', 8, 'an operand was expected'],
    ['a/any(d.e:d)', 6, 'a lambda variable was expected'],
    ['a/all()', 6, 'a lambda variable was expected'],
    ['a/$count(', 9, '$filter or $search was expected'],
    ['a/$count($top=1)', 9, '$filter or $search was expected'],
    ['a/$count($filter=b;filter=c)', 19, "'filter' is given twice"],
    ['a/$filter', 9, "'(' was expected"],
    ['a in', 4, 'an operand was expected'],
    ['a in (1', 7, "')' was expected"],
    ['a in (1,)', 8, 'an operand was expected'],
    ['a in (1 2)', 8, "')' was expected"],
    ['[1', 2, "']' was expected"],
    ['[1,]', 3, 'an operand was expected'],
    ['{"a"}', 4, "':' was expected"],
    ['{a:1}', 1, 'a member name in double quotes was expected'],
    ['{"a":1', 6, "'}' was expected"],
    ['a eq "x"', 5, 'a text is written in single quotes'],
    ['["\\q"]', 1, 'the text in double quotes is not valid JSON'],
    ['["x]', 1, 'the quoted text has no end'],
    ['["x\\"]', 1, 'the quoted text has no end'],
    ["a eq 'x", 5, 'the quoted text has no end'],
    ["a eq 'x''", 5, 'the quoted text has no end'],
    ["a eq ns.e'x", 9, 'the quoted text has no end'],
    ['a eq #', 5, 'this character was not expected'],
    ['a eq 😀', 5, 'this character was not expected'],
    ['a eq \ud800', 5, 'this character was not expected'],
    ['a eq \0', 5, 'this character was not expected'],
    ['a eq ٣', 5, 'this character was not expected'],
    ['((((EAEAEAE(((EAEA((AE(((EAEAEEE', 32, "')' was expected"],
  ])('%j at %d: %s', (text, at, reason) => {
    if (reason === undefined) {
      expect(show(parseExpression(text))).toBe(text);
      return;
    }
    expect(() => parseExpression(text)).toThrow(expect.objectContaining({ at, reason }));
    expect(() => parseExpression(text)).toThrow(QuerySyntaxError);
  });
});

const times = (count: number, text: string): string => text.repeat(count);
const { nodes, depth, inList } = queryLimits;
const tooMany = `there are more than ${nodes} terms`;
const tooDeep = `it is nested more than ${depth} levels deep`;

describe('the limits hold at their edge, and one past it not:', () => {
  it.each([
    ['terms of a chain', (n: number) => Array(n).fill('a').join(' or '), nodes - 1, tooMany],
    ['path segments', (n: number) => Array(n).fill('a').join('/'), nodes, tooMany],
    ['elements of an array', (n: number) => `[${Array(n).fill('1').join(',')}]`, nodes - 1, tooMany],
    ['arguments', (n: number) => `f(${Array(n).fill('a').join(',')})`, nodes - 1, tooMany],
    [
      'values of a list',
      (n: number) => `a in (${Array(n).fill('1').join(',')})`,
      inList,
      `the list has more than ${inList} values`,
    ],
    ['parentheses', (n: number) => times(n, '(') + 'a' + times(n, ')'), depth, tooDeep],
    ['a tree of not', (n: number) => times(n - 1, 'not ') + 'a', depth, tooDeep],
    ['a tree of minus', (n: number) => times(n - 1, '-') + 'a', depth, tooDeep],
    ['a tree of calls', (n: number) => times(n - 1, 'tolower(') + 'a' + times(n - 1, ')'), depth, tooDeep],
    ['a tree of lambdas', (n: number) => times(n - 1, 'a/any(d:') + 'a' + times(n - 1, ')'), depth, tooDeep],
    ['a tree of arrays', (n: number) => times(n, '[') + times(n, ']'), depth, tooDeep],
    ['a tree that leans left', (n: number) => 'a' + times(n - 1, ' add a'), depth, tooDeep],
    [
      'a chain in parentheses',
      (n: number) => times(n - 1, '(') + 'a' + times(n - 1, ' or a)'),
      depth,
      tooDeep,
    ],
  ])('%s', (_, text, limit, reason) => {
    expect(() => parseExpression(text(limit))).not.toThrow();
    expect(() => parseExpression(text(limit + 1))).toThrow(expect.objectContaining({ reason }));
  });
});

describe('a position', () => {
  it('is that of the first character, or of the operator between', () => {
    expect(parseExpression(" a eq 'x' and not b/c")).toEqual({
      kind: 'and',
      at: 10,
      operands: [
        {
          kind: 'binary',
          operator: 'eq',
          at: 3,
          left: { kind: 'path', at: 1, root: undefined, segments: [{ kind: 'name', at: 1, name: 'a' }] },
          right: { kind: 'literal', type: 'string', at: 6, text: "'x'", value: 'x' },
        },
        {
          kind: 'not',
          at: 14,
          operand: {
            kind: 'path',
            at: 18,
            root: undefined,
            segments: [
              { kind: 'name', at: 18, name: 'b' },
              { kind: 'name', at: 20, name: 'c' },
            ],
          },
        },
      ],
    });
  });
});
