import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { signAccessToken } from '../src/identity/issuer/access-token.js';
import { rotateNow } from '../src/identity/issuer/key-rotation.js';
import { makeSigningKey, readSigningKey, type SigningKey } from '../src/identity/issuer/signing-key.js';
import { request, type Reply, startTestGateway, storedKey, type TestGateway } from './support/gateway.js';
import { askToken, claimsOf, type Fields } from './support/issuer-client.js';
import { registrationsOf, somePeople, startIssuer, type TestIssuer } from './support/issuer.js';
import { openOwnDatabase, type OwnDatabase } from './support/own-database.js';

const people = somePeople();
const { tenant, otherTenant, users, password, clients, secret } = people;
/** The application that stands for the second gateway, as `AUTH_AUDIENCE` names it; and another one. */
const [gatewayApp, otherApp] = [randomUUID(), randomUUID()];
const writing = 'DeviceManagementApps.ReadWrite.All';
const reading = 'DeviceManagementApps.Read.All';
const apps = 'beta/deviceAppManagement/mobileApps';

/** Makes the tokens, and trusts them. */
let authority: TestIssuer;
let gateway: TestGateway;
let database: OwnDatabase;

beforeAll(async () => {
  database = await openOwnDatabase();
  const registrations = registrationsOf(people);
  for (const application of registrations.applications) {
    if (application['clientId'] === clients.service) application['applicationPermissions'] = [writing];
    if (application['clientId'] === clients.app) application['delegatedPermissions'] = [reading];
  }
  for (const clientId of [gatewayApp, otherApp]) registrations.applications.push({ clientId });
  authority = await startIssuer(registrations, { DATABASE_URL: database.url });
  gateway = await startTestGateway({
    AUTH_MODE: 'entra',
    AUTH_ISSUER: `${authority.url}/{tid}/v2.0`,
    AUTH_AUDIENCE: gatewayApp,
    AUTH_TENANTS: tenant,
  });
});
afterAll(async () => {
  jest.restoreAllMocks();
  await gateway.close();
  await database.close();
});

const graph = 'https://graph.microsoft.com';
const own = `api://${gatewayApp}/.default`;

/** A token that the first gateway gives. */
async function tokenBy(fields: Fields, segment = tenant): Promise<string> {
  const { status, body } = await askToken(authority, segment, fields);
  expect([status, body.error]).toEqual([200, undefined]);
  return String(body.access_token);
}
const byService = (scope = own, segment = tenant): Promise<string> =>
  tokenBy(
    { grant_type: 'client_credentials', client_id: clients.service, client_secret: secret, scope },
    segment,
  );
const byUser = (user: string, scope = own, segment = tenant): Promise<string> =>
  tokenBy({ grant_type: 'password', client_id: clients.app, username: user, password, scope }, segment);

/** What the second gateway answers to who comes with a token. */
const call = (token: string, method = 'GET', body?: object): Promise<Reply> =>
  request(`${gateway.url}/${apps}`, method, body, { Authorization: `Bearer ${token}` });
const anApp = { '@odata.type': '#microsoft.graph.iosStoreApp' };

/** The status of an answer, and of a refusal its text. */
const told = ({ status, body }: Reply): unknown[] => {
  const error = body['error'] as { code: string; message: string } | undefined;
  return error ? [status, error.code, error.message] : [status];
};
const refused = (message: RegExp): unknown[] => [
  401,
  'InvalidAuthenticationToken',
  expect.stringMatching(message),
];

describe('a gateway that trusts the issuer of another one', () => {
  it('serves an application with the token that it got there for this gateway', async () => {
    const token = await byService();
    expect(claimsOf(token)).toMatchObject({ aud: gatewayApp, tid: tenant, roles: [writing] });
    expect(told(await call(token, 'POST', { ...anApp, displayName: 'made' }))).toEqual([201]);
    const { status, body } = await call(token);
    expect([status, body['value']]).toEqual([200, [expect.objectContaining({ displayName: 'made' })]]);
  });

  it.each([own, `${gatewayApp}/.default`, `api://${gatewayApp}/${reading}`])(
    'serves a user with a token for %s, as far as the user’s permissions go',
    async (scope) => {
      const token = await byUser(users.ada, scope);
      expect(claimsOf(token)).toMatchObject({ aud: gatewayApp, scp: reading, upn: users.ada });
      expect((await call(token)).status).toBe(200);
      expect((await call(token, 'POST', anApp)).status).toBe(403);
    },
  );

  it('keeps the rows of its tenant for itself: the first one has others', async () => {
    const headers = { Authorization: `Bearer ${await byService(`${graph}/.default`)}` };
    const { status, body } = await request(`${authority.url}/${apps}`, 'GET', undefined, headers);
    expect([status, body['value']]).toEqual([200, []]);
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    ['for Graph', () => byService(`${graph}/.default`), /audience/i],
    ['of a user for Graph', () => byUser(users.ada, reading), /audience/i],
    ['for another application', () => byService(`api://${otherApp}/.default`), /audience/i],
    ['of a tenant that is not listed', () => byService(own, otherTenant), /issuer/i],
    ['of a user of such a tenant', () => byUser(users.olga, own, 'organizations'), /issuer/i],
  ])('refuses a token %s', async (_which, made, reason) => {
    expect(told(await call(await made()))).toEqual(refused(reason));
  });

  it('refuses an id token', async () => {
    const fields = { client_id: clients.app, username: users.ada, password, scope: `openid ${own}` };
    const { body } = await askToken(authority, tenant, { grant_type: 'password', ...fields });
    expect(told(await call(String(body.id_token)))).toEqual(refused(/audience/i));
  });

  it('refuses a token that says to be of the issuer, with a key of its own', async () => {
    const key = await readSigningKey(await makeSigningKey());
    expect(told(await call(await signedWith(key, gatewayApp)))).toEqual(refused(/signature/i));
  });
});

/** A token like those of the issuer. */
const signedWith = (key: SigningKey, audience: string): Promise<string> =>
  signAccessToken(key, {
    tenantId: tenant,
    clientId: clients.service,
    audience,
    roles: [reading],
    expiresIn: 600,
  });

const realNow = performance.now.bind(performance);
let ahead = 0;

/** Half a minute passes for the second gateway: before, it doesn't ask again for keys that nobody knew. */
function letTimePass(): void {
  ahead += 30_000;
  jest.spyOn(performance, 'now').mockImplementation(() => realNow() + ahead);
}

/** The first gateway makes a key that signs from now on, as `npm run keys -- rotate` does. */
async function rotate(): Promise<void> {
  await rotateNow(database.dataSource, new Date(), false);
  const key = await readSigningKey(await storedKey(database.url));
  const headers = { Authorization: `Bearer ${await signedWith(key, graph)}` };
  const isTaken = async (): Promise<boolean> =>
    (await request(`${authority.url}/${apps}`, 'GET', undefined, headers)).status === 200;
  // A running gateway takes a key that it meets in a token, but looks for such ones every two seconds only.
  for (const deadline = Date.now() + 20_000; !(await isTaken()); await sleep(50))
    if (Date.now() > deadline) throw new Error('the key was not taken within 20 seconds');
}

describe('when the issuer has a new key', () => {
  it('its tokens are good, and those before as well', async () => {
    const [before, known] = [await byService(), await byService()];
    expect((await call(known)).status).toBe(200);
    await rotate();
    const after = await byService();
    expect(kidOf(after)).not.toBe(kidOf(before));
    letTimePass();
    for (const token of [after, before, known, await byService()])
      expect((await call(token)).status).toBe(200);
  });
});

describe('when the issuer is down', () => {
  let [known, unknown, withNewKey]: string[] = [];
  beforeAll(async () => {
    [known, unknown] = [await byService(), await byUser(users.ada)];
    expect((await call(known)).status).toBe(200);
    await rotate();
    withNewKey = await byService();
    await authority.close();
    letTimePass();
  });

  it('tokens with keys that are known are good, and those with others may come again', async () => {
    expect((await call(known!)).status).toBe(200);
    const reply = await call(withNewKey!);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await call(unknown!)).status).toBe(200);
  });

  it('a gateway that starts then tells everybody to come again', async () => {
    const late = await startTestGateway({
      AUTH_MODE: 'entra',
      AUTH_ISSUER: `${authority.url}/{tid}/v2.0`,
      AUTH_AUDIENCE: gatewayApp,
      AUTH_TENANTS: tenant,
    });
    const headers = { Authorization: `Bearer ${await signedWith(authority.key, gatewayApp)}` };
    const reply = await request(`${late.url}/${apps}`, 'GET', undefined, headers);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1']);
    await late.close();
  });
});

const kidOf = (token: string): unknown =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: unknown }).kid;
