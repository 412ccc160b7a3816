import { graphError } from './errors.js';
import { limits } from './limits.js';

/**
 * The document of a request body.
 * @throws {GraphError} 400 for no body, for what isn't JSON, and for nesting beyond the limit.
 */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') throw graphError('emptyBody');
  if (isDeeperThan(text, limits.jsonDepth)) throw graphError('bodyTooDeep', limits.jsonDepth);
  try {
    return JSON.parse(text);
  } catch {
    throw graphError('unreadableBody');
  }
}

const quote = 0x22;
const backslash = 0x5c;
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** Counts brackets outside of strings, before anything recurses into the document. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === backslash) index++;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if (opening.has(code) && ++depth > limit) return true;
    else if (closing.has(code)) depth--;
  }
  return false;
}
