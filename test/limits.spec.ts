import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { Client } from 'pg';
import { limits } from '../src/odata/limits.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';
import { databaseUrl } from './support/postgres.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const ios = { '@odata.type': '#microsoft.graph.iosStoreApp' };
let gateway: TestGateway;
let client: Client;
let app: string;
let status: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  app = `${apps}/app`;
  status = `${app}/deviceStatuses/row`;
  await gateway.call('POST', apps, { ...ios, id: 'app' });
  await gateway.call('POST', `${app}/deviceStatuses`, { id: 'row' });
});

afterAll(async () => {
  await client.end();
  await gateway.close();
});

const json = { 'Content-Type': 'application/json' };

describe('a request', () => {
  it.each([
    [limits.url, 200],
    [limits.url + 1, 414],
  ])('with a URL of %s bytes gets %s', async (size, expected) => {
    const path = `/${apps}?x=`;
    const reply = await gateway.call('GET', `${path.slice(1)}${'x'.repeat(size - path.length)}`);
    expect(reply.status).toBe(expected);
    if (expected !== 200) expect(codeOf(reply.body)).toBe('UriTooLong');
  });

  it.each([
    [limits.headers - 1, 200],
    [limits.headers, 431],
  ])('whose target, field names and values are of %s bytes gets %s', async (size, expected) => {
    const headers = { Host: 'x', Connection: 'close', X: '' };
    const others = ['/healthz', ...Object.entries(headers).flat()].join('').length;
    const [code, body] = await health({ ...headers, X: 'x'.repeat(size - others) });
    expect(code).toBe(expected);
    if (expected !== 200) expect(codeOf(body)).toBe('RequestHeaderFieldsTooLarge');
  });

  it.each([
    [limits.body, 200, undefined],
    [limits.body + 1, 413, 'RequestEntityTooLarge'],
  ])('with a body of %s bytes gets %s', async (size, expected, code) => {
    const reply = await gateway.call('PATCH', status, '{"errorCode":7}'.padEnd(size), json);
    expect([reply.status, codeOf(reply.body)]).toEqual([expected, code]);
  });

  it.each([
    [limits.jsonDepth, 200],
    [limits.jsonDepth + 1, 400],
  ])('with a body of %s levels gets %s', async (depth, expected) => {
    // Annotations may hold anything, and are not kept.
    const inner = `${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}`;
    const reply = await gateway.call('PATCH', status, `{"@my.own":${inner}}`, json);
    expect(reply.status).toBe(expected);
  });
});

const text = (length: number): string => '漢'.repeat(length);
const tags = (count: number): string[] => Array.from({ length: count }, (_, index) => `tag ${index}`);
const icon = (length: number) => ({ type: 'image/png', value: 'A'.repeat(length) });

describe('a value', () => {
  // No base64 is one character longer than a multiple of four.
  it.each<[string, string, unknown, unknown]>([
    ['an indexed text', 'displayName', text(limits.indexedText), text(limits.indexedText + 1)],
    ['another text', 'description', text(limits.text), text(limits.text + 1)],
    ['another text of a derived type', 'appStoreUrl', text(limits.text), text(limits.text + 1)],
    ['a binary', 'largeIcon', icon(limits.binary), icon(limits.binary + 2)],
    ['a collection', 'roleScopeTagIds', tags(limits.collection), tags(limits.collection + 1)],
  ])('of %s is kept at the limit, and one past it is refused', async (_title, property, most, more) => {
    expect(await gateway.call('PATCH', app, { [property]: most })).toMatchObject({ status: 200 });
    const refused = await gateway.call('PATCH', app, { [property]: more });
    expect([refused.status, codeOf(refused.body)]).toEqual([400, 'ModelValidationFailure']);
    expect(messageOf(refused.body)).toContain(`The value of the property '`);
    expect((await gateway.call('GET', app)).body[property]).toEqual(most);
  });

  it.each(['x', '漢'])('of a key may have 128 characters such as %s, and no more', async (character) => {
    const collection = `${app}/deviceStatuses`;
    const [most, more] = [character.repeat(limits.key), character.repeat(limits.key + 1)];
    const codes = [];
    for (const id of [most, more]) codes.push((await gateway.call('POST', collection, { id })).status);
    for (const id of [most, more]) {
      for (const method of ['GET', 'DELETE'])
        codes.push((await gateway.call(method, `${collection}/${encodeURIComponent(id)}`)).status);
    }
    expect(codes).toEqual([201, 400, 200, 204, 400, 400]);
  });
});

describe('a page', () => {
  it.each([
    [limits.maxPageSize, 200],
    [limits.maxPageSize + 1, 400],
  ])('of $top=%s gets %s', async (top, expected) => {
    expect((await gateway.call('GET', `${apps}?$top=${top}`)).status).toBe(expected);
  });

  it('holds 100 of 101 rows and a nextLink to the last, and all of 100', async () => {
    await gateway.call('POST', apps, { ...ios, id: 'many' });
    await statusesOf('many', limits.pageSize);
    expect(await pagesOf(`${apps}/many/deviceStatuses`)).toEqual([keys(1, limits.pageSize)]);
    await gateway.call('POST', `${apps}/many/deviceStatuses`, { id: key(101) });
    expect(await pagesOf(`${apps}/many/deviceStatuses`)).toEqual([keys(1, limits.pageSize), [key(101)]]);
  });

  it('holds 999 of 1,000 rows where that was asked for', async () => {
    await gateway.call('POST', apps, { ...ios, id: 'more' });
    await statusesOf('more', 1000);
    const pages = await pagesOf(`${apps}/more/deviceStatuses?$top=${limits.maxPageSize}`);
    expect(pages).toEqual([keys(1, 999), ['row-1000']]);
  });

  it('ends early where its entities are huge, and the nextLinks lead to every row once', async () => {
    const tenant = await hugeApps(30);
    const headers = { Authorization: `Bearer ${await gateway.tokenFor({ tenant })}` };
    const pages = await pagesOf(apps, headers);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toEqual(keys(1, 30));
    expect(await pagesOf(`${apps}?$top=30`, headers)).toEqual(pages);
    expect((await pagesOf(`${apps}?$top=7`, headers)).map(({ length }) => length)).toEqual([7, 7, 7, 7, 2]);
  });
});

type Body = Record<string, unknown>;
const codeOf = (body: Body): unknown => (body['error'] as Body | undefined)?.['code'];
const messageOf = (body: Body): unknown => (body['error'] as Body | undefined)?.['message'];

const key = (index: number): string => `row-${String(index).padStart(4, '0')}`;
const keys = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => key(from + index));

/** What `/healthz` answers to exactly these header fields. */
async function health(headers: Record<string, string>): Promise<[number | undefined, Body]> {
  const sent = get(`${gateway.url}/healthz`, { headers, agent: false });
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return [response.statusCode, JSON.parse(await textOf(response)) as Body];
}

/** The ids on each page of a list, as its nextLinks lead to them. */
async function pagesOf(list: string, headers: Record<string, string> = {}): Promise<unknown[][]> {
  const pages: unknown[][] = [];
  for (let path: string | undefined = list; path !== undefined && pages.length < 10;) {
    const { body } = await gateway.call('GET', path, undefined, headers);
    pages.push((body['value'] as Body[]).map(({ id }) => id));
    path = (body['@odata.nextLink'] as string | undefined)?.slice(gateway.url.length + 1);
  }
  return pages;
}

/** Copies of the status `row` in an app. */
async function statusesOf(mobileAppId: string, count: number): Promise<void> {
  await copies('mobile_app_install_statuses', 'row', count, { mobileAppId });
}

/** Apps of about 700 KB in a tenant of their own. */
async function hugeApps(count: number): Promise<string> {
  const tenantId = randomUUID();
  const names = ['description', 'privacyInformationUrl', 'informationUrl', 'owner', 'developer', 'notes'];
  const texts = Object.fromEntries(names.map((name) => [name, 'x'.repeat(limits.text)]));
  await copies('mobile_apps', 'app', count, { ...texts, largeIcon: icon(limits.binary), tenantId });
  return tenantId;
}

/** Copies of a row of this tenant, numbered by their ids, with other values in some columns. */
async function copies(table: string, id: string, count: number, values: Body): Promise<void> {
  const sql = `INSERT INTO ${table} SELECT (jsonb_populate_record(original,
      $3::jsonb || jsonb_build_object('id', 'row-' || lpad(number::text, 4, '0')))).*
    FROM ${table} original, generate_series(1, $4::int) number WHERE "tenantId" = $1 AND id = $2`;
  await client.query(sql, [gateway.tenant, id, JSON.stringify(values), count]);
}
