import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tls } from '../configuration.js';
import { day } from './certificates.js';
import { tlsCredentials } from './tls.js';

let root: string;
let dataDir: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'understudy-tls-'));
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(root, 'data-'));
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => rm(root, { recursive: true, force: true }));

function forNames(...names: string[]): Tls {
  return { port: 0, names, files: undefined };
}

const local = forNames('localhost', '127.0.0.1', '::1');

function pathOf(file: string): string {
  return join(dataDir, 'tls', file);
}

function kept(file: string): Promise<string> {
  return readFile(pathOf(file), 'utf8');
}

function inDays(days: number): void {
  const later = Date.now() + days * day;
  jest.spyOn(Date, 'now').mockReturnValue(later);
}

async function statusOf(hostname: string, ca?: string): Promise<number | undefined> {
  const server = createServer(await tlsCredentials(local, dataDir), (_request, response) => response.end());
  await once(server.listen(0), 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const client = request({ hostname, port, agent: false, ca }).end();
    const [response] = await once(client, 'response');
    response.resume();
    return response.statusCode;
  } finally {
    server.close();
  }
}

describe('a server with the local CA', () => {
  it.each(['localhost', '127.0.0.1'])(
    'is accepted as %s by a client that trusts ca.pem',
    async (hostname) => {
      await tlsCredentials(local, dataDir);
      expect(await statusOf(hostname, await kept('ca.pem'))).toBe(200);
    },
  );

  it('is refused by a client that does not', async () => {
    await expect(statusOf('localhost')).rejects.toMatchObject({ code: 'SELF_SIGNED_CERT_IN_CHAIN' });
  });

  it('is refused under a name that is not its own', async () => {
    await tlsCredentials(local, dataDir);
    const ca = await kept('ca.pem');
    await expect(statusOf('127.0.0.2', ca)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });
});

describe('the kept files', () => {
  it('hold the chain and key that are served, the keys for the owner only, and nothing else', async () => {
    const { cert, key } = await tlsCredentials(local, dataDir);
    expect(cert).toBe((await kept('cert.pem')) + (await kept('ca.pem')));
    expect(key).toBe(await kept('key.pem'));
    expect((await readdir(pathOf(''))).toSorted()).toEqual(['ca-key.pem', 'ca.pem', 'cert.pem', 'key.pem']);
    for (const file of ['ca-key.pem', 'key.pem']) expect((await stat(pathOf(file))).mode & 0o777).toBe(0o600);
  });

  it('are reused, whatever the order and case of the names', async () => {
    const first = await tlsCredentials(local, dataDir);
    expect(await tlsCredentials(forNames('::1', 'LOCALHOST', '127.0.0.1'), dataDir)).toEqual(first);
  });

  it('are the same for all who start at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => tlsCredentials(local, dataDir)));
    expect(new Set(all.map(({ cert, key }) => cert + key)).size).toBe(1);
    expect(await statusOf('localhost', await kept('ca.pem'))).toBe(200);
  });

  it('fit each other when all who start at once want other names', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => tlsCredentials(forNames(name), dataDir)));
    const [leaf, ca] = [
      new X509Certificate(await kept('cert.pem')),
      new X509Certificate(await kept('ca.pem')),
    ];
    expect(leaf.checkIssued(ca) && leaf.verify(ca.publicKey)).toBe(true);
  });

  it.each([
    ['the names change', () => Promise.resolve(), forNames('gateway.example')],
    ['the leaf is missing', () => unlink(pathOf('cert.pem')), local],
    ['the leaf is damaged', () => writeFile(pathOf('cert.pem'), 'x'), local],
    ["the leaf's key is missing", () => unlink(pathOf('key.pem')), local],
    ['the leaf ends within 30 days', () => Promise.resolve(inDays(368)), local],
  ])('get a new leaf of the same CA when %s', async (_case, change, tls) => {
    await tlsCredentials(local, dataDir);
    const [cert, ca] = [await kept('cert.pem'), await kept('ca.pem')];
    await change();
    await tlsCredentials(tls, dataDir);
    expect(await kept('ca.pem')).toBe(ca);
    expect(await kept('cert.pem')).not.toBe(cert);
    expect(new X509Certificate(await kept('cert.pem')).verify(new X509Certificate(ca).publicKey)).toBe(true);
  });

  it('keep the leaf until 30 days before its end', async () => {
    const first = await tlsCredentials(local, dataDir);
    inDays(366);
    expect(await tlsCredentials(local, dataDir)).toEqual(first);
  });

  it.each([
    ['is missing', () => unlink(pathOf('ca.pem'))],
    ['has lost its key', () => unlink(pathOf('ca-key.pem'))],
    ['ends within 30 days', () => Promise.resolve(inDays(3640))],
  ])('get a new CA and a leaf that fits it when the CA %s', async (_case, change) => {
    await tlsCredentials(local, dataDir);
    const ca = await kept('ca.pem');
    await change();
    await tlsCredentials(local, dataDir);
    expect(await kept('ca.pem')).not.toBe(ca);
    jest.restoreAllMocks();
    const issuer = new X509Certificate(await kept('ca.pem')).publicKey;
    expect(new X509Certificate(await kept('cert.pem')).verify(issuer)).toBe(true);
  });

  it('are an error when a key is damaged', async () => {
    await tlsCredentials(local, dataDir);
    await writeFile(pathOf('key.pem'), 'x');
    await expect(tlsCredentials(local, dataDir)).rejects.toThrow('Not a P-256 private key; delete the file');
  });
});

async function asFiles(cert: string, key: string): Promise<Tls> {
  const files = { cert: join(dataDir, 'given.pem'), key: join(dataDir, 'given-key.pem') };
  await Promise.all([writeFile(files.cert, cert), writeFile(files.key, key)]);
  return { ...local, files };
}

describe('given files', () => {
  const rsa = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;

  it('are used as they are', async () => {
    const made = await tlsCredentials(local, dataDir);
    expect(await tlsCredentials(await asFiles(made.cert, made.key), join(dataDir, 'unused'))).toEqual(made);
    await expect(stat(join(dataDir, 'unused'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    ["another certificate's key", async () => kept('ca-key.pem')],
    ['a key of another type', async () => rsa],
    ['no key', async () => 'nothing'],
  ])('are an error when they hold %s', async (_case, key) => {
    const { cert } = await tlsCredentials(local, dataDir);
    const tls = await asFiles(cert, await key());
    await expect(tlsCredentials(tls, dataDir)).rejects.toThrow(
      'TLS_CERT and TLS_KEY must be a certificate and its key',
    );
  });

  it('are an error when one cannot be read', async () => {
    const tls = await asFiles('', '');
    await unlink(tls.files!.key);
    await expect(tlsCredentials(tls, dataDir)).rejects.toThrow(`TLS_KEY cannot be read: ${tls.files!.key}`);
  });
});
