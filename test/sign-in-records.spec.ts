import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { SignInRecords } from '../src/identity/issuer/sign-in-records.js';
import {
  answerDevice,
  askToken,
  codeFor,
  formOf,
  type IssuerReply,
  postForm,
} from './support/issuer-client.js';
import { registrationsOf, somePeople, startIssuer, type TestIssuer } from './support/issuer.js';
import { openOwnDatabase, type OwnDatabase } from './support/own-database.js';
import { emptyDatabase, testPostgres } from './support/postgres.js';

describe('records', () => {
  let own: OwnDatabase;
  let records: SignInRecords;
  beforeAll(async () => {
    own = await openOwnDatabase();
    records = new SignInRecords(own.dataSource);
  });
  afterAll(() => own.close());

  const hour = 3600;
  const ids = async (): Promise<string[]> => {
    const sql = 'SELECT "id" FROM "sign_in_records" ORDER BY "id"';
    return (await own.dataSource.query<{ id: string }[]>(sql)).map(({ id }) => id);
  };

  it('are purged an hour after they have expired, whatever they are, and no others', async () => {
    const ages = {
      longOver: -240,
      over: -1.1,
      nearlyAnHour: -0.9,
      justOver: -0.1,
      good: 0.1,
      longGood: 2000,
    };
    for (const kind of ['code', 'refresh', 'device', 'user-code', 'session', 'wrong-password'])
      for (const [name, hours] of Object.entries(ages))
        await records.add(kind, `${kind} ${name}`, 'open', {}, hours * hour);
    await records.purge();
    const left = await ids();
    expect(left).toHaveLength(24);
    expect(left.filter((id) => / (over|longOver)$/.test(id))).toEqual([]);
  });

  it('of an id that is taken are not added', async () => {
    expect(await records.add('code', 'one', 'open', { by: 'first' }, hour)).toBe(true);
    expect(await records.add('code', 'one', 'open', { by: 'second' }, hour)).toBe(false);
    expect(await records.add('session', 'one', 'open', { by: 'third' }, hour)).toBe(true);
    expect(await records.find('code', 'one')).toEqual({
      state: 'open',
      content: { by: 'first' },
      isOver: false,
    });
  });

  it('are led from a state to the next by one of many', async () => {
    await records.add('code', 'two', 'open', { a: 1, b: 1 }, hour);
    const moves = await Promise.all(
      Array.from({ length: 20 }, () => records.move('code', 'two', ['open', 'done'], { content: { b: 2 } })),
    );
    expect(moves.filter((content) => content !== undefined)).toEqual([{ a: 1, b: 2 }]);
  });

  it('that have expired are led nowhere', async () => {
    await records.add('code', 'three', 'open', {}, -1);
    expect(await records.move('code', 'three', ['open', 'done'], { seconds: hour })).toBeUndefined();
    expect(await records.find('code', 'three')).toMatchObject({ state: 'open', isOver: true });
  });
});

const people = somePeople();
const { tenant, users, password, clients, secret, redirectUri } = people;
const client = { client_id: clients.app };

describe('while the database is away', () => {
  let issuer: TestIssuer;
  let database: string;
  let held: Record<'code' | 'refresh' | 'device' | 'pending', string | undefined>;
  let cookie: string;

  const endpoint = (path: string): string => `${issuer.url}/${tenant}/${path}`;
  const token = (fields: object): Promise<IssuerReply> => askToken(issuer, tenant, { ...client, ...fields });
  const authorization = { ...client, response_type: 'code', redirect_uri: redirectUri, scope: 'User.Read' };
  const asked = formOf(authorization).toString();
  const account = `${tenant} ${users.ada}`;
  const deviceCodes = () => postForm(endpoint('oauth2/v2.0/devicecode'), { ...client, scope: 'User.Read' });
  const passwordGrant = {
    grant_type: 'password',
    username: users.ada,
    password,
    scope: 'offline_access User.Read',
  };

  beforeAll(async () => {
    database = await emptyDatabase();
    issuer = await startIssuer(registrationsOf(people), { DATABASE_URL: database });
    const ada = { tenant, user: users.ada, password };
    const [granted, pending] = [(await deviceCodes()).body, (await deviceCodes()).body];
    await answerDevice(issuer, ada, granted.user_code);
    const login = { request: asked, account, password };
    cookie = (await postForm(endpoint('login'), login)).headers.get('set-cookie') ?? '';
    held = {
      code: await codeFor(issuer, ada, { ...authorization, code_challenge: 'x'.repeat(43) }),
      refresh: (await token(passwordGrant)).body.refresh_token,
      device: granted.device_code,
      pending: pending.user_code,
    };
    await accept(database, false);
  });
  afterAll(async () => {
    await accept(database, true);
    await issuer.close();
  });

  const page = (path: string, fields: Record<string, string | undefined>): Promise<IssuerReply> =>
    postForm(endpoint(path), fields);
  const get = (path: string): Promise<{ status: number; headers: Headers }> =>
    fetch(endpoint(path), { headers: { Cookie: cookie.split(';')[0] ?? '' }, redirect: 'manual' });

  it.each<[string, () => Promise<{ status: number; headers: Headers }>]>([
    ['a code', () => token({ grant_type: 'authorization_code', code: held.code, redirect_uri: redirectUri })],
    ['a refresh token', () => token({ grant_type: 'refresh_token', refresh_token: held.refresh })],
    ['a device code', () => token({ grant_type: 'device_code', device_code: held.device })],
    ['a password', () => token(passwordGrant)],
    ['a wrong password', () => token({ ...passwordGrant, password: 'wrong' })],
    [
      'no password, and a refresh token to be made',
      () => token({ ...passwordGrant, username: users.bob, password: 'any' }),
    ],
    ['a device', deviceCodes],
    ['a session', () => get(`oauth2/v2.0/authorize?${asked}`)],
    ['a sign-in', () => page('login', { request: asked, account, password })],
    ['a user code', () => page('oauth2/deviceauth', { user_code: held.pending })],
    [
      'the answer to a device',
      () => page('oauth2/deviceauth', { user_code: held.pending, answer: 'cancel' }),
    ],
    ['a sign-out', () => get('oauth2/v2.0/logout')],
  ])('whoever comes with %s is told to come again', async (_what, send) => {
    const { status, headers } = await send();
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
  });

  it('what needs no record is answered', async () => {
    const service = { client_id: clients.service, client_secret: secret };
    const graph = 'https://graph.microsoft.com/.default';
    const tokens = await token({ ...service, grant_type: 'client_credentials', scope: graph });
    expect(tokens.status).toBe(200);
    expect((await get('discovery/v2.0/keys')).status).toBe(200);
    expect(
      (await token({ ...passwordGrant, username: users.bob, password: 'any', scope: 'User.Read' })).status,
    ).toBe(200);
  });

  it('and nothing of it was a fault, or told a secret to the log', () => {
    expect(issuer.log.filter((line) => line.includes('"level":50'))).toEqual([]);
    const log = issuer.log.join('\n');
    for (const known of [password, secret, ...Object.values(held)]) expect(log).not.toContain(known);
  });

  it('and what was held is good when it is back', async () => {
    await accept(database, true);
    const code = { grant_type: 'authorization_code', code: held.code, redirect_uri: redirectUri };
    const refresh = { grant_type: 'refresh_token', refresh_token: held.refresh };
    const device = { grant_type: 'device_code', device_code: held.device };
    for (const fields of [{ ...code, code_verifier: 'x'.repeat(43) }, refresh, device])
      expect((await token(fields)).status).toBe(200);
  });
});

/** Lets nobody into a database, and ends who is in; or lets them in again. */
async function accept(url: string, isOpen: boolean): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const session = new Client({ ...testPostgres(), database: 'understudy' });
  await session.connect();
  await session.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${String(isOpen)}`);
  await session.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  await session.end();
}
