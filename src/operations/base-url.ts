import type { IncomingMessage } from 'node:http';

import type { Configuration } from '../configuration.js';
import { graphError } from '../odata/errors.js';
import { parsedUrl } from '../odata/parsed-url.js';

/** RFC 9110, 7.2 `host [":" port]`: a name or IPv4 address, or an IPv6 address in brackets. */
const hostPattern = /^(?:[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9_])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Where unchanged clients of Graph and Entra go: names that lead here only where somebody has seen to that. */
export const microsoftHosts: readonly string[] = ['graph.microsoft.com', 'login.microsoftonline.com'];

/**
 * The base of every absolute URL in an answer, without trailing slash: `PUBLIC_URL`, else what the client called.
 *
 * Who calls one of Microsoft's names over our own TLS is a drop-in client: it resolves that name to us and trusts our
 * certificate for it. It gets that name back even with `PUBLIC_URL`, since the official Graph client sends its token to
 * hosts it knows and no others, and what it runs in may not reach us by another name. A reverse proxy, for which `PUBLIC_URL`
 * is, never calls us so.
 * @throws GraphError `malformedUrl` when the headers it is made from are not what they should be.
 */
export function baseUrl(request: IncomingMessage, configuration: Configuration): string {
  const { publicUrl } = configuration;
  if (publicUrl !== undefined) return isDropIn(request) ? `https://${request.headers.host}` : publicUrl;
  const forwarded = configuration.trustProxy;
  const host = (forwarded ? firstOf(request, 'x-forwarded-host') : undefined) ?? request.headers.host;
  if (host === undefined || !isHost(host)) {
    throw graphError('malformedUrl', 'the Host header is not a host');
  }
  return `${(forwarded ? forwardedProtocol(request) : undefined) ?? ownProtocol(request)}://${host}`;
}

/** The last one that was found good: clients call by the same name again and again. */
let knownHost = '';

/** By the pattern alone `a:99999` and `[:::]` would pass, of which no URL can be made. */
function isHost(host: string): boolean {
  if (host === knownHost) return true;
  if (!hostPattern.test(host) || parsedUrl(`http://${host}`) === undefined) return false;
  knownHost = host;
  return true;
}

function isDropIn(request: IncomingMessage): boolean {
  const name = request.headers.host?.replace(/:\d{1,5}$/, '').toLowerCase() ?? '';
  return ownProtocol(request) === 'https' && microsoftHosts.includes(name);
}

function ownProtocol(request: IncomingMessage): string {
  return 'encrypted' in request.socket ? 'https' : 'http';
}

function forwardedProtocol(request: IncomingMessage): string | undefined {
  const protocol = firstOf(request, 'x-forwarded-proto')?.toLowerCase();
  if (protocol === undefined || protocol === 'http' || protocol === 'https') return protocol;
  throw graphError('malformedUrl', 'the X-Forwarded-Proto header is neither http nor https');
}

/** Each proxy appends what it saw: the first value is the client's. */
function firstOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  const text = Array.isArray(value) ? value[0] : value;
  return text?.split(',', 1)[0]?.trim();
}
