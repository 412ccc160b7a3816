import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FuzzAnswer } from './support/fuzz-http.js';
import { type Rows, rowsOf, unexplained } from './support/fuzz-rows.js';
import {
  answersTo,
  type Ask,
  batchesOf,
  differences,
  groupsOf,
  partStatuses,
  shownAnswer,
  shownAsk,
  type Way,
} from './support/isolation-asks.js';
import { everything, kept, namesakes, ownRows, textsOf } from './support/isolation-holdings.js';
import { operationAsks } from './support/isolation-operations.js';
import { forged, mistaken, nextPages, shownPages } from './support/isolation-pages.js';
import {
  canonicalReads,
  conditionalReads,
  conditionsOn,
  listsOf,
  readsOf,
} from './support/isolation-reads.js';
import { hold, levelRows, openWorld, type Side, sideOf, type World } from './support/isolation-worlds.js';
import { writesOf } from './support/isolation-writes.js';
import { databaseUrl, emptyDatabase } from './support/postgres.js';
import { servedSets } from './support/sets.js';

const markOf = (word: string): string => word + randomBytes(3).toString('hex');
const theirs = everything(markOf('secret'), 739_000);
const secrets = textsOf(theirs);
/** A fault, or a batch with one: what says that it isn't supported is none. */
const failure = /^5(?!01)|"status":5(?!01)/;

/** In the first one the owner has rows beside a tenant that asks; in the second one that tenant is alone. */
let worlds: [World, World];
let owner: Side;
/** The tenant that asks, in both worlds. */
let sides: [Side, Side];
/** All that the owner has, as it reads it. */
let canon: string[];

beforeAll(async () => {
  worlds = await Promise.all([openWorld(databaseUrl()), emptyDatabase().then(openWorld)]);
  const [here, there] = worlds;
  const tenant = randomUUID();
  owner = await sideOf(here, here.gateway.tenant);
  sides = [await sideOf(here, tenant), await sideOf(there, tenant)];
  await hold(owner, theirs);
  canon = await canonicalRows();
});

afterAll(async () => {
  for (const { sender } of [owner, ...sides]) sender.close();
  for (const world of worlds) await world.close();
});

async function canonicalRows(): Promise<string[]> {
  const answers = await answersTo(owner.sender, canonicalReads(), 'side by side');
  return answers.map((answer) => shownAnswer(answer, false));
}

async function expectOwnerUntouched(): Promise<void> {
  expect(differences(canonicalReads(), await canonicalRows(), canon)).toEqual([]);
}

const ownersRows = (): Promise<Rows> => rowsOf(owner.world.database, owner.tenant);

/** The answers, which are to the byte those that it gets where it is alone, and show nothing that is the owner's. */
async function answersAsIfAlone(asks: readonly Ask[], way: Way): Promise<FuzzAnswer[]> {
  const [answers, alone] = (await Promise.all(sides.map(({ sender }) => answersTo(sender, asks, way)))) as [
    FuzzAnswer[],
    FuzzAnswer[],
  ];
  const shown = answers.map((answer) => shownAnswer(answer, way === 'in turn'));
  const shownAlone = alone.map((answer) => shownAnswer(answer, way === 'in turn'));
  expect(differences(asks, shown, shownAlone)).toEqual([]);
  // Who asks with a text may be shown that text.
  const isTold = (ask: Ask, index: number): boolean =>
    secrets.test(shown[index] ?? '') && !secrets.test(shownAsk(ask));
  expect(asks.filter(isTold).map(shownAsk)).toEqual([]);
  expect(asks.filter((_, index) => failure.test(shown[index] ?? '')).map(shownAsk)).toEqual([]);
  return answers;
}

const statusesOf = (pages: readonly string[]): string[] => [
  ...new Set(pages.map((text) => text.slice(0, 3))),
];

/** What options do to a statement is the same in a batch. */
const isPlain = ({ path }: Ask): boolean => !path.includes('?');

/** Whatever it writes, its rows become what they do where it is alone, and the owner's stay as they are. */
async function writesAsIfAlone(asks: readonly Ask[]): Promise<FuzzAnswer[]> {
  const before = await ownersRows();
  const answers = await answersAsIfAlone(asks, 'in turn');
  const [rows, alone] = (await Promise.all(sides.map(levelRows))) as [Rows, Rows];
  expect(unexplained(alone, rows, []).slice(0, 5)).toEqual([]);
  expect(unexplained(before, await ownersRows(), []).slice(0, 5)).toEqual([]);
  return answers;
}

it.each(servedSets)('who has rows of %s in %s sees them by each of the ways', async (_, version, set) => {
  const reads = readsOf(set, version, theirs.mark).filter(({ method }) => method === 'GET');
  const answers = await answersTo(owner.sender, batchesOf(reads), 'side by side');
  const statuses = answers.flatMap(partStatuses);
  expect(reads.filter((__, index) => (statuses[index] ?? 500) >= 300).map(shownAsk)).toEqual([]);
  const isShown = answers.some((answer) => secrets.test(shownAnswer(answer, false)));
  // Singles hold counts, and lead nowhere.
  expect(isShown).toBe(!set.isSingle);
});

it('who has rows is told of them by functions, and by the action that tells of links', async () => {
  const asks = operationAsks([theirs]).filter(
    ({ method, path }) => method === 'GET' || path.endsWith('Links'),
  );
  const answers = await answersTo(owner.sender, asks, 'side by side');
  const telling = asks.filter((_, index) => {
    const shown = shownAnswer(answers[index] as FuzzAnswer, false);
    return secrets.test(shown) || /"hasLink":true|"value":[1-9]/.test(shown);
  });
  const names = telling.map(({ path }) => /\/(\w+)(\([^/]*)?$/.exec(path)?.[1]);
  expect([...new Set(names)].toSorted((a = '', b = '') => a.localeCompare(b))).toEqual([
    'getMobileAppCount',
    'getRelatedAppStates',
    'getTopMobileApps',
    'hasPayloadLinks',
  ]);
});

describe.each([
  { keys: 'other keys', holding: ownRows(markOf('strang'), 700_000), done: ['POST 201'] },
  {
    keys: 'the same keys',
    holding: namesakes(markOf('namesk'), 700_000),
    done: ['POST 201', 'POST 204', 'PATCH 200', 'DELETE 204'],
  },
])('a tenant with rows of $keys', ({ holding, done }) => {
  const conditions = conditionsOn([theirs.rowVersion, holding.rowVersion]);
  const outcomes = new Set<string>();
  const holdOwn = (): Promise<unknown> => Promise.all(sides.map((side) => hold(side, holding)));

  beforeAll(async () => {
    await hold(owner, theirs);
    await holdOwn();
  });

  it.each(servedSets)('sees of %s in %s what is its own', async (_, version, set) => {
    const reads = [...readsOf(set, version, theirs.mark), ...conditionalReads(set, version, conditions)];
    await answersAsIfAlone(reads, 'side by side');
  });

  it.each(servedSets)('sees of %s in %s what is its own by batches', async (_, version, set) => {
    const reads = readsOf(set, version, theirs.mark).filter(isPlain);
    await answersAsIfAlone(batchesOf(reads), 'side by side');
  });

  it.each(servedSets)('writes to %s in %s as if it were alone, in groups too', async (_, version, set) => {
    const writes = writesOf(set, version, conditions);
    await holdOwn();
    const answers = await writesAsIfAlone(writes);
    answers.forEach(({ status }, index) => outcomes.add(`${writes[index]?.method} ${status}`));
    const isRefused = (index: number): boolean => [400, 405].includes(answers[index]?.status ?? 0);
    const grouped = writes.filter(({ headers }, index) => !headers && !isRefused(index));
    await holdOwn();
    await writesAsIfAlone(groupsOf(grouped, kept, { Authorization: `Bearer ${owner.token}` }));
  });

  it('calls what is bound to sets and entities as if it were alone, in groups too', async () => {
    const asks = operationAsks([theirs, holding]);
    await holdOwn();
    await writesAsIfAlone(asks);
    await holdOwn();
    await writesAsIfAlone(groupsOf(asks, kept, { Authorization: `Bearer ${owner.token}` }));
  });

  it('did of all this what can be done', () => {
    expect([...outcomes]).toEqual(expect.arrayContaining(done));
  });

  it('left all that the owner has as it was', expectOwnerUntouched);
});

describe('beside a tenant with as many rows of the same keys', () => {
  let twin: Side;

  beforeAll(async () => {
    [twin] = sides;
    await hold(owner, theirs);
    await hold(twin, everything(markOf('namesk'), 700_000));
  });

  it.each(servedSets)('a next page of %s in %s is for nobody else', async (_, version, set) => {
    for (const lists of listsOf(set, version)) {
      const theirPages = await nextPages(owner.sender, lists);
      const ownPages = await nextPages(twin.sender, lists);
      expect(statusesOf(await shownPages(owner.sender, theirPages))).toEqual(['200']);
      expect(statusesOf(await shownPages(twin.sender, ownPages))).toEqual(['200']);
      expect(statusesOf(await shownPages(owner.sender, ownPages))).toEqual(['400']);
      for (const pages of [theirPages, mistaken(theirPages), mistaken(ownPages)]) {
        const refusals = await shownPages(twin.sender, pages);
        expect(refusals).toEqual(await shownPages(twin.sender, forged(pages)));
        expect(statusesOf(refusals)).toEqual(pages.length === 0 ? [] : ['400']);
      }
    }
  });

  it.each(servedSets)(
    'a batch sees of %s in %s what its sender does, whoever its parts say they are',
    async (_, version, set) => {
      // Who asks is known before what: the parts of one batch stand for all.
      const reads = readsOf(set, version, theirs.mark).filter(isPlain).slice(0, 20);
      for (const [{ sender }, { token }] of [
        [owner, twin],
        [twin, owner],
      ] as const) {
        const plain = await answersTo(sender, batchesOf(reads), 'side by side');
        const batches = batchesOf(reads, { Authorization: `Bearer ${token}` });
        const answers = await answersTo(sender, batches, 'side by side');
        const [shown, expected] = [answers, plain].map((list) =>
          list.map((answer) => shownAnswer(answer, false)),
        ) as [string[], string[]];
        expect(differences(batches, shown, expected)).toEqual([]);
      }
    },
  );

  it.each(servedSets)(
    'a batch of who may only read writes nothing to %s in %s, whoever its parts say they are',
    async (_, version, set) => {
      const { read, write } = set.permissions[version];
      const writers: readonly string[] = write.application;
      const roles = read.application.filter((role) => !writers.includes(role));
      const reader = await sideOf(owner.world, owner.tenant, { roles });
      const before = await ownersRows();
      const batches = batchesOf(writesOf(set, version, []), { Authorization: `Bearer ${owner.token}` });
      const answers = await answersTo(reader.sender, batches, 'side by side');
      reader.sender.close();
      expect(new Set(answers.flatMap(partStatuses))).toEqual(new Set([400, 403]));
      expect(unexplained(before, await ownersRows(), []).slice(0, 5)).toEqual([]);
    },
  );

  it('all that the owner has is there as it was', expectOwnerUntouched);
});
