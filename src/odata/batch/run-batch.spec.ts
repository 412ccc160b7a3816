import { setImmediate as settled } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { array, assert, asyncProperty, boolean, constantFrom, integer, nat, record } from 'fast-check';
import { graphError } from '../errors.js';
import type { BatchPart } from './batch-part.js';
import { planOf, type Unit } from './batch-plan.js';
import type { BatchResponse } from './batch-text.js';
import { readBatch } from './read-batch.js';
import { runBatch } from './run-batch.js';

interface Request {
  id: string;
  atomicityGroup: string | undefined;
  dependsOn: string[];
  /** What it answers when it is run. */
  status: number;
}

const aRequest = (id: string, members: Partial<Request> = {}): Request => ({
  id,
  atomicityGroup: undefined,
  dependsOn: [],
  status: 200,
  ...members,
});

const unitsOf = (requests: readonly Request[]): Unit[] => {
  const sent = requests.map(({ id, atomicityGroup, dependsOn }) => {
    return { id, atomicityGroup, dependsOn, method: 'GET', url: '/me' };
  });
  return planOf(readBatch({ requests: sent }, 'v1.0'));
};

const answer = (id: string, status: number): BatchResponse => ({ id, status, headers: {}, body: '' });
const refuse = ({ id }: BatchPart, error: { status: number; message: string }): BatchResponse => ({
  ...answer(id, error.status),
  body: error.message,
});

/** Runs units that go on until they are told to end. */
class Stage {
  readonly running = new Map<string, () => void>();
  readonly started: string[] = [];
  private readonly statuses: ReadonlyMap<string, number>;

  constructor(requests: readonly Request[]) {
    this.statuses = new Map(requests.map(({ id, status }) => [id, status]));
  }

  readonly run = ({ parts }: Unit): Promise<BatchResponse[]> => {
    const name = parts.map(({ id }) => id).join('+');
    this.started.push(name);
    return new Promise((resolve, reject) => {
      this.running.set(name, () => {
        this.running.delete(name);
        const answers = parts.map(({ id }) => answer(id, this.statuses.get(id) ?? 0));
        if (answers.some(({ status }) => status === 0)) reject(new Error(`fault of ${name}`));
        else resolve(answers);
      });
    });
  };

  /** Ends a unit, and waits until nothing more follows from that. */
  async end(name: string): Promise<void> {
    this.running.get(name)?.();
    await settled();
  }
}

/** The statuses as one gets them without haste: again and again the first of what is left and waits for none of it. */
function reference(requests: readonly Request[]): string[] {
  const statuses = new Map<string, number>();
  const isDone = (members: readonly Request[]): boolean => members.every(({ id }) => statuses.has(id));
  const hasFailed = (members: readonly Request[]): boolean =>
    members.some(({ id }) => (statuses.get(id) ?? 0) >= 400);
  while (statuses.size < requests.length) {
    const next = requests
      .map((request) => together(requests, request))
      .find((members) => !isDone(members) && awaited(requests, members).every(isDone));
    if (!next) throw new Error('a circle');
    const isHeld = awaited(requests, next).some(hasFailed);
    for (const { id, status } of next) statuses.set(id, isHeld ? 424 : status);
  }
  return requests.map(({ id }) => `${id} ${statuses.get(id)}`);
}

/** A request and those that share its group. */
const together = (requests: readonly Request[], { id, atomicityGroup }: Request): Request[] =>
  requests.filter((other) => other.id === id || (atomicityGroup && other.atomicityGroup === atomicityGroup));

/** What others must have ended ahead of these. */
const awaited = (requests: readonly Request[], members: readonly Request[]): Request[][] =>
  members
    .flatMap(({ dependsOn }) => dependsOn)
    .map((name) => name.toLowerCase())
    .map((name) =>
      requests.find((other) => [other.id, other.atomicityGroup].some((o) => o?.toLowerCase() === name)),
    )
    .filter((other) => other !== undefined && !members.includes(other))
    .map((other) => together(requests, other as Request));

const hostileIds = ['__proto__', 'constructor', 'hasOwnProperty', 'then'];
const hostileGroups = ['toString', 'valueOf'];

const idOf = (index: number): string => hostileIds[index] ?? `Id${index}`;

/** Batches without circles: what depends has a higher rank, as a unit or else within its group. */
const batches = array(
  record({
    opensUnit: boolean(),
    isGrouped: boolean(),
    unitRank: nat(1000),
    rank: nat(1000),
    status: constantFrom(200, 201, 204, 302, 399, 400, 404, 500),
    links: array(record({ to: nat(19), isUpper: boolean(), namesGroup: boolean() }), { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 20 },
).map((rows): Request[] => {
  const opens: number[] = [];
  for (const [index, { opensUnit }] of rows.entries()) {
    const open = opens[index - 1] ?? 0;
    opens.push(index === 0 || opensUnit || !rows[open]?.isGrouped ? index : open);
  }
  const groupOf = (index: number): string | undefined => {
    const open = opens[index] as number;
    return rows[open]?.isGrouped ? (hostileGroups[open] ?? `Group${open}`) : undefined;
  };
  const order = (index: number): number =>
    (rows[opens[index] as number]?.unitRank ?? 0) * 1000 + (opens[index] as number);
  const inner = (index: number): number => (rows[index]?.rank ?? 0) * 1000 + index;
  return rows.map(({ links, status }, from) => ({
    id: idOf(from),
    atomicityGroup: groupOf(from),
    status,
    dependsOn: links.flatMap(({ to, isUpper, namesGroup }) => {
      const isSame = opens[to] === opens[from];
      const isBefore = isSame ? inner(to) < inner(from) : order(to) < order(from);
      if (to >= rows.length || !isBefore) return [];
      const name = (!isSame && namesGroup && groupOf(to)) || idOf(to);
      return [isUpper ? name.toUpperCase() : name];
    }),
  }));
});

/** Not ended, and all that it waits for has ended, and well. */
const isFree = (requests: readonly Request[], request: Request, ended: ReadonlySet<string>): boolean =>
  !ended.has(request.id) &&
  awaited(requests, together(requests, request))
    .flat()
    .every(({ id, status }) => ended.has(id) && status < 400);

const failedDependency = (id: string): string => graphError('failedDependency', id).message;

describe('a batch that runs', () => {
  it('answers as if its requests had run one by one, starts what is free at once and nothing too early', async () => {
    const choices = array(nat(), { minLength: 20, maxLength: 20 });
    await assert(
      asyncProperty(batches, choices, integer({ min: 1, max: 6 }), async (requests, picks, concurrency) => {
        const stage = new Stage(requests);
        const units = unitsOf(requests);
        const answers = runBatch(units, stage.run, refuse, concurrency);
        const ended = new Set<string>();
        await settled();
        for (const pick of picks) {
          const free = requests.filter((request) => isFree(requests, request, ended));
          const open = new Set(free.map((request) => together(requests, request)[0]?.id));
          const running = [...stage.running.keys()];
          expect(running.length).toBe(Math.min(open.size, concurrency));
          for (const id of running.flatMap((name) => name.split('+')))
            expect(free.map((f) => f.id)).toContain(id);
          const name = running[pick % running.length];
          if (name === undefined) break;
          await stage.end(name);
          for (const id of name.split('+')) ended.add(id);
        }
        expect((await answers).map(({ id, status }) => `${id} ${status}`)).toEqual(reference(requests));
        expect(new Set(stage.started).size).toBe(stage.started.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('runs the parts of a group behind what they depend on', async () => {
    await assert(
      asyncProperty(batches, async (requests) => {
        for (const { parts } of unitsOf(requests)) {
          for (const [index, { dependsOn }] of parts.entries()) {
            const later = parts.slice(index).map(({ id }) => id);
            expect(dependsOn.filter((name) => later.includes(name))).toEqual([]);
          }
        }
      }),
    );
  });

  it('runs five at a time unless told otherwise', async () => {
    const requests = Array.from({ length: 20 }, (_, index) => aRequest(`${index}`));
    const stage = new Stage(requests);
    const answers = runBatch(unitsOf(requests), stage.run, refuse);
    await settled();
    expect(stage.started).toEqual(['0', '1', '2', '3', '4']);
    await stage.end('3');
    expect(stage.started.slice(5)).toEqual(['5']);
    for (let index = 0; index < 20; index++) await stage.end(`${index}`);
    expect((await answers).map(({ id }) => id)).toEqual(requests.map(({ id }) => id));
  });

  it('refuses what depends on a failure, by way of others too, and says on what', async () => {
    const requests = [
      aRequest('a', { dependsOn: ['c'] }),
      aRequest('b', { status: 404 }),
      aRequest('c', { atomicityGroup: 'g', dependsOn: ['b'] }),
      aRequest('d', { atomicityGroup: 'g' }),
      aRequest('e'),
    ];
    const stage = new Stage(requests);
    const answers = runBatch(unitsOf(requests), stage.run, refuse);
    await settled();
    await stage.end('b');
    await stage.end('e');
    expect((await answers).map(({ id, status, body }) => [id, status, body])).toEqual([
      ['a', 424, failedDependency('c')],
      ['b', 404, ''],
      ['c', 424, failedDependency('b')],
      ['d', 424, failedDependency('b')],
      ['e', 200, ''],
    ]);
  });

  it('refuses what depends on a part of a group when another part of it failed', async () => {
    const group = { atomicityGroup: 'g' };
    const requests = [
      aRequest('a', group),
      aRequest('b', { ...group, status: 400 }),
      aRequest('c', { dependsOn: ['a'] }),
    ];
    const stage = new Stage(requests);
    const answers = runBatch(unitsOf(requests), stage.run, refuse);
    await settled();
    await stage.end('a+b');
    expect((await answers).map(({ status }) => status)).toEqual([200, 400, 424]);
  });

  it('ends with a fault of ours when what runs has ended, and starts nothing more', async () => {
    const requests = [
      aRequest('a', { status: 0 }),
      aRequest('b'),
      aRequest('c'),
      aRequest('d', { dependsOn: ['a'] }),
      aRequest('e', { dependsOn: ['b'] }),
    ];
    const stage = new Stage(requests);
    let state = 'running';
    const over = runBatch(unitsOf(requests), stage.run, refuse, 2).catch(
      (error: Error) => (state = error.message),
    );
    await settled();
    await stage.end('a');
    expect(state).toBe('running');
    await stage.end('b');
    await over;
    expect(state).toBe('fault of a');
    expect(stage.started).toEqual(['a', 'b']);
  });
});
