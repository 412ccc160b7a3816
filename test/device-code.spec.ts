import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answerDevice,
  askToken,
  claimsOf,
  expire,
  type Fields,
  type IssuerReply,
  outcomeOf,
  postForm,
} from './support/issuer-client.js';
import { registrationsOf, somePeople, startIssuer, type TestIssuer } from './support/issuer.js';

const people = somePeople();
const { tenant, otherTenant, users, password, clients, secret, permissions } = people;
const ada = { tenant, user: users.ada, password };
const olga = { tenant: otherTenant, user: users.olga };
const pending = '400 authorization_pending 70016';
const unknown = '400 bad_verification_code 70018';

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await startIssuer(registrationsOf(people));
});
afterAll(() => issuer.close());

const askCodes = (change: Fields = {}, segment = tenant): Promise<IssuerReply> =>
  postForm(`${issuer.url}/${segment}/oauth2/v2.0/devicecode`, {
    client_id: clients.app,
    scope: 'openid offline_access User.Read',
    ...change,
  });

/** The codes that a device gets: its own, and the one that it shows. */
async function codes(change: Fields = {}, segment = tenant): Promise<[device: string, user: string]> {
  const { body } = await askCodes(change, segment);
  return [String(body.device_code), String(body.user_code)];
}

const poll = (code: string, change: Fields = {}, segment = tenant): Promise<IssuerReply> =>
  askToken(issuer, segment, {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    client_id: clients.app,
    device_code: code,
    ...change,
  });

describe('a device that asks for codes', () => {
  it('gets them with what its user has to know', async () => {
    const { status, headers, body } = await askCodes();
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    const page = `${issuer.url}/common/oauth2/deviceauth`;
    expect(body).toEqual({
      user_code: expect.stringMatching(/^[B-DF-HJ-NP-TV-XZ]{9}$/),
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      verification_uri: page,
      expires_in: 900,
      interval: 5,
      message: `To sign in, use a web browser to open the page ${page} and enter the code ${String(body.user_code)} to authenticate.`,
    });
  });

  it.each<[string, Fields, string, string]>([
    ['without a client', { client_id: undefined }, tenant, '400 invalid_request 900144'],
    ['for an unknown client', { client_id: tenant }, tenant, '400 unauthorized_client 700016'],
    [
      'for a client that the tenant doesn’t know',
      { client_id: clients.localApp },
      otherTenant,
      '400 unauthorized_client 700016',
    ],
    ['without a scope', { scope: undefined }, tenant, '400 invalid_request 900144'],
    ['for what no database can keep', { scope: 'a\0b' }, tenant, '400 invalid_request 9002313'],
    ['for two resources', { scope: `User.Read ${clients.app}/x` }, tenant, '400 invalid_scope 70011'],
    ['for an unknown resource', { scope: `${tenant}/.default` }, tenant, '400 invalid_resource 500011'],
    ['at a tenant that is none', {}, 'contoso.com', '400 invalid_tenant 90002'],
    ['at consumers', {}, 'consumers', '400 invalid_request 9002332'],
  ])('is refused %s', async (_how, change, segment, outcome) => {
    expect(outcomeOf(await askCodes(change, segment))).toBe(outcome);
  });
});

describe('a device code', () => {
  it.each<[string, (code: string) => Fields]>([
    ['urn:ietf:params:oauth:grant-type:device_code', () => ({})],
    ['device_code', () => ({ grant_type: 'device_code' })],
    [
      'device_code, with the code as `code`',
      (code) => ({ grant_type: 'device_code', device_code: undefined, code }),
    ],
  ])('gives the tokens of who signed in, by %s', async (_grantType, change) => {
    const [device, user] = await codes();
    expect(outcomeOf(await poll(device, change(device)))).toBe(pending);
    expect(await answerDevice(issuer, ada, user)).toBe(200);
    const { status, body } = await poll(device, { ...change(device), client_info: '1' });
    expect(status).toBe(200);
    expect(body).toEqual({
      token_type: 'Bearer',
      scope: `openid ${permissions.join(' ')}`,
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      id_token: expect.any(String),
      client_info: expect.any(String),
    });
    expect(claimsOf(body.access_token)).toMatchObject({ tid: tenant, upn: users.ada, azp: clients.app });
  });

  it('is good once', async () => {
    const [device, user] = await codes();
    await answerDevice(issuer, ada, user);
    expect(outcomeOf(await poll(device))).toBe('200');
    expect(outcomeOf(await poll(device))).toBe(unknown);
  });

  it('is good for one of ten at once', async () => {
    const [device, user] = await codes();
    await answerDevice(issuer, ada, user);
    const outcomes = (await Promise.all(Array.from({ length: 10 }, () => poll(device)))).map(outcomeOf);
    expect(outcomes.toSorted()).toEqual(['200', ...Array.from({ length: 9 }, () => unknown)]);
  });

  it('of who declined is refused, every time', async () => {
    const [device, user] = await codes();
    expect(await answerDevice(issuer, ada, user, 'cancel')).toBe(200);
    for (let round = 0; round < 2; round += 1)
      expect(outcomeOf(await poll(device))).toBe('400 authorization_declined 65004');
    expect(await answerDevice(issuer, ada, user)).toBe(400);
  });

  it.each([false, true])('that has expired is refused; it was granted: %s', async (isGranted) => {
    const [device, user] = await codes();
    if (isGranted) await answerDevice(issuer, ada, user);
    await expire('device', device);
    expect(outcomeOf(await poll(device))).toBe('400 expired_token 70020');
    expect(await answerDevice(issuer, ada, user)).toBe(400);
  });

  it('stays pending when the user gives a wrong password', async () => {
    const [device, user] = await codes();
    expect(await answerDevice(issuer, { ...ada, password: 'wrong' }, user)).toBe(400);
    expect(outcomeOf(await poll(device))).toBe(pending);
    await answerDevice(issuer, ada, user);
    expect(outcomeOf(await poll(device))).toBe('200');
  });

  it.each<[string, Fields, string, string]>([
    ['without a code', { device_code: undefined }, tenant, '400 invalid_request 900144'],
    ['for another code', { device_code: 'x' }, tenant, unknown],
    ['for another client', { client_id: clients.stranger }, tenant, unknown],
    ['for an unknown client', { client_id: tenant }, tenant, '400 unauthorized_client 700016'],
    ['at another tenant', {}, otherTenant, '400 invalid_grant 70000'],
    ['with a secret that the client has not', { client_secret: 'x' }, tenant, '401 invalid_client 7000215'],
  ])(
    'is refused %s, and good afterwards for whom it was made for',
    async (_how, change, segment, outcome) => {
      const [device, user] = await codes();
      await answerDevice(issuer, ada, user);
      expect(outcomeOf(await poll(device, change, segment))).toBe(outcome);
      expect(outcomeOf(await poll(device))).toBe('200');
    },
  );

  it('of a confidential client needs its secret', async () => {
    const client = { client_id: clients.service };
    const [device, user] = await codes(client);
    await answerDevice(issuer, ada, user);
    expect(outcomeOf(await poll(device, client))).toBe('401 invalid_client 7000218');
    const { body } = await poll(device, { ...client, client_secret: secret });
    expect(claimsOf(body.access_token)['azpacr']).toBe('1');
  });

  it('without offline_access or openid comes with an access token alone', async () => {
    const [device, user] = await codes({ scope: 'User.Read' });
    await answerDevice(issuer, ada, user);
    const { body } = await poll(device);
    expect(['id_token', 'refresh_token'].filter((name) => name in body)).toEqual([]);
  });
});

describe('a device that asked at', () => {
  it.each<[string, typeof olga, string]>([
    ['common', olga, 'common'],
    ['common', olga, 'organizations'],
    ['common', olga, otherTenant],
    ['organizations', ada, 'common'],
    ['organizations', ada, tenant],
  ])('%s is signed in by %j, and gets the tokens of that tenant at %s', async (asked, by, segment) => {
    const [device, user] = await codes({}, asked);
    expect(await answerDevice(issuer, by, user)).toBe(200);
    const { status, body } = await poll(device, {}, segment);
    expect([status, status === 200 && claimsOf(body.access_token)['tid']]).toEqual([200, by.tenant]);
  });

  it('common gets the tokens of nobody at a tenant that its user is not of', async () => {
    const [device, user] = await codes({}, 'common');
    await answerDevice(issuer, olga, user);
    expect(outcomeOf(await poll(device, {}, tenant))).toBe('400 invalid_grant 70000');
    expect(outcomeOf(await poll(device, {}, otherTenant))).toBe('200');
  });

  it('a tenant can’t be answered by the user of another one', async () => {
    const [device, user] = await codes();
    expect(await answerDevice(issuer, olga, user)).toBe(400);
    expect(outcomeOf(await poll(device))).toBe(pending);
  });

  it('a tenant is answered by who is in every tenant, as of this one', async () => {
    const [device, user] = await codes();
    await answerDevice(issuer, { tenant, user: users.eve }, user);
    const { body } = await poll(device, {}, 'common');
    expect(claimsOf(body.access_token)).toMatchObject({ tid: tenant, upn: users.eve });
  });

  it('common with an application that the tenant of its user doesn’t know gets nothing', async () => {
    const client = { client_id: clients.localApp };
    const [device, user] = await codes(client, 'common');
    expect(await answerDevice(issuer, olga, user)).toBe(400);
    expect(outcomeOf(await poll(device, client, 'common'))).toBe(pending);
    await answerDevice(issuer, ada, user);
    expect(outcomeOf(await poll(device, client, 'common'))).toBe('200');
  });
});
