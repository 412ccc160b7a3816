import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Configuration } from '../../configuration.js';
import { parsedUrl } from '../../odata/parsed-url.js';
import { isAllowed } from '../../operations/cors.js';
import { microsoftHosts } from '../../operations/base-url.js';
import { entraError } from './entra-error.js';

/**
 * Refuses who calls the issuer by a name that nobody gave it. Users sign in without a password, so a web page whose own name is
 * made to lead to this machine (DNS rebinding) would get their tokens. Behind a proxy the proxy is that wall; addresses and
 * names without a dot can't be made to lead here by a stranger.
 * @throws EntraError `hostUnknown`
 */
export function requireKnownHost({ headers }: IncomingMessage, configuration: Configuration): void {
  const { publicUrl = '', trustProxy, host: listening, names } = configuration;
  if (trustProxy) return;
  const name = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const told = [listening, ...names, parsedUrl(publicUrl)?.hostname ?? ''];
  const given = [...microsoftHosts, ...told].map((known) => known.toLowerCase());
  const isAddress = name.startsWith('[') || isIP(name) !== 0;
  const isOurs =
    !name.includes('.') || name.endsWith('.localhost') || given.some((known) => isNamed(name, known));
  if (!isAddress && !isOurs) throw entraError('hostUnknown', name);
}

/** A name of a certificate may have a wildcard for its first label (RFC 6125, 6.4.3). */
const isNamed = (name: string, known: string): boolean =>
  name === known || (known.startsWith('*.') && name.replace(/^[^.]+/, '*') === known);

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
