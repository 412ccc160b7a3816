import { describe, expect, it } from '@jest/globals';
import { array, assert, asyncProperty, json, oneof, string } from 'fast-check';
import { base64url, exportSPKI, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';

import { keySetOf } from '../../test/support/keys.js';
import type { ErrorKind } from '../odata/errors.js';
import { issuerOf, signAccessToken } from './issuer/access-token.js';
import { localAuthority } from './authority.js';
import { makeSigningKey, readSigningKey } from './issuer/signing-key.js';
import { TokenVerifier } from './token-verifier.js';

const key = await readSigningKey(await makeSigningKey());
const otherKey = await readSigningKey(await makeSigningKey());
const tenantId = '11111111-2222-4333-8444-55555555abcd';
const clientId = '66666666-7777-4888-8999-aaaaaaaaaaaa';
const options = { tenantId, clientId, expiresIn: 3599 };
const seconds = Math.floor(Date.now() / 1000);

const good: JWTPayload = {
  aud: 'https://graph.microsoft.com',
  iss: issuerOf(tenantId),
  nbf: seconds - 10,
  exp: seconds + 100,
  tid: tenantId,
  azp: clientId,
  oid: 'the-object',
  sub: 'the-subject',
  roles: ['A.Read'],
};

const sign = (claims: JWTPayload, signer = key, header: object = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: key.kid, ...header }).sign(signer.privateKey);
const newVerifier = (now?: () => number) => new TokenVerifier(localAuthority(keySetOf(key)), now);
const verify = async (authorization?: string) => newVerifier().verify(authorization);
const without = (name: string) =>
  Object.fromEntries(Object.entries(good).filter(([claim]) => claim !== name));

async function withHs256(): Promise<string> {
  const secret = new TextEncoder().encode(await exportSPKI(key.publicKey));
  return new SignJWT(good).setProtectedHeader({ alg: 'HS256', kid: key.kid }).sign(secret);
}

/** The last character of 256 bytes in base64url has four bits to spare. */
function respelled(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return `${token.slice(0, -1)}${alphabet[alphabet.indexOf(token.at(-1)!) + 1]!}`;
}

async function withCritical(): Promise<string> {
  const header = { alg: 'RS256', crit: ['x'], x: 1 };
  return new SignJWT(good).setProtectedHeader(header).sign(key.privateKey, { crit: { x: true } });
}

async function withChangedClaims(): Promise<string> {
  const [header, , signature] = (await sign(good)).split('.');
  return [header, base64url.encode(JSON.stringify({ ...good, roles: ['A.Write'] })), signature].join('.');
}

describe('a good token', () => {
  it('of an application gives a caller with its roles', async () => {
    const token = await signAccessToken(key, {
      ...options,
      tenantId: tenantId.toUpperCase(),
      roles: ['A', 'B'],
    });
    expect(await verify(`Bearer ${token}`)).toEqual({
      tenantId,
      subject: expect.stringMatching(/^[0-9a-f-]{36}$/),
      application: clientId,
      kind: 'application',
      permissions: new Set(['A', 'B']),
    });
  });

  it('of a user gives a caller with its scopes, whatever the roles say', async () => {
    const token = await sign({ ...good, scp: 'A.Read  A.Write', roles: ['Admin'] });
    expect(await verify(`Bearer ${token}`)).toMatchObject({
      kind: 'delegated',
      subject: 'the-object',
      permissions: new Set(['A.Read', 'A.Write']),
    });
  });

  it('with neither roles nor scopes gives a caller without permissions', async () => {
    expect(await verify(`Bearer ${await sign(without('roles'))}`)).toMatchObject({
      kind: 'application',
      permissions: new Set(),
    });
  });

  it('may use any case for the scheme, the application id of Graph as audience, appid for azp and sub for oid', async () => {
    const token = await sign({
      ...without('azp'),
      oid: undefined,
      aud: '00000003-0000-0000-c000-000000000000',
      appid: clientId,
    });
    expect(await verify(`bEARER  ${token} `)).toMatchObject({
      application: clientId,
      subject: 'the-subject',
    });
  });

  it.each([undefined, 'JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt'])(
    'may be of typ %s',
    async (typ) => {
      expect(await verify(`Bearer ${await sign(good, key, typ === undefined ? {} : { typ })}`)).toMatchObject(
        { tenantId },
      );
    },
  );

  it('may have no kid', async () => {
    const token = await new SignJWT(good).setProtectedHeader({ alg: 'RS256' }).sign(key.privateKey);
    expect(await verify(`Bearer ${token}`)).toMatchObject({ tenantId });
  });
});

describe('a refused token', () => {
  type Fault = [string, ErrorKind, () => string | undefined | Promise<string>];
  const faults: Fault[] = [
    ['absent', 'tokenMissing', () => undefined],
    ['empty header', 'tokenMissing', () => ''],
    ['only the scheme', 'tokenMissing', () => 'Bearer'],
    ['only the scheme and blanks', 'tokenMissing', () => 'Bearer   '],
    ['another scheme', 'tokenMissing', () => 'Basic x'],
    ['no dots', 'tokenMalformed', () => 'Bearer garbage'],
    ['dots and garbage', 'tokenMalformed', () => 'Bearer a.b.c'],
    ['two parts', 'tokenMalformed', async () => `Bearer ${(await sign(good)).replace(/\.[^.]*$/, '')}`],
    ['five parts', 'tokenMalformed', async () => `Bearer ${await sign(good)}.a.b`],
    ['a header that is no object', 'tokenMalformed', () => `Bearer ${base64url.encode('[]')}.e30.AA`],
    ['parts with padding', 'tokenMalformed', async () => `Bearer ${await sign(good)}==`],
    [
      'a signature in another spelling',
      'tokenMalformed',
      async () => `Bearer ${respelled(await sign(good))}`,
    ],
    [
      'expired',
      'tokenExpired',
      async () => `Bearer ${await signAccessToken(key, { ...options, expiresIn: -1 })}`,
    ],
    ['expired just now', 'tokenExpired', async () => `Bearer ${await sign({ ...good, exp: seconds })}`],
    ['not yet valid', 'tokenNotYetValid', async () => `Bearer ${await sign({ ...good, nbf: seconds + 60 })}`],
    ['another audience', 'tokenAudience', async () => `Bearer ${await sign({ ...good, aud: 'https://x' })}`],
    ['no audience', 'tokenAudience', async () => `Bearer ${await sign(without('aud'))}`],
    ['another issuer', 'tokenIssuer', async () => `Bearer ${await sign({ ...good, iss: 'https://x' })}`],
    [
      "another tenant's issuer",
      'tokenIssuer',
      async () => `Bearer ${await sign({ ...good, tid: clientId })}`,
    ],
    ['no issuer', 'tokenClaims', async () => `Bearer ${await sign(without('iss'))}`],
    ['no tenant', 'tokenClaims', async () => `Bearer ${await sign(without('tid'))}`],
    [
      'a tenant that is no GUID',
      'tokenClaims',
      async () => `Bearer ${await sign({ ...good, tid: 'common' })}`,
    ],
    ['no application', 'tokenClaims', async () => `Bearer ${await sign(without('azp'))}`],
    ['no expiry', 'tokenClaims', async () => `Bearer ${await sign(without('exp'))}`],
    [
      'an expiry that is a string',
      'tokenClaims',
      async () => `Bearer ${await sign({ ...good, exp: '9' as never })}`,
    ],
    [
      'an expiry behind all dates',
      'tokenClaims',
      async () => `Bearer ${await sign({ ...good, exp: 1e300 })}`,
    ],
    ['a subject that is a number', 'tokenClaims', async () => `Bearer ${await sign({ ...good, oid: 7 })}`],
    ['roles that are a string', 'tokenClaims', async () => `Bearer ${await sign({ ...good, roles: 'A' })}`],
    ['a role that is a number', 'tokenClaims', async () => `Bearer ${await sign({ ...good, roles: [1] })}`],
    ['scopes that are a list', 'tokenClaims', async () => `Bearer ${await sign({ ...good, scp: ['A'] })}`],
    ['alg none', 'tokenSignature', () => `Bearer ${new UnsecuredJWT(good).encode()}`],
    ['HS256 with the public key', 'tokenSignature', async () => `Bearer ${await withHs256()}`],
    ['another kid', 'tokenSignature', async () => `Bearer ${await sign(good, key, { kid: 'x' })}`],
    ...['logout+jwt', 'dpop+jwt', 'JWE', '', 7].map((typ): Fault => [
      `typ ${JSON.stringify(typ)}`,
      'tokenClaims',
      async () => `Bearer ${await sign(good, key, { typ })}`,
    ]),
    ...Object.entries({ cty: 'JWT', zip: 'DEF', b64: false }).map(([name, value]): Fault => [
      `${name} in the header`,
      'tokenClaims',
      async () => `Bearer ${await sign(good, key, { [name]: value })}`,
    ]),
    ['another key with the same kid', 'tokenSignature', async () => `Bearer ${await sign(good, otherKey)}`],
    ['claims changed after signing', 'tokenSignature', async () => `Bearer ${await withChangedClaims()}`],
    ['an unknown critical header', 'tokenSignature', async () => `Bearer ${await withCritical()}`],
  ];

  it.each(faults)('%s: %s', async (_fault, kind, authorization) => {
    await expect(verify(await authorization())).rejects.toMatchObject({ kind, status: 401 });
  });

  it('never fails in another way, whatever is sent', async () => {
    const part = oneof(
      string(),
      json().map((text) => base64url.encode(text)),
    );
    await assert(
      asyncProperty(array(part, { maxLength: 5 }), async (parts) => {
        await expect(verify(`Bearer ${parts.join('.')}`)).rejects.toMatchObject({ status: 401 });
      }),
    );
  });
});

describe('a token seen before', () => {
  it('answers at once with the same frozen caller', async () => {
    const verifier = newVerifier();
    const authorization = `Bearer ${await sign(good)}`;
    const first = verifier.verify(authorization);
    expect(first).toBeInstanceOf(Promise);
    const caller = await first;
    expect(verifier.verify(authorization)).toBe(caller);
    expect(verifier.verify(authorization.replace('Bearer', 'bearer'))).toBe(caller);
    expect(Object.isFrozen(caller)).toBe(true);
  });

  it('expires on its second', async () => {
    let now = seconds * 1000;
    const verifier = newVerifier(() => now);
    const authorization = `Bearer ${await sign(good)}`;
    await verifier.verify(authorization);
    now = (seconds + 100) * 1000 - 1;
    expect(verifier.verify(authorization)).not.toBeInstanceOf(Promise);
    now += 1;
    await expect(verifier.verify(authorization)).rejects.toMatchObject({ kind: 'tokenExpired' });
  });

  it('is verified anew an hour later, and known again for an hour', async () => {
    let now = seconds * 1000;
    const verifier = newVerifier(() => now);
    const authorization = `Bearer ${await sign({ ...good, exp: seconds + 7200 })}`;
    const caller = await verifier.verify(authorization);
    now += 3_600_000 - 1;
    expect(verifier.verify(authorization)).toBe(caller);
    now += 1;
    const anew = verifier.verify(authorization);
    expect(anew).toBeInstanceOf(Promise);
    expect(await anew).toEqual(caller);
    now += 3_600_000 - 1;
    expect(verifier.verify(authorization)).toEqual(caller);
    now += 1;
    await expect(verifier.verify(authorization)).rejects.toMatchObject({ kind: 'tokenExpired' });
  });

  it('is verified again when the keys have changed', async () => {
    const authority = { ...localAuthority(keySetOf(key)), version: 1 };
    const verifier = new TokenVerifier(authority);
    const authorization = `Bearer ${await sign(good)}`;
    await verifier.verify(authorization);
    authority.version = 2;
    expect(verifier.verify(authorization)).toBeInstanceOf(Promise);
  });

  it('is verified again when the keys changed while it was verified', async () => {
    const authority = { ...localAuthority(keySetOf(key)), version: 1 };
    const verifier = new TokenVerifier(authority);
    const authorization = `Bearer ${await sign(good)}`;
    const first = verifier.verify(authorization);
    authority.version = 2;
    await expect(verifier.verify('Bearer x')).rejects.toMatchObject({ kind: 'tokenMalformed' });
    await first;
    expect(verifier.verify(authorization)).toBeInstanceOf(Promise);
  });

  it('is forgotten when 2,000 others came after it', async () => {
    const verifier = newVerifier();
    const first = `Bearer ${await sign(good)}`;
    await verifier.verify(first);
    const others = await Promise.all(
      Array.from({ length: 2000 }, (_, index) => sign({ ...good, jti: `${index}` })),
    );
    for (const token of others.slice(1)) await verifier.verify(`Bearer ${token}`);
    expect(verifier.verify(first)).not.toBeInstanceOf(Promise);
    await verifier.verify(`Bearer ${others[0]}`);
    expect(verifier.verify(first)).toBeInstanceOf(Promise);
  });
});

describe('whoever watches', () => {
  it('is told the tenant of a token when it is verified, and an hour later again', async () => {
    let now = seconds * 1000;
    const seen: string[] = [];
    const verifier = new TokenVerifier(
      localAuthority(keySetOf(key)),
      () => now,
      (tenant) => void seen.push(tenant),
    );
    const authorization = `Bearer ${await sign({ ...good, exp: seconds + 7200 })}`;
    for (let times = 0; times < 3; times++) await verifier.verify(authorization);
    expect(seen).toEqual([tenantId]);
    now += 3_600_000;
    for (let times = 0; times < 3; times++) await verifier.verify(authorization);
    expect(seen).toEqual([tenantId, tenantId]);
  });

  it('hears nothing of a token that is refused', async () => {
    const seen: string[] = [];
    const verifier = new TokenVerifier(
      localAuthority(keySetOf(key)),
      Date.now,
      (tenant) => void seen.push(tenant),
    );
    const token = await sign({ ...good, exp: seconds - 10 });
    await expect(verifier.verify(`Bearer ${token}`)).rejects.toMatchObject({ status: 401 });
    await expect(verifier.verify(`Bearer ${await sign(good, otherKey)}`)).rejects.toMatchObject({
      status: 401,
    });
    expect(seen).toEqual([]);
  });
});
