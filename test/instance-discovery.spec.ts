import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Reply, request, startTestGateway, type TestGateway } from './support/gateway.js';

const microsoft = [
  'login.microsoftonline.com',
  'login.windows.net',
  'login.microsoft.com',
  'sts.windows.net',
];

let dataDir: string;
let gateway: TestGateway;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'understudy-instance-'));
  gateway = await startTestGateway({
    TLS: 'on',
    HTTPS_PORT: '0',
    TLS_NAMES: 'Gateway.corp.example,*.apps.example,::1,10.1.2.3',
    PUBLIC_URL: 'https://understudy.example:8443',
    DATA_DIR: dataDir,
  });
});
afterAll(async () => {
  await gateway.close();
  await rm(dataDir, { recursive: true });
});

/** What MSAL asks before it trusts a host. */
function discover(endpoint: string | undefined, of: TestGateway = gateway): Promise<Reply> {
  const asked = { 'api-version': '1.1', ...(endpoint !== undefined && { authorization_endpoint: endpoint }) };
  const search = new URLSearchParams(asked).toString();
  return request(`${of.url}/common/discovery/instance?${search}`, 'GET');
}

describe('the instance discovery', () => {
  it.each([
    'understudy.example',
    'understudy.example:8443',
    'gateway.corp.example:3443',
    'GATEWAY.CORP.EXAMPLE',
    'one.apps.example',
    '[::1]:3443',
    '10.1.2.3',
  ])('describes this gateway as %s, beside Microsoft', async (host) => {
    const { status, body } = await discover(`https://${host}/contoso.example/oauth2/v2.0/authorize`);
    const name = host.toLowerCase();
    expect([status, body]).toEqual([
      200,
      {
        tenant_discovery_endpoint: `https://${name}/contoso.example/v2.0/.well-known/openid-configuration`,
        'api-version': '1.1',
        metadata: [
          { preferred_network: microsoft[0], preferred_cache: 'login.windows.net', aliases: microsoft },
          { preferred_network: name, preferred_cache: name, aliases: [name] },
        ],
      },
    ]);
  });

  it.each(microsoft)('describes %s, which may be this gateway for its clients', async (host) => {
    const { status, body } = await discover(`https://${host}/common/oauth2/authorize`);
    expect([status, body]).toEqual([
      200,
      {
        tenant_discovery_endpoint: `https://${host}/common/v2.0/.well-known/openid-configuration`,
        'api-version': '1.1',
        metadata: [
          { preferred_network: microsoft[0], preferred_cache: 'login.windows.net', aliases: microsoft },
        ],
      },
    ]);
  });

  it('describes its names, whether it serves https or not', async () => {
    const plain = await startTestGateway();
    const of = (host: string) => discover(`https://${host}/common/oauth2/v2.0/authorize`, plain);
    const statuses = [
      (await of('127.0.0.1')).status,
      (await of('localhost')).status,
      (await of('a.example')).status,
    ];
    await plain.close();
    expect(statuses).toEqual([200, 200, 400]);
  });

  it.each([
    ['', 900144],
    [undefined, 900144],
    ['contoso.example', 50049],
    ['https://', 50049],
    ['https://evil.example/common/oauth2/v2.0/authorize', 50049],
    ['https://understudy.example.evil.example/common/oauth2/v2.0/authorize', 50049],
    ['https://understudy.example@evil.example/common/oauth2/v2.0/authorize', 50049],
    ['https://evil.example\\@understudy.example/common/oauth2/v2.0/authorize', 50049],
    ['https://apps.example/common/oauth2/v2.0/authorize', 50049],
    ['https://a.b.apps.example/common/oauth2/v2.0/authorize', 50049],
    ['http://understudy.example/common/oauth2/v2.0/authorize', 50049],
    ['javascript://understudy.example/common/oauth2/v2.0/authorize', 50049],
    ['https://understudy.example/', 50049],
    ['https://understudy.example/common/oauth2/v2.0/token', 50049],
    ['https://understudy.example//oauth2/v2.0/authorize', 50049],
    ['https://understudy.example/a/b/oauth2/v2.0/authorize', 50049],
  ])('refuses %s', async (endpoint, code) => {
    const { status, body } = await discover(endpoint);
    expect([status, body]).toEqual([400, expect.objectContaining({ error_codes: [code] })]);
  });

  it('refuses an endpoint twice', async () => {
    const { status, body } = await request(
      `${gateway.url}/common/discovery/instance?authorization_endpoint=a&authorization_endpoint=a`,
      'GET',
    );
    expect([status, body['error_codes']]).toEqual([400, [9002313]]);
  });
});
