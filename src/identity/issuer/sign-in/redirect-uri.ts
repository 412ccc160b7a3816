import { parsedUrl } from '../../../odata/parsed-url.js';

/**
 * A URI as RFC 3986, 3, has it, of a place on some host: no user, no fragment, no escapes in the host. The groups are path and
 * query. What browsers forgive beyond that (backslashes, blanks, missing slashes) others read differently.
 */
const plain =
  /^[a-z][a-z\d+.-]*:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?((?:\/[\w.~!$&'()*+,;=:@/%-]*)?)((?:\?[\w.~!$&'()*+,;=:@/?%-]*)?)$/i;

/**
 * Whether an application registered an address to which codes may go. Entra's rules: to the letter, except that the port is
 * of no matter for an address of this machine over http (RFC 8252, 7.3), and that `/*` at the end takes every path below.
 */
export function isRegistered(redirectUri: string, registered: readonly string[]): boolean {
  if (registered.includes(redirectUri)) return true;
  const given = placeOf(redirectUri);
  return given !== undefined && registered.some((text) => isLike(given, placeOf(text)));
}

interface Place {
  url: URL;
  path: string;
  query: string;
}

/** Undefined for what isn't plain, or goes up and down in its path. */
function placeOf(text: string): Place | undefined {
  const [isPlain, path = '', query = ''] = plain.exec(text) ?? [];
  const url = isPlain === undefined ? undefined : parsedUrl(text);
  if (url === undefined || (path !== '' && path !== url.pathname)) return undefined;
  return { url, path: url.pathname, query };
}

function isLike(given: Place, wanted: Place | undefined): boolean {
  if (wanted === undefined) return false;
  const isSameHost = given.url.hostname === wanted.url.hostname && given.url.protocol === wanted.url.protocol;
  const isSamePort = given.url.port === wanted.url.port || isLoopback(wanted.url);
  if (!isSameHost || !isSamePort) return false;
  return wanted.path.endsWith('/*')
    ? given.path.startsWith(wanted.path.slice(0, -1))
    : given.path === wanted.path && given.query === wanted.query;
}

const isLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
