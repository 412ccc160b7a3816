import { afterSpace, closingDoubleQuote, closingQuote, isSpace } from './lexer.js';
import { Parser } from './parser.js';
import type { SearchExpression, SearchTerm } from './syntax.js';

/**
 * A `$search` (ABNF `searchExpr`): words, phrases in double quotes, `NOT`, `AND` or nothing between, `OR`, parentheses.
 * @param text the percent-decoded option value
 * @throws {QuerySyntaxError} what isn't a search, or exceeds `queryLimits`
 */
export function parseSearch(text: string): SearchExpression {
  const parser = new Parser(text);
  const result = search(parser, false);
  const end = afterSpace(text, parser.position);
  if (end < text.length) parser.fail(`'${text.charAt(end)}' was not expected`.toWellFormed(), end);
  return result;
}

/**
 * Reads one search, and leaves the parser at the `)` or `;` that ends it.
 * @param inner whether it stands in the parentheses of another option, where `;` ends it. Alone it may hold `;`: the
 * grammar wants that percent-encoded, and here it is decoded.
 */
export function search(parser: Parser, inner: boolean): SearchExpression {
  const at = afterSpace(parser.text, parser.position);
  return parser.text.charAt(at) === "'" ? incomplete(parser, at) : disjunction(parser, inner);
}

function incomplete(parser: Parser, at: number): SearchTerm {
  const close = closingQuote(parser.text, at);
  parser.moveTo(close + 1);
  const text = parser.text
    .slice(at + 1, close)
    .split("''")
    .join("'");
  return counted(parser, { kind: 'incomplete', at, text });
}

/** `end` is also a `)` or `;` that ends the search. */
interface SearchToken {
  kind: 'word' | 'phrase' | 'open' | 'end';
  at: number;
  end: number;
}

function peek(parser: Parser, inner: boolean, from = parser.position): SearchToken {
  const { text } = parser;
  const at = afterSpace(text, from);
  const character = text.charAt(at);
  if (character === '(') return { kind: 'open', at, end: at + 1 };
  const kind = character === '"' ? 'phrase' : 'word';
  const end = kind === 'phrase' ? phraseEnd(parser, at, inner) : wordEnd(parser, at, inner);
  parser.steps += end - from;
  return { kind: end === at ? 'end' : kind, at, end };
}

/** Behind the closing quote, where a search may go on with white space or a bracket only. */
function phraseEnd(parser: Parser, at: number, inner: boolean): number {
  const end = closingDoubleQuote(parser.text, at) + 1;
  if (end === at + 2) parser.fail('the phrase is empty', at);
  const next = parser.text.charAt(end);
  if (next === '"' || !endsWord(next, inner)) parser.fail('white space was expected', end);
  return end;
}

function wordEnd(parser: Parser, at: number, inner: boolean): number {
  const { text } = parser;
  if (text.charAt(at) === "'") parser.fail('a phrase is written in double quotes', at);
  let end = at;
  while (!endsWord(text.charAt(end), inner)) end += 1;
  if (text.charAt(end) === '"') parser.fail('white space was expected', end);
  return end;
}

const endsWord = (character: string, inner: boolean): boolean =>
  character === '' ||
  isSpace(character.charCodeAt(0)) ||
  '()"'.includes(character) ||
  (inner && character === ';');

function disjunction(parser: Parser, inner: boolean): SearchExpression {
  const { at } = peek(parser, inner);
  const operands = [conjunction(parser, inner)];
  while (acceptOperator(parser, inner, 'OR')) operands.push(conjunction(parser, inner));
  return joined(parser, 'or', at, operands);
}

function conjunction(parser: Parser, inner: boolean): SearchExpression {
  const { at } = peek(parser, inner);
  const operands = [negation(parser, inner)];
  while (peek(parser, inner).kind !== 'end' && !isOperator(parser, inner, 'OR')) {
    acceptOperator(parser, inner, 'AND');
    operands.push(negation(parser, inner));
  }
  return joined(parser, 'and', at, operands);
}

function negation(parser: Parser, inner: boolean): SearchExpression {
  const { at } = peek(parser, inner);
  if (!acceptOperator(parser, inner, 'NOT')) return term(parser, inner);
  const operand = parser.nested(at, () => negation(parser, inner));
  return counted(parser, { kind: 'not', at, operand });
}

function term(parser: Parser, inner: boolean): SearchExpression {
  const token = peek(parser, inner);
  const { kind, at, end } = token;
  if (kind === 'end') return parser.fail('a word or a phrase was expected', at);
  parser.moveTo(end);
  if (kind === 'open') return group(parser, at, inner);
  const text = parser.text.slice(at, end);
  return counted(parser, { kind, at, text: kind === 'word' ? text : unescaped(text) });
}

/** Graph escapes quotes and backslashes in a phrase by a backslash, as the ABNF of 2020 does. */
const unescaped = (phrase: string): string => phrase.slice(1, -1).replaceAll(/\\(["\\])/g, '$1');

function group(parser: Parser, at: number, inner: boolean): SearchExpression {
  const result = parser.nested(at, () => disjunction(parser, inner));
  const close = afterSpace(parser.text, parser.position);
  if (parser.text.charAt(close) !== ')') parser.fail("')' was expected", close);
  parser.moveTo(close + 1);
  return result;
}

/** `AND`, `OR` and `NOT` are operators only in upper case and before a term; else they are words. */
function isOperator(parser: Parser, inner: boolean, operator: string): boolean {
  const { kind, at, end } = peek(parser, inner);
  if (kind !== 'word' || end - at !== operator.length || !parser.text.startsWith(operator, at)) return false;
  return peek(parser, inner, end).kind !== 'end';
}

function acceptOperator(parser: Parser, inner: boolean, operator: string): boolean {
  const found = isOperator(parser, inner, operator);
  if (found) parser.moveTo(peek(parser, inner).end);
  return found;
}

function joined(
  parser: Parser,
  kind: 'and' | 'or',
  at: number,
  operands: SearchExpression[],
): SearchExpression {
  const [only] = operands;
  return operands.length === 1 && only ? only : counted(parser, { kind, at, operands });
}

function counted<N extends SearchExpression>(parser: Parser, node: N): N {
  parser.count(node.at);
  return node;
}
