import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SignJWT } from 'jose';

import { EntraAuthority } from './entra-authority.js';
import { makeSigningKey, readSigningKey, type SigningKey } from './issuer/signing-key.js';
import { TokenVerifier } from './token-verifier.js';

const [oldKey, newKey] = await Promise.all([
  makeSigningKey().then(readSigningKey),
  makeSigningKey().then(readSigningKey),
]);
const tenantId = '11111111-2222-4333-8444-55555555abcd';
const otherTenant = '99999999-2222-4333-8444-55555555abcd';
const day = 24 * 60 * 60 * 1000;

let server: Server;
let base: string;
let published: SigningKey;
let asked: string[];
let up: boolean;
let now: number;

beforeEach(async () => {
  [published, asked, up, now] = [oldKey, [], true, Date.now()];
  // jose keeps its key sets by the clock of the machine.
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  server = createServer((request, response) => {
    asked.push(request.url!);
    response.statusCode = up ? 200 : 503;
    response.end(
      JSON.stringify(
        request.url!.endsWith('/keys') ? { keys: [published.publicJwk] } : discovery(request.url!),
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  jest.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** v2 names the tenant, v1 gives the placeholder that only the documents of `common` have. */
function discovery(path: string): object {
  const v2 = path.includes('/v2.0/');
  return {
    issuer: v2 ? `${base}/${tenantId}/v2.0` : `${base}/{tenantid}/`,
    jwks_uri: `${base}/${v2 ? 'v2' : 'v1'}/keys`,
  };
}

function newVerifier(audience = 'api://understudy'): TokenVerifier {
  const authorities = [`${base}/{tid}/v2.0`, `${base}/{tid}/`];
  const auth = { mode: 'entra' as const, authorities, audience, tenants: [tenantId] };
  return new TokenVerifier(new EntraAuthority(auth, () => now), () => now);
}

async function bearer(claims: object = {}, key = published): Promise<string> {
  const seconds = Math.floor(now / 1000);
  const all = {
    aud: 'api://understudy',
    iss: `${base}/${tenantId}/v2.0`,
    tid: tenantId,
    azp: 'client',
    sub: 'subject',
    exp: seconds + 600,
    jti: `${Math.random()}`,
    ...claims,
  };
  return `Bearer ${await new SignJWT(all).setProtectedHeader({ alg: 'RS256', kid: key.kid }).sign(key.privateKey)}`;
}

describe('a token of a real authority', () => {
  it('is accepted from each configured issuer, and discovery and keys are fetched once', async () => {
    const verifier = newVerifier();
    expect(await verifier.verify(await bearer())).toMatchObject({ tenantId, application: 'client' });
    const v1 = { iss: `${base}/${tenantId}/`, azp: undefined, appid: 'client' };
    expect(await verifier.verify(await bearer(v1))).toMatchObject({ tenantId, application: 'client' });
    await verifier.verify(await bearer());
    expect(asked.toSorted()).toEqual([
      `/${tenantId}/.well-known/openid-configuration`,
      `/${tenantId}/v2.0/.well-known/openid-configuration`,
      '/v1/keys',
      '/v2/keys',
    ]);
  });

  it('may name the audience with or without api://', async () => {
    await newVerifier('understudy').verify(await bearer());
    await newVerifier().verify(await bearer({ aud: 'understudy' }));
    await expect(
      newVerifier().verify(await bearer({ aud: 'https://graph.microsoft.com' })),
    ).rejects.toMatchObject({
      kind: 'tokenAudience',
    });
  });

  it('may be five minutes too old or too new', async () => {
    const seconds = Math.floor(now / 1000);
    await newVerifier().verify(await bearer({ exp: seconds - 290, nbf: seconds + 290 }));
    await expect(newVerifier().verify(await bearer({ exp: seconds - 310 }))).rejects.toMatchObject({
      kind: 'tokenExpired',
    });
  });

  it('is refused for a tenant that is not configured, and nobody is asked about it', async () => {
    const token = await bearer({ tid: otherTenant, iss: `${base}/${otherTenant}/v2.0` });
    await expect(newVerifier().verify(token)).rejects.toMatchObject({ kind: 'tokenIssuer' });
    expect(asked).toEqual([]);
  });

  it("is refused with an issuer that is not the tenant's, and with a key that is not the issuer's", async () => {
    const foreign = await bearer({ iss: `${base}/${otherTenant}/v2.0` });
    await expect(newVerifier().verify(foreign)).rejects.toMatchObject({ kind: 'tokenIssuer' });
    await expect(newVerifier().verify(await bearer({}, newKey))).rejects.toMatchObject({
      kind: 'tokenSignature',
    });
  });
});

describe('an authority that is down', () => {
  it('gives 503 while nothing is known of it, and serves as soon as it is back', async () => {
    const verifier = newVerifier();
    up = false;
    await expect(verifier.verify(await bearer())).rejects.toMatchObject({ kind: 'unavailable', status: 503 });
    up = true;
    expect(await verifier.verify(await bearer())).toMatchObject({ tenantId });
  });

  it('gives 503 when it refuses connections', async () => {
    const verifier = newVerifier();
    const token = await bearer();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(verifier.verify(token)).rejects.toMatchObject({ kind: 'unavailable' });
    server.listen();
  });

  it('serves from the old document and keys, days after, and asks again', async () => {
    const verifier = newVerifier();
    await verifier.verify(await bearer());
    up = false;
    now += 3 * day;
    const askedAgain = once(server, 'request');
    expect(await verifier.verify(await bearer())).toMatchObject({ tenantId });
    await askedAgain;
    await expect(verifier.verify(await bearer({}, newKey))).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('a key', () => {
  it('that is new is found a minute later, without a restart', async () => {
    const verifier = newVerifier();
    await verifier.verify(await bearer());
    published = newKey;
    await expect(verifier.verify(await bearer())).rejects.toMatchObject({ kind: 'tokenSignature' });
    now += 60_000;
    expect(await verifier.verify(await bearer())).toMatchObject({ tenantId });
  });
});
