import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

import { describe, expect, it } from '@jest/globals';

import { Configuration } from '../configuration.js';
import { baseUrl } from './base-url.js';

const plain = Configuration.read({});
const proxied = Configuration.read({ TRUST_PROXY: 'on' });

function request(headers: Record<string, string>, encrypted = false): IncomingMessage {
  const socket = new Socket();
  if (encrypted) Object.assign(socket, { encrypted: true });
  return Object.assign(new IncomingMessage(socket), { headers });
}

describe('the base of absolute URLs', () => {
  it('is PUBLIC_URL when that is set, whatever the headers say', () => {
    const configuration = Configuration.read({ PUBLIC_URL: 'https://understudy.example/graph/' });
    expect(baseUrl(request({ host: '<' }), configuration)).toBe('https://understudy.example/graph');
  });

  it.each([
    'localhost',
    'localhost:3000',
    '127.0.0.1:3000',
    '[::1]:3000',
    '[2001:db8::1]',
    'a-b.Example.COM:443',
    'x_y',
  ])('follows the Host %s', (host) => {
    expect(baseUrl(request({ host }), plain)).toBe(`http://${host}`);
    expect(baseUrl(request({ host }, true), plain)).toBe(`https://${host}`);
  });

  it.each([
    '',
    ' ',
    'a b',
    'a/b',
    'a@b',
    'a:b',
    'a:',
    'a:123456',
    'a:1:2',
    '::1',
    '[::1',
    '[]',
    '-a',
    'a-',
    '.a',
    'a?b',
    'a#b',
    '"a"',
    'é',
    'a\\b',
    'a,b',
    'a'.repeat(300),
  ])('refuses the Host %j', (host) => {
    expect(() => baseUrl(request({ host }), plain)).toThrow(
      expect.objectContaining({ kind: 'malformedUrl' }),
    );
  });

  describe('for a client that takes us for Microsoft', () => {
    const configuration = Configuration.read({ PUBLIC_URL: 'https://understudy.example', TRUST_PROXY: 'on' });

    it.each([
      'graph.microsoft.com',
      'graph.microsoft.com:443',
      'Graph.Microsoft.COM:3443',
      'login.microsoftonline.com',
      'login.microsoftonline.com:8443',
    ])('is the name that it called, %s, before PUBLIC_URL', (host) => {
      expect(baseUrl(request({ host }, true), configuration)).toBe(`https://${host}`);
    });

    it.each([
      'localhost',
      'graph.microsoft.com.example',
      'my-graph.microsoft.com',
      'a.graph.microsoft.com',
      'graph.microsoft.com:',
      'graph.microsoft.com:123456',
      'graph.microsoft.com:443:443',
      'graph.microsoft.com/x',
      'graph.microsoft.com@localhost',
      'graph.microsoft.us',
    ])('is PUBLIC_URL for any other name: %s', (host) => {
      expect(baseUrl(request({ host }, true), configuration)).toBe('https://understudy.example');
    });

    it('is PUBLIC_URL without our own TLS, whatever a proxy says', () => {
      const host = 'graph.microsoft.com';
      const forwarded = { host, 'x-forwarded-proto': 'https', 'x-forwarded-host': host };
      expect(baseUrl(request(forwarded), configuration)).toBe('https://understudy.example');
      expect(baseUrl(request({ ...forwarded, host: 'inside' }, true), configuration)).toBe(
        'https://understudy.example',
      );
    });
  });

  it('refuses a request without Host', () => {
    expect(() => baseUrl(request({}), plain)).toThrow('the Host header is not a host');
  });

  it('follows the first value of the forwarded headers, only with TRUST_PROXY', () => {
    const headers = {
      host: 'inside:3000',
      'x-forwarded-host': 'outside.example, inside',
      'x-forwarded-proto': 'HTTPS, http',
    };
    expect(baseUrl(request(headers), plain)).toBe('http://inside:3000');
    expect(baseUrl(request(headers), proxied)).toBe('https://outside.example');
    expect(baseUrl(request({ host: 'inside:3000' }, true), proxied)).toBe('https://inside:3000');
  });

  it.each([
    ['x-forwarded-host', 'a/b'],
    ['x-forwarded-host', ''],
    ['x-forwarded-proto', 'javascript'],
  ])('refuses a forwarded header %s: %j', (name, value) => {
    expect(() => baseUrl(request({ host: 'inside', [name]: value }), proxied)).toThrow(
      expect.objectContaining({ kind: 'malformedUrl' }),
    );
  });
});
