import { gunzipSync } from 'node:zlib';
import type { FuzzAnswer, FuzzRequest } from './fuzz-http.js';

export type Json = Record<string, unknown>;

/** What is never a fault of ours: no 500, and no 503 either, since nothing is unavailable here. */
const statuses = new Set([
  200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 409, 412, 413, 414, 415, 431, 501,
]);
/** In a batch, what depends on a failure fails too. */
const innerStatuses = new Set([...statuses, 424]);

/** The answer's text, unpacked. @throws when it is not what its headers say */
export function textOf({ headers, bytes }: FuzzAnswer): string {
  const coding = headers['content-encoding'];
  if (coding !== undefined && coding !== 'gzip') throw new Error(`the coding ${coding}`);
  return new TextDecoder('utf-8', { fatal: true }).decode(
    coding && bytes.length > 0 ? gunzipSync(bytes) : bytes,
  );
}

/** What is wrong with an answer, whatever the request was; undefined when nothing is. */
export function faultOf(request: FuzzRequest, answer: FuzzAnswer): string | undefined {
  try {
    checkAnswer(request, answer);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function check(holds: boolean, problem: string): void {
  if (!holds) throw new Error(problem);
}

function checkAnswer({ method, target }: FuzzRequest, answer: FuzzAnswer): void {
  const { status, headers, bytes } = answer;
  check(statuses.has(status), `the status ${status}`);
  check(headers['request-id'] !== undefined, 'no request-id');
  check(status !== 201 || headers.location !== undefined, '201 without Location');
  if (method === 'HEAD' || status === 204 || status === 304) {
    check(bytes.length === 0, `a body of ${bytes.length} bytes where none may be`);
    return;
  }
  const type = headers['content-type'] ?? '';
  const isRaw = type === 'application/octet-stream' || type.startsWith('image/');
  const content = isRaw ? undefined : contentOf(type, textOf(answer));
  if (status >= 400) checkError(content, headers['request-id'], target);
  else if (isBatch(content)) content.responses.forEach(checkInner);
}

/** Parses a text as what it is said to be. */
function contentOf(type: string, text: string): unknown {
  const [mediaType = ''] = type.split(';');
  switch (mediaType) {
    case 'application/json':
      return JSON.parse(text) as unknown;
    case 'application/xml':
      return checkXml(text);
    case 'text/plain':
      return text;
    default:
      throw new Error(`the Content-Type '${type}'`);
  }
}

/** Whether tags are closed in the order in which they were opened, and attributes are quoted. */
function checkXml(text: string): void {
  check(text.startsWith('<?xml '), 'XML without its declaration');
  const open: string[] = [];
  const tags = /<(\/?)([\w.:]+)((?:\s+[\w.:]+="[^"<]*")*)\s*(\/?)>/g;
  const rest = text
    .replace(/^<\?xml [^>]*\?>/, '')
    .replaceAll(tags, (_, closing, name: string, _fields, empty) => {
      if (closing) check(open.pop() === name, `</${name}> in the wrong place`);
      else if (!empty) open.push(name);
      return '';
    });
  check(open.length === 0 && !/[<>]/.test(rest), 'XML that is not well-formed');
}

interface Batch {
  responses: InnerAnswer[];
}

export interface InnerAnswer {
  id: string;
  status: number;
  headers: Record<string, string>;
  body?: unknown;
}

export const isBatch = (content: unknown): content is Batch =>
  typeof content === 'object' && content !== null && Array.isArray((content as Partial<Batch>).responses);

function checkInner({ id, status, headers, body }: InnerAnswer): void {
  check(innerStatuses.has(status), `the status ${status} of request '${id}'`);
  if (status >= 400) checkError(body, headers['request-id'], '');
  else check(status !== 204 || body === undefined, `a body with the 204 of request '${id}'`);
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

// As the router matches them: in any case.
const issuerPath = /\/(?:v2\.0|oauth2|discovery|\.well-known|userrealm)\//i;

/** Graph's envelope, with the ids of the headers; of the token issuer, Entra's. */
function checkError(content: unknown, requestId: unknown, target: string): void {
  const { error, ...rest } = (content ?? {}) as Json;
  if (issuerPath.test(target) && isText(error)) {
    check(isText(rest['error_description']), 'an error of the issuer without description');
    return;
  }
  check(Object.keys(rest).length === 0, 'more than an error in the envelope');
  const { code, message, innerError } = (error ?? {}) as Json;
  const { date, ...ids } = (innerError ?? {}) as Json;
  check(isText(code) && isText(message), 'an error without code or message');
  check(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(String(date)), `the error's date '${String(date)}'`);
  check(isText(ids['client-request-id']), 'an error without client-request-id');
  check(requestId === undefined || ids['request-id'] === requestId, "another request-id than the header's");
}
