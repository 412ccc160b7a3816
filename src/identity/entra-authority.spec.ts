import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SignJWT, type JWK } from 'jose';

import { EntraAuthority } from './entra-authority.js';
import { makeSigningKey, readSigningKey, type SigningKey } from './issuer/signing-key.js';
import { TokenVerifier } from './token-verifier.js';

const [oldKey, newKey, v1Key] = (await Promise.all(
  Array.from({ length: 3 }, () => makeSigningKey().then(readSigningKey)),
)) as [SigningKey, SigningKey, SigningKey];
const tenantId = '11111111-2222-4333-8444-55555555abcd';
const otherTenant = '99999999-2222-4333-8444-55555555abcd';
const day = 24 * 60 * 60 * 1000;
const discoveries = {
  v1: `/${tenantId}/.well-known/openid-configuration`,
  v2: `/${tenantId}/v2.0/.well-known/openid-configuration`,
};

let server: Server;
let base: string;
/** What each version publishes. */
let keys: Record<'v1' | 'v2', (JWK & { issuer?: string })[]>;
let asked: string[];
/** The answer to a path, where it isn't the right one. */
let broken: (path: string) => { status: number; body: string } | undefined;
/** The answers wait for it. */
let held: Promise<unknown> | undefined;
let now: number;

beforeEach(async () => {
  keys = { v1: [v1Key.publicJwk], v2: [oldKey.publicJwk] };
  [asked, broken, held, now] = [[], () => undefined, undefined, Date.now()];
  server = createServer((request, response) => {
    const path = request.url!;
    asked.push(path);
    const { status, body } = broken(path) ?? { status: 200, body: JSON.stringify(documentAt(path)) };
    void Promise.resolve(held).then(() => response.writeHead(status).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** v2 names the tenant, v1 gives the placeholder that only the documents of `common` have. */
function documentAt(path: string): object {
  if (path === '/v1/keys') return { keys: keys.v1 };
  if (path === '/v2/keys') return { keys: keys.v2 };
  if (path === discoveries.v1) return { issuer: `${base}/{tenantid}/`, jwks_uri: `${base}/v1/keys` };
  return { issuer: `${base}/${tenantId}/v2.0`, jwks_uri: `${base}/v2/keys` };
}

const down = (what = /./) => {
  broken = (path) => (what.test(path) ? { status: 503, body: '' } : undefined);
};
const up = () => {
  broken = () => undefined;
};

function newVerifier(audience = 'api://understudy'): TokenVerifier {
  const authorities = [`${base}/{tid}/v2.0`, `${base}/{tid}/`];
  const auth = { mode: 'entra' as const, authorities, audience, tenants: [tenantId] };
  return new TokenVerifier(new EntraAuthority(auth, () => now), () => now);
}

const inSeconds = (seconds: number): number => Math.floor(now / 1000) + seconds;

async function bearer(claims: object = {}, key = oldKey, header: object = { kid: key.kid }): Promise<string> {
  const all = {
    aud: 'api://understudy',
    iss: `${base}/${tenantId}/v2.0`,
    tid: tenantId,
    azp: 'client',
    sub: 'subject',
    exp: inSeconds(600),
    jti: `${Math.random()}`,
    ...claims,
  };
  return `Bearer ${await new SignJWT(all).setProtectedHeader({ alg: 'RS256', ...header }).sign(key.privateKey)}`;
}

const v1 = (): object => ({ iss: `${base}/${tenantId}/`, azp: undefined, appid: 'client' });
/** What becomes of a token: `taken`, or the kind of the error. */
async function fate(verifier: TokenVerifier, authorization: string): Promise<string> {
  try {
    await verifier.verify(authorization);
    return 'taken';
  } catch (error) {
    return (error as { kind: string }).kind;
  }
}
/** The kinds that many tokens sent at once end with, each once. */
async function fates(verifier: TokenVerifier, tokens: string[]): Promise<string[]> {
  return [...new Set(await Promise.all(tokens.map((token) => fate(verifier, token))))];
}
const forgeries = (count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => bearer({}, newKey, { kid: `forged-${index}` })));

describe('a token of a real authority', () => {
  it('is accepted from each configured issuer, and discovery and keys are fetched once', async () => {
    const verifier = newVerifier();
    expect(await verifier.verify(await bearer())).toMatchObject({ tenantId, application: 'client' });
    expect(await verifier.verify(await bearer(v1(), v1Key))).toMatchObject({
      tenantId,
      application: 'client',
    });
    await verifier.verify(await bearer());
    expect(asked.toSorted()).toEqual([discoveries.v1, discoveries.v2, '/v1/keys', '/v2/keys']);
  });

  it('is asked about once, however many come at the start', async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, () => bearer()));
    expect(await fates(newVerifier(), tokens)).toEqual(['taken']);
    expect(asked).toHaveLength(4);
  });

  it.each([
    ['api://understudy', 'api://understudy', 'taken'],
    ['api://understudy', 'understudy', 'taken'],
    ['understudy', 'api://understudy', 'taken'],
    ['api://understudy', 'api://understudy/', 'taken'],
    ['api://understudy/', 'api://understudy', 'taken'],
    ['https://understudy.example', 'https://understudy.example/', 'taken'],
    ['api://understudy', ['https://else.example', 'api://understudy'], 'taken'],
    ['api://understudy', 'api://understudy-2', 'tokenAudience'],
    ['api://understudy', 'https://understudy', 'tokenAudience'],
    ['api://understudy', ['https://graph.microsoft.com'], 'tokenAudience'],
    ['api://understudy', 'https://graph.microsoft.com', 'tokenAudience'],
    ['api://understudy', '00000003-0000-0000-c000-000000000000', 'tokenAudience'],
    ['api://understudy', undefined, 'tokenAudience'],
  ])('for the audience %s may name %j: %s', async (audience, aud, expected) => {
    expect(await fate(newVerifier(audience), await bearer({ aud }))).toBe(expected);
  });

  it.each([
    [{ exp: -290 }, 'taken'],
    [{ exp: -310 }, 'tokenExpired'],
    [{ nbf: 290 }, 'taken'],
    [{ nbf: 310 }, 'tokenNotYetValid'],
  ])('may be five minutes too old or too new: %j seconds from now is %s', async (times, expected) => {
    const claims = Object.fromEntries(Object.entries(times).map(([name, at]) => [name, inSeconds(at)]));
    expect(await fate(newVerifier(), await bearer(claims))).toBe(expected);
  });

  it('that was seen before lives on for these five minutes and no longer', async () => {
    const verifier = newVerifier();
    now = inSeconds(0) * 1000;
    const token = await bearer();
    await verifier.verify(token);
    now += 900_000 - 1;
    expect(verifier.verify(token)).not.toBeInstanceOf(Promise);
    now += 1;
    expect(await fate(verifier, token)).toBe('tokenExpired');
  });

  it('is refused for a tenant that is not configured, and nobody is asked about it', async () => {
    const token = await bearer({ tid: otherTenant, iss: `${base}/${otherTenant}/v2.0` });
    expect(await fate(newVerifier(), token)).toBe('tokenIssuer');
    expect(asked).toEqual([]);
  });

  it('may write the tenant in upper case, but not its issuer', async () => {
    const tid = tenantId.toUpperCase();
    expect(await newVerifier().verify(await bearer({ tid }))).toMatchObject({ tenantId });
    expect(await fate(newVerifier(), await bearer({ tid, iss: `${base}/${tid}/v2.0` }))).toBe('tokenIssuer');
  });

  it.each([`/${otherTenant}/v2.0`, `/${tenantId}/v2.0/`, `/${tenantId}`, '/{tenantid}/', '/common/v2.0', ''])(
    "is refused with an issuer that is not the tenant's: %s",
    async (path) => {
      expect(await fate(newVerifier(), await bearer({ iss: `${base}${path}` }, v1Key))).toBe('tokenIssuer');
    },
  );

  it("is refused with a key that is not the issuer's, be it the other issuer's of the same tenant", async () => {
    const verifier = newVerifier();
    for (const key of [newKey, v1Key])
      expect(await fate(verifier, await bearer({}, key))).toBe('tokenSignature');
    expect(await fate(verifier, await bearer(v1()))).toBe('tokenSignature');
    expect(await fate(verifier, await bearer({}, newKey, { kid: oldKey.kid }))).toBe('tokenSignature');
  });

  it('is refused with a key that is published for another tenant, such as that of personal accounts', async () => {
    const personal = `${base}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0`;
    keys.v2 = [
      { ...oldKey.publicJwk, issuer: `${base}/{tenantid}/v2.0` },
      { ...newKey.publicJwk, issuer: personal },
      { ...v1Key.publicJwk, issuer: `${base}/${tenantId}/v2.0` },
    ];
    const verifier = newVerifier();
    expect(await fate(verifier, await bearer())).toBe('taken');
    expect(await fate(verifier, await bearer({}, v1Key))).toBe('taken');
    expect(await fate(verifier, await bearer({}, newKey))).toBe('tokenSignature');
  });
});

describe('an authority that is down', () => {
  it('gives 503 while nothing is known of it, and serves a second after it is back', async () => {
    const verifier = newVerifier();
    down();
    await expect(verifier.verify(await bearer())).rejects.toMatchObject({ kind: 'unavailable', status: 503 });
    up();
    now += 1000;
    expect(await fate(verifier, await bearer())).toBe('taken');
  });

  it('is asked once a second, however many tokens come', async () => {
    const verifier = newVerifier();
    down();
    for (const token of await forgeries(10)) expect(await fate(verifier, token)).toBe('unavailable');
    now += 999;
    expect(await fates(verifier, await forgeries(10))).toEqual(['unavailable']);
    expect(asked.toSorted()).toEqual([discoveries.v1, discoveries.v2]);
  });

  it('is not asked again while it has not answered yet', async () => {
    const verifier = newVerifier();
    const release = new EventEmitter();
    held = once(release, 'answer');
    const reached = once(server, 'request');
    const first = fate(verifier, await bearer());
    await reached;
    now += 2000;
    const second = fate(verifier, await bearer());
    release.emit('answer');
    expect([await first, await second]).toEqual(['taken', 'taken']);
    expect(asked).toHaveLength(4);
  });

  it('gives 503 when it refuses connections', async () => {
    const verifier = newVerifier();
    const token = await bearer();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await fate(verifier, token)).toBe('unavailable');
    server.listen();
  });

  it.each([
    ['it is down', () => down()],
    ['its keys alone are down', () => down(/keys$/)],
    ['it publishes no keys', () => (keys = { v1: [], v2: [] })],
    ['it answers with pages', () => (broken = () => ({ status: 200, body: '<html>' }))],
    ['it answers with null', () => (broken = () => ({ status: 200, body: 'null' }))],
  ])('serves from the old document and keys, days after, and asks again: %s', async (_what, fail) => {
    const verifier = newVerifier();
    await verifier.verify(await bearer());
    fail();
    now += 3 * day;
    const askedAgain = once(server, 'request');
    expect(await fate(verifier, await bearer())).toBe('taken');
    await askedAgain;
    expect(await fate(verifier, await bearer({}, newKey))).toBe('unavailable');
    expect(await fate(verifier, await bearer())).toBe('taken');
  });

  it('holds up nobody whose issuer is known', async () => {
    down(/v1|^\/[^/]+\/\.well-known/);
    const verifier = newVerifier();
    await verifier.verify(await bearer());
    const before = asked.length;
    now += 1000;
    expect(await fate(verifier, await bearer())).toBe('taken');
    expect(asked).toHaveLength(before);
    expect(await fate(verifier, await bearer(v1(), v1Key))).toBe('unavailable');
  });

  it('is asked for an unknown key once in half a minute, and nobody is told that the key is wrong', async () => {
    const verifier = newVerifier();
    await verifier.verify(await bearer());
    down();
    now += 30_000;
    const before = asked.length;
    for (let round = 0; round < 3; round += 1)
      expect(await fates(verifier, await forgeries(30))).toEqual(['unavailable']);
    expect(await fate(verifier, await bearer())).toBe('taken');
    expect(asked.slice(before)).toEqual([discoveries.v2]);
  });
});

describe('a key', () => {
  it('that is new is found half a minute later, without a restart, and one that is gone is good no more', async () => {
    const verifier = newVerifier();
    await verifier.verify(await bearer());
    keys.v2 = [newKey.publicJwk];
    expect(await fate(verifier, await bearer({}, newKey))).toBe('tokenSignature');
    now += 30_000;
    expect(await fate(verifier, await bearer({}, newKey))).toBe('taken');
    expect(await fate(verifier, await bearer())).toBe('tokenSignature');
  });

  it('that is new and one that is old are both good while both are published', async () => {
    const verifier = newVerifier();
    await verifier.verify(await bearer());
    keys.v2 = [newKey.publicJwk, oldKey.publicJwk];
    now += 30_000;
    expect(await fates(verifier, [await bearer({}, newKey), await bearer()])).toEqual(['taken']);
  });

  it('that nobody knows makes us ask once in half a minute, however many are forged', async () => {
    const verifier = newVerifier();
    await verifier.verify(await bearer());
    const before = asked.length;
    expect(await fates(verifier, await forgeries(100))).toEqual(['tokenSignature']);
    expect(asked).toHaveLength(before);
    now += 30_000;
    for (let round = 0; round < 3; round += 1)
      expect(await fates(verifier, await forgeries(100))).toEqual(['tokenSignature']);
    expect(asked.slice(before)).toEqual([discoveries.v2, '/v2/keys']);
    now += 29_999;
    await fates(verifier, await forgeries(10));
    expect(asked).toHaveLength(before + 2);
  });

  it('need not be named while there is one, and has to be among several', async () => {
    expect(await fate(newVerifier(), await bearer({}, oldKey, {}))).toBe('taken');
    keys.v2 = [newKey.publicJwk, oldKey.publicJwk];
    expect(await fate(newVerifier(), await bearer({}, oldKey, {}))).toBe('tokenSignature');
  });
});
