import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';

import { defaultUser, signAccessToken } from './access-token.js';
import { makeSigningKey, readSigningKey } from './signing-key.js';

const key = await readSigningKey(await makeSigningKey());
const tenantId = '11111111-2222-4333-8444-555555555555';
const clientId = '66666666-7777-4888-8999-aaaaaaaaaaaa';
const now = new Date('2026-01-02T03:04:05.678Z');
const options = { tenantId, clientId, expiresIn: 3599, now };
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const of = (userPrincipalName: string) => ({ user: { userPrincipalName } });
const oid = async (change: object) => decodeJwt(await signAccessToken(key, { ...options, ...change }))['oid'];

describe('an access token', () => {
  it('of an application has the claims of Entra v2', async () => {
    const token = await signAccessToken(key, { ...options, roles: ['A.Read', 'A.Write'] });
    const seconds = Date.parse('2026-01-02T03:04:05Z') / 1000;
    expect(decodeProtectedHeader(token)).toEqual({ typ: 'JWT', alg: 'RS256', kid: key.kid });
    expect(decodeJwt(token)).toEqual({
      aud: 'https://graph.microsoft.com',
      iss: `https://login.microsoftonline.com/${tenantId}/v2.0`,
      iat: seconds - 300,
      nbf: seconds - 300,
      exp: seconds + 3599,
      tid: tenantId,
      azp: clientId,
      appid: clientId,
      oid: expect.stringMatching(uuid),
      sub: expect.stringMatching(uuid),
      idtyp: 'app',
      roles: ['A.Read', 'A.Write'],
      uti: expect.stringMatching(/^[\w-]{22}$/),
      ver: '2.0',
    });
  });

  it('of a user has scp and the user, and no roles', async () => {
    const token = await signAccessToken(key, {
      ...options,
      scopes: ['A', 'B'],
      user: { userPrincipalName: 'Ada@Contoso.com' },
    });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({
      scp: 'A B',
      upn: 'Ada@Contoso.com',
      preferred_username: 'Ada@Contoso.com',
      name: 'Ada',
      idtyp: 'user',
    });
    expect(claims).not.toHaveProperty('roles');
  });

  it('with scopes and no user is of the default user', async () => {
    expect(decodeJwt(await signAccessToken(key, { ...options, scopes: [] }))).toMatchObject({
      scp: '',
      upn: defaultUser,
    });
  });

  it('names the same principal the same way in one tenant, and another way in another', async () => {
    const application = await oid({});
    expect(await oid({ tenantId: tenantId.toUpperCase() })).toBe(application);
    expect(await oid({ tenantId: clientId })).not.toBe(application);
    expect(await oid(of('ada@contoso.com'))).toBe(await oid(of('Ada@Contoso.com')));
    expect(await oid(of(clientId))).not.toBe(application);
  });
});

describe('the signing key', () => {
  it('is the same after it was stored, and publishes nothing private', async () => {
    const text = await makeSigningKey();
    const [one, other] = await Promise.all([readSigningKey(text), readSigningKey(text)]);
    expect(one.kid).toBe(other.kid);
    expect(Object.keys(one.publicJwk)).toEqual(['kty', 'use', 'alg', 'kid', 'n', 'e']);
    expect(one.publicJwk).toMatchObject({ kty: 'RSA', use: 'sig', alg: 'RS256', kid: one.kid });
  });
});
