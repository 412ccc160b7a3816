import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { assert, domain, property } from 'fast-check';
import { Configuration } from '../../configuration.js';
import { isOneOf, requireKnownHost } from './known-host.js';

const isKnown = (host: string | undefined, environment: Record<string, string> = {}): boolean => {
  try {
    requireKnownHost({ headers: { host } } as IncomingMessage, Configuration.read(environment));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ kind: 'hostUnknown' });
    return false;
  }
};

const named = { TLS: 'on', TLS_NAMES: 'gateway.corp.example,*.Apps.example' };

describe('the issuer answers to', () => {
  it.each<[string, Record<string, string>]>([
    ['localhost', {}],
    ['localhost:3000', {}],
    ['LOCALHOST:3000', {}],
    ['app.localhost:3000', {}],
    ['gateway:3000', {}],
    ['my_host', {}],
    ['127.0.0.1:3000', {}],
    ['192.168.1.5', {}],
    ['[::1]', {}],
    ['[fd00::1]:3000', {}],
    ['login.microsoftonline.com', {}],
    ['Login.MicrosoftOnline.com:443', {}],
    ['graph.microsoft.com', {}],
    ['listening.example:80', { HOST: 'Listening.example' }],
    ['gateway.corp.example', named],
    ['gateway.corp.example', { TLS_NAMES: 'gateway.corp.example' }],
    ['GATEWAY.corp.example:3443', named],
    ['one.apps.example', named],
    ['anything.example', { PUBLIC_URL: 'https://understudy.example' }],
    ['anything.example', { TRUST_PROXY: 'on' }],
    ['anything.example', { TRUST_PROXY: 'on', PUBLIC_URL: 'http://localhost:3000' }],
  ])('%s with %j', (host, environment) => {
    expect(isKnown(host, environment)).toBe(true);
  });
});

describe('the issuer does not answer to', () => {
  it.each<[string, Record<string, string>]>([
    ['evil.example', {}],
    ['evil.example:3000', {}],
    ['evil.example:3000:3000', {}],
    ['evil.example.', {}],
    ['127.0.0.1.evil.example', {}],
    ['127.0.0.1.nip.io', {}],
    ['127.1', {}],
    ['0x7f.0.0.1', {}],
    ['localhost.evil.example', {}],
    ['localhost.', {}],
    ['evillocalhost.example', {}],
    ['.evil.example', {}],
    ['evil.example]', {}],
    ['login.microsoftonline.com.evil.example', {}],
    ['evil.login.microsoftonline.com', {}],
    // Without TLS=on its names are no names.
    ['corp.example', named],
    ['other.corp.example', named],
    ['apps.example', named],
    ['a.b.apps.example', named],
    ['*.evil.example', named],
    // Where PUBLIC_URL names this machine nobody else stands before it.
    ['evil.example', { PUBLIC_URL: 'http://localhost:3000' }],
    ['evil.example', { PUBLIC_URL: 'http://127.0.0.1:3000' }],
    ['evil.example', { PUBLIC_URL: 'https://[::1]:3443' }],
    ['evil.example', { PUBLIC_URL: 'http://gateway:3000' }],
  ])('%s with %j', (host, environment) => {
    expect(isKnown(host, environment)).toBe(false);
  });

  it('any name of the DNS', () => {
    assert(property(domain(), (name) => !isKnown(name)));
  });
});

it('leaves a request without Host to whoever needs one', () => {
  expect(isKnown(undefined)).toBe(true);
});

describe('a host has one of the names of a certificate', () => {
  it.each<[string, string[], boolean]>([
    ['a.example', ['A.Example'], true],
    ['a.b.example', ['*.b.example'], true],
    ['b.example', ['*.b.example'], false],
    ['a.a.b.example', ['*.b.example'], false],
    ['[::1]', ['127.0.0.1', '::1'], true],
    ['127.0.0.1', ['127.0.0.1'], true],
    ['a', ['*'], false],
    ['a.example', [], false],
  ])('%s of %j: %s', (host, names, expected) => {
    expect(isOneOf(host, names)).toBe(expected);
  });
});
