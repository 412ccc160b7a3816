import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import {
  askToken,
  claimsOf,
  expire,
  type Fields,
  type IssuerReply,
  outcomeOf,
} from './support/issuer-client.js';
import { registrationsOf, somePeople, startIssuer, type TestIssuer } from './support/issuer.js';
import { waiting } from './support/own-database.js';
import { emptyDatabase } from './support/postgres.js';
import { endProcesses, newDataDir, startProcess } from './support/process.js';

const people = somePeople();
const { tenant, otherTenant, users, password, clients, secret, permissions } = people;
const graph = 'https://graph.microsoft.com';
const revoked = '400 invalid_grant 50173';

let issuer: TestIssuer;
let database: string;

beforeAll(async () => {
  database = await emptyDatabase();
  issuer = await startIssuer(registrationsOf(people), { DATABASE_URL: database });
});
afterAll(() => issuer.close());
afterAll(endProcesses);

/** The first refresh token of a grant to the app. */
async function begin(change: Fields = {}, at: { url: string } = issuer): Promise<string> {
  const { body } = await askToken(at, tenant, {
    grant_type: 'password',
    client_id: clients.app,
    username: users.ada,
    password,
    scope: 'openid offline_access User.Read',
    ...change,
  });
  return String(body.refresh_token);
}

const refresh = (
  token: string,
  change: Fields = {},
  segment = tenant,
  at: { url: string } = issuer,
): Promise<IssuerReply> =>
  askToken(at, segment, {
    grant_type: 'refresh_token',
    client_id: clients.app,
    refresh_token: token,
    ...change,
  });

/** What was used of a token's grant was used so much longer ago. */
async function aMinutePasses(token: string): Promise<void> {
  const session = new Client({ connectionString: database });
  await session.connect();
  await session.query(
    `UPDATE "sign_in_records" SET "content" = jsonb_set("content", '{tokens}',
       (SELECT jsonb_object_agg("key", CASE WHEN "value" = 'null' THEN "value" ELSE to_jsonb("value"::bigint - 60000) END)
          FROM jsonb_each("content" -> 'tokens')))
     WHERE "kind" = 'refresh' AND "id" = $1`,
    [token.split('.')[0]],
  );
  await session.end();
}

const whole = (token: string): string => token;

const next = async (token: string): Promise<string> => String((await refresh(token)).body.refresh_token);

describe('a refresh token', () => {
  it('gives new tokens of the user and another refresh token, again and again', async () => {
    const seen = [await begin()];
    for (let round = 0; round < 5; round += 1) {
      const { status, headers, body } = await refresh(seen.at(-1)!, { client_info: '1' });
      expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
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
      expect(claimsOf(body.access_token)).toMatchObject({ aud: graph, tid: tenant, upn: users.ada });
      expect(claimsOf(body.id_token)).not.toHaveProperty('nonce');
      seen.push(String(body.refresh_token));
    }
    expect(new Set(seen).size).toBe(6);
  });

  it.each(['common', 'organizations'])('is good at %s', async (segment) => {
    expect(outcomeOf(await refresh(await begin(), {}, segment))).toBe('200');
  });

  it('of a confidential client needs its secret', async () => {
    const client = { client_id: clients.service };
    const token = await begin({ ...client, client_secret: secret });
    expect(outcomeOf(await refresh(token, client))).toBe('401 invalid_client 7000218');
    const wrong = { ...client, client_secret: 'wrong' };
    expect(outcomeOf(await refresh(token, wrong))).toBe('401 invalid_client 7000215');
    expect(outcomeOf(await refresh(token, { ...client, client_secret: secret }))).toBe('200');
  });
});

describe('a refresh token that was used', () => {
  it('is refused a minute later, and the newest one is good no more', async () => {
    const first = await begin();
    const third = await next(await next(first));
    await aMinutePasses(first);
    expect(outcomeOf(await refresh(first))).toBe(revoked);
    expect(outcomeOf(await refresh(third))).toBe(revoked);
  });

  it('may be used again within a minute, as MSAL does for two resources at once, and every line goes on', async () => {
    const first = await begin();
    const [second, other] = [await next(first), await next(first)];
    await aMinutePasses(first);
    expect(outcomeOf(await refresh(await next(second)))).toBe('200');
    expect(outcomeOf(await refresh(await next(other)))).toBe('200');
  });

  it('leaves the other grants of its user and client alone', async () => {
    const [first, other] = [await begin(), await begin()];
    await next(first);
    await aMinutePasses(first);
    expect(outcomeOf(await refresh(first))).toBe(revoked);
    expect(outcomeOf(await refresh(other))).toBe('200');
  });

  it('by ten at once gives each a token of its own, and the used one is good no more afterwards', async () => {
    const session = new Client({ connectionString: database });
    await session.connect();
    const token = await begin();
    // All have found the token to be good before the first one can rotate it.
    await session.query('BEGIN; LOCK TABLE "sign_in_records" IN SHARE MODE');
    const refreshed = Array.from({ length: 10 }, () => refresh(token));
    await waiting(session, 10);
    await session.query('COMMIT');
    const replies = await Promise.all(refreshed);
    expect(new Set(replies.map(outcomeOf))).toEqual(new Set(['200']));
    const tokens = replies.map(({ body }) => String(body.refresh_token));
    expect(new Set(tokens).size).toBe(10);
    for (const each of tokens) expect(outcomeOf(await refresh(each))).toBe('200');
    await aMinutePasses(token);
    expect(outcomeOf(await refresh(token))).toBe(revoked);
    await session.end();
  });
});

describe('a refresh token for other permissions', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['some of those that were granted', 'User.Read', { aud: graph, scp: permissions.join(' ') }],
    ['all that was granted', `${graph}/.default`, { aud: graph, scp: permissions.join(' ') }],
    ['the same, by Graph’s own id', '00000003-0000-0000-c000-000000000000/.default', { aud: graph }],
    ['an application that is registered', `api://${clients.service}/.default`, { aud: clients.service }],
    ['one of its permissions', `api://${clients.service}/User.Read`, { aud: clients.service }],
    ['nothing', '', { aud: graph, scp: `openid ${permissions.join(' ')}` }],
  ])('gives %s', async (_what, scope, claims) => {
    const { status, body } = await refresh(await begin(), { scope });
    expect(status).toBe(200);
    expect(claimsOf(body.access_token)).toMatchObject({ ...claims, upn: users.ada });
    expect(outcomeOf(await refresh(String(body.refresh_token)))).toBe('200');
  });

  it.each<[string, string, string]>([
    ['a permission that was not granted', 'Mail.Read', '400 invalid_grant 65001'],
    ['one of them beside one that was', 'User.Read Mail.Read', '400 invalid_grant 65001'],
    ['a resource that nobody knows', `api://${randomUUID()}/.default`, '400 invalid_resource 500011'],
    [
      'an application that its tenant doesn’t know',
      `api://${clients.localApp}/.default`,
      '400 invalid_resource 500011',
    ],
    ['two resources', `${graph}/User.Read api://${clients.service}/User.Read`, '400 invalid_scope 70011'],
  ])('does not give %s, and is good afterwards', async (_what, scope, outcome) => {
    const olga = { tenant: otherTenant, username: users.olga, password: 'any' };
    const body = { grant_type: 'password', client_id: clients.app, scope: 'offline_access', ...olga };
    const token = String((await askToken(issuer, otherTenant, body)).body.refresh_token);
    const refused = await refresh(token, { scope }, otherTenant);
    expect(outcomeOf(refused)).toBe(outcome);
    expect(refused.body.suberror).toBe(outcome.endsWith('65001') ? 'consent_required' : undefined);
    expect(outcomeOf(await refresh(token, {}, otherTenant))).toBe('200');
  });
});

describe('a refresh token is refused, and good afterwards for whom it was made for', () => {
  it.each<[string, (token: string) => string, Fields, string, string]>([
    ['without a token', () => '', {}, tenant, '400 invalid_request 900144'],
    ['for garbage', () => 'x', {}, tenant, '400 invalid_grant 70000'],
    ['for bytes that are no text', () => '\0\ufffd', {}, tenant, '400 invalid_request 9002313'],
    ['for a token cut short', (token) => token.slice(0, -1), {}, tenant, '400 invalid_grant 70000'],
    ['for a token with something behind', (token) => `${token}A`, {}, tenant, '400 invalid_grant 70000'],
    [
      'for a token of a grant that is none',
      (token) => `${randomUUID()}${token.slice(36)}`,
      {},
      tenant,
      '400 invalid_grant 70000',
    ],
    ['for another client', whole, { client_id: clients.stranger }, tenant, '400 invalid_grant 70000'],
    ['for an unknown client', whole, { client_id: tenant }, tenant, '400 unauthorized_client 700016'],
    ['at a tenant that its user is not of', whole, {}, otherTenant, '400 invalid_grant 50034'],
  ])('%s', async (_how, sent, change, segment, outcome) => {
    const token = await begin();
    expect(outcomeOf(await refresh(sent(token), change, segment))).toBe(outcome);
    expect(outcomeOf(await refresh(token))).toBe('200');
  });
});

it('a refresh token that has expired is refused', async () => {
  const token = await begin();
  await expire('refresh', token, database);
  expect(outcomeOf(await refresh(token))).toBe('400 invalid_grant 70008');
});

it('a refresh token lives on for 90 days from its last use', async () => {
  const client = new Client({ connectionString: database });
  await client.connect();
  const first = await begin();
  const id = [first.split('.')[0]];
  await client.query(
    `UPDATE "sign_in_records" SET "expires" = now() + interval '1 hour' WHERE "id" = $1`,
    id,
  );
  await next(first);
  const sql = `SELECT "expires" > now() + interval '89 days 23 hours' AS "isLong" FROM "sign_in_records" WHERE "id" = $1`;
  expect((await client.query<{ isLong: boolean }>(sql, id)).rows).toEqual([{ isLong: true }]);
  await client.end();
});

it('the database holds no refresh token that somebody could use', async () => {
  const client = new Client({ connectionString: database });
  await client.connect();
  const token = await begin();
  const { rows } = await client.query<{ row: string }>('SELECT r::text AS "row" FROM "sign_in_records" AS r');
  await client.end();
  expect(rows.map(({ row }) => row).join('\n')).not.toContain(token.split('.')[1]);
});

describe('a refresh token of one gateway', () => {
  it('is good at another one on the same database, and used up at both', async () => {
    const other = await startIssuer(registrationsOf(people), { DATABASE_URL: database });
    const token = await begin();
    const { status, body } = await refresh(token, {}, tenant, other);
    expect(status).toBe(200);
    await aMinutePasses(token);
    expect(outcomeOf(await refresh(token))).toBe(revoked);
    expect(outcomeOf(await refresh(String(body.refresh_token), {}, tenant, other))).toBe(revoked);
    await other.close();
  });

  it('is good after the gateway was killed', async () => {
    const folder = await newDataDir();
    const file = join(folder, 'identity.yaml');
    await writeFile(file, JSON.stringify(registrationsOf(people)));
    const environment = { DATABASE_URL: database, IDENTITY_FILE: file };
    const killed = await startProcess(environment);
    const token = await begin({}, killed);
    await killed.stop('SIGKILL');
    const again = await startProcess(environment);
    expect(outcomeOf(await refresh(token, {}, tenant, again))).toBe('200');
    await again.stop();
  });
});
