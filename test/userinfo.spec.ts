import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { signAccessToken } from '../src/identity/issuer/access-token.js';
import { request, startTestGateway, type TestGateway } from './support/gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const ask = (authorization: string | undefined, method = 'GET') =>
  request(
    `${gateway.url}/oidc/userinfo`,
    method,
    undefined,
    authorization === undefined ? {} : { Authorization: authorization },
  );

const tokenOf = (change: { expiresIn?: number; scopes?: string[] } = {}): Promise<string> =>
  signAccessToken(gateway.key, {
    tenantId: gateway.tenant,
    clientId: randomUUID(),
    user: { userPrincipalName: 'ada@contoso.example', displayName: 'Ada "the first" <é>' },
    scopes: ['openid', 'profile'],
    expiresIn: 3600,
    ...change,
  });

describe('userinfo', () => {
  it.each(['GET', 'POST'])('says whose the token is: %s', async (method) => {
    const token = await tokenOf();
    const { status, headers, body } = await ask(`Bearer ${token}`, method);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body).toEqual({
      sub: decodeJwt(token).sub,
      name: 'Ada "the first" <é>',
      email: 'ada@contoso.example',
    });
  });

  it.each(['bearer', 'BEARER'])('says so however the scheme is spelled: %s', async (scheme) => {
    expect((await ask(`${scheme}  ${await tokenOf()} `)).body).toHaveProperty('email');
  });

  it.each(['GET', 'POST'])('says nothing without the scope openid: %s', async (method) => {
    const { status, body } = await ask(
      `Bearer ${await tokenOf({ scopes: ['profile', 'User.Read'] })}`,
      method,
    );
    expect([status, body['error']]).toEqual([403, expect.objectContaining({ code: 'Forbidden' })]);
  });

  it('says nothing to an application', async () => {
    const token = await gateway.tokenFor({ roles: ['openid'] });
    expect((await ask(`Bearer ${token}`)).status).toBe(403);
  });

  it.each<[string, () => string | undefined | Promise<string>]>([
    ['no token', () => undefined],
    ['an empty one', () => 'Bearer '],
    ['another scheme', () => 'Basic YTpi'],
    ['no token at all', () => 'Bearer a.b.c'],
    ['one that has expired', async () => `Bearer ${await tokenOf({ expiresIn: -1 })}`],
    ['one that was changed', async () => `Bearer ${(await tokenOf()).replace(/\.[^.]*\./, '.e30.')}`],
    ['two', async () => `Bearer ${await tokenOf()}, Bearer ${await tokenOf()}`],
  ])('wants a good token, not %s', async (_what, authorization) => {
    const { status, body } = await ask(await authorization());
    expect([status, body['error']]).toEqual([401, expect.objectContaining({ code: expect.any(String) })]);
  });

  it('writes no token to the log', async () => {
    const token = await tokenOf();
    await ask(`Bearer ${token}`);
    expect(gateway.log.join('')).not.toContain(token.split('.')[2]);
    expect(gateway.log.join('')).not.toContain('ada@contoso.example');
  });
});
