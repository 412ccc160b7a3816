import { parsedUrl } from '../../odata/parsed-url.js';

/** Addresses of this machine, the only ones that Entra takes over http. */
const loopback: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
/** A browser would run them, or show them as if they were of the issuer. */
const refused: readonly string[] = ['javascript:', 'vbscript:', 'data:', 'blob:', 'file:'];

const absolute = /^[a-z][a-z\d+.-]*:[^\s\\]+$/i;
const wildcard = /^[^/?]*:\/\/[^*/?]+(\/[^*?]*)?\/\*$/;

/** Why codes may not be sent to an address; undefined: they may. Schemes of apps (RFC 8252, 7.1) are good, `urn:` too. */
export function redirectUriProblem(text: string): string | undefined {
  // RFC 3986, 2; it is sent in a header.
  if (/[^ -~]/.test(text)) return 'must be ASCII, with other characters as escapes such as %C3%BC';
  const url = absolute.test(text) ? parsedUrl(text) : undefined;
  if (url === undefined) return 'must be an absolute URI';
  // RFC 6749, 3.1.2.
  if (text.includes('#')) return 'must have no fragment';
  if (text.includes('*') && !wildcard.test(text)) {
    return 'may have * as the whole last segment of its path only, as in http://localhost/*';
  }
  if (refused.includes(url.protocol)) return `must not be of the scheme ${url.protocol}`;
  return /^https?:$/.test(url.protocol) ? webProblem(text, url) : undefined;
}

function webProblem(text: string, { protocol, hostname, username, password }: URL): string | undefined {
  // The URL parser forgives a scheme without slashes, or with too many.
  if (!/^https?:\/\/[^/?]/i.test(text)) return 'must be an absolute URI';
  if (username !== '' || password !== '') return 'must name no user';
  if (protocol === 'http:' && !loopback.includes(hostname)) {
    return `must begin with https, or be of ${loopback.join(', ')}`;
  }
  return undefined;
}
