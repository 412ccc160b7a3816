import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Configuration } from '../../configuration.js';
import { isAllowed } from '../../operations/cors.js';
import { microsoftHosts } from '../../operations/base-url.js';
import { entraError } from './entra-error.js';

/**
 * Refuses who calls the issuer by a name that nobody gave it. Users sign in without a password, so a web page whose own name is
 * made to lead to this machine (DNS rebinding) would get their tokens. Whoever gave it a name of the DNS by `PUBLIC_URL`, or
 * stands behind a proxy, has other walls.
 * @throws EntraError `hostUnknown`
 */
export function requireKnownHost({ headers }: IncomingMessage, configuration: Configuration): void {
  const { publicUrl, trustProxy, host: listening, names } = configuration;
  if (trustProxy || (publicUrl !== undefined && !isOurs(new URL(publicUrl).hostname))) return;
  const name = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (!isOurs(name) && !isOneOf(name, [...microsoftHosts, listening, ...names])) {
    throw entraError('hostUnknown', name);
  }
}

/** Addresses, and names that no stranger can make lead here: without a dot, or of this machine (RFC 6761, 6.3). */
const isOurs = (name: string): boolean =>
  name.startsWith('[') || isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost');

/**
 * Whether a host, in lower case, has one of the names of a certificate, which may have a wildcard for their first label (RFC 6125,
 * 6.4.3), and addresses without brackets among them.
 */
export function isOneOf(host: string, names: readonly string[]): boolean {
  const name = host.replaceAll(/^\[|\]$/g, '');
  const forms = [name, name.replace(/^[^.]+\./, '*.')];
  return names.some((known) => forms.includes(known.toLowerCase()));
}

/**
 * Refuses scripts of pages that may not read the answer anyway: they would still have it made, as often as they like.
 * @throws EntraError `originForeign`
 */
export function requireAllowedOrigin(
  { headers: { origin } }: IncomingMessage,
  { base }: { base: string },
  { corsOrigins }: Configuration,
): void {
  if (origin === undefined || origin === new URL(base).origin || isAllowed(corsOrigins, origin)) return;
  throw entraError('originForeign');
}
