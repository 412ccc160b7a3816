import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sample } from 'fast-check';
import { Client } from 'pg';
import { defaultClientId } from '../src/configuration.js';
import { faultOf, textOf } from './support/fuzz-answers.js';
import { curlOf, type FuzzAnswer, type FuzzRequest, type Sender, senderTo } from './support/fuzz-http.js';
import { isConsequent, pathOf, type Place, pool, poolBody } from './support/fuzz-pool.js';
import { relationshipKey } from './support/fuzz-relationships.js';
import { fuzzRequests } from './support/fuzz-requests.js';
import { type Rows, rowsOf, unexplained } from './support/fuzz-rows.js';
import { differenceFrom, undisturbed, type Write, writesOf } from './support/fuzz-writes.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';
import { databaseUrl } from './support/postgres.js';

/** `FUZZ_SEED` repeats a run, `FUZZ_GROUPS` makes it longer. */
const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));
const groups = Number(process.env['FUZZ_GROUPS'] ?? 100);
const groupSize = 40;
const connections = 20;
const clientSecret = randomUUID();

let gateway: TestGateway;
let sender: Sender;
let database: Client;

beforeAll(async () => {
  gateway = await startTestGateway({ LOCAL_CLIENT_SECRET: clientSecret });
  sender = senderTo(gateway.url, gateway.token, connections);
  database = new Client({ connectionString: databaseUrl() });
  await database.connect();
});
afterAll(async () => {
  sender.close();
  await database.end();
  await gateway.close();
});

/** Creates the entities that requests are about, or those of them that went with their keys. */
async function fillPool(keys?: ReadonlySet<string>): Promise<void> {
  const places = pool.filter((place) => !keys || keysOf(place).some((key) => keys.has(key)));
  for (const place of places.filter((each) => !isConsequent(each)))
    await gateway.call('POST', `beta${pathOf(place, false)}`, poolBody(place));
}

/** Those without which it is gone: a relationship goes with either app, and with its other side. */
const keysOf = ({ keys, relation }: Place): string[] =>
  relation ? [...keys, relation.target, relationshipKey(relation.target, keys[0] ?? '')] : [...keys];

type Exchange = [FuzzRequest, FuzzAnswer | string];

/** Sends all of them, so many at a time. */
async function exchanged(requests: readonly FuzzRequest[]): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  const waiting = requests.values();
  const connection = async (): Promise<void> => {
    for (const request of waiting) exchanges.push([request, await sender.send(request)]);
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return exchanges;
}

/** What was wrong, each with the request for a shell. */
const answerFaults = (exchanges: readonly Exchange[]): string[] =>
  exchanges.flatMap(([request, answer]) => {
    const fault = typeof answer === 'string' ? answer : faultOf(request, answer);
    if (fault === undefined) return [];
    const shown = typeof answer === 'string' ? '' : answer.bytes.toString().slice(0, 500);
    return [`${fault}\n${curlOf(gateway.url, request)}\n${shown}`];
  });

/** Requests that may have changed something. */
const writers = (exchanges: readonly Exchange[]): string[] =>
  exchanges.flatMap(([request]) =>
    request.method === 'GET' || request.method === 'HEAD' ? [] : [curlOf(gateway.url, request)],
  );

/** A nextLink leads to a page, whatever made it; unless what it lists is gone. */
async function brokenLinks(exchanges: readonly Exchange[]): Promise<string[]> {
  const links = exchanges.flatMap(([{ headers }, answer]) => {
    if (typeof answer === 'string' || answer.status !== 200) return [];
    const found = /"@odata\.nextLink":("[^"]*")/.exec(textOf(answer))?.[1];
    if (found === undefined) return [];
    const target = (JSON.parse(found) as string).replace(/^https?:\/\/[^/]*/, '');
    const looks = headers.filter(([name]) => /^(accept|host|prefer|authorization)$/i.test(name));
    return [{ method: 'GET', target, headers: looks, body: undefined }];
  });
  const followed = await exchanged(links);
  const bad = followed.filter(
    ([, answer]) => typeof answer === 'string' || ![200, 404].includes(answer.status),
  );
  return bad.map(([link]) => `a nextLink that leads nowhere\n${curlOf(gateway.url, link)}`);
}

async function storeFaults(before: Rows, after: Rows, writes: readonly Write[]): Promise<string[]> {
  const differences: string[] = [];
  for (const write of undisturbed(writes)) {
    const difference = await differenceFrom(write, sender);
    if (difference !== undefined) differences.push(difference);
  }
  return [...unexplained(before, after, writes), ...differences];
}

/** How many requests of each outcome there were. */
const counts: Record<string, number> = {};
const count = (outcome: string, more = 1): void => void (counts[outcome] = (counts[outcome] ?? 0) + more);

/** Sends a group of requests, and says what was wrong. */
async function faultsOf(requests: readonly FuzzRequest[]): Promise<string[]> {
  const before = await rowsOf(database, gateway.tenant);
  const exchanges = await exchanged(requests);
  const faults = answerFaults(exchanges);
  if (faults.length > 0) return faults;
  const answered = exchanges as [FuzzRequest, FuzzAnswer][];
  const writes = answered.flatMap((exchange) => writesOf(...exchange));
  const found = await storeFaults(before, await rowsOf(database, gateway.tenant), writes);
  for (const [{ method, target }, { status }] of answered)
    count(`${target.endsWith('$batch') ? 'batch' : method} ${status}`);
  count('written', writes.length);
  const links = await brokenLinks(exchanges);
  await fillPool(new Set(writes.flatMap(({ method, id }) => (method === 'DELETE' ? [id] : []))));
  return [...found, ...links, ...(found.length > 0 ? writers(exchanges) : [])];
}

const sentence =
  'whatever is asked, 20 requests at a time, is answered in Graph’s terms; what is refused changes nothing, what is done stays done';

it(
  sentence,
  async () => {
    const requests = fuzzRequests({
      reader: await gateway.tokenFor({ scopes: ['DeviceManagementApps.Read.All'] }),
      stranger: await gateway.tokenFor({ tenant: randomUUID() }),
      clientId: defaultClientId,
      clientSecret,
    });
    const faults: string[] = [];
    await fillPool();
    for (let group = 0; group < groups && faults.length === 0; group++) {
      faults.push(...(await faultsOf(sample(requests, { seed: seed + group, numRuns: groupSize }))));
    }
    faults.push(...sender.strays, ...gateway.log.filter((line) => line.includes('"level":50')));
    expect({ seed, faults }).toEqual({ seed, faults: [] });
    // What succeeds is no rarity, so that the rest means something.
    for (const outcome of ['GET 200', 'batch 200', 'written', 'PATCH 400']) {
      expect([outcome, (counts[outcome] ?? 0) > groups / 2]).toEqual([outcome, true]);
    }
    if (process.env['FUZZ_COUNTS']) process.stdout.write(JSON.stringify(counts) + '\n');
  },
  60_000 + groups * 1_000,
);
