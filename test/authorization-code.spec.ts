import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Client } from 'pg';
import {
  askToken,
  claimsOf,
  codeFor,
  expire,
  type Fields,
  formOf,
  type IssuerReply,
  outcomeOf,
  postForm,
  proofKey,
} from './support/issuer-client.js';
import { registrationsOf, somePeople, startIssuer, type TestIssuer } from './support/issuer.js';
import { waiting } from './support/own-database.js';
import { emptyDatabase } from './support/postgres.js';

const people = somePeople();
const { tenant, otherTenant, users, password, clients, secret, redirectUri, permissions } = people;
const ada = { tenant, user: users.ada, password };
const { verifier, challenge } = proofKey();
const granted = permissions.join(' ');
const graph = 'https://graph.microsoft.com';

let issuer: TestIssuer;
let database: string;

beforeAll(async () => {
  database = await emptyDatabase();
  issuer = await startIssuer(registrationsOf(people), { DATABASE_URL: database });
});
afterAll(() => issuer.close());

/** What the app asks for, and what it redeems the code with; both can be changed. */
const asked = (change: Fields = {}): Fields => ({
  client_id: clients.app,
  redirect_uri: redirectUri,
  scope: 'openid offline_access User.Read',
  ...challenge,
  ...change,
});
const redemption = (code: string, change: Fields = {}): Fields => ({
  grant_type: 'authorization_code',
  client_id: clients.app,
  redirect_uri: redirectUri,
  code,
  code_verifier: verifier,
  ...change,
});

const redeem = (code: string, change: Fields = {}, segment = tenant): Promise<IssuerReply> =>
  askToken(issuer, segment, redemption(code, change));
const refresh = (token: unknown): Promise<IssuerReply> =>
  askToken(issuer, tenant, {
    grant_type: 'refresh_token',
    client_id: clients.app,
    refresh_token: String(token),
  });

describe('the tokens for a code', () => {
  it('say who signed in, at which client, and for what', async () => {
    const scope = 'openid profile User.Read';
    const reply = await redeem(await codeFor(issuer, ada, asked({ scope, nonce: 'a nonce' })));
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      token_type: 'Bearer',
      scope: `openid profile ${granted}`,
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.any(String),
      id_token: expect.any(String),
    });
    const [access, id] = [claimsOf(reply.body.access_token), claimsOf(reply.body.id_token)];
    const common = {
      iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
      tid: tenant,
      oid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      sub: access['oid'],
      name: 'Ada',
      preferred_username: users.ada,
      ver: '2.0',
      uti: expect.any(String),
      iat: expect.any(Number),
      nbf: access.iat,
      // Five minutes of it have passed already, for clocks that are behind.
      exp: Number(access.iat) + 300 + 3599,
    };
    expect(access).toEqual({
      ...common,
      aud: graph,
      azp: clients.app,
      appid: clients.app,
      app_displayname: 'An app',
      azpacr: '0',
      scp: `openid profile ${granted}`,
      idtyp: 'user',
      upn: users.ada,
    });
    expect(id).toEqual({ ...common, aud: clients.app, email: users.ada, nonce: 'a nonce' });
  });

  it('are signed with the published keys, and may not be kept on the way', async () => {
    const { headers, body } = await redeem(await codeFor(issuer, ada, asked()));
    const keys = createRemoteJWKSet(new URL(`${issuer.url}/${tenant}/discovery/v2.0/keys`));
    await jwtVerify(String(body.access_token), keys, { audience: graph });
    await jwtVerify(String(body.id_token), keys, { audience: clients.app });
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
  });

  it.each<[string, string[]]>([
    ['User.Read', []],
    ['openid User.Read', ['id_token']],
    ['offline_access User.Read', ['refresh_token']],
    ['OpenID Offline_Access user.read', ['id_token', 'refresh_token']],
    ['openid offline_access', ['id_token', 'refresh_token']],
    [`${graph}/.default profile`, []],
  ])('for %s come with %j', async (scope, more) => {
    const { body } = await redeem(await codeFor(issuer, ada, asked({ scope })));
    expect(['id_token', 'refresh_token'].filter((name) => name in body)).toEqual(more);
  });

  it.each<[string | undefined, boolean]>([
    ['1', true],
    ['0', false],
    [undefined, false],
  ])('with client_info=%s tell the account: %s', async (clientInfo, isTold) => {
    const { body } = await redeem(await codeFor(issuer, ada, asked()), { client_info: clientInfo });
    const account = { uid: claimsOf(body.access_token)['oid'], utid: tenant };
    const told = body.client_info;
    expect(told && JSON.parse(Buffer.from(told, 'base64url').toString())).toEqual(
      isTold ? account : undefined,
    );
  });

  it.each<[string, Fields, string]>([
    ['the user’s tenant', {}, tenant],
    ['common', {}, 'common'],
    ['organizations', {}, 'organizations'],
    ['the tenant in upper case', {}, tenant.toUpperCase()],
    ['the tenant, by a client id in upper case', { client_id: clients.app.toUpperCase() }, tenant],
  ])('are had at %s', async (_where, change, segment) => {
    const code = await codeFor(issuer, ada, asked());
    expect(outcomeOf(await redeem(code, change, segment))).toBe('200');
  });

  it('of who signed in at common are of the user’s own tenant', async () => {
    const olga = { tenant: otherTenant, user: users.olga, segment: 'common' };
    const { body } = await redeem(await codeFor(issuer, olga, asked()), {}, 'common');
    expect(claimsOf(body.access_token)).toMatchObject({ tid: otherTenant, upn: users.olga });
  });
});

describe('a code is refused, and good afterwards for whom it was made for', () => {
  const wrong = proofKey().verifier;
  it.each<[string, Fields, string, string]>([
    ['without a code', { code: undefined }, tenant, '400 invalid_request 900144'],
    ['for another code', { code: 'x' }, tenant, '400 invalid_grant 70000'],
    ['for another client', { client_id: clients.stranger }, tenant, '400 invalid_grant 70000'],
    ['for an unknown client', { client_id: tenant }, tenant, '400 unauthorized_client 700016'],
    ['at another tenant', {}, otherTenant, '400 invalid_grant 70000'],
    ['without a redirect URI', { redirect_uri: undefined }, tenant, '400 invalid_request 900144'],
    ['with another redirect URI', { redirect_uri: `${redirectUri}/` }, tenant, '400 invalid_grant 500112'],
    ['with a wrong verifier', { code_verifier: wrong }, tenant, '400 invalid_grant 501481'],
    ['with an empty verifier', { code_verifier: '' }, tenant, '400 invalid_grant 501481'],
    ['without a verifier', { code_verifier: undefined }, tenant, '400 invalid_grant 501481'],
    [
      'with the challenge as verifier',
      { code_verifier: challenge['code_challenge'] },
      tenant,
      '400 invalid_grant 501481',
    ],
    ['with a secret that it has not', { client_secret: 'x' }, tenant, '401 invalid_client 7000215'],
  ])('%s', async (_how, change, segment, outcome) => {
    const code = await codeFor(issuer, ada, asked());
    expect(outcomeOf(await redeem(code, change, segment))).toBe(outcome);
    expect(outcomeOf(await redeem(code))).toBe('200');
  });
});

it('a nonce that no database can keep is refused', async () => {
  const query = formOf({ ...asked({ nonce: 'a\0b' }), response_type: 'code' }).toString();
  const login = { request: query, account: `${tenant} ${users.ada}`, password };
  expect((await postForm(`${issuer.url}/${tenant}/login`, login)).status).toBe(400);
  expect((await fetch(`${issuer.url}/${tenant}/oauth2/v2.0/authorize?${query}`)).status).toBe(400);
});

it('a code that has expired is refused', async () => {
  const code = await codeFor(issuer, ada, asked());
  await expire('code', code, database);
  expect(outcomeOf(await redeem(code))).toBe('400 invalid_grant 70008');
});

describe('a proof key', () => {
  const plain = proofKey('plain');
  const none: Fields = { code_challenge: undefined, code_challenge_method: undefined };
  it.each<[string, Fields, string | undefined, string]>([
    ['plain, with its verifier', plain.challenge, plain.verifier, '200'],
    ['plain by default', { ...plain.challenge, code_challenge_method: undefined }, plain.verifier, '200'],
    ['plain, with a wrong verifier', plain.challenge, verifier, '400 invalid_grant 501481'],
    ['plain, without a verifier', plain.challenge, undefined, '400 invalid_grant 501481'],
    ['that was not asked with, with a verifier', none, verifier, '400 invalid_request 9002325'],
    ['that a public client never sent', none, undefined, '400 invalid_request 9002325'],
  ])('%s', async (_which, change, given, outcome) => {
    const code = await codeFor(issuer, ada, asked(change));
    expect(outcomeOf(await redeem(code, { code_verifier: given }))).toBe(outcome);
  });

  it.each<[string, Fields, string | undefined, string]>([
    ['may be absent', none, undefined, '200'],
    ['may be there', challenge, verifier, '200'],
    ['has no verifier when there was no challenge', none, verifier, '400 invalid_grant 501481'],
    ['needs its verifier', challenge, undefined, '400 invalid_grant 501481'],
  ])('of a confidential client %s', async (_what, change, given, outcome) => {
    const client = { client_id: clients.service };
    const code = await codeFor(issuer, ada, asked({ ...client, ...change }));
    const reply = await redeem(code, { ...client, client_secret: secret, code_verifier: given });
    expect(outcomeOf(reply)).toBe(outcome);
  });
});

describe('a confidential client', () => {
  const client = { client_id: clients.service };
  it.each([
    [undefined, '401 invalid_client 7000218'],
    ['', '401 invalid_client 7000218'],
    ['wrong', '401 invalid_client 7000215'],
  ])(
    'that gives the secret %j is refused, and the code is good with the right one',
    async (given, outcome) => {
      const code = await codeFor(issuer, ada, asked(client));
      expect(outcomeOf(await redeem(code, { ...client, client_secret: given }))).toBe(outcome);
      const { status, body } = await redeem(code, { ...client, client_secret: secret });
      expect([status, claimsOf(body.access_token)['azpacr']]).toEqual([200, '1']);
    },
  );

  it('may prove itself by Basic', async () => {
    const code = await codeFor(issuer, ada, asked(client));
    const basic = Buffer.from(`${clients.service}:${secret}`).toString('base64');
    const fields = redemption(code, { client_id: undefined });
    expect(outcomeOf(await askToken(issuer, tenant, fields, { Authorization: `Basic ${basic}` }))).toBe(
      '200',
    );
  });
});

describe('a code that is used twice', () => {
  it('is refused, and what it gave is good no more', async () => {
    const code = await codeFor(issuer, ada, asked());
    const { body } = await redeem(code);
    const next = await refresh(body.refresh_token);
    expect(outcomeOf(next)).toBe('200');
    expect(outcomeOf(await redeem(code))).toBe('400 invalid_grant 54005');
    expect(outcomeOf(await refresh(next.body.refresh_token))).toBe('400 invalid_grant 50173');
    expect(outcomeOf(await redeem(code))).toBe('400 invalid_grant 54005');
  });

  it('is refused after its time, too, and what it gave is good no more', async () => {
    const code = await codeFor(issuer, ada, asked());
    const { body } = await redeem(code);
    await expire('code', code, database);
    expect(outcomeOf(await redeem(code))).toBe('400 invalid_grant 54005');
    expect(outcomeOf(await refresh(body.refresh_token))).toBe('400 invalid_grant 50173');
  });

  it('by a client that it was not made for ends nothing', async () => {
    const code = await codeFor(issuer, ada, asked());
    const { body } = await redeem(code);
    expect(outcomeOf(await redeem(code, { client_id: clients.stranger }))).toBe('400 invalid_grant 70000');
    expect(outcomeOf(await refresh(body.refresh_token))).toBe('200');
  });

  it('gives nobody tokens when the second one comes while the first one is being answered', async () => {
    const session = new Client({ connectionString: database });
    await session.connect();
    await session.query(`CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END';
      CREATE TRIGGER wait BEFORE INSERT ON "sign_in_records" FOR EACH ROW WHEN (NEW."kind" = 'refresh')
        EXECUTE FUNCTION wait();
      SELECT pg_advisory_lock(1)`);
    const code = await codeFor(issuer, ada, asked());
    const first = redeem(code);
    // The code is closed, and the refresh grant about to be made.
    await waiting(session);
    const second = outcomeOf(await redeem(code));
    await session.query('SELECT pg_advisory_unlock(1); DROP FUNCTION wait CASCADE');
    await session.end();
    const redeemed = '400 invalid_grant 54005';
    expect([outcomeOf(await first), second]).toEqual([redeemed, redeemed]);
  });

  it.each([2, 8])('by %i at the same moment gives nobody tokens that stay good', async (count) => {
    const session = new Client({ connectionString: database });
    await session.connect();
    for (let round = 0; round < 5; round += 1) {
      const code = await codeFor(issuer, ada, asked());
      // All have found the code open before the first one can close it.
      await session.query('BEGIN; LOCK TABLE "sign_in_records" IN SHARE MODE');
      const redemptions = Array.from({ length: count }, () => redeem(code));
      await waiting(session, count);
      await session.query('COMMIT');
      const replies = await Promise.all(redemptions);
      const outcomes = replies.map(outcomeOf);
      expect(outcomes.filter((outcome) => outcome === '400 invalid_grant 54005').length).toBeGreaterThan(
        count - 2,
      );
      for (const { status, body } of replies.filter((reply) => reply.status !== 400)) {
        expect([status, outcomeOf(await refresh(body.refresh_token))]).toEqual([
          200,
          '400 invalid_grant 50173',
        ]);
      }
    }
    await session.end();
  });
});
