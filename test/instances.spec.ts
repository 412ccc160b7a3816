import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { defaultClientId, defaultTenantId } from '../src/configuration.js';
import { request, startTestGateway, type TestGateway } from './support/gateway.js';
import { emptyDatabase } from './support/postgres.js';
import { printed } from './support/process.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const anApp = { '@odata.type': '#microsoft.graph.iosStoreApp' };

describe('two gateways started at once on one empty database', () => {
  let url: string;
  let a: TestGateway;
  let b: TestGateway;

  beforeAll(async () => {
    url = await emptyDatabase();
    [a, b] = await Promise.all([
      startTestGateway({ DATABASE_URL: url }),
      startTestGateway({ DATABASE_URL: url }),
    ]);
  });
  afterAll(() => Promise.all([a.close(), b.close()]));

  it('both become ready', async () => {
    for (const gateway of [a, b])
      expect(await request(`${gateway.url}/readyz`, 'GET')).toMatchObject({ status: 200 });
  });

  it('know one client secret, and a token that either gives out works on both', async () => {
    const secret = await clientSecret(url);
    for (const issuing of [a, b]) {
      const token = await tokenFrom(issuing, secret);
      for (const { url: base } of [a, b]) {
        const headers = { Authorization: `Bearer ${token}` };
        expect(await request(`${base}/${apps}`, 'GET', undefined, headers)).toMatchObject({ status: 200 });
      }
    }
  });

  it('read what the other one wrote, and continue its lists', async () => {
    const ids = ['app-1', 'app-2', 'app-3', 'app-4', 'app-5'];
    for (const id of ids) expect(await a.call('POST', apps, { ...anApp, id })).toMatchObject({ status: 201 });
    const seen: unknown[] = [];
    let [next, path]: [TestGateway, string | undefined] = [a, `${apps}?$top=2`];
    while (path !== undefined) {
      const { status, body } = await next.call('GET', path, undefined, {
        Authorization: `Bearer ${a.token}`,
      });
      expect(status).toBe(200);
      seen.push(...(body['value'] as { id: string }[]).map(({ id }) => id));
      path = (body['@odata.nextLink'] as string | undefined)?.slice(next.url.length + 1);
      next = next === a ? b : a;
    }
    expect(seen).toEqual(ids);
  });

  it('take the token that `npm run -s token` prints, in one line and nothing else', async () => {
    const { stdout, stderr } = await printed({ DATABASE_URL: url }, 'npm', 'run', '-s', 'token');
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(stderr).toBe('');
    for (const gateway of [a, b]) {
      const headers = { Authorization: `Bearer ${stdout.trim()}` };
      const made = await request(`${gateway.url}/${apps}`, 'POST', anApp, headers);
      expect(made.status).toBe(201);
      expect(gateway.log.at(-1)).toContain(`"tenant":"${defaultTenantId}"`);
    }
  });
});

/** What the database holds: neither gateway was told one. */
async function clientSecret(connectionString: string): Promise<string> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const sql = "SELECT value FROM secrets WHERE name = 'client-secret'";
    const { rows } = await client.query<{ value: string }>(sql);
    return rows[0]?.value ?? '';
  } finally {
    await client.end();
  }
}

/** By client credentials. */
async function tokenFrom({ url, tenant }: TestGateway, secret: string): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: defaultClientId,
    client_secret: secret,
    scope: 'https://graph.microsoft.com/.default',
  });
  const response = await fetch(`${url}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body: form });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return token;
}
