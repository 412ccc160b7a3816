import { graphError } from './errors.js';
import { limits } from './limits.js';

/**
 * The document of a request body.
 * @throws {GraphError} 400 for no body, for what isn't JSON, and for nesting or values beyond the limits.
 */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') throw graphError('emptyBody');
  const { depth, values } = measured(text);
  if (depth > limits.jsonDepth) throw graphError('bodyTooDeep', limits.jsonDepth);
  if (values > limits.jsonValues) throw graphError('bodyTooMany', limits.jsonValues);
  try {
    return JSON.parse(text);
  } catch {
    throw graphError('unreadableBody');
  }
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Counts brackets and commas outside of strings, before anything recurses into the document; ends at what is too deep. */
function measured(text: string): { depth: number; values: number } {
  let depth = 0;
  let values = 1;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === backslash) index++;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if (code === comma) values++;
    else if (code === openBracket || code === openBrace) {
      values++;
      if (++depth > limits.jsonDepth) return { depth, values };
    } else if (code === closeBracket || code === closeBrace) depth--;
  }
  return { depth: 0, values };
}
