import type { IncomingMessage } from 'node:http';
import type { Origins } from '../configuration.js';

type Headers = Readonly<Record<string, string>>;

/** Whether scripts of an `Origin` may read answers; what isn't the text of an origin never may, as it is echoed. */
export function isAllowed(origins: Origins, origin: string): boolean {
  if (origins === 'any') return serialized.test(origin);
  return origins === 'loopback' ? loopback.test(origin) : origins.includes(origin);
}

const loopback = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;
// A scheme, a host and perhaps a port, or `null` for a page that has no origin of its own (RFC 6454, 7.1).
const serialized = /^(?:null|[a-z][a-z\d+.-]{0,63}:\/\/[\w.~%:[\]-]{1,300})$/;

/** What a script may see of an answer besides the body: Microsoft's own list for Graph. */
const exposed =
  'ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, SdkVersion, WWW-Authenticate, x-ms-client-gcc-tenant, Retry-After';

type Asked = Pick<IncomingMessage, 'method' | 'headers'>;

/** Whether a request from an origin asks if scripts may send another one (Fetch, 3.3.2). */
export const isPreflight = ({ method, headers }: Asked): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

/** What lets scripts of an allowed origin read an answer, whatever it says; nothing for the others. */
export function corsHeaders(origins: Origins, origin: string, request: Asked): Headers {
  if (!isAllowed(origins, origin)) return {};
  const allowed = { 'Access-Control-Allow-Origin': origin };
  return isPreflight(request)
    ? { ...allowed, ...preflightHeaders(request.headers['access-control-request-headers']) }
    : { ...allowed, 'Access-Control-Expose-Headers': exposed };
}

// One name after the other, with nothing that could be read in two ways: linear in its input.
const fieldNames = /^[!#$%&'*+.^_`|~\w-]+(?:[ \t]*,[ \t]*[!#$%&'*+.^_`|~\w-]+)*$/;
const longestFieldNames = 4096;

/**
 * Every verb is allowed: a script then reads our own refusal, where the browser's would not say what is wrong. The
 * headers are those that it asks for.
 */
function preflightHeaders(asked: string | string[] | undefined): Headers {
  const names = typeof asked === 'string' && asked.length <= longestFieldNames ? asked.trim() : '';
  return {
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS',
    ...(fieldNames.test(names) && { 'Access-Control-Allow-Headers': names }),
    // Seconds; the longest that Chromium keeps an answer for.
    'Access-Control-Max-Age': '7200',
  };
}
