import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from './support/gateway.js';
import * as processes from './support/process.js';
import type { GatewayProcess } from './support/process.js';

const app = 'deviceAppManagement/mobileApps/app';
const statuses = `${app}/deviceStatuses`;
/** How many batches there are, and after how many of them the database is killed. */
const [count, middle] = [500, 250];
const connections = 10;
/** Of the atomic group of each batch. */
const groupSize = 4;

/** A part as its client saw it; without a status where the batch itself had no whole answer of 200. */
interface Outcome {
  id: string;
  value: number;
  status: number | undefined;
}

let gateway: GatewayProcess;
let token: string;
let dataDir: string;

beforeAll(async () => {
  dataDir = await processes.newDataDir();
  gateway = await processes.startProcess({ DATA_DIR: dataDir });
  token = await processes.printedToken({ DATA_DIR: dataDir });
  const made = await call('POST', `beta/${app.slice(0, -4)}`, {
    '@odata.type': '#microsoft.graph.iosStoreApp',
    id: 'app',
  });
  expect(made.status).toBe(201);
});

afterAll(processes.endProcesses);

describe('when the database is killed in the middle of 500 batches', () => {
  let batches: Outcome[][];
  let rows: Map<string, number>;

  beforeAll(async () => {
    const postgres = (await processes.postgresPid(dataDir)) as number;
    batches = await loaded(() => process.kill(postgres, 'SIGKILL'));
    expect(await processes.postgresPid(dataDir)).not.toBe(postgres);
    rows = await storedValues();
  }, 40_000);

  it('the same gateway goes on by itself, and most of the batches are answered', () => {
    expect(isAlive()).toBe(true);
    const whole = batches.filter((parts) => parts.every(isAcknowledged));
    expect(whole.length).toBeGreaterThan(count - 10 * connections);
    expect(whole.length).toBeLessThan(count);
    // Behind the kill too.
    expect(batches.at(-1)?.every(isAcknowledged)).toBe(true);
  });

  it('every acknowledged part is there, as it was sent', () => {
    const lost = batches.flat().filter((part) => isAcknowledged(part) && rows.get(part.id) !== part.value);
    expect(lost).toEqual([]);
  });

  it('every atomic group is there as a whole or not at all, and was answered as a whole', () => {
    for (const parts of batches) {
      const group = parts.filter(({ id }) => id.startsWith('group'));
      const kept = group.filter(({ id }) => rows.has(id));
      expect([0, groupSize]).toContain(kept.length);
      expect([0, groupSize]).toContain(group.filter(isAcknowledged).length);
    }
  });

  it('what was refused was refused in a way that lets a client try again', () => {
    const seen = new Set(batches.flat().map(({ status }) => status));
    for (const status of seen) expect([201, 424, 503, undefined]).toContain(status);
  });
});

const isAcknowledged = ({ status }: Outcome): boolean =>
  status !== undefined && status >= 200 && status < 300;

/** Sends the batches over some connections; each that met a failure waits until the gateway serves again. */
async function loaded(kill: () => void): Promise<Outcome[][]> {
  const batches: Outcome[][] = [];
  let answered = 0;
  const connection = async (): Promise<void> => {
    while (batches.length < count && isAlive()) {
      const number = batches.push([]);
      const parts = partsOf(number);
      const told = await answersTo(parts);
      batches[number - 1] = parts.map(({ id, value }) => ({ id, value, status: told.get(id) }));
      if (++answered === middle) kill();
      if (told.size === 0 || [...told.values()].includes(503)) await served();
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return batches;
}

const isAlive = (): boolean => gateway.child.exitCode === null && gateway.child.signalCode === null;

/** Waits until the gateway serves again, or never will. */
async function served(): Promise<void> {
  let status = 0;
  while (status !== 200 && isAlive()) {
    await sleep(50);
    status = await call('GET', `beta/${app}`).then(
      (reply) => reply.status,
      () => 0,
    );
  }
}

/** Three parts that are free and four of a group, with values that are no others'. */
function partsOf(number: number): { id: string; value: number; group: boolean }[] {
  return Array.from({ length: 3 + groupSize }, (_, index) => {
    const group = index > 0 && index <= groupSize;
    return { id: `${group ? 'group' : 'free'}-${number}-${index}`, value: number * 10 + index, group };
  });
}

/** The status of each part by its id; none at all where there was no whole answer. */
async function answersTo(parts: ReturnType<typeof partsOf>): Promise<Map<string, number>> {
  const requests = parts.map(({ id, value, group }) => ({
    id,
    method: 'POST',
    url: statuses,
    headers: { 'Content-Type': 'application/json' },
    body: { id, errorCode: value },
    ...(group && { atomicityGroup: 'all' }),
  }));
  const reply = await call('POST', 'beta/$batch', { requests }).catch(() => undefined);
  if (reply?.status !== 200) return new Map();
  const responses = reply.body['responses'] as { id: string; status: number }[];
  return new Map(responses.map(({ id, status }) => [id, status]));
}

/** Every row's value by its id. */
async function storedValues(): Promise<Map<string, number>> {
  const rows = new Map<string, number>();
  let next: string | undefined = `${gateway.url}/beta/${statuses}?$top=999&$select=id,errorCode`;
  while (next !== undefined) {
    const { body } = await request(next, 'GET', undefined, { Authorization: `Bearer ${token}` });
    for (const row of body['value'] as { id: string; errorCode: number }[]) rows.set(row.id, row.errorCode);
    next = body['@odata.nextLink'] as string | undefined;
  }
  return rows;
}

function call(method: string, path: string, body?: object) {
  return request(`${gateway.url}/${path}`, method, body, { Authorization: `Bearer ${token}` });
}
