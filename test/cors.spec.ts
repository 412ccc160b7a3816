import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../src/odata/limits.js';
import { request, startTestGateway, type TestGateway } from './support/gateway.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const page = 'http://localhost:5173';
let gateway: TestGateway;
const others: Record<string, TestGateway> = {};

beforeAll(async () => {
  gateway = await startTestGateway();
  for (const origins of ['', '*', 'https://a.example, https://b.example:8443'])
    others[origins] = await startTestGateway({ CORS_ORIGINS: origins });
  await gateway.call('POST', apps, { '@odata.type': '#microsoft.graph.iosStoreApp', id: 'app' });
  await gateway.call('POST', `${apps}/app/deviceStatuses`, { id: 'row' });
});

afterAll(async () => {
  for (const one of [gateway, ...Object.values(others)]) await one.close();
});

const exposed =
  'ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, SdkVersion, WWW-Authenticate, x-ms-client-gcc-tenant, Retry-After';

/** The CORS headers of an answer. */
const corsOf = (headers: Headers): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

const preflight = (path: string, headers: Record<string, string> = {}, of = gateway) =>
  request(`${of.url}/${path}`, 'OPTIONS', undefined, {
    Origin: page,
    'Access-Control-Request-Method': 'PATCH',
    ...headers,
  });

const token = '8f6f2c1a-3d5e-4b7a-9c10-6e2d4f8a1b35/oauth2/v2.0/token';

describe('a preflight', () => {
  it.each([`${apps}/app/deviceStatuses/row`, 'v1.0/$metadata', 'beta/$batch', 'beta/nope', 'v9', token])(
    'for %s is allowed without a token',
    async (path) => {
      const reply = await preflight(path, {
        'Access-Control-Request-Headers': 'authorization, content-type,sdkversion',
      });
      expect([reply.status, reply.text, reply.headers.get('vary')]).toEqual([
        204,
        '',
        'Accept-Encoding, Origin',
      ]);
      expect(corsOf(reply.headers)).toEqual({
        'access-control-allow-origin': page,
        'access-control-allow-methods': 'GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS',
        'access-control-allow-headers': 'authorization, content-type,sdkversion',
        'access-control-max-age': '7200',
      });
    },
  );

  it.each(['', 'a b', 'a:b', 'x'.repeat(5000), `${'a,'.repeat(25_000)}a`])(
    'for headers that are none or too many allows none of them',
    async (names) => {
      const reply = await preflight(apps, { 'Access-Control-Request-Headers': names });
      expect(reply.status).toBe(204);
      expect(corsOf(reply.headers)).not.toHaveProperty('access-control-allow-headers');
    },
  );

  it('from an origin that is not allowed gets nothing', async () => {
    const reply = await preflight(apps, { Origin: 'https://evil.example' });
    expect([reply.status, corsOf(reply.headers)]).toEqual([204, {}]);
  });
});

describe('a script of an allowed origin can read', () => {
  const readable = { 'access-control-allow-origin': page, 'access-control-expose-headers': exposed };

  it.each<[string, string, string, unknown, Record<string, string>, number]>([
    ['an entity', 'GET', `${apps}/app`, undefined, {}, 200],
    ['the head of one', 'HEAD', `${apps}/app`, undefined, {}, 200],
    ['a page in gzip', 'GET', apps, undefined, { 'Accept-Encoding': 'gzip' }, 200],
    ['what it has written', 'PATCH', `${apps}/app/deviceStatuses/row`, { errorCode: 1 }, {}, 200],
    ['that something is gone', 'DELETE', `${apps}/app/deviceStatuses/none`, undefined, {}, 404],
    ['$metadata', 'GET', 'v1.0/$metadata', undefined, {}, 200],
    ['that its token is none', 'GET', apps, undefined, { Authorization: 'Bearer x' }, 401],
    ['that its body is wrong', 'PATCH', `${apps}/app`, { nope: 1 }, {}, 400],
    ['that its body is too large', 'PATCH', `${apps}/app`, ' '.repeat(limits.body + 1), {}, 413],
    ['that its URL is too long', 'GET', `${apps}?x=${'x'.repeat(limits.url)}`, undefined, {}, 414],
    ['that its coding is not accepted', 'GET', apps, undefined, { 'Accept-Encoding': '*;q=0' }, 406],
    ['that there is no such version', 'GET', 'v9/apps', undefined, {}, 404],
    ['that there is no such segment', 'GET', 'beta/nope', undefined, {}, 400],
    ['that the verb is not taken', 'PUT', `${apps}/app`, {}, {}, 400],
    ['that the gateway lives', 'GET', 'healthz', undefined, {}, 200],
    ['why it gets no token', 'POST', token, 'x', {}, 400],
  ])('%s', async (_title, method, path, body, headers, status) => {
    const reply = await gateway.call(method, path, body, { Origin: page, ...headers });
    expect([reply.status, corsOf(reply.headers)]).toEqual([status, readable]);
    expect(reply.headers.get('vary')).toMatch(/(^|, )Accept-Encoding, Origin$/);
  });

  it('that its body broke off', async () => {
    const head = [
      `PATCH /${apps}/app HTTP/1.1`,
      'Host: x',
      `Origin: ${page}`,
      'Content-Type: application/json',
      `Authorization: Bearer ${gateway.token}`,
      'Transfer-Encoding: chunked',
    ];
    const [answer] = await raw(`${head.join('\r\n')}\r\n\r\n`, 'x\r\n');
    expect(answer).toContain('HTTP/1.1 400 ');
    expect(answer).toContain(`Access-Control-Allow-Origin: ${page}\r\n`);
  });
});

describe('an answer says nothing of scripts', () => {
  it.each([
    undefined,
    'https://evil.example',
    'http://localhost.evil.example',
    'http://localhost:5173/',
    'HTTP://LOCALHOST',
    'null',
    '*',
    'garbage',
    'http://localhost, http://localhost',
    'x'.repeat(60_000),
  ])('to the origin %s', async (origin) => {
    const reply = await gateway.call('GET', `${apps}/app`, undefined, origin ? { Origin: origin } : {});
    expect([reply.status, corsOf(reply.headers)]).toEqual([200, {}]);
    expect(reply.headers.get('vary')).toMatch(/, Accept-Encoding, Origin$/);
  });

  it.each([
    `Origin: ${page}\r\n X-Injected: yes`,
    `Origin: ${page}\rX-Injected: yes`,
    `Origin: ${page}\nX-Injected: yes`,
    `Origin: ${page}\0`,
    `Origin: ${page}\r\nOrigin: https://evil.example`,
    `Origin: ${page}%0d%0aX-Injected: yes`,
  ])('to %j, and echoes none of it', async (line) => {
    const answers = await raw(`GET /healthz HTTP/1.1\r\nHost: x\r\n${line}\r\nConnection: close\r\n\r\n`);
    expect(answers.join('')).toMatch(/^HTTP\/1\.1 (200|400) /);
    expect(answers.join('').toLowerCase()).not.toMatch(/access-control|injected|evil/);
  });
});

describe('CORS_ORIGINS', () => {
  it.each([
    ['', page, false],
    ['*', page, true],
    ['*', 'https://anywhere.example', true],
    ['*', 'null', true],
    ['*', 'garbage', false],
    ['https://a.example, https://b.example:8443', 'https://a.example', true],
    ['https://a.example, https://b.example:8443', 'https://b.example:8443', true],
    ['https://a.example, https://b.example:8443', 'https://b.example', false],
    ['https://a.example, https://b.example:8443', page, false],
  ])('of "%s" and the origin %s: %s', async (origins, origin, allowed) => {
    const of = others[origins] as TestGateway;
    const expected = allowed ? origin : undefined;
    const reply = await request(`${of.url}/${apps}`, 'GET', undefined, { Origin: origin });
    const asked = await preflight(apps, { Origin: origin }, of);
    expect([reply.status, asked.status]).toEqual([401, 204]);
    for (const { headers } of [reply, asked])
      expect(corsOf(headers)['access-control-allow-origin']).toBe(expected);
    const vary = origins === '' ? 'Accept-Encoding' : 'Accept-Encoding, Origin';
    expect(reply.headers.get('vary')).toBe(vary);
  });
});

describe('OPTIONS without a token', () => {
  const entity = 'GET, HEAD, PATCH, DELETE, OPTIONS';
  const collection = 'GET, HEAD, POST, OPTIONS';
  const readOnly = 'GET, HEAD, OPTIONS';

  it.each([
    [apps, collection],
    [`${apps}('x')`, entity],
    [`${apps}/x/deviceStatuses`, collection],
    [`${apps}/x/userStatuses/y/deviceStatuses/z`, entity],
    ['v1.0/deviceAppManagement/mobileAppConfigurations/x', entity],
    [`${apps}/$count`, readOnly],
    [`${apps}/$ref`, readOnly],
    [`${apps}/x/$ref`, readOnly],
    [`${apps}/x/displayName`, readOnly],
    [`${apps}/x/displayName/$value`, readOnly],
    [`${apps}/microsoft.graph.iosStoreApp`, readOnly],
    [`${apps}/x/microsoft.graph.iosStoreApp`, 'GET, HEAD, PATCH, DELETE, OPTIONS'],
    [`${apps}/x/deviceStatuses/y/app`, entity],
    [`${apps}/x/deviceStatuses/y/app/$ref`, readOnly],
    ['beta', readOnly],
    ['v1.0/$metadata', readOnly],
    ['beta/openapi.json', readOnly],
  ])('lists the verbs of %s', async (path, verbs) => {
    const reply = await request(`${gateway.url}/${path}`, 'OPTIONS');
    expect([reply.status, reply.text, reply.headers.get('allow')]).toEqual([204, '', verbs]);
    expect(corsOf(reply.headers)).toEqual({});
  });

  it('can be read by scripts', async () => {
    const reply = await request(`${gateway.url}/${apps}`, 'OPTIONS', undefined, { Origin: page });
    expect([reply.headers.get('allow'), reply.headers.get('access-control-allow-origin')]).toEqual([
      collection,
      page,
    ]);
  });

  it.each([
    ['beta/nope', 400, 'BadRequest'],
    ['beta/deviceAppManagement', 400, 'No method match route template'],
    [`${apps}/x/nope`, 400, 'BadRequest'],
    ['v1.0/deviceAppManagement/mobileApps/x/deviceStatuses', 400, 'BadRequest'],
    ['v9/x', 404, 'ResourceNotFound'],
    ['healthz', 404, 'ResourceNotFound'],
  ])('of %s is %i %s', async (path, status, code) => {
    const reply = await request(`${gateway.url}/${path}`, 'OPTIONS');
    expect([reply.status, reply.body['error']]).toMatchObject([status, { code }]);
  });

  it.each([`${apps}/x`, apps, `${apps}/x/$ref`, `${apps}/x/displayName`, `${apps}/x/deviceStatuses/y/app`])(
    'of %s says the truth: of each verb that is not listed, the router says that it has no route',
    async (path) => {
      const { headers } = await request(`${gateway.url}/${path}`, 'OPTIONS');
      const listed = headers.get('allow')?.split(', ') ?? [];
      for (const verb of ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE']) {
        const reply = await gateway.call(verb, path, verb === 'GET' || verb === 'HEAD' ? undefined : {});
        const code = (reply.body['error'] as { code: string } | undefined)?.code;
        expect([verb, code === 'No method match route template']).toEqual([verb, !listed.includes(verb)]);
      }
    },
  );
});

/** Sends bytes as they are, in packets, and gives the answers. */
async function raw(...packets: string[]): Promise<string[]> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').setNoDelay();
  const received = text(socket);
  for (const packet of packets) {
    socket.write(packet, 'latin1');
    await sleep(20);
  }
  return (await received).split(/(?=HTTP\/1\.1 )/);
}
