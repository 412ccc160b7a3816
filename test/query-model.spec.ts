import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Arbitrary, asyncProperty, check } from 'fast-check';
import { startTestGateway, type TestGateway } from './support/gateway.js';
import {
  appFields,
  appsPath,
  type Fields,
  type ListCase,
  listCases,
  makeModelRows,
  type ModelRows,
  statusFields,
} from './support/query-arbitraries.js';
import { type JsonRow, listed, orderText, print } from './support/query-model.js';

let gateway: TestGateway;
let rows: ModelRows;

beforeAll(async () => {
  gateway = await startTestGateway();
  rows = await makeModelRows(gateway);
});
afterAll(() => gateway.close());

/** One option as it stands in a URL; undefined where there is none. */
const option = (name: string, value: string | undefined): string[] =>
  value === undefined || value === '' ? [] : [`${name}=${encodeURIComponent(value)}`];

interface Page {
  status: number;
  count: unknown;
  ids: unknown;
  isLast: boolean;
}

async function served(path: string, { filter, orderBy, top, style }: ListCase): Promise<Page | string> {
  const search = [
    ...option('$filter', filter && print(filter, style)),
    ...option('$orderby', orderText(orderBy, style)),
    `$top=${top}`,
    '$count=true',
    '$select=id',
  ];
  const { status, body, text } = await gateway.call('GET', `${path}?${search.join('&')}`);
  if (status !== 200) return `${status} ${text.replace(/,.innerError.*/s, '')}`;
  const ids = (body['value'] as JsonRow[]).map((row) => row['id']);
  return { status, count: body['@odata.count'], ids, isLast: body['@odata.nextLink'] === undefined };
}

function modelled(of: readonly JsonRow[], { filter, orderBy, top }: ListCase): Page {
  const ids = listed(of, filter, orderBy);
  const isLast = top === 0 || ids.length <= top;
  return { status: 200, count: ids.length, ids: ids.slice(0, top), isLast };
}

const described = ({ filter, orderBy, top, style }: ListCase): string =>
  `$filter=${filter ? print(filter, style) : ''} $orderby=${orderText(orderBy, style)} $top=${top}`;

/** As many requests at a time. */
const workers = 16;
const shown = (page: Page | string): string => JSON.stringify(page).slice(0, 1500);

/** Checks in several properties at once, each with a seed of its own; one line for each that fails. */
async function faults(
  path: string,
  of: () => readonly JsonRow[],
  fields: Fields,
  runs: number,
): Promise<string[]> {
  const cases: Arbitrary<ListCase> = listCases(fields);
  const property = asyncProperty(cases, async (query) => {
    const [found, wanted] = [await served(path, query), modelled(of(), query)];
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      throw new Error(`served ${shown(found)}\n  wanted ${shown(wanted)}`);
    }
  });
  const results = await Promise.all(
    Array.from({ length: workers }, (_, worker) =>
      check(property, {
        seed: 1000 + worker,
        numRuns: Math.ceil(runs / workers),
        interruptAfterTimeLimit: 20_000,
      }),
    ),
  );
  return results.flatMap((result) => {
    if (!result.failed) return [];
    const [query] = result.counterexample ?? [];
    const text = query === undefined ? 'interrupted' : described(query);
    return [`${text}\n  ${(result.errorInstance as Error | null)?.message ?? ''}`];
  });
}

describe('a list gives the rows, the order and the count that OData says', () => {
  it('of 150 statuses of an app', async () => {
    expect(await faults(rows.statusesPath, () => rows.statuses, statusFields(), 1600)).toEqual([]);
  });

  it('of apps of several types, with what they contain', async () => {
    expect(await faults(appsPath, () => rows.apps, appFields, 1600)).toEqual([]);
  });
});

describe('a filter that speaks of no row is true of each', () => {
  it.each([
    "contains('ab','A') eq true",
    "startswith('ab','A') eq startswith('AB','a')",
    "endswith('ab','B') eq true",
    '(null has null) eq null',
    "substring('ab',null) eq null",
    'totaloffsetminutes(null) eq null',
    'totaloffsetminutes(2017-01-01T00:02:49-08:00) eq -480',
    'hour(2017-01-01T00:02:49-08:00) eq 0 and date(2017-01-01T00:02:49-08:00) eq 2017-01-01',
    '2147483647 mul 2147483647 mul 2147483647 gt 9223372036854775807',
    "trim('\u00a0\u2003pad\u3000') eq 'pad'",
  ])('%s', async (filter) => {
    const { status, body } = await gateway.call(
      'GET',
      `${appsPath}?${option('$filter', filter).join('')}&$count=true`,
    );
    expect([status, body['@odata.count']]).toEqual([200, rows.apps.length]);
  });
});
