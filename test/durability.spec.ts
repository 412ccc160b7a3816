import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documentExamples, documentRows } from './support/documents.js';
import { request } from './support/gateway.js';
import { type Attempt, outcomes, patchUnderLoad, possibleValues, written } from './support/load.js';
import * as processes from './support/process.js';
import type { GatewayProcess } from './support/process.js';

const statuses = 'beta/deviceAppManagement/mobileApps/app/deviceStatuses';
const rows = Array.from({ length: 50 }, (_, index) => `row-${index}`);

/** A data folder with the rows in it, copied by every test; its signing key, and so the token, is in the copies too. */
let stock: string;
let token: string;

beforeAll(async () => {
  stock = await processes.newDataDir();
  const gateway = await processes.startProcess({ DATA_DIR: stock });
  token = await processes.printedToken({ DATA_DIR: stock });
  for (const [path, body] of documentRows) await made(gateway, path, body);
  await Promise.all(rows.map((id) => made(gateway, statuses, { id, ...written(0) })));
  expect(await gateway.stop()).toBe(0);
});

afterAll(processes.endProcesses);

describe('after a stop and a start', () => {
  let dataDir: string;
  let restarted: GatewayProcess;

  beforeAll(async () => {
    dataDir = await processes.newDataDir(stock);
    const first = await processes.startProcess({ DATA_DIR: dataDir });
    for (const { path, sent } of documentExamples) {
      expect(await call(first, 'PATCH', path, sent)).toMatchObject({ status: 200 });
    }
    expect(await first.stop('SIGTERM')).toBe(0);
    expect(await processes.postgresPid(dataDir)).toBeUndefined();
    restarted = await processes.startProcess({ DATA_DIR: dataDir });
  });

  it.each(documentExamples)('the row of the example of $title is as printed', async ({ path, sent, id }) => {
    const { status, body } = await call(restarted, 'GET', path);
    expect(status).toBe(200);
    expect(body).toEqual({ ...sent, id, '@odata.context': expect.any(String) });
  });

  it('a second gateway on the same folder is refused in one line, and the first goes on', async () => {
    const second = await processes.refusedProcess({ DATA_DIR: dataDir });
    expect(second.errors).toMatch(/^Another live gateway, or one of its commands, holds \S+: .*\n$/);
    expect(second).toMatchObject({ code: 1, output: '' });
    expect(await call(restarted, 'PATCH', `${statuses}/row-0`, written(7))).toMatchObject({ status: 200 });
    expect(await restarted.stop()).toBe(0);
  });
});

describe('every acknowledged PATCH of 1,000 over 20 connections is there', () => {
  it('after the gateway alone was killed in the middle, and another took its Postgres over', async () => {
    const dataDir = await processes.newDataDir(stock);
    const killed = await processes.startProcess({ DATA_DIR: dataDir });
    const orphan = await processes.postgresPid(dataDir);
    const attempts = await loaded(killed, () => killed.child.kill('SIGKILL'));
    expect(await processes.postgresPid(dataDir)).toBe(orphan);
    await expectKept(dataDir, attempts);
  });

  it('after the gateway and its Postgres were killed in the middle', async () => {
    const dataDir = await processes.newDataDir(stock);
    const killed = await processes.startProcess({ DATA_DIR: dataDir });
    const postgres = (await processes.postgresPid(dataDir)) as number;
    const attempts = await loaded(killed, () => {
      process.kill(postgres, 'SIGKILL');
      killed.child.kill('SIGKILL');
    });
    await expectKept(dataDir, attempts);
  });

  it('after Ctrl-C, which answers every request that was sent and then ends Postgres too', async () => {
    const dataDir = await processes.newDataDir(stock);
    const gateway = await processes.startWithNpm({ DATA_DIR: dataDir });
    const postgres = await processes.postgresPid(dataDir);
    let stopped: Promise<number | null> | undefined;
    const attempts = await loaded(gateway, () => (stopped = gateway.stop('SIGINT')), 50_000);
    await stopped;
    expect(await processes.isPostgres(postgres, dataDir)).toBe(false);
    expect(outcomes(attempts)).toEqual({ 200: expect.any(Number), ECONNREFUSED: 20 });
    await expectKept(dataDir, attempts);
  });
});

/** Loads a gateway, and does something to it in the middle: after 500 answers. */
async function loaded({ url }: GatewayProcess, middle: () => unknown, count = 1_000): Promise<Attempt[]> {
  const answered = (answers: number): void => void (answers === 500 && middle());
  return patchUnderLoad({ url: `${url}/${statuses}`, token, rows, count, answered });
}

async function expectKept(dataDir: string, attempts: readonly Attempt[]): Promise<void> {
  expect(outcomes(attempts)[200]).toBeGreaterThanOrEqual(500);
  const gateway = await processes.startProcess({ DATA_DIR: dataDir });
  for (const row of rows) {
    const { body } = await call(gateway, 'GET', `${statuses}/${row}`);
    expect(possibleValues(attempts, row, 0)).toContain(body['errorCode']);
    expect(body).toMatchObject(written(body['errorCode'] as number));
  }
  expect(await gateway.stop()).toBe(0);
  expect(await processes.postgresPid(dataDir)).toBeUndefined();
}

function call({ url }: GatewayProcess, method: string, path: string, body?: object) {
  return request(`${url}/${path}`, method, body, { Authorization: `Bearer ${token}` });
}

async function made(gateway: GatewayProcess, path: string, body: object): Promise<void> {
  expect(await call(gateway, 'POST', path, body)).toMatchObject({ status: 201 });
}
