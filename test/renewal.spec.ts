import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { Configuration } from '../src/configuration.js';
import { openGateway } from '../src/gateway.js';
import { day } from '../src/operations/certificates.js';
import { makeLog } from '../src/operations/log.js';
import { databaseUrl } from './support/postgres.js';

const today = Date.now();
const realTimers = ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout'] as const;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'understudy-renewal-'));
});
afterAll(async () => {
  jest.useRealTimers();
  await rm(dataDir, { recursive: true, force: true });
});

const kept = (name: string): Promise<string> => readFile(join(dataDir, 'tls', name), 'utf8');
const keptLeaf = async (): Promise<string> => String(new X509Certificate(await kept('cert.pem')));

/** The certificate that a client which trusts our CA is shown. */
async function shownAt(url: string): Promise<string> {
  const socket = connect({ host: 'localhost', port: Number(new URL(url).port), ca: await kept('ca.pem') });
  await once(socket, 'secureConnect');
  const certificate = String(socket.getPeerX509Certificate());
  socket.destroy();
  return certificate;
}

it('a gateway that was started more than a year ago shows a certificate that is good today', async () => {
  const settings = { DATABASE_URL: databaseUrl(), DATA_DIR: dataDir, PORT: '0', TLS: 'on', HTTPS_PORT: '0' };
  const gateway = await openGateway(Configuration.read(settings), makeLog('silent'));
  try {
    jest.useFakeTimers({ now: today - 380 * day, doNotFake: [...realTimers] });
    const [, url = ''] = await gateway.listen();
    const old = await keptLeaf();
    expect(await shownAt(url)).toBe(old);
    jest.setSystemTime(today - day);
    jest.advanceTimersByTime(day);
    for (let tries = 0; tries < 1_000 && (await shownAt(url)) === old; tries++) await sleep(5);
    expect(await shownAt(url)).toBe(await keptLeaf());
    expect(await keptLeaf()).not.toBe(old);
  } finally {
    await gateway.close();
  }
  expect(jest.getTimerCount()).toBe(0);
});
