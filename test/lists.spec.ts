import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from './support/gateway.js';

let gateway: TestGateway;
let statuses: string;

const rows = [
  { id: 'a', deviceName: 'Straße 1', installState: 'failed', errorCode: 5, userName: null },
  { id: 'b', deviceName: 'STRASSE 2', installState: 'installed', errorCode: -3, userName: 'Ann' },
  { id: 'c', deviceName: null, installState: 'failed', errorCode: 0, userName: 'bob' },
  { id: 'd', deviceName: '100%_x', installState: 'unknown', errorCode: 7, userName: 'Bob Ann' },
];

beforeAll(async () => {
  gateway = await startTestGateway();
  const app = { '@odata.type': '#microsoft.graph.iosStoreApp', id: 'app', roleScopeTagIds: ['0', 'x'] };
  await gateway.call('POST', 'beta/deviceAppManagement/mobileApps', app);
  statuses = 'beta/deviceAppManagement/mobileApps/app/deviceStatuses';
  for (const row of rows) expect((await gateway.call('POST', statuses, row)).status).toBe(201);
});

afterAll(() => gateway.close());

async function ids(path: string, options: Record<string, string>): Promise<string> {
  const { body } = await gateway.call('GET', `${path}?${new URLSearchParams(options).toString()}`);
  return body['value']
    ? (body['value'] as { id: string }[]).map(({ id }) => id).join('')
    : JSON.stringify(body);
}

describe('a list', () => {
  it.each([
    ["installState eq 'failed'", 'ac'],
    ["installState eq microsoft.graph.resultantAppState'failed' and errorCode eq 0", 'c'],
    ["deviceName eq 'strasse 1'", 'a'],
    ["startswith(deviceName,'strasse')", 'ab'],
    ["contains(deviceName,'%_')", 'd'],
    ["deviceName ne 'x'", 'abcd'],
    ["not contains(deviceName,'x')", 'ab'],
    ["not(deviceName eq 'x')", 'abcd'],
    ['deviceName eq null', 'c'],
    ["id in ('a','C','d')", 'ad'],
    ["ID eq 'A'", ''],
    ['errorCode mod 2 eq 1 or errorCode lt -2.5', 'abd'],
    ['-errorCode gt 2', 'b'],
    ['lastSyncDateTime eq 0001-01-01 and year(lastSyncDateTime) eq 1', 'abcd'],
    ['length(userName) add 1 ge 8', 'd'],
  ])('filtered by %s holds %s', async (filter, expected) => {
    expect(await ids(statuses, { $filter: filter })).toBe(expected);
  });

  it.each([
    ['deviceName', 'cdab'],
    ['deviceName desc', 'badc'],
    ['app/id,deviceName desc', 'badc'],
    ['installState desc,errorCode', 'dcab'],
    ['tolower(userName) desc,id desc', 'dcba'],
  ])('ordered by %s is %s, also page by page', async (orderBy, expected) => {
    expect(await ids(statuses, { $orderby: orderBy })).toBe(expected);
    let [walked, path] = ['', `${statuses}?$top=1&$orderby=${orderBy}`];
    while (path !== '') {
      const { body } = await gateway.call('GET', path);
      walked += (body['value'] as { id: string }[])[0]?.id;
      path = ((body['@odata.nextLink'] as string | undefined) ?? '').slice(gateway.url.length + 1);
    }
    expect(walked).toBe(expected);
  });

  it.each([
    ['ann', 'bd'],
    ['bob NOT ann', 'c'],
    ['"bob ann" OR strasse', 'abd'],
    ['NOT strasse', 'cd'],
  ])('searched for %s holds %s', async (search, expected) => {
    expect(await ids(statuses, { $search: search })).toBe(expected);
  });

  it.each([
    ["isof('microsoft.graph.iosStoreApp')", 'app'],
    ["isof('microsoft.graph.mobileLobApp')", ''],
    ['microsoft.graph.iosStoreApp/applicableDeviceType/iPad eq false', 'app'],
    ["deviceStatuses/any(d:d/installState eq 'failed' and d/errorCode gt 4)", 'app'],
    ['deviceStatuses/all(d:d/errorCode gt -3)', ''],
    ['userStatuses/any()', ''],
    ["deviceStatuses/$count($filter=installState eq 'failed') eq 2", 'app'],
    ["roleScopeTagIds/any(t:t eq 'X')", 'app'],
  ])('of apps, filtered by %s, holds %p', async (filter, expected) => {
    expect(await ids('beta/deviceAppManagement/mobileApps', { $filter: filter })).toBe(expected);
  });

  it('counts what passes the filter, on the page and apart', async () => {
    const filter = `$filter=${encodeURIComponent("installState eq 'failed'")}`;
    const { body } = await gateway.call('GET', `${statuses}?${filter}&$top=1&$count=true`);
    expect(body['@odata.count']).toBe(2);
    const count = await gateway.call('GET', `${statuses}/$count?${filter}`);
    expect([count.status, count.headers.get('content-type'), count.text]).toEqual([200, 'text/plain', '2']);
    expect((await gateway.call('GET', `${statuses}/$count?$top=1`)).status).toBe(501);
    expect(
      (await gateway.call('GET', 'beta/deviceAppManagement/mobileApps/nobody/deviceStatuses/$count')).status,
    ).toBe(404);
  });

  it('sends just what was selected', async () => {
    const { body } = await gateway.call('GET', `${statuses}?$select=deviceName,errorCode&$top=1`);
    expect(body['@odata.context']).toMatch(
      /#deviceAppManagement\/mobileApps\('app'\)\/deviceStatuses\(deviceName,errorCode\)$/,
    );
    expect(body['value']).toEqual([
      { '@odata.type': '#microsoft.graph.mobileAppInstallStatus', deviceName: 'Straße 1', errorCode: 5 },
    ]);
  });

  it('sends just what was selected of one entity, too', async () => {
    const { body } = await gateway.call('GET', `${statuses}/a?$select=id,ERRORCODE`);
    expect(body).toEqual({
      '@odata.context': `${gateway.url}/beta/$metadata#deviceAppManagement/mobileApps('app')/deviceStatuses(id,errorCode)/$entity`,
      '@odata.type': '#microsoft.graph.mobileAppInstallStatus',
      id: 'a',
      errorCode: 5,
    });
    expect((await gateway.call('PATCH', `${statuses}/a?$select=id`, {})).status).toBe(501);
  });

  it('heeds the preferred page size, and says so', async () => {
    const reply = await gateway.call('GET', statuses, undefined, { Prefer: 'odata.maxpagesize=3' });
    expect((reply.body['value'] as object[]).length).toBe(3);
    expect(reply.headers.get('preference-applied')).toBe('odata.maxpagesize=3');
  });

  it.each([
    ['$filter=errorCode div 0 eq 1', 400, 'The query cannot be evaluated: division by zero.'],
    [
      "$filter=matchesPattern(deviceName,'(')",
      400,
      /^The query cannot be evaluated: invalid regular expression/,
    ],
    ["$filter=deviceName eq '%00'", 400, /^The query cannot be evaluated: invalid byte sequence/],
    ['$filter=substring(deviceName,-5,99999999999) eq null', 200, ''],
    ['$filter=errorCode eq 9223372036854775807', 200, ''],
    ['$filter=errorCode mul 1e300 gt 1e308', 200, ''],
    ['$search=NOT', 200, ''],
    ['$search=(', 400, /^Invalid search clause: /],
    [`$filter=${'('.repeat(3000)}`, 400, /^Invalid filter clause: Syntax error/],
    [`$filter=${'not '.repeat(1000)}true`, 400, /^Invalid filter clause: Syntax error/],
    [`$filter=${'errorCode eq 1 or '.repeat(500)}true`, 400, /^Invalid filter clause: Syntax error/],
  ])('with %s is %d', async (search, status, message) => {
    const reply = await gateway.call('GET', `${statuses}?${search.replaceAll(' ', '%20')}`);
    expect(reply.status).toBe(status);
    const error = reply.body['error'] as { message: string } | undefined;
    if (error)
      expect(error.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });
});
