import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { Tls } from '../configuration.js';
import { day } from './certificates.js';
import { renewDaily } from './certificate-renewal.js';
import { makeLog } from './log.js';
import { type Credentials, tlsCredentials } from './tls.js';

const today = Date.now();
const realTimers = ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout'] as const;
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

let root: string;
let dataDir: string;
const servers: Server[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'understudy-renewal-'));
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(root, 'data-'));
  // The date and the timer of a day are ours. Who verifies a certificate goes by the machine's clock all the same.
  jest.useFakeTimers({ now: today, doNotFake: [...realTimers] });
});
afterEach(() => {
  for (const server of servers.splice(0)) closeAll(server);
  jest.useRealTimers();
});
afterAll(() => rm(root, { recursive: true, force: true }));

function closeAll(server: Server): void {
  server.close();
  server.closeAllConnections();
}

async function daysAgo<T>(days: number, work: () => Promise<T>): Promise<T> {
  jest.setSystemTime(today - days * day);
  const result = await work();
  jest.setSystemTime(today);
  return result;
}

const tls: Tls = { port: 0, names: ['localhost'], files: undefined };
const credentials = (): Promise<Credentials> => tlsCredentials(tls, dataDir);
const file = (name: string): string => join(dataDir, name);
const kept = (name: string): Promise<string> => readFile(file(`tls/${name}`), 'utf8');
/** The first certificate of a chain, as connections show it. */
const leafOf = (chain: string): string => String(new X509Certificate(chain));

/** A gateway of which only the part with the certificates is there. */
interface Gateway {
  server: Server;
  /** What it shows to who connects now and trusts `ca`. */
  leaf(ca: string): Promise<string>;
  /** What it has shown to who is connected since the start, and is answered still. */
  firstLeaf(): Promise<string>;
  log: Record<string, unknown>[];
}

const looks: Promise<unknown>[] = [];

async function started(ca: string, read: () => Promise<Credentials> = credentials): Promise<Gateway> {
  const served = await read();
  const server = createServer(served, (_request, response) => response.end());
  servers.push(server);
  const log: Gateway['log'] = [];
  const look = (): Promise<Credentials> => {
    const found = read();
    looks.push(found.catch(() => undefined));
    return found;
  };
  renewDaily(server, served, look, makeLog('info', { write: (line) => void log.push(JSON.parse(line)) }));
  await once(server.listen(0), 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const first = await connection(port, ca, agent);
  const firstLeaf = async (): Promise<string> => {
    expect(await connection(port, ca, agent)).toBe(first);
    return String(first.getPeerX509Certificate());
  };
  const leaf = async (trusted: string): Promise<string> =>
    String((await connection(port, trusted, false)).getPeerX509Certificate());
  return { server, leaf, firstLeaf, log };
}

/** What a request was answered over. */
async function connection(port: number, ca: string, agent: Agent | false): Promise<TLSSocket> {
  const [response] = await once(request({ hostname: 'localhost', port, agent, ca }).end(), 'response');
  const { socket } = response;
  await once(response.resume(), 'end');
  return socket as TLSSocket;
}

/** Until everybody has looked. */
async function aDayPasses(): Promise<void> {
  jest.setSystemTime(today - day);
  jest.advanceTimersByTime(day);
  await Promise.all(looks.splice(0));
  await turn();
}

/** A CA that has 22 days left and a leaf that has 17, of the days when each of them was made. */
async function inTheLastDays<T>(work: (ca: string) => Promise<T>): Promise<T> {
  await daysAgo(3630, credentials);
  const ca = await kept('ca.pem');
  return daysAgo(380, async () => {
    await credentials();
    expect(await kept('ca.pem')).toBe(ca);
    return work(ca);
  });
}

describe('a gateway that runs for long', () => {
  it('shows a new leaf to who connects before the old one ends, and goes on with who is connected', async () => {
    const gateway = await daysAgo(380, async () => {
      await credentials();
      return started(await kept('ca.pem'));
    });
    const [ca, old] = [await kept('ca.pem'), leafOf(await kept('cert.pem'))];
    expect(await gateway.leaf(ca)).toBe(old);
    await aDayPasses();
    const renewed = leafOf(await kept('cert.pem'));
    expect(renewed).not.toBe(old);
    expect(await gateway.leaf(ca)).toBe(renewed);
    expect(await gateway.firstLeaf()).toBe(old);
    const { validTo } = new X509Certificate(renewed);
    expect(gateway.log).toEqual([expect.objectContaining({ msg: 'a new certificate is served', validTo })]);
  });

  it('keeps a certificate that is far from its end', async () => {
    await credentials();
    const gateway = await started(await kept('ca.pem'));
    const set = jest.spyOn(gateway.server, 'setSecureContext');
    await aDayPasses();
    await aDayPasses();
    expect([set.mock.calls, gateway.log]).toEqual([[], []]);
  });

  it('looks no more once it is closed', async () => {
    await credentials();
    const { server } = await started(await kept('ca.pem'));
    expect(jest.getTimerCount()).toBe(1);
    closeAll(server);
    await once(server, 'close');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('logs why it cannot renew, goes on with the old certificate, and tries again the next day', async () => {
    const gateway = await daysAgo(380, async () => {
      await credentials();
      return started(await kept('ca.pem'));
    });
    const [ca, old, key] = [await kept('ca.pem'), leafOf(await kept('cert.pem')), await kept('key.pem')];
    await writeFile(file('tls/key.pem'), 'x');
    await aDayPasses();
    const message = expect.stringMatching(/^Not a P-256 private key/);
    expect(gateway.log).toEqual([
      expect.objectContaining({ level: 50, err: expect.objectContaining({ message }) }),
    ]);
    expect(await gateway.leaf(ca)).toBe(old);
    await writeFile(file('tls/key.pem'), key);
    await aDayPasses();
    expect(await gateway.leaf(ca)).toBe(leafOf(await kept('cert.pem')));
    expect(await gateway.leaf(ca)).not.toBe(old);
  });
});

describe('a CA that is renewed', () => {
  it('is not missed by clients that trust the old one, nor ahead of servers that show the old chain', async () => {
    const [old, gateway] = await inTheLastDays(async (ca) => [ca, await started(ca)] as const);
    const before = await gateway.leaf(old);
    const chain = await credentials();
    const renewed = await kept('ca.pem');
    expect(renewed).not.toBe(old);
    expect(await gateway.leaf(renewed)).toBe(before);
    await aDayPasses();
    expect(await gateway.leaf(old)).toBe(leafOf(chain.cert));
    expect(await gateway.leaf(renewed)).toBe(leafOf(chain.cert));
  });

  (hasOpenssl ? it : it.skip)('is one with the old one to OpenSSL', async () => {
    const old = await inTheLastDays(async (ca) => {
      await writeFile(file('old-ca.pem'), ca);
      await writeFile(file('old-leaf.pem'), await kept('cert.pem'));
      return ca;
    });
    await credentials();
    expect(await kept('ca.pem')).not.toBe(old);
    for (const trusted of ['old-ca.pem', 'tls/ca.pem']) {
      for (const leaf of ['old-leaf.pem', 'tls/cert.pem']) {
        const trust = [
          '-no-CApath',
          '-no-CAstore',
          '-CAfile',
          file(trusted),
          '-untrusted',
          file('tls/ca.pem'),
        ];
        const purpose = ['-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'localhost'];
        const { stdout, stderr } = spawnSync('openssl', ['verify', ...trust, ...purpose, file(leaf)], {
          encoding: 'utf8',
        });
        expect([stdout, stderr]).toEqual([`${file(leaf)}: OK\n`, '']);
      }
    }
  });
});

describe('gateways that share their folder', () => {
  it('renew at once, are trusted all the while, and show the same on the day after', async () => {
    const [ca, gateways] = await inTheLastDays(
      async (old) => [old, await Promise.all(['a', 'b', 'c'].map(() => started(old)))] as const,
    );
    const shown = (trusted: string): Promise<string[]> =>
      Promise.all(gateways.map((gateway) => gateway.leaf(trusted)));
    const before = leafOf(await kept('cert.pem'));
    await aDayPasses();
    const renewed = await kept('ca.pem');
    expect(renewed).not.toBe(ca);
    for (const trusted of [ca, renewed]) expect(await shown(trusted)).not.toContain(before);
    await aDayPasses();
    const leaf = leafOf(await kept('cert.pem'));
    expect(await shown(renewed)).toEqual([leaf, leaf, leaf]);
  });
});

describe('given files', () => {
  it('are taken when they change; while they do not fit each other, the old ones stay', async () => {
    const [cert, key] = [file('given.pem'), file('given-key.pem')];
    const give = ({ cert: chain, key: secret }: Credentials): Promise<unknown> =>
      Promise.all([writeFile(cert, chain), writeFile(key, secret)]);
    const of = (folder: string): Promise<Credentials> => tlsCredentials(tls, file(folder));
    const caOf = (folder: string): Promise<string> => readFile(file(`${folder}/tls/ca.pem`), 'utf8');
    const [first, second] = [await of('first'), await of('second')];
    await give(first);
    const given: Tls = { ...tls, files: { cert, key } };
    const gateway = await started(await caOf('first'), () => tlsCredentials(given, dataDir));
    await writeFile(cert, second.cert);
    await aDayPasses();
    const message = `TLS_CERT and TLS_KEY must be a certificate and its key: ${cert}, ${key}`;
    expect(gateway.log).toEqual([
      expect.objectContaining({ level: 50, err: expect.objectContaining({ message }) }),
    ]);
    expect(await gateway.leaf(await caOf('first'))).toBe(leafOf(first.cert));
    await give(second);
    await aDayPasses();
    expect(await gateway.leaf(await caOf('second'))).toBe(leafOf(second.cert));
    expect(await gateway.firstLeaf()).toBe(leafOf(first.cert));
  });
});
