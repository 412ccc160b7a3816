import { graphError } from '../errors.js';
import { excerpt } from '../value-problem.js';
import { type BatchMethod, invalidPart } from './batch-part.js';

// RFC 9110, 5.1 and 5.5: a token, and what a value may hold.
const fieldName = /^[!#$%&'*+.^_`|~\da-z-]+$/i;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The headers by lower-case name, their values without white space around. */
export function partHeaders(id: string, headers: unknown): Readonly<Record<string, string>> {
  if (headers === undefined) return {};
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers))
    throw invalidPart(id, "has 'headers' that are not an object");
  const read = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (!fieldName.test(name))
      throw invalidPart(id, `has a header '${excerpt(name)}' whose name is not valid`);
    if (typeof value !== 'string' || !fieldValue.test(value))
      throw invalidPart(id, `has a header '${excerpt(name)}' whose value is not valid`);
    if (read.has(lower)) throw invalidPart(id, `has the header '${excerpt(name)}' more than once`);
    read.set(lower, value.trim());
  }
  // Unlike an assignment, this makes a member of `__proto__` too.
  return Object.fromEntries(read);
}

export const isJson = (mediaType: string): boolean =>
  /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(mediaType);
export const isText = (mediaType: string): boolean => /^text\//i.test(mediaType);

/**
 * The body as its media type has it (OData JSON 4.01, 19.1): JSON is embedded, text a string, all else base64url.
 * @throws {GraphError} 400 also for a write without `Content-Type`, even without a body, as the live service does
 */
export function partBody(
  id: string,
  method: BatchMethod,
  contentType: string | undefined,
  body: unknown,
): string | Buffer | undefined {
  if (method === 'GET' || method === 'DELETE') {
    if (body === undefined) return undefined;
    throw invalidPart(id, `has a 'body', which ${method} does not take`);
  }
  if (!contentType) throw graphError('batchContentType', excerpt(id));
  if (body === undefined) return undefined;
  if (isJson(contentType)) return jsonText(id, body);
  if (typeof body !== 'string')
    throw invalidPart(id, `has a 'body' that is not a string, as '${excerpt(contentType)}' is not JSON`);
  return isText(contentType) ? plainText(id, body) : bytes(id, body);
}

const jsonText = (id: string, body: unknown): string =>
  JSON.stringify(body, (_, value: unknown) => {
    // What JSON.parse made of 1e400 would be written as null, and stored.
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    throw invalidPart(id, "has a 'body' with a number out of range");
  });

function plainText(id: string, body: string): string {
  if (body.isWellFormed()) return body;
  throw invalidPart(id, "has a 'body' with a lone surrogate");
}

function bytes(id: string, body: string): Buffer {
  if (isBase64(body)) return Buffer.from(body, 'base64');
  throw invalidPart(id, "has a 'body' that is not base64url");
}

/** Of either alphabet; padding is optional (RFC 4648, 5) but not in part. */
function isBase64(text: string): boolean {
  const padding = /^[\w+/-]*(={0,2})$/.exec(text)?.[1];
  if (padding === undefined) return false;
  return padding === '' ? text.length % 4 !== 1 : text.length % 4 === 0;
}
