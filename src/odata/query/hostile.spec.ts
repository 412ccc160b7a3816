import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { compute, parseCompute } from './compute.js';
import { expression, parseExpression } from './expression.js';
import { parseExpand } from './expand.js';
import { orderBy, parseOrderBy } from './order-by.js';
import { Parser } from './parser.js';
import { limits, queryLimits } from '../limits.js';
import { QuerySyntaxError } from './query-syntax-error.js';
import { parseSearch, search } from './search.js';
import { parseSelect, select } from './select.js';
import { show, showCompute, showExpand, showOrderBy, showSearch, showSelect } from './show.js';

const grammar = String.raw`
  ( ) [ ] { } , : ; / = * - . # @ $ ' " \ a 1 1.5 eq and or not in has AND OR NOT asc desc as any( case( isof( $it $root/
  $count( $count $ref $filter= $select= $expand= $search= $orderby= $top=1 $levels=max '' @p @a.b#c ns.a ns.e'z'
  2017-01-01 T00:00:00Z 12:30 -INF 1e5
`;

/** Every parser, its result shown: a tree that can't be shown without overflow isn't one that was parsed well. */
const parsers: readonly (readonly [string, (text: string) => string])[] = [
  ['$filter', (text) => show(parseExpression(text))],
  ['$orderby', (text) => showOrderBy(parseOrderBy(text))],
  ['$select', (text) => showSelect(parseSelect(text))],
  ['$expand', (text) => showExpand(parseExpand(text))],
  ['$search', (text) => showSearch(parseSearch(text))],
  ['$compute', (text) => showCompute(parseCompute(text))],
];

/** What a parser says of a text; fails the test for anything but a tree or a syntax error inside the text. */
function outcome(parse: (text: string) => string, text: string): 'parsed' | 'refused' {
  try {
    parse(text);
    return 'parsed';
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    if (error.at < 0 || error.at > text.length || error.message.length > 200) throw error;
    return 'refused';
  }
}

const times = (count: number, text: string): string => text.repeat(count);

const garbage = '((((EAEAEAE(((EAEA((AE(((EAEAEEE';
/** What a body may have, and so the URL of a request within a `$batch`. */
const most = limits.body;

const filters = `
displayName eq 'Contoso'
displayName eq 'O''Neil' and id ne null
not (displayName eq 'x')
startsWith(displayName,'a')
contains(tolower(displayName),'b') or endswith(publisher,'c')
isof('microsoft.graph.win32LobApp')
(isof('microsoft.graph.win32LobApp') or isof(microsoft.graph.iosStoreApp)) and isAssigned eq true
microsoft.graph.managedApp/appAvailability eq null or microsoft.graph.managedApp/appAvailability eq 'lineOfBusiness'
installState eq microsoft.graph.resultantAppState'failed'
installState has 'failed'
installState in ('failed','installed', 'unknown')
id in ('a')
id in ['a',"b"]
lastSyncDateTime gt 2017-01-01
lastSyncDateTime ge 2017-01-01T00:02:49.3205976-08:00
lastSyncDateTime lt now()
date(lastSyncDateTime) eq 2017-01-01 and time(lastSyncDateTime) lt 12:30:00.5
year(lastSyncDateTime) eq 2017 and month(lastSyncDateTime) ne 1
installedDeviceCount add failedDeviceCount sub 3 gt 10 mul 2
installedDeviceCount div 2 mod 3 eq 1.5e3
-installedDeviceCount lt -1
a eq INF or a eq -INF or a eq NaN
deviceStatuses/any(d:d/installState eq 'failed')
deviceStatuses/all(d: d/deviceName ne $it/displayName and not d/x)
deviceStatuses/any()
deviceStatuses/$count gt 5
deviceStatuses/$count($filter=installState eq 'failed';$search="a b" OR c) gt 1
deviceStatuses/$filter(installState eq 'failed')/$count eq 0
applicableArchitectures has microsoft.graph.windowsArchitecture'x86,x64'
$it/displayName eq $root/people('x')/name
$this eq 'x'
displayName eq @p1
contains(displayName,@p1) and @p2/x
a eq 01234567-89ab-cdef-0123-456789abcdef
a eq duration'P1DT2H' or b eq binary'AQID'
geo.distance(a,geography'SRID=0;Point(1 2)') lt 5
cast(a,Edm.String) eq 'x'
cast(a,Collection(Edm.String))/$count
a/ns.f(p=1,q=[1,{"x":null}]) eq 1
items(a=1,b='x')/c
Price/@Measures.Currency#x eq 'EUR'
@Core.Messages/any(m:m/severity eq 'error')
case(a gt 0:1,true:-1) eq 1
hassubset(a,["x","y"])
{"a":[1,2,{"b":"c\\u0020"}]} eq a
matchesPattern(displayName,'^a.*$')
substring(a,1,2) eq 'x' or indexof(a,'y') eq -1
((a eq 1)and(b eq 2))or(c eq 3)
été eq 'ñ😀' and a_1 eq ''
round(a) eq 1 and floor(b) eq 2 and ceiling(c) eq 3 and trim(concat(d,e)) eq 'f'
`
  .trim()
  .split('\n');

describe('every prefix of a valid filter parses or is refused:', () => {
  it('of 50 filters', () => {
    expect(filters.length).toBeGreaterThanOrEqual(50);
  });

  it.each(filters.map((filter) => [filter]))('%s', (filter) => {
    if (!filter.startsWith('cast(a,Collection'))
      expect(outcome((text) => show(parseExpression(text)), filter)).toBe('parsed');
    for (let end = 0; end <= filter.length; end += 1) {
      for (const [, parse] of parsers) {
        outcome(parse, filter.slice(0, end));
        outcome(parse, `a($filter=${filter.slice(0, end)})`);
        outcome(parse, `a($search=${filter.slice(0, end)}`);
      }
    }
  });
});

describe('hostile input', () => {
  const inputs: readonly (readonly [string, string])[] = [
    ['3,000 parentheses', times(3000, '(') + 'a' + times(3000, ')')],
    ['3,000 open parentheses', times(3000, '(')],
    ['5,000 not', times(5000, 'not ') + 'a'],
    ['5,000 NOT', times(5000, 'NOT ') + 'a'],
    ['5,000 minus', times(5000, '-') + 'a'],
    ['2,000 terms of or', Array(2000).fill('a eq 1').join(' or ')],
    ['2,000 terms of OR', Array(2000).fill('a').join(' OR ')],
    ['2,000 additions', Array(2000).fill('1').join(' add ')],
    ['500 nested calls', times(500, 'tolower(') + 'a' + times(500, ')')],
    ['500 open calls', times(500, 'tolower(')],
    ['500 nested lambdas', times(500, 'a/any(a:') + 'a' + times(500, ')')],
    ['5,000 nested arrays', times(5000, '[') + times(5000, ']')],
    ['5,000 nested objects', times(5000, '{"a":')],
    ['a path of 20,000 segments', times(20_000, 'a/') + 'a'],
    ['a list of 20,000', `a in (${times(20_000, '1,')}1)`],
    ['20,000 arguments', `f(${times(20_000, '1,')}1)`],
    ['20,000 items', times(20_000, 'a,') + 'a'],
    ['5,000 nested expansions', times(5000, 'a($expand=')],
    ['5,000 nested selections', times(5000, 'a($select=')],
    ['5,000 nested counts', times(5000, 'a/$count($filter=')],
    ['5,000 nested searches', times(5000, 'a($search=(')],
    ['20,000 nested options', `a(${times(20_000, '@p=1;')}`],
    ['garbage', garbage],
    ['an unknown variable', 'Name eq $foo'],
    ['100 KB of one string', `a eq '${times(102_400, 'x')}'`],
    ['prototype names', 'constructor eq __proto__ and a($constructor=1)'],
  ];

  it.each(inputs)('%s: parsed or refused', (_, text) => {
    for (const [, parse] of parsers) {
      outcome(parse, text);
      outcome(parse, `a($filter=${text})`);
      outcome(parse, `a($search=${text})`);
      outcome(parse, `a eq ${text}`);
    }
  });

  const tooDeep = `it is nested more than ${queryLimits.depth} levels deep`;
  const tooMany = `there are more than ${queryLimits.nodes} terms`;

  it.each([
    ['3,000 parentheses', times(3000, '(') + 'a' + times(3000, ')'), tooDeep, 50],
    ['5,000 not', times(5000, 'not ') + 'a', tooDeep, 200],
    ['2,000 terms of or', Array(2000).fill('a eq 1').join(' or '), tooMany, 1335],
    ['500 nested calls', times(500, 'tolower(') + 'a' + times(500, ')'), tooDeep, 407],
    ['garbage', garbage, "')' was expected", 32],
    ['an unknown variable', 'Name eq $foo', 'an operand was expected', 8],
  ])('%s: refused, and where', (_, text, reason, at) => {
    expect(() => parseExpression(text)).toThrow(expect.objectContaining({ reason, at }));
  });

  it.each([100 * 1024, most])('of %i bytes in one string is a string', (length) => {
    const value = times(length, 'x');
    expect(parseExpression(`a eq '${value}'`)).toMatchObject({ right: { type: 'string', value } });
  });

  it('of 100 KB in one string is a string, and its quotes are doubled', () => {
    const text = `a eq '${times(51_200, "''")}'`;
    expect(parseExpression(text)).toMatchObject({ right: { type: 'string', value: times(51_200, "'") } });
    expect(() => parseExpression(text.slice(0, -1))).toThrow(expect.objectContaining({ at: 5 }));
  });

  it('made of pieces of the grammar is parsed or refused', () => {
    const pieces = constantFrom(...grammar.trim().split(/\s+/), "'x y'", '"x y"', ' ', '\t');
    assert(
      property(array(oneof(pieces, pieces, constantFrom(' ')), { maxLength: 40 }), (parts) => {
        for (const [, parse] of parsers) outcome(parse, parts.join(''));
        for (const [, parse] of parsers) outcome(parse, parts.join(' '));
      }),
      { numRuns: 1000 },
    );
  });

  it('of any characters is parsed or refused', () => {
    assert(
      property(oneof(string({ unit: 'binary' }), string({ maxLength: 60 })), (text) => {
        for (const [, parse] of parsers) outcome(parse, text);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['\ud800', '\udc00a', 'a\ud800', "'\ud800'", '\u0000', '\ufeff', 'ﷺ', 'a\u200db', 'İ eq ı'])(
    '%j is parsed or refused',
    (text) => {
      for (const [, parse] of parsers) outcome(parse, text);
    },
  );
});

/** Characters that were read, whether the text was parsed or refused. */
function stepsOf(read: (parser: Parser) => unknown, text: string): number {
  const parser = new Parser(text);
  try {
    read(parser);
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
  }
  return parser.steps;
}

describe('the work', () => {
  const readers: readonly (readonly [string, (parser: Parser) => unknown])[] = [
    ['expression', (parser) => expression(parser)],
    ['order', orderBy],
    ['selection', select],
    ['search', (parser) => search(parser, false)],
    ['computation', compute],
  ];

  const shapes: readonly (readonly [string, (length: number) => string])[] = [
    ['a string', (n) => `a eq '${times(n, 'x')}'`],
    ['quotes', (n) => `a eq '${times(n, "''")}'`],
    ['white space', (n) => `a${times(n, ' ')}eq${times(n, ' ')}1`],
    ['a name', (n) => `${times(n, 'a')} eq 1`],
    ['a name with dots', (n) => `${times(n, 'a.')}a eq 1`],
    ['a name before parentheses', (n) => `f(${times(n, 'a')})`],
    ['digits', (n) => `a eq ${times(n, '1')}`],
    ['digits with a date behind', (n) => `a eq ${times(n, '1')}-01-01`],
    ['a double', (n) => `a eq 1.${times(n, '1')}e${times(n, '1')}`],
    ['a JSON string', (n) => `["${times(n, '\\\\')}"]`],
    ['an annotation', (n) => `@${times(n, 'a.')}b#${times(n, 'c')}`],
    ['a phrase', (n) => `"${times(n, 'a ')}"`],
    [
      'an or',
      (n) =>
        Array(Math.min(n, queryLimits.nodes - 1))
          .fill('a')
          .join(' or ') + times(n, ' '),
    ],
  ];

  it.each(shapes)('on 4 MB of %s is linear in its length', (_, shape) => {
    const perRepetition = Math.round(shape(10_000).length / 10_000);
    const text = shape(Math.floor(most / perRepetition));
    for (const [, read] of readers) expect(stepsOf(read, text)).toBeLessThanOrEqual(12 * text.length);
  });

  it.each(shapes)('on %s is linear in its length', (_, shape) => {
    for (const [, read] of readers) {
      const text = shape(100_000);
      expect(stepsOf(read, text)).toBeLessThanOrEqual(12 * text.length);
      expect(stepsOf(read, text)).toBeLessThanOrEqual(10.5 * stepsOf(read, shape(10_000)) + 100);
    }
  });

  it.each([
    ['parentheses', '('],
    ['calls', 'tolower('],
    ['not', 'not '],
    ['minus', '-'],
    ['lambdas', 'a/any(d:'],
    ['arrays', '['],
    ['or', 'a or '],
    ['path segments', 'a/'],
    ['NOT', 'NOT '],
    ['words', 'a '],
    ['items', 'a,'],
    ['nested selections', 'a($select='],
    ['nested expansions', 'a($expand='],
    ['nested objects', '{"a":'],
    ['garbage', garbage],
    ['unknown variables', 'Name eq $foo or '],
    ['values of in', "a in ('x') or "],
    ['commas', ','],
    ['percent signs', '%'],
  ])('on 4 MB of %s ends at the limit', (_, piece) => {
    for (const [name, read] of readers) {
      // Without blanks or brackets it is one word to a search, of any length.
      if (name === 'search' && !/[ (]$/.test(piece)) continue;
      expect(stepsOf(read, times(most / piece.length, piece))).toBeLessThan(20_000);
    }
  });
});
