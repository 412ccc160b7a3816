import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { aDeviceStatus } from '../src/resources/mobile-apps/device-statuses/device-status.builder.js';
import { aMobileApp } from '../src/resources/mobile-apps/mobile-app.builder.js';
import { type Reply, request, startTestGateway, type TestGateway } from './support/gateway.js';
import { databaseUrl } from './support/postgres.js';
import { appsPath, statusFields } from './support/query-arbitraries.js';
import { type JsonRow, listed, type ModelOrder } from './support/query-model.js';

/** How many rows stay throughout, and how many are there for each walk to lose. */
const [kept, lost] = [50_000, 1000];
/** Of most rows, so that it ties: these order by what they fold to. */
const names = [null, 'a', 'A', '', 'ß', 'SS', 'b', 'ﬁ', '😀', 'STRASSE', 'Straße'];
const collection = `${appsPath}/walked/deviceStatuses`;

let gateway: TestGateway;
let client: Client;
/** Both are scattered over the collection in every order. */
let staying: string[];
let leaving: string[];
/** Rows whose removal was asked for. */
const removed = new Set<string>();

beforeAll(async () => {
  gateway = await startTestGateway();
  client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  expect((await gateway.call('POST', appsPath, aMobileApp({ id: 'walked' }))).status).toBe(201);
  const ids = await insertedIds(kept + 8 * lost);
  staying = ids.slice(0, kept);
  leaving = ids.slice(kept);
});

afterAll(async () => {
  await client.end();
  await gateway.close();
});

async function insertedIds(count: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO mobile_app_install_statuses ("tenantId", "mobileAppId", "id", "deviceName", "userPrincipalName", "errorCode",
       "installState", "installStateDetail", "mobileAppInstallStatusValue", "lastSyncDateTimeTicks", "lastSyncDateTimeWritten")
     SELECT $1, 'walked', md5(n::text), ($2::text[])[1 + n % $3], CASE WHEN n % 9 > 0 THEN 'User' || n % 40000 END, n % 7 - 3,
       1 + n % 2, 0, 1, 0, 9000
       FROM generate_series(1, $4::int) AS n
     RETURNING "id"`,
    [gateway.tenant, names, names.length, count],
  );
  await client.query('ANALYZE mobile_app_install_statuses');
  return rows.map(({ id }) => id);
}

async function idsWhere(condition: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT "id" FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = 'walked' AND ${condition}`,
    [gateway.tenant],
  );
  return rows.map(({ id }) => id);
}

const idOf = (row: JsonRow): string => row['id'] as string;

/** The rows of all pages, through nextLinks. @param during what goes on while each page is read */
async function walk(
  search: string,
  between: (page: JsonRow[]) => Promise<unknown>,
  during: () => Promise<unknown> = () => Promise.resolve(),
): Promise<JsonRow[]> {
  const met: JsonRow[] = [];
  let next: string | undefined = `${gateway.url}/${collection}?$top=999${search}`;
  while (next !== undefined) {
    const [{ status, body, text }] = await Promise.all([readPage(next), during()]);
    if (status !== 200) throw new Error(`${next}: ${text}`);
    const page = body['value'] as JsonRow[];
    met.push(...page);
    next = body['@odata.nextLink'] as string | undefined;
    await between(page);
  }
  return met;
}

/** Packing half a megabyte and unpacking it takes longer than the rest. */
const readPage = (url: string): Promise<Reply> =>
  request(url, 'GET', undefined, { Authorization: `Bearer ${gateway.token}`, 'Accept-Encoding': 'identity' });

async function change(method: string, path: string, body?: object): Promise<void> {
  const { status, text } = await gateway.call(method, path, body);
  if (status >= 400) throw new Error(`${method} ${path}: ${text}`);
}

async function remove(id: string): Promise<void> {
  removed.add(id);
  await change('DELETE', `${collection}/${id}`);
}

/** A client that makes, removes and changes rows: one more of each by every call. */
function writer(changed: string): { write: () => Promise<void>; written: () => number } {
  const going = leaving.splice(0, lost);
  let [turn, written] = [0, 0];
  const write = async (): Promise<void> => {
    turn++;
    const [scattered, gone] = [turn * 7919, going.pop()];
    const changes = { [changed]: changed === 'errorCode' ? turn : `changed ${turn}` };
    const fresh = aDeviceStatus({
      id: randomUUID(),
      deviceName: names[turn % names.length],
      userPrincipalName: `USER${scattered % 40_000}`,
      installState: turn % 2 === 0 ? 'failed' : 'installed',
    });
    await Promise.all([
      change('POST', collection, fresh),
      change('PATCH', `${collection}/${staying[scattered % kept]}`, changes),
      gone === undefined ? undefined : remove(gone),
    ]);
    written++;
  };
  return { write, written: () => written };
}

/** Each row that was there and stayed is met, and none is met twice. */
function expectAllOnce(met: readonly JsonRow[], before: readonly string[]): void {
  const ids = new Set(met.map(idOf));
  expect(ids.size).toBe(met.length);
  expect(before.filter((id) => !removed.has(id) && !ids.has(id))).toEqual([]);
}

/** The first place where another row should be; -1 where all is in order. */
function misplaced(met: readonly JsonRow[], order: string): number {
  const right = listed(met, undefined, modelOrder(order));
  return met.findIndex((row, index) => idOf(row) !== right[index]);
}

const modelOrder = (order: string): ModelOrder[] =>
  order.split(',').flatMap((term) => {
    const by = statusFields().properties.find(({ steps }) => steps[0] === term.split(' ')[0]);
    return by ? [{ by, descending: term.endsWith(' desc') }] : [];
  });

const orderedBy = (order: string): string => (order === '' ? '' : `&$orderby=${encodeURIComponent(order)}`);

describe('a walk through 50,000 rows', () => {
  const failed = "installState eq 'failed' and errorCode le 2";
  const isFailed = '"installState" = 2 AND "errorCode" <= 2';

  it.each([
    { order: '', changed: 'deviceName' },
    { order: 'deviceName', changed: 'userPrincipalName' },
    { order: 'userPrincipalName desc', changed: 'errorCode' },
    { order: 'deviceName desc,errorCode', changed: 'osVersion' },
    {
      order: 'deviceName desc,userPrincipalName desc',
      changed: 'osVersion',
      filter: failed,
      condition: isFailed,
    },
  ])(
    'ordered by "$order" meets what stays once, while another client writes $changed and more',
    async ({ order, changed, filter, condition = 'true' }) => {
      const before = await idsWhere(condition);
      const { write, written } = writer(changed);
      const filtered = filter === undefined ? '' : `&$filter=${encodeURIComponent(filter)}`;
      // However slow the writer is, it writes some of each kind while a page is read and before the next one.
      const some = (): Promise<unknown> => Promise.all([write(), write(), write()]);
      const met = await walk(`${filtered}${orderedBy(order)}`, some, some);
      expect(written()).toBeGreaterThan(100);
      expectAllOnce(met, before);
      expect(misplaced(met, order)).toBe(-1);
    },
  );

  it.each(['', 'deviceName desc,errorCode'])(
    'ordered by "%s" goes on behind rows that are gone, the last one of the page among them',
    async (order) => {
      const before = await idsWhere('true');
      const isStaying = new Set(staying);
      const met = await walk(orderedBy(order), (page) => {
        const last = page.filter((row) => !isStaying.has(idOf(row))).slice(-3);
        return Promise.all([...new Set([...last, ...page.slice(-1)])].map((row) => remove(idOf(row))));
      });
      expectAllOnce(met, before);
      expect(misplaced(met, order)).toBe(-1);
    },
  );
});
