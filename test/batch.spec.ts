import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  anything,
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  dictionary,
  jsonValue,
  nat,
  oneof,
  record,
  string,
  uniqueArray,
} from 'fast-check';
import { Client } from 'pg';
import { limits } from '../src/odata/limits.js';
import { type Reply, request, startTestGateway, type TestGateway } from './support/gateway.js';
import { databaseUrl, emptyDatabase } from './support/postgres.js';
import * as processes from './support/process.js';

const apps = 'deviceAppManagement/mobileApps';
const ios = { '@odata.type': '#microsoft.graph.iosStoreApp' };
const json = { 'Content-Type': 'application/json' };
/** The rows that every test finds in `statuses`; no test leaves any of them changed. */
const rowIds = Array.from({ length: 5 }, (_, index) => `row-${index}`);
const statuses = `${apps}/app/deviceStatuses`;

interface Part {
  id: string;
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: unknown;
  dependsOn?: string[];
  atomicityGroup?: string;
}

/** What a batch answers to one of its parts. */
interface PartReply {
  id: string;
  status: number;
  headers: Record<string, string>;
  body?: Record<string, unknown> | string;
}

/** A tenant of the gateway, and the ways to speak for it. */
interface Side {
  token: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Sends a batch. */
  send(parts: readonly unknown[], headers?: Record<string, string>, version?: string): Promise<Reply>;
  /** The same where it is answered with 200: the answers in the order of the parts. */
  answers(parts: readonly Part[], headers?: Record<string, string>): Promise<PartReply[]>;
}

let gateway: TestGateway;
let ours: Side;
/** Another tenant with the same rows, where the same requests are sent one by one. */
let twin: Side;

beforeAll(async () => {
  gateway = await startTestGateway();
  ours = sideOf(gateway.url, gateway.token);
  twin = sideOf(gateway.url, await gateway.tokenFor({ tenant: randomUUID() }));
  await Promise.all([ours, twin].map(fill));
});

afterAll(async () => {
  await gateway.close();
  await processes.endProcesses();
});

function sideOf(base: string, token: string): Side {
  const call: Side['call'] = (method, path, body, headers) =>
    request(`${base}/${path}`, method, body, { Authorization: `Bearer ${token}`, ...headers });
  const send: Side['send'] = (requests, headers, version = 'beta') =>
    call('POST', `${version}/$batch`, { requests }, headers);
  const answers: Side['answers'] = async (parts, headers) => responsesIn(await send(parts, headers), parts);
  return { token, call, send, answers };
}

async function fill(side: Side): Promise<void> {
  expect((await side.call('POST', `beta/${apps}`, { ...ios, id: 'app' })).status).toBe(201);
  for (const [index, id] of rowIds.entries())
    expect((await side.call('POST', `beta/${statuses}`, { id, errorCode: index })).status).toBe(201);
}

function responsesIn(reply: Reply, parts: readonly Part[]): PartReply[] {
  expect([reply.status, reply.body['error']]).toEqual([200, undefined]);
  const responses = reply.body['responses'] as PartReply[];
  expect(responses.map(({ id }) => id)).toEqual(parts.map(({ id }) => id));
  return responses;
}

const get = (id: string, url: string, more: Partial<Part> = {}): Part => ({
  id,
  method: 'GET',
  url,
  ...more,
});
const write = (id: string, method: string, url: string, body: unknown, more: Partial<Part> = {}): Part => ({
  id,
  method,
  url,
  headers: json,
  body,
  ...more,
});
const create = (id: string, body: object = {}, more: Partial<Part> = {}): Part =>
  write(id, 'POST', statuses, { id, ...body }, more);
const patch = (id: string, row: string, body: object, more: Partial<Part> = {}): Part =>
  write(id, 'PATCH', `${statuses}/${row}`, body, more);
const remove = (id: string, row: string, more: Partial<Part> = {}): Part => ({
  id,
  method: 'DELETE',
  url: `${statuses}/${row}`,
  ...more,
});
const many = (count: number, part: (id: string, index: number) => Part): Part[] =>
  Array.from({ length: count }, (_, index) => part(String(index), index));

const statusesOf = (answers: readonly PartReply[]): number[] => answers.map(({ status }) => status);
const all = (status: number, count: number): number[] => Array<number>(count).fill(status);
const bodyOf = ({ body }: PartReply): Record<string, unknown> => body as Record<string, unknown>;
const errorIn = (body: unknown): Record<string, unknown> =>
  (body as { error: Record<string, unknown> }).error;
/** All that is in a collection, as text. */
const contentOf = async (side: Side, path = statuses): Promise<string> =>
  (await side.call('GET', `beta/${path}?$top=999`)).text;
const name = (): string => `n-${randomUUID()}`;

const typed = (id: string, mediaType: string, body: string): Part => ({
  ...patch(id, 'row-0', {}),
  headers: { 'Content-Type': mediaType },
  body,
});

describe('a batch', () => {
  it('of 20 requests is answered, each by its id, in the media type of the service', async () => {
    const reply = await ours.send(many(20, (id) => get(id, `/${statuses}/row-${Number(id) % 5}`)));
    expect(reply.headers.get('content-type')).toBe(
      'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
    );
    const responses = reply.body['responses'] as PartReply[];
    expect(responses.map(({ id, status, body }) => [id, status, (body as { id: string }).id])).toEqual(
      many(20, (id) => get(id, '')).map(({ id }) => [id, 200, `row-${Number(id) % 5}`]),
    );
  });

  it('of 21 is refused in the words of Graph, and nothing of it is done', async () => {
    const before = await contentOf(ours);
    const reply = await ours.send(many(21, (id) => create(`many-${id}`)));
    expect([reply.status, errorIn(reply.body)['message']]).toEqual([
      400,
      'Number of batch request steps exceeds the maximum value of 20.',
    ]);
    expect(await contentOf(ours)).toBe(before);
  });

  it.each<[string, unknown[], string | RegExp]>([
    ['none', [], /'requests' is not an array of requests/],
    ['no id', [{ method: 'GET', url: '/x' }], /request 2 of 'requests' has no 'id'/],
    ['one id twice, in another case', [get('A', '/x'), get('a', '/x')], /'a' has an id that another/],
    [
      'a write without a media type',
      [{ id: '1', method: 'PATCH', url: '/x', body: {} }],
      "Write request with id '1' does not contain a Content-Type header.",
    ],
    [
      'a write without a body and a media type',
      [{ id: '1', method: 'POST', url: '/x', headers: { Accept: '*/*' } }],
      "Write request with id '1' does not contain a Content-Type header.",
    ],
    ['a verb that no part has', [{ id: '1', method: 'HEAD', url: '/x' }], /'method' that is none of/],
    ['an absolute URL', [get('1', 'https://graph.microsoft.com/v1.0/me')], /'url' that is not relative/],
    [
      'a dependency on nothing',
      [get('1', '/x', { dependsOn: ['2'] })],
      /depends on '2', which is no request/,
    ],
    ['a dependency on itself', [get('1', '/x', { dependsOn: ['1'] })], /depends on itself/],
    [
      'a circle',
      [get('1', '/x', { dependsOn: ['2'] }), get('2', '/x', { dependsOn: ['1'] })],
      /depends on what, by way of others or its group, depends on it/,
    ],
    ...['/$batch', 'v1.0/$batch', '/beta/%24Batch', '/$batch?x', '/$batch/'].map(
      (url): [string, unknown[], RegExp] => [
        `a batch at ${url}`,
        [write('1', 'POST', url, { requests: [] })],
        /is a batch itself/,
      ],
    ),
  ])('with %s is refused as a whole', async (title, requests, message) => {
    const before = await contentOf(ours);
    const reply = await ours.send(requests.length === 0 ? [] : [create('first'), ...requests]);
    expect([title, reply.status]).toEqual([title, 400]);
    expect(errorIn(reply.body)).toMatchObject({
      code: 'BadRequest',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
    expect(await contentOf(ours)).toBe(before);
  });

  it('asks for other requests by their relative URL, with and without a slash and a version', async () => {
    const row = `${statuses}/row-1`;
    const answers = await ours.answers([
      get('1', row),
      get('2', `/${row}`),
      get('3', `beta/${row}`),
      get('4', `/BETA/${row}`),
      get('5', `/v1.0/${apps}/app`),
      get('6', `/v1.0/${row}`),
    ]);
    expect(statusesOf(answers)).toEqual([200, 200, 200, 200, 200, 400]);
    expect(bodyOf(answers[4] as PartReply)['@odata.context']).toBe(
      `${gateway.url}/v1.0/$metadata#${apps}/$entity`,
    );
    const other = await ours.send([get('1', `/${apps}/app`)], {}, 'v1.0');
    expect((other.body['responses'] as PartReply[])[0]?.body).toEqual(answers[4]?.body);
  });

  it('reads a filter with spaces, pluses and escapes alike', async () => {
    const filters = ['errorCode ge 3', 'errorCode+ge+3', 'errorCode%20ge%203'];
    const answers = await ours.answers(
      filters.map((filter, index) => get(String(index), `/${statuses}?$filter=${filter}&$select=id`)),
    );
    for (const answer of answers)
      expect(bodyOf(answer)['value']).toMatchObject([{ id: 'row-3' }, { id: 'row-4' }]);
  });

  it('reads names of headers and verbs in any case', async () => {
    const id = name();
    const answers = await ours.answers([
      {
        ...create(id),
        method: 'post',
        headers: { 'cOnTeNt-TyPe': 'application/json', PREFER: 'return=minimal' },
      },
      get('2', `/${statuses}`, { headers: { pReFeR: 'odata.maxpagesize=2' }, method: 'get' }),
      remove('3', id, { dependsOn: [id], method: 'Delete' }),
    ]);
    expect(statusesOf(answers)).toEqual([204, 200, 204]);
    expect(answers[0]?.headers['Preference-Applied']).toBe('return=minimal');
    expect(bodyOf(answers[1] as PartReply)['value']).toHaveLength(2);
  });

  it('takes bytes as base64 of either alphabet, which no route reads, and a text', async () => {
    const answers = await ours.answers([
      typed('1', 'application/octet-stream', '+/+/'),
      typed('2', 'application/octet-stream', '-_-_'),
      typed('3', 'text/plain', '{}'),
    ]);
    expect(statusesOf(answers)).toEqual([415, 415, 415]);
    const refused = await ours.send([typed('1', 'application/octet-stream', '{}')]);
    expect(refused.status).toBe(400);
  });

  it('runs what depends on others behind them, in whatever order they stand', async () => {
    const id = name();
    const answers = await ours.answers([
      remove('last', id, { dependsOn: ['READ'] }),
      get('read', `/${statuses}/${id}`, { dependsOn: ['change'] }),
      patch('change', id, { errorCode: 7 }, { dependsOn: [id] }),
      create(id),
    ]);
    expect(statusesOf(answers)).toEqual([204, 200, 200, 201]);
    expect(bodyOf(answers[1] as PartReply)['errorCode']).toBe(7);
    expect((await ours.call('GET', `beta/${statuses}/${id}`)).status).toBe(404);
  });

  it('goes on after a failure, but not with what depends on it', async () => {
    const id = name();
    const answers = await ours.answers([
      patch('fails', 'nobody', {}),
      create(id, {}, { dependsOn: ['fails'] }),
      get('2', `/${statuses}/${id}`, { dependsOn: [id] }),
      get('3', `/${statuses}/row-0`),
    ]);
    expect(statusesOf(answers)).toEqual([404, 424, 424, 200]);
    expect(errorIn(answers[2]?.body)).toMatchObject({
      code: 'FailedDependency',
      message: expect.stringContaining(`'${id}'`),
      innerError: { 'request-id': expect.any(String), 'client-request-id': expect.any(String) },
    });
    expect((await ours.call('GET', `beta/${statuses}/${id}`)).status).toBe(404);
  });
});

describe('who sends a batch', () => {
  const reading = ['DeviceManagementApps.Read.All'];

  it('needs a token for it as a whole', async () => {
    const reply = await request(`${gateway.url}/beta/$batch`, 'POST', { requests: [get('1', '/x')] });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer /);
    expect(errorIn(reply.body)['code']).toBe('InvalidAuthenticationToken');
  });

  it('is who sends each of its requests: those can’t speak for another', async () => {
    const headers = {
      Authorization: `Bearer ${twin.token}`,
      Host: 'else',
      Origin: 'https://else',
      Connection: 'close',
    };
    const id = name();
    const answers = await ours.answers([
      { ...create(id), headers: { ...json, ...headers } },
      get('2', `/${statuses}/${id}`, { headers: { authorization: 'Bearer nonsense' }, dependsOn: [id] }),
    ]);
    expect(statusesOf(answers)).toEqual([201, 200]);
    expect(answers[0]?.headers['Location']).toBe(
      `${gateway.url}/beta/${apps}('app')/deviceStatuses('${id}')`,
    );
    expect((await twin.call('GET', `beta/${statuses}/${id}`)).status).toBe(404);
    expect((await ours.call('DELETE', `beta/${statuses}/${id}`)).status).toBe(204);
  });

  it('and may only read is refused the writes in it, and nothing else', async () => {
    const reader = sideOf(gateway.url, await gateway.tokenFor({ roles: reading }));
    const answers = await reader.answers([
      get('1', `/${statuses}/row-0`),
      create('never'),
      patch('3', 'row-0', { errorCode: 9 }),
      remove('4', 'row-0'),
    ]);
    expect(statusesOf(answers)).toEqual([200, 403, 403, 403]);
    expect(errorIn(answers[1]?.body)['code']).toBe('Forbidden');
  });

  it('and may do nothing is told so by each request', async () => {
    const nobody = sideOf(gateway.url, await gateway.tokenFor({ roles: ['User.Read.All'] }));
    expect(statusesOf(await nobody.answers([get('1', `/${statuses}`), create('never')]))).toEqual([403, 403]);
  });

  it('finds its client-request-id in every answer, unless a request has its own', async () => {
    const [outer, inner] = [randomUUID(), randomUUID()];
    const [first, second, third] = await ours.answers(
      [
        get('1', `/${statuses}/row-0`),
        get('2', `/${statuses}/nobody`, { headers: { 'Client-Request-Id': inner } }),
        get('3', `/${statuses}/row-0`, { dependsOn: ['2'] }),
      ],
      { 'client-request-id': outer },
    );
    expect(first?.headers['client-request-id']).toBe(outer);
    expect(second?.headers['client-request-id']).toBe(inner);
    expect(errorIn(second?.body)['innerError']).toMatchObject({
      'client-request-id': inner,
      'request-id': second?.headers['request-id'],
    });
    expect(errorIn(third?.body)['innerError']).toMatchObject({ 'client-request-id': outer });
  });

  it('finds a line for each of its requests in the log, with the batch’s own, and no fault', async () => {
    const start = gateway.log.length;
    await ours.answers([get('1', `/${statuses}/row-0`), remove('2', 'nobody', { dependsOn: ['1'] })]);
    // A line is written when its answer is sent, so the last may come behind that.
    while (gateway.log.length < start + 3) await sleep(1);
    const lines = gateway.log.slice(start).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ method, route, status, tenant }) => [method, route, status, tenant])).toEqual(
      [
        ['GET', `/beta/${apps}/{mobileAppId}/deviceStatuses/{id}`, 200],
        ['DELETE', `/beta/${apps}/{mobileAppId}/deviceStatuses/{id}`, 404],
        ['POST', '/beta/$batch', 200],
      ].map((line) => [...line, gateway.tenant]),
    );
  });
});

/** Requests of which none depends on another: method, URL, body, headers. */
const requests: [string, string, unknown?, Record<string, string>?][] = [
  ['GET', `${statuses}/row-0`],
  ['GET', `${statuses}('row-1')?$select=id,errorCode`],
  ['GET', `${statuses}?$filter=errorCode gt 1&$orderby=errorCode desc&$count=true`],
  ['GET', `${statuses}?$top=2`],
  ['GET', `${statuses}?$top=0&$count=true`],
  ['GET', `${statuses}/$count`],
  ['GET', `${statuses}/$count?$filter=errorCode lt 2`],
  ['GET', `${statuses}/row-0/errorCode`],
  ['GET', `${statuses}/row-0/errorCode/$value`],
  ['GET', `${statuses}/row-0/$ref`],
  ['GET', `${statuses}/row-0`, undefined, { Accept: 'application/json;odata.metadata=full' }],
  ['GET', `${statuses}/row-0`, undefined, { Accept: 'application/json;odata.metadata=none' }],
  ['GET', `${statuses}/row-0?$format=application/json;IEEE754Compatible=true`],
  ['GET', `${statuses}/row-0`, undefined, { Accept: 'text/html' }],
  ['GET', `${statuses}/row-0`, undefined, { 'If-None-Match': '*' }],
  ['GET', `${statuses}/row-0`, undefined, { 'If-Match': 'W/"1"' }],
  ['GET', `${apps}?$expand=deviceStatuses($top=2)&$filter=id eq 'app'`],
  ['GET', `${statuses}/nobody`],
  ['GET', `${apps}/nobody/deviceStatuses`],
  ['GET', `${apps}/app/nope`],
  ['GET', `${statuses}?$filter=nope eq 1`],
  ['GET', `${statuses}?$top=1000`],
  ['GET', `${statuses}?$apply=x`],
  ['GET', `${statuses}?$filter=errorCode div 0 eq 1`],
  ['GET', `${statuses}/x%00y`],
  ['GET', `${statuses}/%zz`],
  ['GET', '$metadata', undefined, { Accept: 'application/json' }],
  ['GET', ''],
  ['POST', statuses, { id: 'made', deviceName: 'n' }],
  ['POST', statuses, { id: 'made-minimal' }, { Prefer: 'return=minimal' }],
  ['POST', statuses, { id: 'row-0' }],
  ['POST', `${apps}/nobody/deviceStatuses`, {}],
  ['POST', apps, { displayName: 'abstract' }],
  ['PATCH', `${statuses}/row-4`, { errorCode: 40, osVersion: '漢字 "\\ \u2028' }],
  ['PATCH', `${statuses}/row-3`, {}, { Prefer: 'return=minimal' }],
  ['PATCH', `${statuses}/row-2`, { errorCode: '9' }],
  ['PATCH', `${statuses}/row-2`, { nope: 1 }],
  ['PATCH', `${statuses}/row-2`, { id: 'other' }],
  ['PATCH', `${statuses}/row-2`, { deviceName: 'x'.repeat(513) }],
  ['PATCH', `${statuses}/row-2`, [], json],
  ['PATCH', `${statuses}/row-2`, { errorCode: 1 }, { 'If-Match': 'W/"1"' }],
  ['PATCH', `${statuses}/row-2`, {}, { 'Content-Type': 'application/json; charset=utf-16' }],
  ['PATCH', `${statuses}/row-2`, {}, { 'Content-Encoding': 'br' }],
  ['PATCH', `${statuses}/row-2`, {}, { 'Content-Encoding': 'gzip' }],
  ['PATCH', `${statuses}/nobody`, {}],
  ['DELETE', `${statuses}/row-1`],
  ['DELETE', `${statuses}/nobody`],
  ['PUT', `${statuses}/row-0`, {}],
  ['POST', `${statuses}/row-0`, {}],
  ['DELETE', statuses],
];

/** What is another's each time: ids, dates, places in a list, tags. */
const comparable = (text: string): string =>
  text
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, 'ID')
    .replaceAll(/20\d\d-\d\d-\d\dT[\d:.]+Z?/g, 'DATE')
    .replaceAll(/\$skiptoken=[\w-]+/g, '$skiptoken=PLACE')
    .replaceAll(/W\/\\?"\d+\\?"/g, 'TAG');

const normal = (body: unknown): unknown =>
  body === undefined ? undefined : (JSON.parse(comparable(JSON.stringify(body))) as unknown);

/** The headers that a part's answer has, of an answer by itself. */
const kept =
  'Content-Type Cache-Control OData-Version Location OData-EntityId ETag Preference-Applied Retry-After Allow WWW-Authenticate'.split(
    ' ',
  );

const seenBy = (reply: Reply, method: string, url: string): unknown[] => {
  const headers = kept.flatMap((header) => {
    const value = reply.headers.get(header);
    return value === null ? [] : [[header, comparable(value)]];
  });
  const isJson = reply.headers.get('content-type')?.startsWith('application/json') ?? false;
  const body: unknown = reply.text === '' ? undefined : isJson ? reply.body : reply.text;
  return [method, url, reply.status, Object.fromEntries(headers), normal(body)];
};

const seenIn = ({ status, headers, body }: PartReply, method: string, url: string): unknown[] => {
  const { 'request-id': _own, 'client-request-id': _given, ...others } = headers;
  const same = Object.entries(others).map(([header, value]) => [header, comparable(value)]);
  return [method, url, status, Object.fromEntries(same), normal(body)];
};

describe('a request in a batch is answered as it is by itself', () => {
  it.each([1, 20])('%s in a batch', async (size) => {
    // A tenant of its own each time: the requests change what they find.
    const [single, batched] = (await Promise.all(
      [0, 1].map(async () => sideOf(gateway.url, await gateway.tokenFor({ tenant: randomUUID() }))),
    )) as [Side, Side];
    await Promise.all([single, batched].map(fill));
    for (let start = 0; start < requests.length; start += size) {
      const group = requests.slice(start, start + size);
      const parts = group.map(([method, url, body, headers], index) => ({
        id: String(index),
        method,
        url: `/${url}`,
        headers: { ...(body !== undefined && json), ...headers },
        ...(body !== undefined && { body }),
      }));
      const answers = await batched.answers(parts);
      for (const [index, [method, url, body, headers]] of group.entries()) {
        const reply = await single.call(method, `beta/${url}`, body, headers);
        expect(seenIn(answers[index] as PartReply, method, url)).toEqual(seenBy(reply, method, url));
      }
    }
    expect(comparable(await contentOf(batched))).toBe(comparable(await contentOf(single)));
  });

  it('a page has a nextLink that can be followed', async () => {
    const [first] = await ours.answers([get('1', `/${statuses}?$top=2&$select=id&$orderby=id`)]);
    const ids = [...(bodyOf(first as PartReply)['value'] as { id: string }[])];
    let next = bodyOf(first as PartReply)['@odata.nextLink'] as string | undefined;
    for (let isInBatch = true; next !== undefined; isInBatch = !isInBatch) {
      const relative: string = next.slice(gateway.url.length + 1);
      const body = isInBatch
        ? bodyOf((await ours.answers([get('1', relative)]))[0] as PartReply)
        : (await ours.call('GET', relative)).body;
      ids.push(...(body['value'] as { id: string }[]));
      next = body['@odata.nextLink'] as string | undefined;
    }
    expect(ids.map(({ id }) => id)).toEqual(rowIds);
  });

  it('and the whole in the format that was asked for, without a look at those of its requests', async () => {
    const parts = [
      get('1', `/${statuses}/row-0`, { headers: { Accept: 'application/json;odata.metadata=none' } }),
    ];
    const reply = await ours.send(parts, { Accept: 'application/json;odata.metadata=full' });
    expect(reply.headers.get('content-type')).toContain('odata.metadata=full');
    const [answer] = responsesIn(reply, parts);
    expect(answer?.headers['Content-Type']).toContain('odata.metadata=none');
    expect(Object.keys(bodyOf(answer as PartReply)).filter((key) => key.includes('@'))).toEqual([]);
    expect((await ours.send(parts, { Accept: 'text/html' })).status).toBe(406);
  });

  it.each([
    ['a URL', limits.url, (size: number) => get('1', `/beta/${statuses}?x=`.padEnd(size, 'x')), 414],
    [
      'headers',
      limits.headers - 1,
      (size: number) =>
        get('1', `/beta/${statuses}`, { headers: { x: 'x'.repeat(size - `/beta/${statuses}x`.length) } }),
      431,
    ],
    ['a key', limits.key, (size: number) => get('1', `/${statuses}/${'x'.repeat(size)}`), 400],
    [
      'an indexed text',
      limits.indexedText,
      (size: number) => patch('1', 'row-0', { deviceName: 'x'.repeat(size) }),
      400,
    ],
  ])('%s is taken up to its limit', async (_title, size, part, refused) => {
    const [inside] = statusesOf(await ours.answers([part(size)]));
    const [outside, other] = statusesOf(await ours.answers([part(size + 1), get('2', `/${statuses}`)]));
    expect([200, 404]).toContain(inside);
    expect([outside, other]).toEqual([refused, 200]);
    await ours.call('PATCH', `beta/${statuses}/row-0`, { deviceName: null });
  });

  it('a body that is written longer than it was sent is refused by itself', async () => {
    const long = `[${Array<string>(199_000).fill('1e20').join()}]`;
    const text = `{"requests":[${JSON.stringify(patch('1', 'row-0', {})).slice(0, -3)}{"@my.own":${long}}},${JSON.stringify(get('2', `/${statuses}/row-0`))}]}`;
    const reply = await ours.call('POST', 'beta/$batch', text, json);
    expect(statusesOf(reply.body['responses'] as PartReply[])).toEqual([413, 200]);
  });
});

/** A part of a random batch; `links` lead to parts before it. */
interface Random {
  kind: 'create' | 'conflict' | 'patch' | 'delete' | 'missing' | 'invalid' | 'read';
  links: number[];
  isGrouped: boolean;
  opensUnit: boolean;
}

const randomParts = array(
  record({
    kind: constantFrom<Random['kind'][]>(
      'create',
      'create',
      'patch',
      'patch',
      'delete',
      'read',
      'read',
      'conflict',
      'missing',
      'invalid',
    ),
    links: array(nat(19), { maxLength: 2 }),
    isGrouped: boolean(),
    opensUnit: boolean(),
  }),
  { minLength: 2, maxLength: 20 },
);

/** Each part writes a row of its own, and reads that of a part it depends on: so the order of the rest makes no difference. */
function randomBatch(collection: string, random: readonly Random[]): Part[] {
  let group: string | undefined;
  return random.map(({ kind, links, isGrouped, opensUnit }, index) => {
    if (index === 0 || opensUnit) group = isGrouped ? `group-${index}` : undefined;
    const id = `row-${index}`;
    const before = [...new Set(links.filter((link) => link < index))].map((link) => `row-${link}`);
    const more = { dependsOn: before, ...(group !== undefined && { atomicityGroup: group }) };
    const own = `${collection}/${id}`;
    const changes = { errorCode: 100 + index };
    switch (kind) {
      case 'create':
      case 'conflict':
        return write(id, 'POST', collection, { id, ...changes }, more);
      case 'patch':
      case 'missing':
        return write(id, 'PATCH', own, changes, more);
      case 'invalid':
        return write(id, 'PATCH', own, { errorCode: 'x' }, more);
      case 'delete':
        return { id, method: 'DELETE', url: own, ...more };
      case 'read':
        return get(id, `${collection}/${before[0] ?? id}`, more);
    }
  });
}

const existsBefore = ({ kind }: Random): boolean => kind !== 'create' && kind !== 'missing';

/** What the parts answer when they are sent one by one: what a group did is undone by hand. */
async function oneByOne(side: Side, parts: readonly Part[], sent: readonly Part[]) {
  const seen = new Map<string, [number, unknown]>();
  const unitOf = ({ atomicityGroup, id }: Part): string => atomicityGroup ?? id;
  for (const unit of new Set(parts.map(unitOf))) {
    // In the order in which they are sent, but none ahead of what it depends on.
    const left = sent.filter((part) => unitOf(part) === unit);
    const done: Part[] = [];
    const before = left
      .flatMap(({ dependsOn = [] }) => dependsOn)
      .filter((id) => !left.some((part) => part.id === id));
    let isRefused = before.some((id) => (seen.get(id)?.[0] ?? 0) >= 400);
    for (const part of left) if (isRefused) seen.set(part.id, [424, undefined]);
    while (!isRefused && done.length < left.length) {
      const isFree = ({ id, dependsOn = [] }: Part): boolean =>
        !seen.has(id) && dependsOn.every((other) => seen.has(other));
      const part = left.find(isFree) as Part;
      const reply = await side.call(part.method, `beta/${part.url}`, part.body);
      seen.set(part.id, [reply.status, reply.text === '' ? undefined : reply.body]);
      done.push(part);
      if (reply.status < 400) continue;
      isRefused = true;
      for (const other of done.slice(0, -1)) await undo(side, other);
      for (const other of left) if (other !== part) seen.set(other.id, [424, undefined]);
    }
  }
  return sent.map(({ id }) => [id, ...(seen.get(id) as [number, unknown])]);
}

/** Makes of a row what it was before. */
async function undo(side: Side, { id, method, url }: Part): Promise<void> {
  const row = { id, errorCode: Number(id.slice('row-'.length)) };
  if (method === 'DELETE') await side.call('POST', `beta/${url.slice(0, url.lastIndexOf('/'))}`, row);
  if (method === 'PATCH') await side.call('PATCH', `beta/${url}`, row);
  if (method === 'POST') await side.call('DELETE', `beta/${url}/${id}`);
}

it('whatever depends on what, a batch answers as its requests do one by one, and leaves the same behind', async () => {
  const seen = new Set<number>();
  await assert(
    asyncProperty(randomParts, boolean(), async (random, isReversed) => {
      const app = name();
      const collection = `${apps}/${app}/deviceStatuses`;
      const parts = randomBatch(collection, random);
      const sent = isReversed ? parts.toReversed() : parts;
      const existing = random.flatMap((part, index) =>
        existsBefore(part)
          ? [write(`row-${index}`, 'POST', collection, { id: `row-${index}`, errorCode: index })]
          : [],
      );
      for (const side of [ours, twin]) {
        await side.call('POST', `beta/${apps}`, { ...ios, id: app });
        if (existing.length > 0)
          expect(new Set(statusesOf(await side.answers(existing)))).toEqual(new Set([201]));
      }
      const answers = await ours.answers(sent);
      const expected = await oneByOne(twin, parts, sent);
      const told = answers.map(({ id, status, body }) => [id, status, status === 424 ? undefined : body]);
      expect(comparable(JSON.stringify(told))).toEqual(comparable(JSON.stringify(expected)));
      expect(await contentOf(ours, collection)).toBe(await contentOf(twin, collection));
      for (const { status } of answers) seen.add(status);
    }),
    { numRuns: 100 },
  );
  expect([...seen].toSorted((a, b) => a - b)).toEqual([200, 201, 204, 400, 404, 409, 424]);
});

const grouped = (parts: readonly Part[], atomicityGroup = 'all'): Part[] =>
  parts.map((part) => ({ ...part, atomicityGroup }));

/** Several groups at once, so that several connections know the statements. */
async function servedTogether(side: Side): Promise<number[]> {
  const groups = rowIds.map((row) =>
    grouped([
      get('1', `/${statuses}/${row}`),
      patch('2', row, { osVersion: '17' }),
      get('3', `/${statuses}`),
    ]),
  );
  return (await Promise.all(groups.map((parts) => side.answers(parts)))).flatMap(statusesOf);
}

describe('an atomic group', () => {
  const users = `${apps}/app/userStatuses`;
  /** All that a group could have changed, with its tags. */
  const state = async (): Promise<unknown[]> => [
    await contentOf(ours),
    await contentOf(ours, users),
    (await ours.call('GET', `beta/${apps}/app`)).text,
    (await ours.call('GET', `beta/${statuses}/row-1`)).headers.get('etag'),
  ];

  it('is kept as a whole, and its reads see what it wrote before them', async () => {
    const [a, b] = [name(), name()];
    const answers = await ours.answers(
      grouped([
        create(a, { errorCode: 1 }),
        get('read', `/${statuses}/${a}`),
        patch('change', a, { errorCode: 2 }),
        get('list', `/${statuses}?$filter=id eq '${a}'&$select=errorCode`),
        get('count', `/${statuses}/$count?$filter=id eq '${a}'`),
        write(b, 'POST', users, { id: b }),
        write('nested', 'POST', `${users}/${b}/deviceStatuses`, { id: `${b}-nested` }),
        get('expanded', `/${apps}/app?$expand=userStatuses($filter=id eq '${b}')&$select=id`),
        remove('gone', a),
        get('empty', `/${statuses}/$count?$filter=id eq '${a}'`),
      ]),
    );
    expect(statusesOf(answers)).toEqual([201, 200, 200, 200, 200, 201, 201, 200, 204, 200]);
    expect(bodyOf(answers[1] as PartReply)['errorCode']).toBe(1);
    expect(bodyOf(answers[3] as PartReply)['value']).toMatchObject([{ errorCode: 2 }]);
    expect([answers[4]?.body, answers[9]?.body]).toEqual(['1', '0']);
    expect(bodyOf(answers[7] as PartReply)['userStatuses']).toMatchObject([{ id: b }]);
    expect((await ours.call('GET', `beta/${users}/${b}/deviceStatuses/${b}-nested`)).status).toBe(200);
    expect((await ours.call('DELETE', `beta/${users}/${b}`)).status).toBe(204);
  });

  describe.each<[string, number, Part]>([
    ['a value that is none', 400, patch('fails', 'row-0', { errorCode: 'x' })],
    ['a row that is not there', 404, patch('fails', 'nobody', {})],
    ['an id that is taken', 409, write('fails', 'POST', statuses, { id: 'row-0' })],
    ['a parent that is not there', 404, write('fails', 'POST', `${apps}/nobody/deviceStatuses`, {})],
    ['a precondition', 412, patch('fails', 'row-0', {}, { headers: { ...json, 'If-Match': 'W/"1"' } })],
    ['a division by zero', 400, get('fails', `/${statuses}?$filter=errorCode div 0 eq 1`)],
    ['a URL that is too long', 414, get('fails', `/${statuses}?x=${'x'.repeat(limits.url)}`)],
  ])('that fails for %s', (_title, status, failing) => {
    it.each([0, 1, 2, 3, 4, 5])(
      'at position %s leaves no trace, and says whose fault it was',
      async (position) => {
        const others = [
          create(name()),
          patch('patched', 'row-1', { errorCode: 99, deviceName: 'changed' }),
          remove('removed', 'row-2'),
          write(name(), 'POST', users, { userName: 'new' }),
          write('app', 'PATCH', `${apps}/app`, { displayName: 'changed' }),
        ];
        const parts = others.toSpliced(position, 0, failing);
        const before = await state();
        const answers = await ours.answers([
          ...grouped(parts),
          get('behind', `/${statuses}`, { dependsOn: ['all'] }),
          get('free', `/${statuses}`),
        ]);
        expect(statusesOf(answers)).toEqual([...all(424, 5).toSpliced(position, 0, status), 424, 200]);
        for (const [index, { body }] of answers.slice(0, 6).entries()) {
          if (index !== position) expect(errorIn(body)['message']).toContain(`'fails'`);
        }
        expect(await state()).toEqual(before);
      },
    );
  });

  it('that fails leaves another group of its batch alone, and what is free', async () => {
    const [a, b, c] = [name(), name(), name()];
    const answers = await ours.answers([
      ...grouped([create(a), patch('fails', 'nobody', {})], 'one'),
      ...grouped([create(b), get('read', `/${statuses}/${b}`)], 'two'),
      create(c),
      remove('after two', b, { dependsOn: ['TWO'] }),
      remove('after one', a, { dependsOn: ['one'] }),
      remove('after c', c, { dependsOn: [c] }),
    ]);
    expect(statusesOf(answers)).toEqual([424, 404, 201, 200, 201, 204, 424, 204]);
    expect((await ours.call('GET', `beta/${statuses}/${a}`)).status).toBe(404);
  });

  it('is seen by nobody before it is over', async () => {
    const id = name();
    await locked(databaseUrl(), gateway.tenant, 'row-1', async (session) => {
      const group = ours.answers(grouped([create(id), patch('waits', 'row-1', { errorCode: 1 })]));
      await waiting(session);
      expect((await ours.call('GET', `beta/${statuses}/${id}`)).status).toBe(404);
      await session.query('COMMIT');
      expect(statusesOf(await group)).toEqual([201, 200]);
    });
    expect((await ours.call('DELETE', `beta/${statuses}/${id}`)).status).toBe(204);
  });

  it('and another that wait for each other end: one is kept, the other may be sent again', async () => {
    const [a, b] = [name(), name()];
    expect(statusesOf(await ours.answers([create(a), create(b)]))).toEqual([201, 201]);
    for (let round = 1; round <= 6; round++) {
      const sides = [
        [a, b],
        [b, a],
      ].map((rows, side) =>
        ours.answers(grouped(rows.map((row) => patch(row, row, { errorCode: 2 * round + side })))),
      );
      for (const answers of await Promise.all(sides)) {
        expect([
          [200, 200],
          [200, 200],
          [424, 503],
          [503, 424],
        ]).toContainEqual(statusesOf(answers));
      }
      const rows = await ours.answers([get('1', `/${statuses}/${a}`), get('2', `/${statuses}/${b}`)]);
      expect(bodyOf(rows[0] as PartReply)['errorCode']).toBe(bodyOf(rows[1] as PartReply)['errorCode']);
    }
    await ours.answers([remove('1', a), remove('2', b)]);
  }, 60_000);

  it('takes one connection, so that two dozen batches full of them don’t starve one another', async () => {
    const before = await state();
    const app = `${apps}/crowd`;
    await ours.call('POST', `beta/${apps}`, { ...ios, id: 'crowd' });
    const started = performance.now();
    const batches = Array.from({ length: 24 }, (_, number) => {
      // One of 20, or ten of two.
      const groupOf = (index: number): string => (number < 12 ? 'all' : `group ${Math.floor(index / 2)}`);
      const parts = many(20, (id, index) => ({
        ...write(id, 'POST', `${app}/deviceStatuses`, { id: `${number}-${id}` }),
        atomicityGroup: groupOf(index),
      }));
      return ours.answers(parts);
    });
    const single = ours.call('GET', `beta/${statuses}/row-0`);
    for (const answers of await Promise.all(batches)) expect(statusesOf(answers)).toEqual(all(201, 20));
    expect((await single).status).toBe(200);
    // Whoever waits for a connection gives up after 10 seconds.
    expect(performance.now() - started).toBeLessThan(10_000);
    expect((await ours.call('GET', `beta/${app}/deviceStatuses/$count`)).text).toBe('480');
    expect((await ours.call('DELETE', `beta/${app}`)).status).toBe(204);
    expect(await state()).toEqual(before);
  });

  describe('on a database of its own', () => {
    let own: TestGateway;
    let side: Side;
    let url: string;

    beforeAll(async () => {
      url = await emptyDatabase();
      own = await startTestGateway({ DATABASE_URL: url });
      side = sideOf(own.url, own.token);
      await fill(side);
    });
    afterAll(() => own.close());

    it('is served although a migration changed the table under its statements', async () => {
      const session = new Client({ connectionString: url });
      await session.connect();
      try {
        expect(await servedTogether(side)).toEqual(all(200, 15));
        for (const type of ['varchar', 'text', 'varchar']) {
          await session.query(
            `ALTER TABLE mobile_app_install_statuses ALTER COLUMN "osVersion" TYPE ${type}`,
          );
          expect(await servedTogether(side)).toEqual(all(200, 15));
        }
      } finally {
        await session.end();
      }
    });

    it('whose connection is cut is not kept, and may be sent again', async () => {
      await locked(url, own.tenant, 'row-1', async (session) => {
        const parts = grouped([
          create('cut'),
          patch('waits', 'row-1', { errorCode: 1 }),
          get('3', `/${statuses}`),
        ]);
        const group = side.answers(parts);
        const [pid] = await waiting(session);
        await session.query('SELECT pg_terminate_backend($1)', [pid]);
        const answers = await group;
        expect(statusesOf(answers)).toEqual([503, 503, 503]);
        expect(answers.map(({ headers }) => headers['Retry-After'])).toEqual(['1', '1', '1']);
        await session.query('COMMIT');
        expect((await side.call('GET', `beta/${statuses}/cut`)).status).toBe(404);
        expect(statusesOf(await side.answers(parts))).toEqual([201, 200, 200]);
      });
      expect(own.log.filter((line) => line.includes('"level":50'))).toEqual([]);
    });
  });
});

/** Lends a session that holds a row, until it commits or the work is over. */
async function locked(
  url: string,
  tenant: string,
  row: string,
  work: (session: Client) => Promise<void>,
): Promise<void> {
  const session = new Client({ connectionString: url });
  await session.connect();
  try {
    await session.query('BEGIN');
    const sql = `SELECT FROM mobile_app_install_statuses
      WHERE "tenantId" = $1 AND "mobileAppId" = 'app' AND "id" = $2 FOR UPDATE`;
    expect((await session.query(sql, [tenant, row])).rowCount).toBe(1);
    await work(session);
  } finally {
    await session.end();
  }
}

/** Waits until a statement of the gateway waits for what the session holds, and gives the pids of those. */
async function waiting(session: Client): Promise<number[]> {
  for (;;) {
    await session.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await session.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))`,
    );
    if (rows.length > 0) return rows.map(({ pid }) => pid);
  }
}

describe('answers that are huge', () => {
  const huge = `${apps}/huge/deviceStatuses`;
  const page = (id: string): Part => get(id, `/${huge}?$select=osDescription&$top=600`);

  beforeAll(async () => {
    await ours.call('POST', `beta/${apps}`, { ...ios, id: 'huge' });
    const client = new Client({ connectionString: databaseUrl() });
    await client.connect();
    await client.query(
      `INSERT INTO mobile_app_install_statuses ("tenantId", "mobileAppId", "id", "osDescription", "errorCode", "installState",
         "installStateDetail", "mobileAppInstallStatusValue", "lastSyncDateTimeTicks", "lastSyncDateTimeWritten")
       SELECT $1, 'huge', n::text, repeat('x', $2::int), 0, 1, 0, 1, 0, 9000 FROM generate_series(1, 600) AS n`,
      [gateway.tenant, limits.text],
    );
    await client.end();
  });
  afterAll(() => ours.call('DELETE', `beta/${apps}/huge`));

  it('end with those that were running when there was enough; the others are to be sent again', async () => {
    const answers = await ours.answers(many(20, page));
    const served = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status, headers }) => status === 503 && headers['Retry-After'] === '1');
    const needed = Math.ceil(limits.batchText / limits.pageText);
    expect(served.length).toBeGreaterThanOrEqual(needed);
    expect(served.length).toBeLessThanOrEqual(needed + 5);
    expect(served.length + refused.length).toBe(20);
  });

  it('are not kept in memory for the sake of a group either, which is not kept then', async () => {
    const id = name();
    const parts = [create(id), ...many(19, page)].map((part) => ({ ...part, atomicityGroup: 'all' }));
    const reply = await ours.send(parts);
    expect(reply.text.length).toBeLessThan(limits.body);
    const answers = statusesOf(responsesIn(reply, parts));
    expect(answers.filter((status) => status !== 424)).toEqual([503]);
    expect((await ours.call('GET', `beta/${statuses}/${id}`)).status).toBe(404);
  });
});

const nested = (open: string, close: string, count: number): string =>
  open.repeat(count) + close.repeat(count);

describe('whatever a client sends, in a process of its own', () => {
  let child: processes.GatewayProcess;
  let side: Side;
  let port: number;
  /** All that the process says of faults and warnings. */
  let errors = '';
  let before: string;

  beforeAll(async () => {
    child = await processes.startProcess({ DATABASE_URL: databaseUrl() });
    child.child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    side = sideOf(child.url, gateway.token);
    port = Number(new URL(child.url).port);
    before = await contentOf(side);
  });

  afterAll(async () => {
    expect(await contentOf(side)).toBe(before);
    expect(await child.stop()).toBe(0);
    expect(errors).toBe('');
  });

  const size = limits.body;

  it.each<[string, string, number]>([
    ['nothing', '', 400],
    ['null', 'null', 400],
    ['a list', '[]', 400],
    ['a text', '"requests"', 400],
    ['no requests', '{}', 400],
    ['null for requests', '{"requests":null}', 400],
    ['an object for requests', '{"requests":{"0":{}}}', 400],
    ['requests that are none', '{"requests":[null,1,"x",[]]}', 400],
    ['another member', '{"requests":[],"more":1}', 400],
    ['requests twice', '{"requests":[],"requests":[]}', 400],
    ['half a batch', '{"requests":[{"id":"1"', 400],
    [
      'a batch of MIME',
      '--batch\r\nContent-Type: application/http\r\n\r\nGET /x HTTP/1.1\r\n\r\n--batch--',
      400,
    ],
    ['one letter', 'x'.repeat(size), 400],
    ['one digit', '1'.repeat(size), 400],
    ['backslashes', `"${'\\'.repeat(size - 2)}"`, 400],
    ['quotes', '"'.repeat(size), 400],
    ['blanks', ' '.repeat(size), 400],
    ['brackets', nested('[', ']', size / 2), 400],
    ['batches in batches', nested('{"requests":[', ']}', size / 16), 400],
    [
      'empty requests',
      `{"requests":[${Array(size / 4)
        .fill('{}')
        .join()}]}`.slice(0, size),
      400,
    ],
    [
      'zeros',
      `{"requests":[${Array(size / 2 - 10)
        .fill('0')
        .join()}]}`,
      400,
    ],
    ['names', `{${Array.from({ length: 300_000 }, (_, index) => `"${index}":0`).join()}}`, 400],
    [
      'dependencies',
      JSON.stringify({
        requests: [get('1', '/x'), get('2', '/x', { dependsOn: Array<string>(190_000).fill('1') })],
      }),
      200,
    ],
    [
      'headers',
      JSON.stringify({
        requests: [
          get('1', '/x', {
            headers: Object.fromEntries(Array.from({ length: 190_000 }, (_, index) => [`x${index}`, ''])),
          }),
        ],
      }),
      200,
    ],
    ['an escape in a URL', JSON.stringify({ requests: [get('1', `/${'%'.repeat(size - 100)}`)] }), 200],
    ['slashes in a URL', JSON.stringify({ requests: [get('1', `x${'/'.repeat(size - 100)}`)] }), 200],
    ['blanks in a URL', JSON.stringify({ requests: [get('1', `x?${' '.repeat(size - 100)}`)] }), 200],
    ['an id', JSON.stringify({ requests: [get('x'.repeat(size - 100), '/x')] }), 200],
    ['more than the limit', 'x'.repeat(size + 1), 413],
  ])('a body of %s is answered soon', async (_title, body, status) => {
    const started = performance.now();
    const reply = await side.call('POST', 'beta/$batch', body, json);
    expect(reply.status).toBe(status);
    if (status === 200)
      for (const answer of reply.body['responses'] as PartReply[])
        expect([400, 414, 424, 431]).toContain(answer.status);
    else expect(Object.keys(errorIn(reply.body))).toEqual(['code', 'message', 'innerError']);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('twenty requests of 200 KB are answered soon', async () => {
    const long = 'x'.repeat(200_000);
    const kinds: [(id: string) => Part, number][] = [
      [(id) => patch(id, 'row-0', { deviceName: long }), 400],
      [(id) => patch(id, 'row-0', { [long]: 1 }), 400],
      [(id) => patch(id, 'nobody', { '@my.own': long }), 404],
      [(id) => patch(id, 'row-0', { errorCode: long }), 400],
      [(id) => get(id, `/${statuses}/${long}`), 431],
      [(id) => get(id, `/${statuses}`, { headers: { accept: long } }), 431],
      [(id) => ({ ...patch(id, 'row-0', {}), headers: { 'content-type': long }, body: 'AAAA' }), 431],
      [(id) => get(`${long}${id}`, `/${statuses}/nobody`), 404],
    ];
    for (const [part, status] of kinds) {
      const started = performance.now();
      const reply = await side.send(many(20, part));
      expect(statusesOf(reply.body['responses'] as PartReply[])).toEqual(all(status, 20));
      expect(performance.now() - started).toBeLessThan(3000);
    }
  });

  it.each([
    '../healthz',
    '/beta/../healthz',
    '/beta/../../healthz',
    '/%2e%2e/healthz',
    '/beta/%2e%2e%2fhealthz',
    '/healthz',
    '/v2.0/me',
    '/batch',
    '/description',
    '/beta/description',
    '//host/beta/$metadata',
    '///beta/$metadata',
    '/\\host/x',
    '\\beta\\x',
    'http:/beta/$metadata',
    'javascript:alert(1)',
    '/beta/x\r\nX: y',
    '/beta/x y',
    '/beta/%0d%0aX: y',
    `/${statuses}/x%00`,
    `/${statuses}/%c0%af`,
    `/${statuses}/%`,
    `/${statuses}/\u0000`,
    `/${statuses}/\ud800`,
    `/${statuses}('`,
    '/beta/beta/$batch',
    '/beta/$ba/tch',
    '/beta//$batch',
    '/beta/%2524batch',
    `/${apps}/app/$batch`,
    '/%62eta/$metadata',
    '#',
    '?',
    '',
  ])('the URL %j leads nowhere', async (url) => {
    for (const part of [get('1', url), write('1', 'POST', url, { requests: [create('never')] })]) {
      const reply = await side.send([part]);
      const [answer] = reply.status === 200 ? (reply.body['responses'] as PartReply[]) : [reply];
      expect([400, 404, 501]).toContain(answer?.status);
      expect(Object.keys(errorIn(answer?.body))).toEqual(['code', 'message', 'innerError']);
    }
  });

  const protoNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'valueOf'];

  it('names of what every object has are names like others', async () => {
    const parts = protoNames.map(
      (own) =>
        `{"id":"${own}","method":"PATCH","url":"/${statuses}/row-0","atomicityGroup":"group ${own}","body":` +
        `{"${own}":{"errorCode":1}},"headers":{"content-type":"application/json","${own}":"x"}}`,
    );
    const reply = await side.call('POST', 'beta/$batch', `{"requests":[${parts.join()}]}`, json);
    expect((reply.body['responses'] as PartReply[]).map(({ id, status }) => [id, status])).toEqual(
      protoNames.map((id) => [id, 400]),
    );
    const linked = protoNames.map((id, index) =>
      get(id, `/${statuses}/row-0`, { dependsOn: protoNames.slice(0, index), atomicityGroup: `g${id}` }),
    );
    expect(statusesOf(await side.answers(linked))).toEqual(all(200, protoNames.length));
    for (const own of protoNames) {
      const inPart = `{"requests":[{"id":"1","method":"GET","url":"/x","${own}":1}]}`;
      for (const body of [inPart, `{"${own}":[]}`])
        expect((await side.call('POST', 'beta/$batch', body, json)).status).toBe(400);
    }
  });

  it('requests of anything in any place are answered, or the whole is refused', async () => {
    const names = constantFrom('1', '2', 'A', 'a', ...protoNames);
    const urls = oneof(
      constantFrom(`/${statuses}`, `/${statuses}/nobody`, '/$metadata', ''),
      string({ unit: 'binary' }),
    );
    const odd = oneof(jsonValue(), anything());
    const headers = oneof(constantFrom(json), dictionary(string(), string()), odd);
    const one = record(
      {
        id: oneof({ weight: 9, arbitrary: names }, odd),
        method: oneof({ weight: 9, arbitrary: constantFrom('GET', 'PATCH', 'PUT', 'delete') }, odd),
        url: oneof({ weight: 9, arbitrary: urls }, odd),
        headers: oneof({ weight: 9, arbitrary: headers }, odd),
        body: odd,
        dependsOn: oneof({ weight: 9, arbitrary: array(names, { maxLength: 2 }) }, odd),
        atomicityGroup: oneof({ weight: 9, arbitrary: names }, odd),
        if: odd,
      },
      { requiredKeys: ['id', 'method', 'url'] },
    );
    const batches = oneof(
      array(one, { maxLength: 6 }),
      uniqueArray(one, { maxLength: 6, selector: ({ id }) => id }),
    );
    await assert(
      asyncProperty(batches, async (parts) => {
        const text = JSON.stringify({ requests: parts }, (_, value: unknown) =>
          typeof value === 'bigint' ? 1 : value,
        );
        const reply = await side.call('POST', 'beta/$batch', text, json);
        expect([200, 400, 501]).toContain(reply.status);
        if (reply.status !== 200) return;
        for (const { status } of reply.body['responses'] as PartReply[])
          expect([200, 400, 404, 405, 406, 415, 424, 501]).toContain(status);
      }),
      { numRuns: 500 },
    );
  });

  it('a Host that is no host is refused, and a body that breaks off leads to nothing', async () => {
    const text = JSON.stringify({ requests: [create('never')] });
    const head = (host: string): string =>
      `POST /beta/$batch HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${side.token}\r\nConnection: close\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n`;
    expect(await raw(head('a"b') + text)).toMatch(/^HTTP\/1\.1 400 [^]*the Host header is not a host/);
    expect(await raw(head('x') + text.slice(0, -1), true)).toMatch(/^(HTTP\/1\.1 400 |$)/);
  });

  it('a client that leaves takes no connection along', async () => {
    const parts = many(20, (id) => ({
      ...get(id, `/${statuses}?$orderby=errorCode`),
      atomicityGroup: 'all',
    }));
    const text = JSON.stringify({ requests: parts });
    const head =
      `POST /beta/$batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${side.token}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n`;
    await Promise.all(many(60, (id) => get(id, '')).map(() => left(head + text)));
    const answers = await Promise.all(many(20, (id) => get(id, '')).map(() => side.answers(parts)));
    for (const answer of answers) expect(statusesOf(answer)).toEqual(all(200, 20));
  });

  /** Bytes as they are, and all that comes back; `ends` after them, as a client that broke off. */
  async function raw(text: string, ends = false): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.write(text);
    if (ends) socket.end();
    await once(socket, 'close');
    return answer;
  }

  async function left(text: string): Promise<void> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.write(text, () => resolve()));
    socket.destroy();
  }
});
