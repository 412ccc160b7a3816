import { describe, expect, it } from '@jest/globals';
import type { Origins } from '../configuration.js';
import { corsHeaders, isAllowed } from './cors.js';
import { workSoFar } from '../../test/support/work.js';

describe('the origin', () => {
  it.each<[string, Origins, boolean]>([
    ['http://localhost', 'loopback', true],
    ['https://localhost:5173', 'loopback', true],
    ['http://127.0.0.1:8080', 'loopback', true],
    ['http://[::1]:3001', 'loopback', true],
    ['http://localhost.example.com', 'loopback', false],
    ['http://127.0.0.1.example.com', 'loopback', false],
    ['http://127.0.0.2', 'loopback', false],
    ['http://localhost:', 'loopback', false],
    ['http://localhost:123456', 'loopback', false],
    ['http://localhost/', 'loopback', false],
    ['ftp://localhost', 'loopback', false],
    ['http://evil.example@localhost', 'loopback', false],
    ['null', 'loopback', false],
    ['', 'loopback', false],
    ['https://a.example', ['https://a.example'], true],
    ['https://a.example:8443', ['https://a.example'], false],
    ['http://a.example', ['https://a.example'], false],
    ['https://a.example', [], false],
    ['http://localhost', [], false],
    ['https://a.example', 'any', true],
    ['chrome-extension://abcdefghij', 'any', true],
    ['http://[2001:db8::1]:80', 'any', true],
    ['null', 'any', true],
    ['', 'any', false],
    ['garbage', 'any', false],
    ['https://a.example, https://b.example', 'any', false],
    ['https://a.example\r\nX: y', 'any', false],
    ['https://ä.example', 'any', false],
    [`https://${'x'.repeat(60_000)}`, 'any', false],
  ])('%j of a page is judged by %j: %s', (origin, origins, allowed) => {
    expect(isAllowed(origins, origin)).toBe(allowed);
  });
});

const echoed = (names: string): string | undefined =>
  corsHeaders('any', 'https://a.example', {
    method: 'OPTIONS',
    headers: { 'access-control-request-method': 'PATCH', 'access-control-request-headers': names },
  })['Access-Control-Allow-Headers'];

describe('a preflight', () => {
  it.each([
    ['authorization,content-type', 'authorization,content-type'],
    [' SdkVersion ,\tx-ms-client-request-id ', 'SdkVersion ,\tx-ms-client-request-id'],
    ["!#$%&'*+-.^_`|~09azAZ", "!#$%&'*+-.^_`|~09azAZ"],
    ['x'.repeat(4096), 'x'.repeat(4096)],
    ['x'.repeat(4097), undefined],
    ['', undefined],
    ['a,', undefined],
    ['a b', undefined],
    ['a\r\nSet-Cookie: b', undefined],
    ['a:b', undefined],
    ['*,ä', undefined],
  ])('for the headers %j allows %j', (asked, allowed) => {
    expect(echoed(asked)).toBe(allowed);
  });

  it('is judged in linear time', () => {
    const worked = workSoFar();
    for (const piece of ['a,', ' ,', ', ', 'a ', 'a\t,'])
      expect(echoed(piece.repeat(4096 / piece.length))).toBeUndefined();
    expect(worked()).toBeLessThan(100);
  });
});
