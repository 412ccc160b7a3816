import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { defaultTenantId } from '../src/configuration.js';
import { askToken, claimsOf, type Fields, type IssuerReply, outcomeOf } from './support/issuer-client.js';
import { registrationsOf, somePeople, startIssuer, type TestIssuer } from './support/issuer.js';
import { waiting } from './support/own-database.js';
import { emptyDatabase } from './support/postgres.js';

const people = somePeople();
const { tenant, otherTenant, users, password, clients, secret, permissions } = people;
const wrong = '400 invalid_grant 50126';
const locked = '400 invalid_grant 50053';
const notFound = '400 invalid_grant 50034';

/** Users for the tests that lock them. */
const lockable = Array.from({ length: 9 }, (_, index) => `lockable-${index}@contoso.example`);
const free = lockable.values();
const someone = (): string => free.next().value!;

let issuer: TestIssuer;
/** Another session of its database. */
let session: Client;

beforeAll(async () => {
  const registrations = registrationsOf(people);
  const more = lockable.map((userPrincipalName) => ({ userPrincipalName, password }));
  const all = { ...registrations, users: [...registrations.users, ...more] };
  const database = await emptyDatabase();
  issuer = await startIssuer(all, { DATABASE_URL: database });
  session = new Client({ connectionString: database });
  await session.connect();
});
afterAll(async () => {
  await session.end();
  await issuer.close();
});

async function lockedUntil(): Promise<Date | undefined> {
  const sql = `SELECT max("expires") AS "at" FROM "sign_in_records" WHERE "kind" = 'wrong-password'`;
  return (await session.query<{ at: Date }>(sql)).rows[0]?.at;
}

const ask = (change: Fields = {}, segment = tenant): Promise<IssuerReply> =>
  askToken(issuer, segment, {
    grant_type: 'password',
    client_id: clients.app,
    username: users.ada,
    password,
    scope: 'openid offline_access User.Read',
    ...change,
  });

describe('the password of a user', () => {
  it('gives the user’s tokens', async () => {
    const { status, headers, body } = await ask({ client_info: '1' });
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
    expect(claimsOf(body.access_token)).toMatchObject({
      tid: tenant,
      upn: users.ada,
      name: 'Ada',
      azp: clients.app,
      azpacr: '0',
      scp: `openid ${permissions.join(' ')}`,
    });
  });

  it('gives a client with a secret tokens that say so', async () => {
    const { body } = await ask({ client_id: clients.service, client_secret: secret });
    expect(claimsOf(body.access_token)['azpacr']).toBe('1');
  });

  it.each<[string, Fields, string, string]>([
    ['a wrong password', { password: 'wrong' }, tenant, wrong],
    ['the password in upper case', { password: password.toUpperCase() }, tenant, wrong],
    ['the password and a blank', { password: `${password} ` }, tenant, wrong],
    ['no password', { password: undefined }, tenant, '400 invalid_request 900144'],
    ['an empty password', { password: '' }, tenant, '400 invalid_request 900144'],
    ['no name', { username: undefined }, tenant, '400 invalid_request 900144'],
    ['an unknown user', { username: 'nobody@contoso.example' }, tenant, notFound],
    ['a user of another tenant', { username: users.olga }, tenant, notFound],
    ['a user who is not of this tenant', {}, otherTenant, notFound],
    ['no scope', { scope: ' ' }, tenant, '400 invalid_request 900144'],
    ['a permission that was not granted', { scope: 'Mail.Read' }, tenant, '400 invalid_grant 65001'],
    ['no client', { client_id: undefined }, tenant, '400 invalid_request 900144'],
    ['an unknown client', { client_id: tenant }, tenant, '400 unauthorized_client 700016'],
    [
      'a client that the tenant doesn’t know',
      { client_id: clients.localApp, username: users.olga },
      otherTenant,
      '400 unauthorized_client 700016',
    ],
    [
      'a confidential client without its secret',
      { client_id: clients.service },
      tenant,
      '401 invalid_client 7000218',
    ],
    [
      'a confidential client with a wrong secret',
      { client_id: clients.service, client_secret: 'wrong' },
      tenant,
      '401 invalid_client 7000215',
    ],
  ])('is refused with %s', async (_what, change, segment, outcome) => {
    expect(outcomeOf(await ask(change, segment))).toBe(outcome);
  });

  it.each<[string, Fields]>([
    ['a name in upper case', { username: users.ada.toUpperCase() }],
    ['a name with blanks around it', { username: ` ${users.ada} ` }],
  ])('is taken with %s', async (_what, change) => {
    const { status, body } = await ask(change);
    expect([status, status === 200 && claimsOf(body.access_token)['upn']]).toEqual([200, users.ada]);
  });

  it.each(['x', password, ' '])('is any for a user who has none, such as %j', async (any) => {
    const { status, body } = await ask({ username: users.bob, password: any });
    expect([status, status === 200 && claimsOf(body.access_token)['upn']]).toEqual([200, users.bob]);
  });
});

describe.each(['organizations', 'common'])('at %s', (segment) => {
  it('users get the tokens of their own tenant', async () => {
    const olga = await ask({ username: users.olga }, segment);
    expect(claimsOf(olga.body.access_token)['tid']).toBe(otherTenant);
    expect(claimsOf((await ask({}, segment)).body.access_token)['tid']).toBe(tenant);
  });

  it('who is in every tenant gets those of the default one', async () => {
    const { body } = await ask({ username: users.eve }, segment);
    expect(claimsOf(body.access_token)['tid']).toBe(defaultTenantId);
  });

  it('a user gets nothing for a client that the user’s tenant doesn’t know', async () => {
    const client = { client_id: clients.localApp };
    expect(outcomeOf(await ask({ ...client, username: users.olga }, segment))).toBe(
      '400 unauthorized_client 700016',
    );
    expect(outcomeOf(await ask(client, segment))).toBe('200');
  });
});

describe('wrong passwords', () => {
  it('in a row lock the account at the eleventh attempt, also for the right one', async () => {
    const username = someone();
    for (let count = 0; count < 10; count += 1)
      expect(outcomeOf(await ask({ username, password: `wrong ${count}` }))).toBe(wrong);
    expect(outcomeOf(await ask({ username, password: 'wrong' }))).toBe(locked);
    expect(outcomeOf(await ask({ username }))).toBe(locked);
    expect(outcomeOf(await ask({ username: username.toUpperCase() }))).toBe(locked);
  });

  it('lock the account of this tenant alone', async () => {
    const username = someone();
    for (let count = 0; count < 10; count += 1) await ask({ username, password: 'wrong' });
    expect(outcomeOf(await ask({ username }))).toBe(locked);
    expect(outcomeOf(await ask({ username }, otherTenant))).toBe('200');
    expect(outcomeOf(await ask())).toBe('200');
  });

  it('are forgotten when the right one comes', async () => {
    const username = someone();
    for (let round = 0; round < 3; round += 1) {
      for (let count = 0; count < 9; count += 1) await ask({ username, password: 'wrong' });
      expect(outcomeOf(await ask({ username }))).toBe('200');
    }
  });

  it('that come before the right one lock it out, although nobody has counted them yet', async () => {
    const username = someone();
    await session.query('BEGIN; LOCK TABLE "sign_in_records"');
    const wrongOnes = Array.from({ length: 30 }, () => ask({ username, password: 'wrong' }));
    const right = ask({ username });
    // As many as the gateway has connections: the others stand behind them, and the right one behind all.
    await waiting(session, 10);
    await session.query('COMMIT');
    await Promise.all(wrongOnes);
    expect(outcomeOf(await right)).toBe(locked);
  });

  it('while the account is locked do not make that any longer', async () => {
    const username = someone();
    for (let count = 0; count < 10; count += 1) await ask({ username, password: 'wrong' });
    const until = await lockedUntil();
    expect(outcomeOf(await ask({ username, password: 'wrong' }))).toBe(locked);
    expect(await lockedUntil()).toEqual(until);
  });

  it('lock for a minute from the last one', async () => {
    const username = someone();
    for (let count = 0; count < 10; count += 1) await ask({ username, password: 'wrong' });
    const sql = `SELECT max("expires") <= now() + interval '1 minute' AS "isSo" FROM "sign_in_records" WHERE "kind" = 'wrong-password'`;
    expect((await session.query<{ isSo: boolean }>(sql)).rows).toEqual([{ isSo: true }]);
    await session.query('UPDATE "sign_in_records" SET "expires" = now()');
    expect(outcomeOf(await ask({ username, password: 'wrong' }))).toBe(wrong);
    expect(outcomeOf(await ask({ username }))).toBe('200');
  });

  it('that come at once are judged ten at most', async () => {
    const username = someone();
    const replies = await Promise.all(Array.from({ length: 30 }, () => ask({ username, password: 'wrong' })));
    const outcomes = replies.map(outcomeOf);
    expect(outcomes.filter((outcome) => outcome === wrong)).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === locked)).toHaveLength(20);
    expect(outcomeOf(await ask({ username }))).toBe(locked);
  });
});

it('the right password may come from any number of clients at once', async () => {
  const username = someone();
  for (let round = 0; round < 3; round += 1) {
    const replies = await Promise.all(Array.from({ length: 40 }, () => ask({ username })));
    expect([...new Set(replies.map(outcomeOf))]).toEqual(['200']);
  }
});
