import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { defaultClientId, defaultTenantId } from '../src/configuration.js';
import { request } from './support/gateway.js';
import { databaseUrl, testPostgres } from './support/postgres.js';
import * as processes from './support/process.js';
import type { Environment, GatewayProcess } from './support/process.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const oneLine = /^[^\n]+\n$/;
let other: Server;
let taken: string;
/** A data folder that has been served from: its database is made and migrated. */
let stock: string;
let token: string;

beforeAll(async () => {
  other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  taken = String((other.address() as AddressInfo).port);
  stock = await processes.newDataDir();
  const first = await processes.startProcess({ DATA_DIR: stock });
  token = await processes.printedToken({ DATA_DIR: stock });
  await call(first, 'POST', apps, { '@odata.type': '#microsoft.graph.iosStoreApp', id: 'app' });
  expect(await first.stop()).toBe(0);
});

afterAll(async () => {
  other.close();
  await processes.endProcesses();
});

describe('a start that cannot listen says why in one line and leaves nothing running', () => {
  it.each<[string, () => Environment, RegExp]>([
    ['HTTPS_PORT is taken', () => ({ TLS: 'on', HTTPS_PORT: taken }), /EADDRINUSE/],
    [
      'TLS_CERT cannot be read',
      () => ({ TLS: 'on', HTTPS_PORT: '0', TLS_CERT: '/nowhere/cert.pem', TLS_KEY: '/nowhere/key.pem' }),
      /^TLS_CERT cannot be read: \/nowhere\/cert\.pem$/m,
    ],
  ])('when %s', async (_title, environment, reason) => {
    const dataDir = await processes.newDataDir(stock);
    const refused = await processes.refusedProcess({ DATA_DIR: dataDir, ...environment() });
    expect(refused.errors).toMatch(reason);
    expect(await processes.postgresPid(dataDir)).toBeUndefined();
    expect(refused).toEqual({ code: 1, output: '', errors: expect.stringMatching(oneLine) });
  });

  it('when PORT is taken at the first start, which has shown the client secret', async () => {
    const dataDir = await processes.newDataDir();
    const refused = await processes.refusedProcess({ DATA_DIR: dataDir, PORT: taken });
    const [, secret = ''] = /^ {2}client secret {2}(\S+)$/m.exec(refused.output) ?? [];
    expect(refused).toMatchObject({ code: 1, errors: expect.stringMatching(/^listen EADDRINUSE[^\n]+\n$/) });
    expect(await processes.postgresPid(dataDir)).toBeUndefined();
    const next = await processes.startProcess({ DATA_DIR: dataDir });
    expect(await tokenStatus(next, secret)).toBe(200);
    expect(await next.stop()).toBe(0);
  });
});

it('a database that cannot hold every text is refused in one sentence', async () => {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const client = new Client({ ...testPostgres(), database: 'understudy' });
  await client.connect();
  await client.query(`CREATE DATABASE ${name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
  await client.end();
  const refused = await processes.refusedProcess({ DATABASE_URL: databaseUrl(name) });
  expect(refused).toEqual({ code: 1, output: '', errors: expect.stringMatching(oneLine) });
  expect(refused.errors).toMatch(/^DATABASE_URL leads to a database in LATIN1: .*UTF8/);
});

describe('a signal while Postgres is being started ends both', () => {
  it.each<[NodeJS.Signals, string, () => string | undefined]>([
    ['SIGINT', 'the first start', () => undefined],
    ['SIGTERM', 'a later one', () => stock],
  ])('%s in %s', async (signal, _which, from) => {
    const dataDir = await processes.newDataDir(from());
    const child = starting(dataDir);
    try {
      const ended = once(child, 'close');
      await until(() => existsSync(join(dataDir, 'postgres', 'postmaster.pid')));
      child.kill(signal);
      expect(await ended).toEqual([0, null]);
      expect(await processes.postgresPid(dataDir)).toBeUndefined();
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('a Postgres that was killed under a living gateway', () => {
  it('is started again with the data, which the log tells, and ends with the gateway', async () => {
    const { dataDir, gateway, errors, rob } = await robbable();
    await rob();
    await until(async () => (await call(gateway, 'GET', `${apps}/app`)).status === 200);
    expect((await call(gateway, 'PATCH', `${apps}/app`, { displayName: 'after' })).status).toBe(200);
    expect(errors()).toContain('the embedded Postgres went away and is started again');
    const second = await processes.postgresPid(dataDir);
    expect(await gateway.stop()).toBe(0);
    expect(await processes.isPostgres(second, dataDir)).toBe(false);
    expect(await processes.postgresPid(dataDir)).toBeUndefined();
  });

  it('while that is being stopped stays gone', async () => {
    const { dataDir, gateway, rob } = await robbable();
    const stopped = gateway.stop();
    // Before the drain of 250 ms is over, so that the new start meets the stop.
    await sleep(200);
    await rob();
    const code = await Promise.race([stopped, sleep(5_000, 'still running', { ref: false })]);
    expect([code, await processes.postgresPid(dataDir)]).toEqual([0, undefined]);
  });
});

/** A gateway with the data, and what kills its Postgres. */
async function robbable() {
  const dataDir = await processes.newDataDir(stock);
  const gateway = await processes.startProcess({ DATA_DIR: dataDir });
  let text = '';
  gateway.child.stderr?.on('data', (chunk: string) => (text += chunk));
  const rob = async () => process.kill((await processes.postgresPid(dataDir)) as number, 'SIGKILL');
  return { dataDir, gateway, errors: () => text, rob };
}

/** A gateway process that is not waited for. */
function starting(dataDir: string) {
  const { DATABASE_URL: _other, ...own } = process.env;
  const env = { ...own, PORT: '0', LOG_LEVEL: 'warn', DATA_DIR: dataDir };
  const cwd = fileURLToPath(new URL('../', import.meta.url));
  return spawn(process.execPath, ['src/cli/run.mjs', 'serve'], { cwd, env, stdio: 'ignore' });
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 10_000; !(await holds()); await sleep(2)) {
    if (Date.now() > deadline) throw new Error('it did not come to that within 10 seconds');
  }
}

function call({ url }: GatewayProcess, method: string, path: string, body?: object) {
  return request(`${url}/${path}`, method, body, { Authorization: `Bearer ${token}` });
}

/** What the token endpoint says to the client with this secret. */
async function tokenStatus({ url }: GatewayProcess, secret: string): Promise<number> {
  const scope = 'https://graph.microsoft.com/.default';
  const form = { grant_type: 'client_credentials', client_id: defaultClientId, client_secret: secret, scope };
  const body = new URLSearchParams(form);
  const reply = await fetch(`${url}/${defaultTenantId}/oauth2/v2.0/token`, { method: 'POST', body });
  await reply.text();
  return reply.status;
}
