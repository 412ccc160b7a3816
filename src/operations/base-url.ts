import type { IncomingMessage } from 'node:http';

import type { Configuration } from '../configuration.js';
import { graphError } from '../odata/errors.js';

/** RFC 9110, 7.2 `host [":" port]`: a name or IPv4 address, or an IPv6 address in brackets. */
const hostPattern = /^(?:[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9_])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * The base of every absolute URL in an answer, without trailing slash: `PUBLIC_URL`, else what the client called.
 * @throws GraphError `malformedUrl` when the headers it is made from are not what they should be.
 */
export function baseUrl(request: IncomingMessage, configuration: Configuration): string {
  if (configuration.publicUrl !== undefined) return configuration.publicUrl;
  const forwarded = configuration.trustProxy;
  const host = (forwarded ? firstOf(request, 'x-forwarded-host') : undefined) ?? request.headers.host;
  if (host === undefined || !hostPattern.test(host)) {
    throw graphError('malformedUrl', 'the Host header is not a host');
  }
  return `${(forwarded ? forwardedProtocol(request) : undefined) ?? ownProtocol(request)}://${host}`;
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
