import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestGateway, type TestGateway } from './support/gateway.js';

const apps = 'beta/deviceAppManagement/mobileApps';
let gateway: TestGateway;
let row: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { body } = await gateway.call('POST', apps, { '@odata.type': '#microsoft.graph.iosStoreApp' });
  row = `${apps}/${String(body['id'])}/deviceStatuses/row`;
  await gateway.call('POST', row.slice(0, -4), { id: 'row' });
});
beforeEach(() => gateway.call('PATCH', row, { deviceName: 'before' }));
afterAll(() => gateway.close());

const after = '{"deviceName":"after"}';
const sized = { 'Content-Length': after.length };
const chunked = { 'Transfer-Encoding': 'chunked' };
const storedName = async (): Promise<unknown> => (await gateway.call('GET', row)).body['deviceName'];

describe('a PATCH that is followed by garbage on its connection', () => {
  it.each<[string, () => string[]]>([
    ['in the next packet', () => [`${patch(sized)}${after}`, 'garbage\r\n\r\n']],
    ['at once', () => [`${get('healthz')}${get(apps)}${patch(sized)}${after}garbage\r\n\r\n`]],
  ])('%s has its own 200 before the 400', async (_title, packets) => {
    const answers = await exchange(...packets());
    expect(refusal(answers.at(-1))).toBe('400 BadRequest');
    expect(answers.slice(0, -1).every(({ status }) => status === 200)).toBe(true);
    expect(answers.at(-2)?.text).toContain('"deviceName":"after"');
    expect(await storedName()).toBe('after');
  });

  it('because its Content-Length is too small is refused and changes nothing', async () => {
    const answers = await exchange(`${patch({ 'Content-Length': after.length - 3 })}${after}`);
    expect(answers.map(refusal)).toEqual(['400 BadRequest', '400 BadRequest']);
    expect(await storedName()).toBe('before');
  });
});

describe('a body that never becomes whole ends with its connection', () => {
  it('when its chunks are none, behind the answer to what came before it', async () => {
    const answers = await exchange(`${get('healthz')}${patch(chunked)}x\r\n{}\r\n`);
    expect(answers.map(({ status }) => status)).toEqual([200, 400]);
  });

  it('when its client leaves in the middle of it', async () => {
    const lines = gateway.log.length;
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').resume();
    socket.end(`${patch({ 'Content-Length': 22 })}{"deviceName":`);
    const closed = new Promise((resolve) => socket.once('close', () => resolve('closed')));
    expect(await Promise.race([closed, sleep(2_000, 'open', { ref: false })])).toBe('closed');
    expect(gateway.log.slice(lines).join('')).toContain('"method":"PATCH"');
    expect(await storedName()).toBe('before');
  });
});

it('requests that are sent without waiting are answered in their order', async () => {
  const paths = [apps, row, 'healthz', `${row}x`, 'nope', '$metadata', row, `${apps}?$top=1`, 'readyz', row];
  const sent = paths.map((path, index) => get(path, { 'client-request-id': `request-${index}` }));
  const answers = await exchange(`${sent.join('')}${get('healthz', { Connection: 'close' })}`);
  expect(answers.slice(0, -1).map(({ headers }) => headers.get('client-request-id'))).toEqual(
    paths.map((_path, index) => `request-${index}`),
  );
});

describe('what HTTP allows is served', () => {
  it('a whole URL as the target', async () => {
    const [answer] = await exchange(
      `GET ${gateway.url}/${row} HTTP/1.1\r\n${fields({ Connection: 'close' })}\r\n`,
    );
    expect(answer?.status).toBe(200);
    expect(answer?.text).toContain(`"@odata.context":"${gateway.url}/beta/$metadata#`);
  });

  it('a whole URL without a path as the target, in Graph’s terms', async () => {
    const [answer] = await exchange(
      `GET ${gateway.url}?x/${row} HTTP/1.1\r\n${fields({ Connection: 'close' })}\r\n`,
    );
    expect([answer?.status, refusal(answer)]).toEqual([404, '404 ResourceNotFound']);
  });

  it('HTTP/1.0 without a Host, from whoever looks whether the gateway lives', async () => {
    expect(await exchange('GET /healthz HTTP/1.0\r\n\r\n')).toMatchObject([{ status: 200 }]);
  });

  it('an expectation that is not known', async () => {
    const head = patch({ ...sized, Expect: 'foo', Connection: 'close' });
    expect(await exchange(`${head}${after}`)).toMatchObject([{ status: 200 }]);
    expect(await storedName()).toBe('after');
  });

  it('a body that waits for 100 Continue', async () => {
    const answers = await exchange(patch({ ...sized, Expect: '100-continue', Connection: 'close' }), after);
    expect(answers.map(({ status }) => status)).toEqual([100, 200]);
    expect(await storedName()).toBe('after');
  });

  it.each([
    ['whole', [`16\r\n${after}\r\n0\r\n\r\n`]],
    ['in pieces', ['5;x=y\r\n{"dev\r\n1', '1\r\niceName":"after"}\r\n0\r\nX-Sum: 1\r\n', '\r\n']],
  ])('a chunked body, %s', async (_title, packets) => {
    const answers = await exchange(patch({ ...chunked, Connection: 'close' }), ...packets);
    expect([answers.length, answers[0]?.status, await storedName()]).toEqual([1, 200, 'after']);
  });
});

it.each([
  ['; charset="utf-8"', 200],
  ['; charset= utf-8', 200],
  ['; charset=UTF-8', 200],
  [';odata.metadata=minimal;charset=utf-8;IEEE754Compatible=false', 200],
  ['; charset=utf-16', 415],
  ['; charset="utf-16"', 415],
])('a body of application/json%s gets %s', async (parameters, status) => {
  const headers = { 'Content-Type': `application/json${parameters}` };
  const reply = await gateway.call('PATCH', row, { deviceName: 'after' }, headers);
  expect([reply.status, await storedName()]).toEqual([status, status === 200 ? 'after' : 'before']);
});

describe('what is not HTTP is refused in Graph’s envelope and changes nothing', () => {
  it.each<[string, () => string]>([
    ['no Host', () => `${patch(sized).replace(/Host:.*\r\n/, '')}${after}`],
    ['no Host for what is not Graph', () => 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['two Hosts', () => `${patch(sized).replace(/(Host:.*\r\n)/, '$1$1')}${after}`],
    ['a length and chunks', () => `${patch({ ...sized, ...chunked })}16\r\n${after}\r\n0\r\n\r\n`],
    ['two lengths', () => `${patch({ ...sized, 'content-length': 21 })}${after}`],
    ['LF alone at the ends of lines', () => `${patch(sized).replaceAll('\r\n', '\n')}${after}`],
    ['a blank before a colon', () => `${patch({ 'Content-Length ': 22 })}${after}`],
  ])('%s', async (_title, sent) => {
    const [answer] = await exchange(sent().replace(/\r\n/, '\r\nConnection: close\r\n'));
    expect(refusal(answer)).toBe('400 BadRequest');
    expect(await storedName()).toBe('before');
  });
});

type Fields = Record<string, string | number>;

function fields(more: Fields): string {
  const all = { Host: new URL(gateway.url).host, Authorization: `Bearer ${gateway.token}`, ...more };
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

const get = (path: string, more: Fields = {}): string => `GET /${path} HTTP/1.1\r\n${fields(more)}\r\n`;

/** The head of a PATCH of the row. */
const patch = (more: Fields): string =>
  `PATCH /${row} HTTP/1.1\r\n${fields({ 'Content-Type': 'application/json', ...more })}\r\n`;

interface RawAnswer {
  status: number;
  headers: Map<string, string>;
  text: string;
}

/** Sends bytes as they are, in packets, and gives what came until the gateway closed the connection, or 3 s of silence. */
async function exchange(...packets: string[]): Promise<RawAnswer[]> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').setNoDelay();
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk)).on('error', () => undefined);
  socket.setTimeout(3_000, () => socket.destroy());
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const packet of packets) {
    socket.write(packet);
    await sleep(20);
  }
  await closed;
  return answersIn(Buffer.concat(received));
}

function answersIn(bytes: Buffer): RawAnswer[] {
  if (bytes.length === 0) return [];
  const end = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Map(lines.map((line) => line.toLowerCase().split(': ', 2) as [string, string]));
  const next = end + 4 + Number(headers.get('content-length') ?? 0);
  const answer = {
    status: Number(first.split(' ')[1]),
    headers,
    text: bytes.toString('utf8', end + 4, next),
  };
  return [answer, ...answersIn(bytes.subarray(next))];
}

/** Status and code of an answer in Graph's envelope. */
function refusal(answer: RawAnswer | undefined): string {
  const { error } = JSON.parse(answer?.text ?? '{}') as { error?: Record<string, unknown> };
  const innerError = { date: expect.any(String), 'request-id': answer?.headers.get('request-id') };
  expect(error).toMatchObject({ message: expect.any(String), innerError });
  return `${answer?.status} ${String(error?.['code'])}`;
}
