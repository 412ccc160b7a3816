import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  assert,
  asyncProperty,
  constantFrom,
  dictionary,
  jsonValue,
  oneof,
  string,
  tuple,
  type Arbitrary,
} from 'fast-check';
import { startTestGateway, type TestGateway } from './support/gateway.js';

let gateway: TestGateway;
let paths: string[];

beforeAll(async () => {
  gateway = await startTestGateway();
  const beta = 'beta/deviceAppManagement';
  const make = async (path: string, body: object): Promise<string> => {
    const reply = await gateway.call('POST', path, body);
    return `${path}/${String(reply.body['id'])}`;
  };
  const app = await make(`${beta}/mobileApps`, { '@odata.type': '#microsoft.graph.win32LobApp' });
  const configurationType = { '@odata.type': '#microsoft.graph.iosMobileAppConfiguration' };
  const configuration = await make(`${beta}/mobileAppConfigurations`, configurationType);
  const user = await make(`${app}/userStatuses`, {});
  const nested = await make(`${user}/deviceStatuses`, {});
  paths = [app, configuration, user, nested, await make(`${configuration}/deviceStatuses`, {})];
});

afterAll(() => gateway.close());

const names = constantFrom(
  ...(
    'id deviceName errorCode lastSyncDateTime installState userName failedDeviceCount status largeIcon returnCodes settings ' +
    'encodedSettingXml displayName roleScopeTagIds platform @odata.type @x.y __proto__ constructor toString rowVersion ' +
    'tenantId derived '
  ).split(' '),
);
const values = oneof(
  jsonValue() as Arbitrary<unknown>,
  constantFrom<unknown>(
    '9',
    9.5,
    2147483648,
    -2147483649,
    1e308,
    -0,
    null,
    [],
    {},
    '\0',
    '\ud800',
    'failed',
    'FAILED',
  ),
  constantFrom<unknown>(
    'x'.repeat(6144),
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.9999999Z',
    '2020-01-01T00:00:00',
  ),
  constantFrom<unknown>(
    { type: 1 },
    { type: 'x', value: '%' },
    [null],
    [[]],
    [{ returnCode: 1 }],
    '#microsoft.graph.user',
  ),
);
const bodies = oneof(
  dictionary(oneof(names, string()), values).map((body) => JSON.stringify(body)),
  values.map((value) => JSON.stringify(value)),
  string({ unit: 'binary' }),
);
const trailing = (path: string): string => path.slice(0, path.lastIndexOf('/'));

describe('whatever a client sends', () => {
  it('a body is taken, or refused in Graph’s words with nothing changed', async () => {
    await assert(
      asyncProperty(
        tuple(constantFrom(0, 1, 2, 3, 4), constantFrom('PATCH', 'POST'), bodies),
        async ([index, method, body]) => {
          const path = paths[index] as string;
          const before = await gateway.call('GET', path);
          const reply = await gateway.call(method, method === 'POST' ? trailing(path) : path, body);
          expect(reply.status).toBeLessThan(500);
          if (reply.status < 400) return;
          expect(reply.body).toEqual({
            error: { code: expect.any(String), message: expect.any(String), innerError: expect.any(Object) },
          });
          expect((await gateway.call('GET', path)).text).toBe(before.text);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('a path is understood or refused in Graph’s words', async () => {
    const piece = oneof(
      string({ unit: 'binary' }).map((text) => encodeURIComponent(text.toWellFormed())),
      constantFrom(
        'beta',
        'v1.0',
        'deviceAppManagement',
        'mobileApps',
        "mobileApps('x')",
        'deviceStatuses',
        '$count',
        '%',
      ),
      constantFrom(
        '..%2f',
        '%00',
        "('",
        "mobileApps('",
        'microsoft.graph.win32LobApp',
        '%ff',
        'x'.repeat(6144),
        '$ref',
      ),
    );
    const path = tuple(piece, piece, piece, piece, piece).map((parts) => parts.join('/'));
    const query = tuple(
      constantFrom('', '?', '?$top=', '?$skiptoken=', '?$filter=', '?%24', '?&&='),
      piece,
    ).map((q) => q.join(''));
    await assert(
      asyncProperty(
        tuple(constantFrom('beta/deviceAppManagement/', ''), path, query),
        async ([start, rest, search]) => {
          const reply = await gateway.call('GET', `${start}${rest}${search}`);
          expect([200, 400, 401, 404, 405, 414, 501]).toContain(reply.status);
          if (reply.status !== 200 && reply.status !== 401) expect(reply.body).toHaveProperty('error');
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is never a fault of the gateway', () => {
    expect(gateway.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});

it('a 6 KB text is refused as a key and as an indexed property, and kept elsewhere', async () => {
  const [status] = [paths[3] as string];
  const text = Array.from({ length: 6144 }, () =>
    String.fromCharCode(33 + Math.floor(Math.random() * 0x2000)),
  ).join('');
  expect((await gateway.call('POST', trailing(status), { id: text })).status).toBe(400);
  expect(
    (await gateway.call('GET', `${trailing(status)}/${encodeURIComponent(text.slice(0, 1000))}`)).status,
  ).toBe(400);
  const indexed = ['deviceName', 'deviceId', 'userName', 'userPrincipalName'];
  const free = ['osVersion', 'osDescription', 'displayVersion'];
  for (const name of [...indexed, ...free]) {
    const reply = await gateway.call('PATCH', status, { [name]: text });
    expect([name, reply.status]).toEqual([name, free.includes(name) ? 200 : 400]);
    if (reply.status === 200) expect(reply.body[name]).toBe(text);
  }
});
