import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asyncProperty, check } from 'fast-check';
import { aDeviceStatus } from '../src/resources/mobile-apps/device-statuses/device-status.builder.js';
import { aMobileApp } from '../src/resources/mobile-apps/mobile-app.builder.js';
import { type Reply, request, startTestGateway, type TestGateway } from './support/gateway.js';
import {
  appsPath,
  makeModelRows,
  type ModelRows,
  orders,
  statusFields,
} from './support/query-arbitraries.js';
import { type JsonRow, listed, orderText } from './support/query-model.js';

let gateway: TestGateway;
let rows: ModelRows;

beforeAll(async () => {
  gateway = await startTestGateway();
  rows = await makeModelRows(gateway);
});
afterAll(() => gateway.close());

const read = (url: string, token = gateway.token): Promise<Reply> =>
  request(url, 'GET', undefined, { Authorization: `Bearer ${token}` });
const urlOf = (path: string, search: string): string => `${gateway.url}/${path}?${search}`;
const linkOf = ({ body }: Reply): string => body['@odata.nextLink'] as string;
const idsOf = ({ body }: Reply): string[] => (body['value'] as JsonRow[]).map(({ id }) => id as string);

/** The pages from a URL on, through nextLinks. */
async function pagesFrom(url: string, between?: () => Promise<unknown>): Promise<Reply[]> {
  const pages: Reply[] = [];
  for (let next: string | undefined = url; next; next = linkOf(pages.at(-1) as Reply)) {
    const page = await read(next);
    if (page.status !== 200) throw new Error(`${next}: ${page.text}`);
    pages.push(page);
    await between?.();
  }
  return pages;
}

const encoded = encodeURIComponent;

describe('pages', () => {
  it('of any size are the list in pieces, in any order', async () => {
    const style = { tight: false, capitals: false };
    const property = asyncProperty(orders(statusFields()), async (orderBy) => {
      const wanted = listed(rows.statuses, undefined, orderBy);
      const order = orderBy.length > 0 ? `&$orderby=${encoded(orderText(orderBy, style))}` : '';
      for (const top of [7, 50]) {
        const pages = await pagesFrom(urlOf(rows.statusesPath, `$top=${top}&$select=id${order}`));
        expect(pages.map(idsOf)).toEqual(inPieces(wanted, top));
      }
    });
    const results = await Promise.all(
      Array.from({ length: 16 }, (_, worker) => check(property, { seed: 2000 + worker, numRuns: 6 })),
    );
    const failures = results.flatMap(({ failed, counterexample, errorInstance }) =>
      failed ? [`${orderText(counterexample?.[0] ?? [], style)}: ${(errorInstance as Error).message}`] : [],
    );
    expect(failures).toEqual([]);
  });

  it.each([
    '',
    'deviceName',
    'deviceName desc',
    'userName,errorCode desc',
    'userName desc,deviceName',
    'userName desc,deviceName desc,osVersion desc',
    'lastSyncDateTime desc,id',
    'installState,userName desc,id desc',
    'errorCode mul 9223372036854775807',
  ])('of one row each are the list, ordered by "%s"', async (order) => {
    const search = order === '' ? '' : `&$orderby=${encoded(order)}`;
    const whole = await read(urlOf(rows.statusesPath, `$top=999${search}`));
    const pages = await pagesFrom(urlOf(rows.statusesPath, `$top=1&$count=true${search}`));
    expect(pages.flatMap(idsOf)).toEqual(idsOf(whole));
    expect(new Set(pages.map(({ body }) => body['@odata.count']))).toEqual(new Set([150]));
  });

  it('are counted after filtering, on every one of them', async () => {
    const filter = encoded('errorCode lt 0');
    const wanted = rows.statuses.filter(({ errorCode }) => (errorCode as number) < 0).length;
    const pages = await pagesFrom(urlOf(rows.statusesPath, `$filter=${filter}&$count=true&$top=7`));
    expect(pages.map(({ body }) => body['@odata.count'])).toEqual(pages.map(() => wanted));
    expect(pages.map((page) => idsOf(page).length)).toEqual(
      inPieces(Array(wanted).fill(0), 7).map((piece) => piece.length),
    );
  });

  it('hold 100 rows where $top says nothing', async () => {
    const pages = await pagesFrom(urlOf(rows.statusesPath, ''));
    expect(pages.map((page) => idsOf(page).length)).toEqual([100, 50]);
  });

  it('go on after what $skip left out, and skip it once', async () => {
    const whole = idsOf(await read(urlOf(rows.statusesPath, '$top=999&$orderby=userName desc')));
    const pages = await pagesFrom(
      urlOf(rows.statusesPath, '$top=50&$orderby=userName desc&$skip=25&$count=true'),
    );
    expect(pages.flatMap(idsOf)).toEqual(whole.slice(25));
    expect(pages.map(({ body }) => body['@odata.count'])).toEqual([150, 150, 150]);
  });

  it('beyond the end are empty', async () => {
    const { status, body } = await read(urlOf(rows.statusesPath, '$skip=150&$count=true'));
    expect([status, body['value'], body['@odata.count'], body['@odata.nextLink']]).toEqual([
      200,
      [],
      150,
      undefined,
    ]);
  });

  it('have just what $select names, by each nextLink', async () => {
    const pages = await pagesFrom(urlOf(rows.statusesPath, '$select=deviceName,ERRORCODE&$top=50'));
    const names = pages.flatMap(({ body }) =>
      (body['value'] as JsonRow[]).map((row) =>
        Object.keys(row)
          .filter((name) => !name.startsWith('@'))
          .join(),
      ),
    );
    expect(new Set(names)).toEqual(new Set(['deviceName,errorCode']));
    expect(names).toHaveLength(150);
  });

  it.each([
    '$TOP=7&$OrderBy=deviceName%20DESC&$COUNT=True&$Select=id&$FILTER=errorCode%20GE%200',
    'top=7&orderby=deviceName%20desc&count=true&select=id&filter=errorCode%20ge%200',
    '%24top=7&%24orderby=deviceName+desc&%24count=true&%24select=id&%24filter=errorCode+ge+0&custom=x',
  ])('go on by a nextLink that repeats the options as they were written: %s', async (search) => {
    const plain = '$top=7&$orderby=deviceName desc&$count=true&$select=id&$filter=errorCode ge 0';
    const wanted = await pagesFrom(urlOf(rows.statusesPath, plain));
    const pages = await pagesFrom(urlOf(rows.statusesPath, search));
    expect(pages.map(({ body }) => body['value'])).toEqual(wanted.map(({ body }) => body['value']));
    expect(pages.map(({ body }) => body['@odata.count'])).toEqual(
      wanted.map(({ body }) => body['@odata.count']),
    );
    expect(pages.length).toBeGreaterThan(5);
  });

  it('take another size on the way', async () => {
    const first = await read(urlOf(rows.statusesPath, '$top=10&$orderby=deviceName'));
    const rest = await pagesFrom(linkOf(first).replace('$top=10', '$top=70'));
    const whole = idsOf(await read(urlOf(rows.statusesPath, '$top=999&$orderby=deviceName')));
    expect(rest.map((page) => idsOf(page).length)).toEqual([70, 70]);
    expect([...idsOf(first), ...rest.flatMap(idsOf)]).toEqual(whole);
  });

  it('are empty, the last ones and without a count for $top=0', async () => {
    const { body } = await read(urlOf(rows.statusesPath, '$top=0'));
    expect([body['value'], body['@odata.nextLink'], body['@odata.count']]).toEqual([
      [],
      undefined,
      undefined,
    ]);
  });
});

const inPieces = <T>(values: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.max(1, Math.ceil(values.length / size)) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );

describe('a walk through pages, while another client writes', () => {
  it.each([
    '',
    'deviceName',
    'deviceName desc',
    'userName desc,lastSyncDateTime',
    'length(deviceName),deviceName desc',
  ])('ordered by "%s", meets what was there throughout once, and nothing twice', async (order) => {
    const app = `${appsPath}/${randomUUID()}`;
    await gateway.call('POST', appsPath, aMobileApp({ id: app.slice(appsPath.length + 1) }));
    const path = `${app}/deviceStatuses`;
    const names = ['', null, 'a', 'A', 'ß', 'SS', 'b', 'ﬁ', '😀'];
    const make = (id: string, index: number): Promise<Reply> =>
      gateway.call(
        'POST',
        path,
        aDeviceStatus({ id, deviceName: names[index % 9], userName: names[index % 4] }),
      );
    const kept = Array.from({ length: 60 }, (_, index) => `kept-${randomUUID()}-${index}`);
    const gone = Array.from({ length: 40 }, () => `gone-${randomUUID()}`);
    await Promise.all([...kept, ...gone].map(make));

    let step = 0;
    const walk = { isOver: false };
    const write = async (): Promise<void> => {
      step++;
      const replies = await Promise.all([
        make(randomUUID(), step),
        make(`kept-${randomUUID()}`, step + 3),
        gateway.call('PATCH', `${path}/${kept[(step * 7) % 60]}`, { errorCode: step, osVersion: `v${step}` }),
        ...(step <= gone.length ? [gateway.call('DELETE', `${path}/${gone[step - 1]}`)] : []),
      ]);
      expect(replies.map(({ status }) => status)).toEqual([201, 201, 200, 204].slice(0, replies.length));
    };
    const writer = (async () => {
      while (!walk.isOver) await write();
    })();
    const search = order === '' ? '' : `&$orderby=${encoded(order)}`;
    const pages = await pagesFrom(urlOf(path, `$top=7${search}`), write);
    walk.isOver = true;
    await writer;

    const met = pages.flatMap(idsOf);
    expect(met.length).toBe(new Set(met).size);
    const seen = new Set(met);
    expect(kept.filter((id) => !seen.has(id))).toEqual([]);
  });
});

const next = async (path: string, search: string): Promise<URL> =>
  new URL(linkOf(await read(urlOf(path, search))));
const tokenOf = (url: URL): string => url.searchParams.get('$skiptoken') ?? '';

describe('a $skiptoken', () => {
  it('that was changed in any place is refused', async () => {
    const link = await next(rows.statusesPath, '$top=7&$orderby=deviceName');
    const token = tokenOf(link);
    const changed = Array.from({ length: token.length }, (_, index) => {
      const other = token[index] === 'A' ? 'B' : 'A';
      return token.slice(0, index) + other + token.slice(index + 1);
    });
    const forms = [
      ...changed,
      '',
      token.slice(1),
      token.slice(0, -1),
      `${token}A`,
      `${token}=`,
      `${token}%20`,
      'x',
      `${token}%00`,
    ];
    const replies = await Promise.all(
      forms.map((form) => read(urlOf(rows.statusesPath, `$top=7&$orderby=deviceName&$skiptoken=${form}`))),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([400]));
  });

  it.each([
    '$top=7',
    '$top=7&$orderby=deviceName desc',
    '$top=7&$orderby=errorCode',
    '$top=7&$orderby=deviceName,errorCode',
  ])('of another order is refused: %s', async (search) => {
    const token = tokenOf(await next(rows.statusesPath, '$top=7&$orderby=deviceName'));
    const { status } = await read(urlOf(rows.statusesPath, `${search}&$skiptoken=${token}`));
    expect(status).toBe(400);
  });

  it('of another collection is refused', async () => {
    const token = tokenOf(await next(rows.statusesPath, '$top=1'));
    for (const path of [appsPath, `${appsPath}/app2/deviceStatuses`, `${appsPath}/app2/userStatuses`]) {
      expect((await read(urlOf(path, `$top=1&$skiptoken=${token}`))).status).toBe(400);
    }
  });

  it('of another tenant is refused', async () => {
    const link = await next(appsPath, '$top=1');
    const other = await gateway.tokenFor({ tenant: randomUUID() });
    expect((await read(link.href, other)).status).toBe(400);
  });

  it('goes on in either form of the address', async () => {
    const link = await next(rows.statusesPath, '$top=7');
    const plain = await read(urlOf(rows.statusesPath, link.search.slice(1)));
    expect(idsOf(plain)).toEqual(idsOf(await read(link.href)));
  });

  it('may be sent twice', async () => {
    const link = await next(rows.statusesPath, '$top=7&$orderby=userName desc');
    expect(idsOf(await read(link.href))).toEqual(idsOf(await read(link.href)));
  });

  it('has the place of a row that is gone since', async () => {
    const path = `${appsPath}/APP1/deviceStatuses`;
    for (const id of ['x1', 'x2', 'x3'])
      await gateway.call('POST', path, aDeviceStatus({ id, deviceName: 'same' }));
    const search = `$top=1&$orderby=deviceName&$filter=${encoded("deviceName eq 'SAME'")}`;
    const first = await read(urlOf(path, search));
    await gateway.call('DELETE', `${path}/${idsOf(first)[0]}`);
    expect((await pagesFrom(linkOf(first))).flatMap(idsOf)).toEqual(['x2', 'x3']);
  });
});
