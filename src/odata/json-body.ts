import { graphError } from './errors.js';
import { limits } from './limits.js';
import { excerpt } from './value-problem.js';

/**
 * The document of a request body.
 * @throws {GraphError} 400 for no body, for what isn't JSON, for nesting or values beyond the limits, and for what
 * JSON.parse would lose in silence: all but the last of members of one name, and digits that no double holds
 */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') throw graphError('emptyBody');
  const { depth, values, repeated, inexact } = surveyed(text);
  if (depth > limits.jsonDepth) throw graphError('bodyTooDeep', limits.jsonDepth);
  if (values > limits.jsonValues) throw graphError('bodyTooMany', limits.jsonValues);
  const document = parsed(text);
  if (repeated !== undefined) throw graphError('repeatedProperty', excerpt(repeated));
  if (inexact !== undefined) throw graphError('inexactNumber', excerpt(inexact));
  return document;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw graphError('unreadableBody');
  }
}

/** What is known of a text before anything recurses into it. Of what isn't JSON, it needn't be right. */
interface Survey {
  depth: number;
  values: number;
  /** The first name that an object has twice. */
  repeated: string | undefined;
  /** The first number that JSON.parse would change. */
  inexact: string | undefined;
}

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** One pass, which ends at what is beyond a limit. */
function surveyed(text: string): Survey {
  const survey: Survey = { depth: 0, values: 1, repeated: undefined, inexact: undefined };
  /** The names of each open object; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let isName = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === quote) {
      const end = endOfString(text, index + 1);
      if (isName) noteName(survey, open.at(-1), text.slice(index + 1, end));
      isName = false;
      index = end;
    } else if (code === comma) {
      if (++survey.values > limits.jsonValues) break;
      isName = open.at(-1) !== undefined;
    } else if (code === openBrace || code === openBracket) {
      isName = code === openBrace;
      survey.depth = open.push(isName ? new Set() : undefined);
      if (++survey.values > limits.jsonValues || survey.depth > limits.jsonDepth) break;
    } else if (code === closeBrace || code === closeBracket) {
      // More are closed than opened: no JSON.
      if (open.length === 0) break;
      open.pop();
      isName = false;
    } else if ((code >= zero && code <= nine) || code === minus) {
      index = noteNumber(survey, text, index) - 1;
    }
  }
  return survey;
}

/** Where the quote is that ends a string. Each run of backslashes is looked at once, so it is linear. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (before > start && text.charCodeAt(before - 1) === backslash) before--;
    if ((end - before) % 2 === 0) return end;
  }
  return text.length;
}

function noteName(survey: Survey, names: Set<string> | undefined, written: string): void {
  const name = written.includes('\\') ? unescaped(written) : written;
  if (names?.has(name)) survey.repeated ??= name;
  names?.add(name);
}

/** A name with `\u0061` in it is that with `a`. */
function unescaped(written: string): string {
  try {
    return JSON.parse(`"${written}"`) as string;
  } catch {
    return written;
  }
}

const number = /-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?/iy;

/** @returns where the number ends */
function noteNumber(survey: Survey, text: string, start: number): number {
  number.lastIndex = start;
  const [written = '-', digits = '', fraction = '', exponent = '0'] = number.exec(text) ?? [];
  const value = Number(written);
  const isChanged =
    !Number.isFinite(value) ||
    (Number.isInteger(value) && !isInteger(digits + fraction, fraction.length, exponent));
  if (isChanged && written !== '-') survey.inexact ??= written;
  return start + written.length;
}

/** Whether `digits`, with so many of them behind the point, times ten to the power of the exponent is an integer. */
function isInteger(digits: string, behindPoint: number, exponent: string): boolean {
  let last = digits.length;
  while (last > 0 && digits.charCodeAt(last - 1) === zero) last--;
  return last === 0 || behindPoint - (digits.length - last) <= Number(exponent);
}
