import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { request, startTestGateway, type Reply, type TestGateway } from './support/gateway.js';
import { emptyDatabase } from './support/postgres.js';
import { printed, printedToken } from './support/process.js';

let url: string;
/** Two of one database; each test has one that has looked up no key in the seconds before. */
let a: TestGateway;
let b: TestGateway;

beforeAll(async () => {
  url = await emptyDatabase();
  a = await startTestGateway({ DATABASE_URL: url });
  b = await startTestGateway({ DATABASE_URL: url });
});
afterAll(() => Promise.all([a.close(), b.close()]));

describe('a rotation by the command', () => {
  it('makes a key whose tokens a running gateway takes at once, beside those of the old one', async () => {
    const old = kidOf(a.token);
    const { stdout } = await keys('rotate');
    const [, kid] =
      /^Key (\S+) signs from now on\.\nRunning gateways .* within a minute\.\n$/.exec(stdout) ?? [];
    const token = await printedToken({ DATABASE_URL: url });
    expect(kidOf(token)).toBe(kid);
    expect(await call(a, token)).toMatchObject({ status: 200 });
    expect(await call(a, a.token)).toMatchObject({ status: 200 });
    expect(await published(a)).toEqual([kid, old]);
    const lines = (await keys('list')).stdout.split('\n');
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    expect(lines).toEqual([
      expect.stringMatching(`^${kid}  ${time}  signs$`),
      expect.stringMatching(`^${old}  ${time}  verifies$`),
      '',
    ]);
  });

  it('that revokes leaves no other key good, not even for a token that was good a moment ago', async () => {
    for (const _ of ['new', 'seen before']) expect(await call(b, b.token)).toMatchObject({ status: 200 });
    const { stdout } = await keys('rotate', '--revoke');
    expect(stdout).toMatch(/\nAll other keys are gone: .* with 401 within a minute\.\n$/);
    const token = await printedToken({ DATABASE_URL: url });
    expect(await call(b, token)).toMatchObject({ status: 200 });
    expect(await published(b)).toEqual([kidOf(token)]);
    expect(await call(b, b.token)).toMatchObject({
      status: 401,
      body: {
        error: {
          code: 'InvalidAuthenticationToken',
          message: 'Access token validation failure. Invalid signature.',
        },
      },
    });
  });
});

describe('the command', () => {
  it('says that there is no key before the first start', async () => {
    const { stdout } = await keysOf({ DATABASE_URL: await emptyDatabase() }, 'list');
    expect(stdout).toMatch(/^There is no key yet: [^\n]+\n$/);
  });

  it.each([
    ['the keys of a real authority', ['rotate'], /^AUTH_MODE=entra: [^\n]+\n$/],
    ['another word', ['revoke'], /^error: unknown command 'revoke'\n$/],
    ['no word', [], /^Usage: npm run keys -- /],
  ])('is refused for %s', async (_what, words, message) => {
    const entra = {
      AUTH_MODE: 'entra',
      AUTH_ISSUER: 'https://login.example/{tid}/v2.0',
      AUTH_AUDIENCE: 'api://understudy',
      AUTH_TENANTS: a.tenant,
    };
    const refused = keysOf({ DATABASE_URL: url, ...entra }, ...words);
    await expect(refused).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
  });
});

describe('npm run token --expires', () => {
  const longest = 365 * 24 * 60 * 60;

  it('takes a year', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { exp } = decodeJwt((await token('--expires', String(longest))).stdout);
    expect(exp).toBeGreaterThanOrEqual(before + longest);
  });

  it.each([String(longest + 1), '0'])('refuses %s', async (seconds) => {
    await expect(token('--expires', seconds)).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('A whole number of seconds, from 1 to 31536000 (365 days).'),
    });
  });
});

const run = (environment: Record<string, string>, ...args: string[]) =>
  printed(environment, process.execPath, 'src/cli/run.mjs', ...args);
const keysOf = (environment: Record<string, string>, ...args: string[]) => run(environment, 'keys', ...args);
const keys = (...args: string[]) => keysOf({ DATABASE_URL: url }, ...args);
const token = (...args: string[]) => run({ DATABASE_URL: url }, 'token', ...args);

const kidOf = (jwt: string): string | undefined => decodeProtectedHeader(jwt).kid;

const call = (gateway: TestGateway, bearer: string): Promise<Reply> =>
  gateway.call('GET', 'beta/deviceAppManagement/mobileApps', undefined, {
    Authorization: `Bearer ${bearer}`,
  });

/** The `kid`s of the key set that a gateway publishes. */
async function published({ url: base, tenant }: TestGateway): Promise<unknown[]> {
  const { body } = await request(`${base}/${tenant}/discovery/v2.0/keys`, 'GET');
  return (body['keys'] as { kid: string }[]).map(({ kid }) => kid);
}
