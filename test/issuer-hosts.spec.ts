import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { startTestGateway, type TestGateway } from './support/gateway.js';

const tenant = '11111111-2222-4333-8444-55555555abcd';

let gateway: TestGateway;
const others: Record<string, TestGateway> = {};
const environments: Record<string, Record<string, string>> = {
  'PUBLIC_URL of a name': { PUBLIC_URL: 'https://understudy.example' },
  'PUBLIC_URL of this machine': { PUBLIC_URL: 'http://localhost:3000' },
  'a proxy': { TRUST_PROXY: 'on' },
};

beforeAll(async () => {
  gateway = await startTestGateway();
  for (const [name, environment] of Object.entries(environments))
    others[name] = await startTestGateway(environment);
});
afterAll(() => Promise.all([gateway, ...Object.values(others)].map((one) => one.close())));

interface Answer {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  text: string;
}

/** A request by the name of a host that leads to the gateway. */
async function ask(host: string, method: string, path: string, of = gateway): Promise<Answer> {
  const { hostname, port } = new URL(of.url);
  const headers = { Host: host, 'Content-Type': 'application/x-www-form-urlencoded' };
  const sent = httpRequest({ hostname, port, method, path, headers }).end(
    method === 'POST' ? 'a=b' : undefined,
  );
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
}

const paths = [
  ['GET', 'v2.0/.well-known/openid-configuration'],
  ['GET', 'discovery/v2.0/keys'],
  ['GET', 'discovery/instance'],
  ['POST', 'oauth2/v2.0/token'],
  ['GET', 'oauth2/v2.0/token'],
  ['POST', 'oauth2/v2.0/devicecode'],
  ['GET', 'oauth2/v2.0/authorize'],
  ['POST', 'oauth2/v2.0/authorize'],
  ['GET', 'oauth2/v2.0/logout'],
  ['GET', 'oauth2/deviceauth'],
  ['POST', 'oauth2/deviceauth'],
  ['POST', 'login'],
] as const;

describe('a web page whose name was made to lead here gets nothing from', () => {
  it.each(paths)('%s %s', async (method, path) => {
    for (const segment of [tenant, 'common']) {
      const { status, headers, text: body } = await ask('evil.example:3000', method, `/${segment}/${path}`);
      expect([status, headers['set-cookie'], headers['location']]).toEqual([400, undefined, undefined]);
      expect(body).toContain('AADSTS90013');
      expect(body).toMatch(/not known by the host (&#39;|')evil\.example(&#39;|')/);
    }
  });

  it('and the log says why', async () => {
    const before = gateway.log.length;
    await ask('evil.example', 'POST', `/${tenant}/login`);
    expect(gateway.log.slice(before).map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ status: 400, error: 'AADSTS90013' }),
    ]);
  });

  it('while Graph, which asks for a token, is not in question', async () => {
    expect((await ask('evil.example', 'GET', '/v1.0/$metadata')).status).toBe(200);
    expect((await ask('evil.example', 'GET', '/healthz')).status).toBe(200);
    expect((await ask('evil.example', 'GET', '/oidc/userinfo')).status).toBe(401);
  });

  it.each(['<script>.example', `"'&.example`])(
    'and cannot write into the page by the name %s',
    async (host) => {
      const { status, text: body } = await ask(host, 'GET', '/common/oauth2/deviceauth');
      expect([status, body.includes(host)]).toEqual([400, false]);
    },
  );
});

describe('the issuer can be called', () => {
  const page = '/common/oauth2/deviceauth';

  it.each(['localhost', 'localhost:3000', '127.0.0.1', '[::1]:3000', '10.0.0.7', 'gateway', 'a.localhost'])(
    'as %s',
    async (host) => {
      expect((await ask(host, 'GET', page)).status).toBe(200);
      const discovery = `/${tenant}/v2.0/.well-known/openid-configuration`;
      expect((await ask(host, 'GET', discovery)).text).toContain(
        `http://${host}/${tenant}/oauth2/v2.0/token`,
      );
    },
  );

  it.each([
    ['PUBLIC_URL of a name', 200],
    ['a proxy', 200],
    ['PUBLIC_URL of this machine', 400],
  ])('by any name with %s: %i', async (which, status) => {
    expect((await ask('any.example', 'GET', page, others[which])).status).toBe(status);
  });

  it.each(['a b', 'a/b', 'a:b', '[zz]', 'a'.repeat(300)])('but not as %s, which is no host', async (host) => {
    expect((await ask(host, 'GET', page)).status).toBe(400);
  });

  it('but not without any name', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.end(`GET ${page} HTTP/1.0\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });
});
