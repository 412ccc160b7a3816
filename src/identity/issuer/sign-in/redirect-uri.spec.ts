import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, property, string, tuple, webUrl } from 'fast-check';
import { isRegistered } from './redirect-uri.js';

const registered = [
  'https://app.example/cb',
  'https://app.example/cb?fixed=1',
  'https://app.example:8443/port',
  'https://app.example/below/*',
  'http://localhost/*',
  'http://127.0.0.1/cb',
  'http://[::1]/cb',
  'http://localhost:9000/cb?a=b',
  'myapp://auth',
  'com.contoso.app://sign-in/*',
  'urn:ietf:wg:oauth:2.0:oob',
];

describe('codes may go to', () => {
  it.each([
    ...registered,
    'https://app.example:443/cb',
    'https://APP.example/cb',
    'https://app.example/below/',
    'https://app.example/below/a/b?c=d',
    'http://localhost',
    'http://localhost/',
    'http://localhost:80',
    'http://localhost:65535/any?thing=1',
    'http://127.0.0.1:5000/cb',
    'http://[::1]:5000/cb',
    'http://[0:0:0:0:0:0:0:1]/cb',
    'com.contoso.app://sign-in/done',
  ])('%s', (redirectUri) => {
    expect(isRegistered(redirectUri, registered)).toBe(true);
  });
});

describe('codes may not go to', () => {
  it.each([
    '',
    '*',
    'https://',
    'https://app.example:8443/cb',
    'https://app.example/port',
    'https://app.example/below',
    'https://app.example/belowly/a',
    'https://app.example/below/../cb2',
    'https://app.example/below/%2e%2e/cb2',
    'https://app.example/below/a/../b',
    'https://app.example/below/\\..\\..\\',
    'https://app.example/below/a#b',
    'https://app.example/below/a"b',
    'https://app.example/below/a b',
    'https://app.example/below/é',
    'https://app.example\\@evil.example/below/',
    'http://localhost\\@evil.example/',
    'https://app.example&@evil.example/cb',
    'http://127.0.0.1:5000/other',
    'http://127.0.0.1/cb/more',
    'http://127.0.0.1.evil.example/cb',
    'http://localhost:65536/',
    'http://localhost:-1/',
    'https://localhost/',
    'http://app.example/cb',
    'com.contoso.app://sign-in',
    'com.contoso.app://other/done',
    'com.contoso.app:/sign-in/done',
    'urn:ietf:wg:oauth:2.0:oob:auto',
    'URN:ietf:wg:oauth:2.0:oob',
  ])('%j', (redirectUri) => {
    expect(isRegistered(redirectUri, registered)).toBe(false);
  });

  it('an address that nobody registered', () => {
    expect(isRegistered('https://app.example/cb', [])).toBe(false);
  });

  it('any place of the web', () => {
    assert(property(webUrl({ withQueryParameters: true }), (url) => !isRegistered(url, registered)));
  });
});

/** Pieces of which lies about an address are made. */
const piece = constantFrom(
  ...'https: http: // / \\ @ : ? # . .. % %2e %40 %5c * evil.example app.example localhost 127.0.0.1 /cb /below/'.split(
    ' ',
  ),
  '\t',
  ' ',
  '\0',
  '。',
);

/** By the letter, as a client that is no browser may do it: what stands behind the slashes and the last `@` is the host. */
const hostByTheLetter = (uri: string): string | undefined =>
  /^[a-z]+:\/\/(?:[^/?#]*@)?([^/?#:@]*)/i.exec(uri)?.[1]?.toLowerCase();

describe('whatever is made of the pieces of an address', () => {
  const text = tuple(
    constantFrom('', 'http://localhost', 'https://app.example/below/', 'https://app.example'),
    array(piece, { maxLength: 6 }),
    string({ maxLength: 4 }),
  ).map(([start, pieces, end]) => [start, ...pieces, end].join(''));
  it('leads to a registered host by every reading, or is refused', () => {
    assert(
      property(text, (uri) => {
        if (!isRegistered(uri, registered)) return;
        const { hostname } = new URL(uri);
        expect(['app.example', 'localhost', '127.0.0.1']).toContain(hostname);
        expect(hostByTheLetter(uri)).toBe(hostname);
        // It becomes a header.
        expect(uri).toMatch(/^[!-~]+$/);
      }),
      { numRuns: 20_000 },
    );
  });
});
