import { isTypeFunction, withTypeName } from './type-name.js';
import type { Token } from './lexer.js';
import { Parser } from './parser.js';
import { queryLimits } from '../limits.js';
import { search } from './search.js';
import type {
  Alias,
  AnnotationSegment,
  BinaryOperator,
  CountSegment,
  Expression,
  In,
  Lambda,
  List,
  Parameter,
  Path,
  PathRoot,
  PlainLiteral,
  Segment,
} from './syntax.js';

/**
 * A `$filter`, or any other option value that is one expression: all of OData 4.01's `commonExpr` (ABNF, section 4).
 * What isn't served is refused later, by name.
 * @param text the percent-decoded option value
 * @throws {QuerySyntaxError} what isn't an expression, or exceeds `queryLimits`
 */
export function parseExpression(text: string): Expression {
  const parser = new Parser(text);
  const result = expression(parser);
  parser.expectEnd(
    parser.peek().kind === 'mark' ? `'${parser.peek().text}' was not expected` : operatorExpected,
  );
  return result;
}

const operatorExpected = 'an operator was expected';
const operandExpected = 'an operand was expected';

/**
 * How tight operators bind (OData 4.01 URL Conventions 5.1.1.17). `not` is among the unary ones there and in
 * Microsoft's OData library, which Graph runs: `not a eq 1` is `(not a) eq 1`, while the ABNF, which has no precedence,
 * lets it be read either way. That library takes `eq` and `gt` as equals; the table of the text is followed here.
 */
const powers: ReadonlyMap<string, number> = new Map(
  ['or', 'and', 'eq ne', 'gt ge lt le', 'add sub', 'mul div divby mod', '- not', 'has in'].flatMap(
    (group, index) => group.split(' ').map((operator) => [operator, index + 1] as const),
  ),
);
const unary = powers.get('not') ?? 0;

/**
 * Reads one expression and stops at the first token that can't go on with it.
 * @param power operators that bind less tight end it
 */
export function expression(parser: Parser, power = 0): Expression {
  let left = operand(parser);
  for (;;) {
    const operator = infix(parser);
    const own = powers.get(operator);
    if (own === undefined || own < power || own === unary) return left;
    left = infixExpression(parser, operator, left, own);
  }
}

/** The next token as an infix operator, in lower case. */
function infix(parser: Parser): string {
  const token = parser.peek();
  return token.kind === 'word' ? token.text.toLowerCase() : '';
}

function infixExpression(parser: Parser, operator: string, left: Expression, power: number): Expression {
  switch (operator) {
    case 'and':
    case 'or':
      return junction(parser, operator, left, power);
    case 'in':
      return membership(parser, left, power);
    default: {
      const { at } = spacedOperator(parser);
      const right = expression(parser, power + 1);
      return parser.build({ kind: 'binary', at, operator: operator as BinaryOperator, left, right });
    }
  }
}

/** `a or b or c` as one node, so that a long chain isn't a deep tree. */
function junction(parser: Parser, kind: 'and' | 'or', left: Expression, power: number): Expression {
  const operands = [left];
  const { at } = parser.peek();
  while (infix(parser) === kind) {
    spacedOperator(parser);
    operands.push(expression(parser, power + 1));
  }
  return parser.build({ kind, at, operands });
}

/** Takes an operator that is a word. ABNF wants `RWS` around it; a bracket does as well, as with Graph. */
function spacedOperator(parser: Parser): Token {
  const token = parser.take();
  if (!token.spaced && !')]}'.includes(parser.text.charAt(token.at - 1))) {
    parser.fail(spaceExpected, token.at);
  }
  spaceBehind(parser, token);
  return token;
}

const spaceExpected = 'white space was expected';

/** What else may stand behind an operator without white space is no operand, and refused as that. */
function spaceBehind(parser: Parser, token: Token): void {
  const next = parser.peek();
  const mayTouch = next.kind === 'end' || (next.kind === 'mark' && next.text !== '-');
  if (!next.spaced && !mayTouch) parser.fail(spaceExpected, token.end);
}

/** ABNF `inExpr`: parentheses around one thing that isn't a literal are just parentheses. */
function membership(parser: Parser, left: Expression, power: number): In {
  const { at } = spacedOperator(parser);
  if (!parser.is('(')) {
    return parser.build({ kind: 'in', at, operand: left, of: expression(parser, power + 1) });
  }
  const list = listOf(parser);
  const [only] = list.items;
  const of = list.items.length === 1 && only && only.kind !== 'literal' ? only : list;
  return parser.build({ kind: 'in', at, operand: left, of });
}

function listOf(parser: Parser): List {
  const { at } = parser.expect('(');
  const items: Expression[] = [];
  parser.nested(at, () => {
    if (parser.is(')')) return;
    do items.push(listItem(parser, items.length));
    while (parser.accept(','));
  });
  parser.expect(')');
  return { kind: 'list', at, items };
}

function listItem(parser: Parser, before: number): Expression {
  const { at } = parser.peek();
  if (before >= queryLimits.inList) parser.fail(`the list has more than ${queryLimits.inList} values`, at);
  return expression(parser);
}

function operand(parser: Parser): Expression {
  const token = parser.peek();
  switch (token.kind) {
    case 'literal':
      parser.take();
      return parser.build(token.literal);
    case 'word':
      return wordOperand(parser);
    case 'dollar':
      return implicitVariable(parser);
    case 'at':
      return aliasOrAnnotation(parser);
    case 'mark':
      return markOperand(parser);
    case 'json':
      return parser.fail('a text is written in single quotes');
    case 'end':
      return parser.fail(operandExpected);
  }
}

function markOperand(parser: Parser): Expression {
  const { at, text } = parser.peek();
  switch (text) {
    case '(':
      return parenthesised(parser, expression);
    case '-':
      parser.take();
      return parser.build({ kind: 'negate', at, operand: unaryOperand(parser, at) });
    case '[':
      return array(parser);
    case '{':
      return object(parser);
    default:
      return parser.fail(operandExpected);
  }
}

const unaryOperand = (parser: Parser, at: number): Expression =>
  parser.nested(at, () => expression(parser, unary));

function parenthesised<T>(parser: Parser, read: (parser: Parser) => T): T {
  const { at } = parser.expect('(');
  const result = parser.nested(at, () => read(parser));
  if (!parser.accept(')')) parser.fail(parser.peek().kind === 'word' ? operatorExpected : "')' was expected");
  return result;
}

const constants: ReadonlyMap<string, PlainLiteral['type']> = new Map([
  ['null', 'null'],
  ['true', 'boolean'],
  ['false', 'boolean'],
]);

/**
 * A word where an operand must be. A `/` behind it makes it a path whatever it says; else `not` is the operator, and
 * `null`, `true`, `false` (in any case, as Graph has it), `INF`, `NaN` are literals. Other keywords are names here.
 */
function wordOperand(parser: Parser): Expression {
  const token = parser.take();
  const { at, text } = token;
  if (parser.is('/')) return path(parser, at, undefined, [nameOrCast(token)]);
  const lower = text.toLowerCase();
  if (lower === 'not') {
    spaceBehind(parser, token);
    return parser.build({ kind: 'not', at, operand: unaryOperand(parser, at) });
  }
  if (parser.is('(')) return invocation(parser, token);
  const type = constants.get(lower);
  if (type) return parser.build({ kind: 'literal', type, at, text, value: lower });
  if (text === 'INF' || text === 'NaN')
    return parser.build({ kind: 'literal', type: 'double', at, text, value: text });
  return path(parser, at, undefined, [nameOrCast(token)]);
}

function implicitVariable(parser: Parser): Expression {
  const { at, text } = parser.peek();
  const root = text.toLowerCase();
  if (root !== '$it' && root !== '$this' && root !== '$root') return parser.fail(operandExpected);
  parser.take();
  if (root === '$root' && !parser.is('/')) parser.fail("'/' was expected");
  return path(parser, at, root, []);
}

/** Where both could be, a term without a namespace is an alias: only the model tells them apart. */
function aliasOrAnnotation(parser: Parser): Path | Alias {
  const { at, text } = parser.peek();
  const read = annotation(parser);
  if (/[.#]/.test(text)) return path(parser, at, undefined, [read]);
  if (parser.is('/')) return path(parser, at, `@${read.term}`, []);
  return parser.build({ kind: 'alias', at, name: read.term });
}

export function annotation(parser: Parser): AnnotationSegment {
  const { at, text } = parser.take();
  const [term = '', qualifier] = text.slice(1).split('#');
  if (term === '') parser.fail('a name was expected behind @', at);
  return { kind: 'annotation', at, term, qualifier };
}

/** What parentheses behind a name hold: OData's functions take values, all others take names and values. */
type Arguments = { kind: 'values'; values: Expression[] } | { kind: 'parameters'; parameters: Parameter[] };

/** A name and parentheses where an operand starts. */
function invocation(parser: Parser, token: Token): Expression {
  const { at } = token;
  const name = token.text.toLowerCase();
  const given = argumentsOf(parser, name);
  if (given.kind === 'parameters' || parser.is('/')) {
    return path(parser, at, undefined, withArguments(parser, token, given));
  }
  const values = isTypeFunction(name) ? withTypeName(parser, given.values, at) : given.values;
  return parser.build({ kind: 'call', at, name, arguments: values });
}

/** @param name the called function's, in lower case: `case` has pairs of arguments */
function argumentsOf(parser: Parser, name: string): Arguments {
  return parenthesised(parser, () => {
    if (parser.is(')')) return { kind: 'values', values: [] };
    if (startsParameter(parser)) return { kind: 'parameters', parameters: parser.list(parameter) };
    const values = parser.list((inner) => (name === 'case' ? branch(inner) : [expression(inner)]));
    return { kind: 'values', values: values.flat() };
  });
}

const startsParameter = (parser: Parser): boolean =>
  parser.peek().kind === 'word' && parser.peekSecond().text === '=';

function parameter(parser: Parser): Parameter {
  const { at, text: name } = parser.expectName('a parameter');
  parser.expect('=');
  return { at, name, value: expression(parser) };
}

/** ABNF `caseMethodCallExpr`: `condition:value`. */
function branch(parser: Parser): Expression[] {
  const condition = expression(parser);
  parser.expect(':');
  return [condition, expression(parser)];
}

/** Segments of a name with parentheses: a function, or one value that is a key. */
function withArguments(parser: Parser, token: Token, given: Arguments): Segment[] {
  const { at, text: name } = token;
  if (given.kind === 'parameters') return [{ kind: 'function', at, name, parameters: given.parameters }];
  const [value, second] = given.values;
  if (second) return parser.fail('one key or named parameters were expected', second.at);
  if (!value) return [{ kind: 'function', at, name, parameters: [] }];
  return [nameOrCast(token), { kind: 'key', at: value.at, value }];
}

function nameOrCast({ at, text }: Token): Segment {
  return text.includes('.') ? { kind: 'cast', at, type: text } : { kind: 'name', at, name: text };
}

/** Reads on as long as `/` follows; every segment is a term. */
function path(parser: Parser, at: number, root: PathRoot | undefined, first: Segment[]): Path {
  const segments = [...first];
  while (parser.accept('/')) {
    parser.count(parser.peek().at);
    segments.push(...segment(parser));
  }
  return parser.build({ kind: 'path', at, root, segments });
}

function segment(parser: Parser): Segment[] {
  const token = parser.peek();
  if (token.kind === 'at') return [annotation(parser)];
  if (token.kind === 'dollar') return [systemSegment(parser)];
  if (token.kind !== 'word') return parser.fail('a path segment was expected');
  parser.take();
  if (!parser.is('(')) return [nameOrCast(token)];
  const quantifier = token.text.toLowerCase();
  if (quantifier === 'any' || quantifier === 'all') return [lambda(parser, token.at, quantifier)];
  return withArguments(parser, token, argumentsOf(parser, ''));
}

function lambda(parser: Parser, at: number, quantifier: 'any' | 'all'): Lambda {
  return parenthesised(parser, () => {
    if (quantifier === 'any' && parser.is(')')) {
      return { kind: 'lambda', at, quantifier, variable: undefined, body: undefined };
    }
    const { text: variable } = parser.expectName('a lambda variable');
    parser.expect(':');
    return { kind: 'lambda', at, quantifier, variable, body: expression(parser) };
  });
}

function systemSegment(parser: Parser): Segment {
  const { at, text } = parser.take();
  switch (text.toLowerCase()) {
    case '$filter':
      return { kind: 'filter', at, condition: parenthesised(parser, expression) };
    case '$count':
      return countSegment(parser, at);
    default:
      return parser.fail('a path segment was expected', at);
  }
}

/** ABNF `count` and `expandCountOption`: each option at most once, with or without `$`. */
function countSegment(parser: Parser, at: number): CountSegment {
  const result: CountSegment = { kind: 'count', at, filter: undefined, search: undefined };
  if (!parser.is('(')) return result;
  return parenthesised(parser, () => {
    do countOption(parser, result);
    while (parser.accept(';'));
    return result;
  });
}

function countOption(parser: Parser, result: CountSegment): void {
  const { at, text } = parser.take();
  const option = text.toLowerCase().replace('$', '');
  if (option !== 'filter' && option !== 'search') return parser.fail('$filter or $search was expected', at);
  if (result[option]) parser.fail(`'${text}' is given twice`, at);
  parser.expect('=');
  if (option === 'filter') result.filter = expression(parser);
  else result.search = search(parser, true);
}

function array(parser: Parser): Expression {
  const { at } = parser.take();
  const items = parser.nested(at, () => (parser.is(']') ? [] : parser.list(jsonValue)));
  parser.expect(']');
  return parser.build({ kind: 'array', at, items });
}

function object(parser: Parser): Expression {
  const { at } = parser.take();
  const members = parser.nested(at, () => (parser.is('}') ? [] : parser.list(member)));
  parser.expect('}');
  return parser.build({ kind: 'object', at, members });
}

function member(parser: Parser): Parameter {
  const token = parser.peek();
  if (token.kind !== 'json') return parser.fail('a member name in double quotes was expected');
  parser.take();
  parser.expect(':');
  return { at: token.at, name: token.value, value: jsonValue(parser) };
}

/** ABNF `valueInUrl`: in arrays and objects a text may stand in double quotes too. */
function jsonValue(parser: Parser): Expression {
  const token = parser.peek();
  if (token.kind !== 'json') return expression(parser);
  parser.take();
  return parser.build({
    kind: 'literal',
    type: 'string',
    at: token.at,
    text: token.text,
    value: token.value,
  });
}
