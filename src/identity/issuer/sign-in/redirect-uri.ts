/**
 * Whether an application registered an address to which codes may go. Entra's rules: to the letter, except that the port is
 * of no matter for an address of this machine over http (RFC 8252, 7.3), and that `/*` at the end takes every path below.
 */
export function isRegistered(redirectUri: string, registered: readonly string[]): boolean {
  if (!URL.canParse(redirectUri) || /[#\s]/.test(redirectUri)) return false;
  return registered.some((known) => known === redirectUri || isLike(redirectUri, known));
}

function isLike(redirectUri: string, known: string): boolean {
  const isWildcard = known.endsWith('/*');
  const pattern = isWildcard ? known.slice(0, -1) : known;
  if (!URL.canParse(pattern)) return false;
  const [given, wanted] = [new URL(redirectUri), new URL(pattern)];
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
