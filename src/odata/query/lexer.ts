import { QuerySyntaxError } from './query-syntax-error.js';
import type { Literal, PlainLiteralType } from './syntax.js';

/**
 * `word`: a name, with dots or without, keywords among them. `dollar`: `$` and a word. `at`: `@` and a word, perhaps
 * with `#` and another. `json`: a text in double quotes. `mark`: one character of punctuation. `end`: nothing is left.
 */
export type Token = Lexeme & {
  text: string;
  at: number;
  end: number;
  /** Whether white space is before it. */
  spaced: boolean;
};

type Lexeme =
  | { kind: 'word' | 'dollar' | 'at' | 'mark' | 'end' }
  | { kind: 'literal'; literal: Literal }
  | { kind: 'json'; value: string };

/**
 * The token that starts at or behind a position. Pure, and linear in the length of what it reads: every scan goes
 * forward one character at a time, or matches a form of bounded length.
 * @param from UTF-16 index into the decoded option value
 * @throws {QuerySyntaxError} where no token can start or one has no end
 */
export function tokenAt(text: string, from: number): Token {
  const at = afterSpace(text, from);
  const spaced = at > from;
  const { end, ...lexeme } = scan(text, at);
  return { ...lexeme, text: text.slice(at, end), at, end, spaced };
}

type Scanned = Lexeme & { end: number };

function scan(text: string, at: number): Scanned {
  const character = text.charAt(at);
  if (character === '') return { kind: 'end', end: at };
  if (character === "'") return quoted(text, at, at);
  if (character === '"') return json(text, at);
  if (character === '$') return { kind: 'dollar', end: wordEnd(text, at + 1) };
  if (character === '@') return { kind: 'at', end: annotationEnd(text, at + 1) };
  const literal = guid(text, at) ?? number(text, at);
  if (literal) return literal;
  if (startsName(text, at)) return name(text, at);
  if ('()[]{},:;/=*-.'.includes(character)) return { kind: 'mark', end: at + 1 };
  throw new QuerySyntaxError(text, at, 'this character was not expected');
}

/** ABNF `BWS` is blanks and tabs; .NET's OData takes line breaks too, and long filters are sent with them. */
export function afterSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

export const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

function name(text: string, at: number): Scanned {
  const end = wordEnd(text, at);
  return text.charAt(end) === "'" ? quoted(text, at, end) : { kind: 'word', end };
}

/** A text in single quotes that starts at `open`, behind the name of its type where `open` isn't `at`. */
function quoted(text: string, at: number, open: number): Scanned {
  const end = closingQuote(text, open) + 1;
  const value = text
    .slice(open + 1, end - 1)
    .split("''")
    .join("'");
  const prefix = text.slice(at, open);
  const written = { at, text: text.slice(at, end), value };
  const type = quotedTypes.get(prefix.toLowerCase());
  const literal: Literal = type
    ? { kind: 'literal', type, ...written }
    : { kind: 'literal', type: 'enum', typeName: prefix, ...written };
  return { kind: 'literal', literal, end };
}

const quotedTypes: ReadonlyMap<string, PlainLiteralType> = new Map([
  ['', 'string'],
  ['duration', 'duration'],
  ['binary', 'binary'],
]);

/** Two quotes are one that belongs to the text. */
export function closingQuote(text: string, open: number): number {
  let at = text.indexOf("'", open + 1);
  while (at >= 0 && text.charAt(at + 1) === "'") at = text.indexOf("'", at + 2);
  if (at < 0) throw new QuerySyntaxError(text, open, 'the quoted text has no end');
  return at;
}

function json(text: string, at: number): Scanned {
  const end = closingDoubleQuote(text, at) + 1;
  try {
    return { kind: 'json', value: JSON.parse(text.slice(at, end)) as string, end };
  } catch {
    throw new QuerySyntaxError(text, at, 'the text in double quotes is not valid JSON');
  }
}

/** A backslash takes the character behind it into the text. */
export function closingDoubleQuote(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  if (at >= text.length) throw new QuerySyntaxError(text, open, 'the quoted text has no end');
  return at;
}

const guidForm = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/iy;

function guid(text: string, at: number): Scanned | undefined {
  const end = matchEnd(guidForm, text, at);
  return end === undefined || continuesName(text, end) ? undefined : literalOf('guid', text, at, end);
}

/** What starts with a digit, or a sign and a digit: numbers, dates and times. `-INF` too. */
function number(text: string, at: number): Scanned | undefined {
  const digits = at + ('+-'.includes(text.charAt(at)) ? 1 : 0);
  if (!isDigit(text.charCodeAt(digits))) return negativeInfinity(text, at);
  const literal = temporal(text, at, digits) ?? numeric(text, at, digits);
  if (!continuesName(text, literal.end) && text.charAt(literal.end) !== '-') return literal;
  throw new QuerySyntaxError(text, at, `'${junk(text, at)}' is not a literal`);
}

const infinityForm = /-INF/y;

function negativeInfinity(text: string, at: number): Scanned | undefined {
  const end = matchEnd(infinityForm, text, at);
  return end === undefined || continuesName(text, end) ? undefined : literalOf('double', text, at, end);
}

const time = '(?:[01]\\d|2[0-3]):[0-5]\\d(?::(?:[0-5]\\d|60)(?:\\.\\d{1,12})?)?';
const timeForm = new RegExp(time, 'y');
const restOfDate = /-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])/y;
const restOfDateTime = new RegExp(`T${time}(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)`, 'iy');

/** ABNF `date`, `dateTimeOffsetLiteral`, `timeOfDayLiteral`. A year has 4 digits, or more without a leading zero. */
function temporal(text: string, at: number, digits: number): Scanned | undefined {
  const end = digitsEnd(text, digits);
  if (digits === at && end - digits === 2) {
    const timeEnd = matchEnd(timeForm, text, at);
    return timeEnd === undefined ? undefined : literalOf('timeOfDay', text, at, timeEnd);
  }
  const dayEnd =
    isYear(text, digits, end) && text.charAt(at) !== '+' ? matchEnd(restOfDate, text, end) : undefined;
  if (dayEnd === undefined) return undefined;
  const zoneEnd = matchEnd(restOfDateTime, text, dayEnd);
  return zoneEnd === undefined
    ? literalOf('date', text, at, dayEnd)
    : literalOf('dateTimeOffset', text, at, zoneEnd);
}

const isYear = (text: string, start: number, end: number): boolean =>
  end - start === 4 || (end - start > 4 && text.charAt(start) !== '0');

function numeric(text: string, at: number, digits: number): Scanned {
  const whole = digitsEnd(text, digits);
  const fraction = text.charAt(whole) === '.' ? digitsEnd(text, whole + 1) : whole;
  const point = fraction > whole + 1 ? fraction : whole;
  const exponent = exponentEnd(text, point);
  if (exponent > point) return literalOf('double', text, at, exponent);
  return literalOf(point > whole ? 'decimal' : 'integer', text, at, point);
}

function exponentEnd(text: string, at: number): number {
  if (text.charAt(at).toLowerCase() !== 'e') return at;
  const digits = at + ('+-'.includes(text.charAt(at + 1)) ? 2 : 1);
  const end = digitsEnd(text, digits);
  return end > digits ? end : at;
}

function literalOf(type: PlainLiteralType, text: string, at: number, end: number): Scanned {
  const value = text.slice(at, end);
  return { kind: 'literal', literal: { kind: 'literal', type, at, text: value, value }, end };
}

/** Forms have a bounded length and the sticky flag, so a failed match costs no more than that length. */
function matchEnd(form: RegExp, text: string, at: number): number | undefined {
  form.lastIndex = at;
  return form.test(text) ? form.lastIndex : undefined;
}

function junk(text: string, at: number): string {
  let end = at + 1;
  while (end < at + 40 && (continuesName(text, end) || ':.+-'.includes(text.charAt(end) || ' '))) end += 1;
  return text.slice(at, end).toWellFormed();
}

function digitsEnd(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at += 1;
  return at;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Behind `odataIdentifier *( "." odataIdentifier )`. */
function wordEnd(text: string, from: number): number {
  if (!startsName(text, from)) return from;
  let at = nameEnd(text, from);
  while (text.charAt(at) === '.' && startsName(text, at + 1)) at = nameEnd(text, at + 1);
  return at;
}

function annotationEnd(text: string, from: number): number {
  const end = wordEnd(text, from);
  return end > from && text.charAt(end) === '#' && startsName(text, end + 1) ? nameEnd(text, end + 1) : end;
}

// ABNF `identifierLeadingCharacter` and `identifierCharacter`, with the Unicode categories of their comments.
const leading = /[\p{L}\p{Nl}_]/uy;
const following = /[\w\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]{1,256}/uy;

/** Piece by piece, since a match of any length would need a stack of that length. */
function nameEnd(text: string, from: number): number {
  let at = from;
  for (let end: number | undefined = at; end !== undefined; end = matchEnd(following, text, at)) at = end;
  return at;
}

const startsName = (text: string, at: number): boolean => matchEnd(leading, text, at) !== undefined;
const continuesName = (text: string, at: number): boolean => matchEnd(following, text, at) !== undefined;
