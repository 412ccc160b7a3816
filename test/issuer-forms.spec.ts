import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  dictionary,
  oneof,
  record,
  string,
  tuple,
} from 'fast-check';
import { answerDevice, askToken, codeFor, type Fields, formOf, postForm } from './support/issuer-client.js';
import { registrationsOf, somePeople, startIssuer, type TestIssuer } from './support/issuer.js';

const people = somePeople();
const { tenant, otherTenant, users, password, clients, secret, redirectUri } = people;
const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 600);

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await startIssuer(registrationsOf(people));
});
afterAll(() => issuer.close());

/** What may never be logged, as far as the tests have seen it. */
const secrets = new Set([secret, password]);
const secretNames = ['access_token', 'refresh_token', 'id_token', 'device_code', 'user_code'];

/** Things of the issuer's that are good, or were until somebody used them, by the names that stand for them. */
type Held = Record<'(code)' | '(refresh)' | '(device)', string>;

async function hold(): Promise<Held> {
  const client = { client_id: clients.app };
  const ada = { tenant, user: users.ada, password };
  const request = { ...client, redirect_uri: redirectUri, scope: 'offline_access User.Read' };
  const device = await postForm(`${issuer.url}/common/oauth2/v2.0/devicecode`, request);
  await answerDevice(issuer, ada, device.body.user_code);
  const grant = { grant_type: 'password', username: users.bob, password: 'any' };
  const tokens = await askToken(issuer, tenant, { ...request, ...grant });
  const code = await codeFor(issuer, ada, request);
  const held = {
    '(code)': code,
    '(refresh)': tokens.body.refresh_token ?? '',
    '(device)': device.body.device_code ?? '',
  };
  for (const one of Object.values(held)) secrets.add(one);
  return held;
}

/** With what is held in place of its names. */
function filled(fields: Fields, held: Held): Fields {
  const placeholders = Object.keys(held) as (keyof Held)[];
  const replaced = (value: string): string =>
    placeholders.reduce((left, name) => left.replace(name, () => held[name]), value);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value && replaced(value)]));
}

/** Also what no database can keep. */
const text = oneof(
  string({ unit: 'binary', maxLength: 40 }),
  constantFrom('', ' ', '\0', 'a\0b', '\ufffd', '__proto__', 'constructor', '.'.repeat(3000)),
);

/** What a client sends that means well. */
const app = { client_id: clients.app, scope: 'openid offline_access User.Read' };
const service = { client_id: clients.service, client_secret: secret };
const graph = 'https://graph.microsoft.com/.default';
const goodForms: Fields[] = [
  { ...app, grant_type: 'authorization_code', code: '(code)', redirect_uri: redirectUri },
  { ...app, grant_type: 'refresh_token', refresh_token: '(refresh)' },
  { ...app, grant_type: 'device_code', device_code: '(device)' },
  { ...app, grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: '(device)' },
  { ...app, grant_type: 'password', username: users.bob, password },
  { ...service, grant_type: 'client_credentials', scope: graph },
];

/** Names of a scope: well-formed ones, and others. */
const scopes = array(
  oneof(
    constantFrom('openid', 'offline_access', 'User.Read', '.default', graph, '/', '//', 'https://', 'a\0'),
    constantFrom(`api://${clients.service}/.default`, `${clients.service}/x`),
    text,
  ),
  { maxLength: 3 },
).map((names) => names.join(' '));

const names = [
  ...new Set(goodForms.flatMap(Object.keys)),
  'client_assertion',
  'client_assertion_type',
  'code_verifier',
];
const change = tuple(
  constantFrom(...names, 'client_info'),
  oneof(
    text,
    scopes,
    constantFrom(
      undefined,
      '(code)',
      '(refresh)',
      '(device)',
      '(refresh)x',
      'a.b.c',
      ...Object.values(users),
    ),
    constantFrom(...Object.values(clients), secret, password),
  ),
);
const forms = tuple(constantFrom(...goodForms), array(change, { maxLength: 3 })).map(
  ([good, changes]): Fields => ({ ...good, ...Object.fromEntries(changes) }),
);

const headers = oneof(
  { arbitrary: record({}), weight: 9 },
  {
    arbitrary: record({ Authorization: constantFrom('Basic', 'Basic AA==', 'Basic Og==', 'basic !') }),
    weight: 1,
  },
  {
    arbitrary: text.map((given) => ({
      Authorization: `Basic ${Buffer.from(`${clients.service}:${given}`).toString('base64')}`,
    })),
    weight: 1,
  },
);

const requests = tuple(
  constantFrom('token', 'token', 'token', 'devicecode'),
  oneof(
    { arbitrary: constantFrom(tenant), weight: 4 },
    constantFrom(otherTenant, 'common', 'organizations', 'consumers', 'contoso.example'),
  ),
  oneof({ arbitrary: forms, weight: 5 }, { arbitrary: dictionary(text, text), weight: 1 }),
  headers,
);

it('whatever form is sent, it is answered in Entra’s terms, and nothing secret is logged', async () => {
  const counts: Record<string, number> = {};
  let held = await hold();
  let sent = 0;
  await assert(
    asyncProperty(requests, async ([endpoint, segment, fields, sentHeaders]) => {
      const url = `${issuer.url}/${segment}/oauth2/v2.0/${endpoint}`;
      const response = await fetch(url, {
        method: 'POST',
        body: formOf(filled(fields, held)),
        headers: sentHeaders,
      });
      const body = (await response.json()) as Record<string, unknown>;
      for (const name of secretNames) if (typeof body[name] === 'string') secrets.add(body[name]);
      expect(response.headers.get('cache-control')).toBe('no-store');
      if (response.status !== 200) expect([response.status, body]).toEqual([...refusal]);
      const outcome = `${endpoint} ${response.status}`;
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      sent += 1;
      if (sent % 25 === 0) held = await hold();
    }),
    // A code is spent by its first use: shrunk requests say little.
    { seed, numRuns, endOnFailure: true },
  );
  for (const outcome of ['token 200', 'token 400', 'token 401', 'devicecode 200', 'devicecode 400'])
    expect([outcome, (counts[outcome] ?? 0) > numRuns / 100]).toEqual([outcome, true]);
  const log = issuer.log.join('\n');
  expect([...secrets].filter((known) => log.includes(known))).toEqual([]);
  expect(issuer.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  if (process.env['FUZZ_COUNTS']) process.stdout.write(`${JSON.stringify(counts)}\n`);
});

/** OpenID Connect and Entra alike: the caller's fault, with its code. */
const refusal = [
  expect.any(Number),
  expect.objectContaining({
    error: expect.stringMatching(/^[a-z_]+$/),
    error_description: expect.stringMatching(/^AADSTS\d+: [^]* Trace ID: [^]* Timestamp: [^]*Z$/),
    error_codes: [expect.any(Number)],
    correlation_id: expect.any(String),
  }),
] as const;
