import { parsedUrl } from '../../../odata/parsed-url.js';

/**
 * Whether an application registered an address to which codes may go. Entra's rules: to the letter, except that the port is
 * of no matter for an address of this machine over http (RFC 8252, 7.3), and that `/*` at the end takes every path below.
 */
export function isRegistered(redirectUri: string, registered: readonly string[]): boolean {
  const given = parsedUrl(redirectUri);
  if (given === undefined || /[#\s]/.test(redirectUri)) return false;
  return registered.some((known) => known === redirectUri || isLike(given, known));
}

function isLike(given: URL, known: string): boolean {
  const isWildcard = known.endsWith('/*');
  // The file that registers it was checked.
  const wanted = new URL(isWildcard ? known.slice(0, -1) : known);
  // What a browser reads as user and password is there to deceive.
  if (given.username !== '' || given.password !== '') return false;
  const isSameHost = given.hostname === wanted.hostname && given.protocol === wanted.protocol;
  const isSamePort = given.port === wanted.port || isLoopback(wanted);
  if (!isSameHost || !isSamePort) return false;
  const path = given.pathname + given.search;
  return isWildcard ? given.pathname.startsWith(wanted.pathname) : path === wanted.pathname + wanted.search;
}

const isLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
