import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { buffer, text as textOf } from 'node:stream/consumers';
import { constants, createDeflateRaw, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { limits } from '../src/odata/limits.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const ios = { '@odata.type': '#microsoft.graph.iosStoreApp' };
let gateway: TestGateway;
let row: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  await gateway.call('POST', apps, { ...ios, id: 'app', description: '漢字 '.repeat(500) });
  row = `${apps}/app/deviceStatuses/row`;
  await gateway.call('POST', row.slice(0, -4), { id: 'row' });
});
beforeEach(() => gateway.call('PATCH', row, { deviceName: 'before' }));
afterAll(() => gateway.close());

interface RawReply {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  bytes: Buffer;
}

type Fields = Record<string, string | number>;

/** One request with these fields and no others that matter, and the answer's bytes as they were sent. */
async function send(
  method: string,
  path: string,
  fields: Fields = {},
  body: readonly Buffer[] = [],
): Promise<RawReply> {
  const headers = { Authorization: `Bearer ${gateway.token}`, ...fields };
  const sent = request(`${gateway.url}/${path}`, { method, headers, agent: false });
  for (const chunk of body) sent.write(chunk);
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, bytes: await buffer(response) };
}

const codeOf = (bytes: Buffer): unknown =>
  (JSON.parse(bytes.toString()) as { error?: { code: string } }).error?.code;
const storedName = async (): Promise<unknown> => (await gateway.call('GET', row)).body['deviceName'];

describe('an answer', () => {
  it('is sent by gzip to who accepts it, and as it is to who does not', async () => {
    const [coded, plain] = [await send('GET', apps, { 'Accept-Encoding': 'gzip' }), await send('GET', apps)];
    expect([coded.status, coded.headers['content-encoding']]).toEqual([200, 'gzip']);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(gunzipSync(coded.bytes).equals(plain.bytes)).toBe(true);
    for (const { headers, bytes } of [coded, plain]) {
      expect(headers['content-length']).toBe(String(bytes.length));
      expect(headers['content-type']).toContain('application/json');
      expect(headers.vary).toMatch(/^Accept, (.*, )?Accept-Encoding, Origin$/);
    }
    expect(coded.bytes.length).toBeLessThan(plain.bytes.length / 2);
  });

  it.each([
    [apps, 'gzip'],
    [apps, 'deflate, GZIP;q=0.5'],
    [apps, 'br, *;q=0.1'],
    [row, 'gzip, identity;q=0'],
    [`${row}x`, 'gzip, *;q=0'],
    [`${apps}/$count`, 'gzip, identity;q=0'],
    ['healthz', 'gzip, identity;q=0'],
    ['beta/$metadata', 'gzip'],
    ['beta/openapi.json', 'gzip'],
  ])('of %s to "%s" is gzip', async (path, accepted) => {
    const { headers, bytes } = await send('GET', path, { 'Accept-Encoding': accepted });
    expect([headers['content-encoding'], headers['content-length']]).toEqual(['gzip', String(bytes.length)]);
    expect(gunzipSync(bytes).length).toBeGreaterThan(0);
    expect(headers.vary).toContain('Accept-Encoding');
  });

  it.each([
    [row, 'gzip'],
    [`${row}x`, 'gzip'],
    [apps, ''],
    [apps, 'gzip;q=0'],
    [apps, 'gzip;q=0.5, identity;q=0.9'],
    [apps, 'br, deflate'],
    [apps, 'gzip;q=9'],
    [apps, 'gzip,'.repeat(12_000)],
    [apps, `${'x'.repeat(60_000)};q=0`],
  ])('of %s to "%s" is sent as it is', async (path, accepted) => {
    const { headers, bytes } = await send('GET', path, { 'Accept-Encoding': accepted });
    expect([headers['content-encoding'], headers['content-length']]).toEqual([
      undefined,
      String(bytes.length),
    ]);
    expect(JSON.parse(bytes.toString())).toEqual(expect.any(Object));
  });

  it.each(['*;q=0', 'identity;q=0', 'br, identity;q=0'])('to "%s" is 406, and nothing is done', async (q) => {
    const fields = { 'Accept-Encoding': q, 'Content-Type': 'application/json' };
    const reply = await send('PATCH', row, fields, [Buffer.from('{"deviceName":"after"}')]);
    expect([reply.status, codeOf(reply.bytes), await storedName()]).toEqual([406, 'NotAcceptable', 'before']);
  });

  it.each([apps, row, `${row}x`, `${apps}/$count`, 'beta/$metadata', 'healthz'])(
    'to HEAD of %s has the headers of GET and nothing else',
    async (path) => {
      for (const accepted of ['identity', 'gzip']) {
        const fields = { 'Accept-Encoding': accepted, 'client-request-id': 'same' };
        const [got, head] = [await send('GET', path, fields), await send('HEAD', path, fields)];
        expect(head.bytes.length).toBe(0);
        const changing = ['date', 'request-id'];
        const same = ({ headers }: RawReply) =>
          Object.entries(headers).filter(([name]) => !changing.includes(name));
        expect(same(head)).toEqual(same(got));
      }
    },
  );

  it('without a body is never coded: 204, 304', async () => {
    await gateway.call('POST', row.slice(0, -4), { id: 'gone' });
    const fields = { 'Accept-Encoding': 'gzip, identity;q=0' };
    const removed = await send('DELETE', row.replace('row', 'gone'), fields);
    const { etag = '' } = (await send('GET', 'beta/$metadata', fields)).headers;
    const known = await send('GET', 'beta/$metadata', { ...fields, 'If-None-Match': etag });
    expect([removed.status, known.status]).toEqual([204, 304]);
    for (const { headers, bytes } of [removed, known]) {
      expect([headers['content-encoding'], headers['content-length'], bytes.length]).toEqual([
        undefined,
        undefined,
        0,
      ]);
    }
  });

  it('stands in the order of its request, however long gzip takes', async () => {
    const head = (path: string, ...fields: string[]): string =>
      [`GET /${path} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${gateway.token}`, ...fields, '', ''].join(
        '\r\n',
      );
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write(`${head('beta/$metadata', 'Accept-Encoding: gzip')}${head('healthz', 'Connection: close')}`);
    const answers = await buffer(socket);
    expect(answers.indexOf('Content-Encoding: gzip')).toBeGreaterThan(0);
    expect(answers.indexOf('{"status":"ok"}')).toBeGreaterThan(answers.indexOf('Content-Encoding: gzip'));
  });
});

const after = '{"deviceName":"after"}';
const json = { 'Content-Type': 'application/json' };
const zipped = gzipSync(after);
const padded = (size: number): Buffer => gzipSync(after.padEnd(size), { level: 0 });

/** 1 GB of zeros that is no longer than 1 MB: a block of 1 MiB which can follow itself. */
async function bomb(): Promise<Buffer> {
  const deflate = createDeflateRaw({ level: 9 });
  deflate.write(Buffer.alloc(1024 * 1024));
  deflate.flush(constants.Z_FULL_FLUSH, () => deflate.destroy());
  const blocks: Buffer[] = [];
  deflate.on('data', (block: Buffer) => blocks.push(block));
  await once(deflate, 'close');
  const block = Buffer.concat(blocks);
  return Buffer.concat([gzipSync('').subarray(0, 10), ...Array<Buffer>(1024).fill(block)]);
}

describe('a body', () => {
  it.each<[string, Fields, Buffer]>([
    ['without a charset', json, Buffer.from(after)],
    ['with a byte order mark', json, Buffer.from(`\ufeff${after}`)],
    ['with a byte order mark in gzip', { ...json, 'Content-Encoding': 'gzip' }, gzipSync(`\ufeff${after}`)],
    ['with a charset', { 'Content-Type': 'application/json;charset=utf-8' }, Buffer.from(after)],
    ['in identity', { ...json, 'Content-Encoding': 'identity' }, Buffer.from(after)],
    ['in gzip', { ...json, 'Content-Encoding': 'gzip' }, zipped],
    ['in GZIP', { ...json, 'Content-Encoding': 'GZIP' }, zipped],
    ['in x-gzip', { ...json, 'Content-Encoding': 'x-gzip' }, zipped],
    ['in deflate', { ...json, 'Content-Encoding': 'deflate' }, deflateSync(after)],
    ['of 4 MiB in gzip that makes it longer', { ...json, 'Content-Encoding': 'gzip' }, padded(limits.body)],
  ])('%s is read', async (_title, fields, bytes) => {
    const reply = await send('PATCH', row, { ...fields, 'Content-Length': bytes.length }, [bytes]);
    expect([reply.status, await storedName()]).toEqual([200, 'after']);
  });

  it('in gzip and in chunks is read', async () => {
    const chunks = Array.from(zipped, (byte) => Buffer.of(byte));
    const reply = await send('PATCH', row, { ...json, 'Content-Encoding': 'gzip' }, chunks);
    expect([reply.status, await storedName()]).toEqual([200, 'after']);
  });

  it.each<[string, string, Buffer, number, string]>([
    ['in br', 'br', zipped, 415, 'RequestBodyRead'],
    ['in gzip twice', 'gzip, gzip', gzipSync(zipped), 415, 'RequestBodyRead'],
    ['cut in the middle of gzip', 'gzip', zipped.subarray(0, 20), 400, 'BadRequest'],
    ['without the last byte of gzip', 'gzip', zipped.subarray(0, -1), 400, 'BadRequest'],
    ['with garbage behind gzip', 'gzip', Buffer.concat([zipped, Buffer.from('}')]), 400, 'BadRequest'],
    ['with a second document', 'gzip', Buffer.concat([zipped, zipped]), 400, 'BadRequest'],
    ['that is said to be gzip', 'gzip', Buffer.from(after), 400, 'BadRequest'],
    ['that is said to be deflate', 'deflate', zipped, 400, 'BadRequest'],
    ['of nothing in gzip', 'gzip', gzipSync(''), 400, 'BadRequest'],
    ['of nothing that is said to be gzip', 'gzip', Buffer.alloc(0), 400, 'BadRequest'],
    ['of a byte more than 4 MiB in gzip', 'gzip', padded(limits.body + 1), 413, 'RequestEntityTooLarge'],
    ['of 10 MB in gzip', 'gzip', gzipSync(Buffer.alloc(1e7)), 413, 'RequestEntityTooLarge'],
    ['of 5 MiB that is said to be gzip', 'gzip', Buffer.alloc(5 << 20), 413, 'RequestEntityTooLarge'],
  ])('%s is refused and changes nothing', async (_title, coding, bytes, status, code) => {
    const reply = await send('PATCH', row, { ...json, 'Content-Encoding': coding }, [bytes]);
    expect([reply.status, codeOf(reply.bytes), await storedName()]).toEqual([status, code, 'before']);
  });

  it('that unpacks to 1 GB takes neither time nor memory', async () => {
    const bytes = await bomb();
    expect(bytes.length).toBeLessThan(2_000_000);
    const [began, resident] = [performance.now(), process.memoryUsage.rss()];
    const fields = { ...json, 'Content-Encoding': 'gzip' };
    const replies = await Promise.all([1, 2, 3, 4].map(() => send('PATCH', row, fields, [bytes])));
    expect(replies.map(({ status }) => status)).toEqual([413, 413, 413, 413]);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(process.memoryUsage.rss() - resident).toBeLessThan(300_000_000);
  });

  it('in a coding that is not read is told those that are, and no other 415 is', async () => {
    const coded = await send('PATCH', row, { ...json, 'Content-Encoding': 'br' }, [Buffer.from(after)]);
    const typed = await send('PATCH', row, { 'Content-Type': 'text/plain' }, [Buffer.from(after)]);
    expect([coded, typed].map(({ status, headers }) => [status, headers['accept-encoding']])).toEqual([
      [415, 'gzip, deflate, identity'],
      [415, undefined],
    ]);
  });

  it.each([
    ['{"deviceName":"a","deviceName":"b"}', 'deviceName'],
    [String.raw`{"deviceName":"a","device\u004eame":"b"}`, 'deviceName'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"@my.own":{"constructor":1,"constructor":2}}', 'constructor'],
  ])('of %s is refused, as it names %s twice', async (body, name) => {
    const reply = await gateway.call('PATCH', row, body, json);
    expect([reply.status, await storedName()]).toEqual([400, 'before']);
    expect(reply.body['error']).toMatchObject({
      code: 'ModelValidationFailure',
      message: `Multiple properties with the name '${name}' were detected in a resource or a complex value. In OData, duplicate property names are not allowed.`,
    });
  });

  it.each(['1e999', '-1e999', '1.00000000000000000001', '9007199254740993', '2147483648', '0.5'])(
    'with %s for an Int32 is refused',
    async (number) => {
      const body = `{"deviceName":"after","errorCode":${number}}`;
      expect((await gateway.call('PATCH', row, body, json)).status).toBe(400);
      expect(await storedName()).toBe('before');
    },
  );
});

it('a client that leaves while its answer is made harms nobody', async () => {
  const headers = { Authorization: `Bearer ${gateway.token}`, 'Accept-Encoding': 'gzip' };
  for (let round = 0; round < 20; round++) {
    const sent = request(`${gateway.url}/beta/$metadata`, { headers, agent: false });
    sent.on('error', () => undefined).end();
    setTimeout(() => sent.destroy(), round);
    await new Promise((resolve) => sent.once('close', resolve));
  }
  const sent = request(`${gateway.url}/healthz`, { agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  expect(await textOf(response)).toBe('{"status":"ok"}');
  expect(gateway.log.filter((line) => line.includes('"level":50'))).toEqual([]);
});
