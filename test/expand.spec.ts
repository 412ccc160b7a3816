import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asyncProperty, check, constantFrom, type Arbitrary, option, record } from 'fast-check';
import { Client } from 'pg';
import { limits } from '../src/odata/limits.js';
import { aDeviceStatus } from '../src/resources/mobile-apps/device-statuses/device-status.builder.js';
import { aMobileApp } from '../src/resources/mobile-apps/mobile-app.builder.js';
import { aUserStatus } from '../src/resources/mobile-apps/user-statuses/user-status.builder.js';
import { type Reply, request, startTestGateway, type TestGateway } from './support/gateway.js';
import { databaseUrl } from './support/postgres.js';
import { makeModelRows } from './support/query-arbitraries.js';
import { type JsonRow } from './support/query-model.js';

type Call = (...request: Parameters<TestGateway['call']>) => Promise<Reply>;

const apps = 'beta/deviceAppManagement/mobileApps';
const configurations = 'v1.0/deviceAppManagement/mobileAppConfigurations';
let gateway: TestGateway;
/** Of a tenant with many rows of hurtful values. */
let many: Call;
let sql: Client;

/** Requests of another tenant, by a path or a whole URL. */
async function callOf(tenant: string): Promise<Call> {
  const token = await gateway.tokenFor({ tenant });
  return (method, path, body, headers) =>
    request(urlOf(path), method, body, { Authorization: `Bearer ${token}`, ...headers });
}

const urlOf = (path: string): string => (path.startsWith('http') ? path : `${gateway.url}/${path}`);
const read = (path: string, call: Call = (...given) => gateway.call(...given)): Promise<Reply> =>
  call('GET', path);

beforeAll(async () => {
  gateway = await startTestGateway();
  sql = new Client({ connectionString: databaseUrl() });
  await sql.connect();
  const win = { '@odata.type': '#microsoft.graph.win32LobApp' };
  const rows: [string, object][] = [
    [apps, aMobileApp({ id: 'app' })],
    [apps, aMobileApp({ ...win, id: 'win' })],
    [apps, aMobileApp({ ...win, id: 'bare' })],
    [`${apps}/app/userStatuses`, aUserStatus({ id: 'u1', userName: 'Ann' })],
    [`${apps}/app/userStatuses`, aUserStatus({ id: 'u2', userName: null })],
    [`${apps}/app/deviceStatuses`, aDeviceStatus({ id: 'a', errorCode: 5, deviceName: 'x' })],
    [`${apps}/app/userStatuses/u1/deviceStatuses`, aDeviceStatus({ id: 'b', deviceName: null })],
    [
      `${apps}/app/userStatuses/u1/deviceStatuses`,
      aDeviceStatus({ id: 'c', errorCode: -3, deviceName: 'X;)' }),
    ],
    [`${apps}/win/deviceStatuses`, aDeviceStatus({ id: 'd', errorCode: 7, deviceName: 'y' })],
    [
      configurations,
      { '@odata.type': '#microsoft.graph.iosMobileAppConfiguration', id: 'con', displayName: '' },
    ],
    [`${configurations}/con/deviceStatuses`, { id: 'e' }],
  ];
  for (const [path, body] of rows)
    expect(await gateway.call('POST', path, body)).toMatchObject({ status: 201 });
  many = await callOf(randomUUID());
  await makeModelRows({ call: many });
  for (let index = 0; index < 105; index++) {
    const body = aDeviceStatus({
      deviceName: index % 3 === 0 ? null : `name ${index % 5}`,
      errorCode: index % 7,
    });
    expect((await many('POST', `${apps}/APP5/userStatuses/user1/deviceStatuses`, body)).status).toBe(201);
  }
});

afterAll(async () => {
  await sql.end();
  await gateway.close();
});

/** `id{name#count:[a b]+}`: what was expanded of an entity, with `+` where a nextLink goes on. */
function shown(entity: JsonRow): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(entity)) {
    const [name = '', annotation] = key.split('@');
    if (annotation === 'odata.count' && !(name in entity)) parts.push(`${name}#${String(value)}`);
    if (annotation !== undefined) continue;
    if (Array.isArray(value) && name.endsWith('Statuses')) {
      const count = entity[`${name}@odata.count`] as number | undefined;
      const next = entity[`${name}@odata.nextLink`] === undefined ? '' : '+';
      const all = (value as JsonRow[]).map(shown).join(' ');
      parts.push(`${name}${count === undefined ? '' : `#${count}`}:[${all}]${next}`);
    } else if (name === 'app') parts.push(`app:${shown(value as JsonRow)}`);
  }
  const id = (entity['@odata.id'] ?? entity['id'] ?? '?') as string;
  return `${id.replace(/.*\/mobileApps/, '')}${parts.length === 0 ? '' : `{${parts.join(' ')}}`}`;
}

function shownBody({ status, body }: Reply): string {
  if (status !== 200) {
    const { message } = body['error'] as { message: string };
    return `${status} ${message}`;
  }
  return Array.isArray(body['value']) ? (body['value'] as JsonRow[]).map(shown).join(' ') : shown(body);
}

const shownAt = async (path: string): Promise<string> => shownBody(await read(path.replaceAll(' ', '%20')));
const failed = 'Parsing OData Select and Expand failed:';

describe('$expand of apps', () => {
  it.each([
    ['deviceStatuses', 'app{deviceStatuses:[a b c]} bare{deviceStatuses:[]} win{deviceStatuses:[d]}'],
    ['DEVICESTATUSES', 'app{deviceStatuses:[a b c]} bare{deviceStatuses:[]} win{deviceStatuses:[d]}'],
    [
      'deviceStatuses($filter=errorCode gt 0)',
      'app{deviceStatuses:[a]} bare{deviceStatuses:[]} win{deviceStatuses:[d]}',
    ],
    [
      "deviceStatuses($filter=deviceName eq 'X;)')",
      'app{deviceStatuses:[c]} bare{deviceStatuses:[]} win{deviceStatuses:[]}',
    ],
    [
      "deviceStatuses($filter=app/id eq 'win')",
      'app{deviceStatuses:[]} bare{deviceStatuses:[]} win{deviceStatuses:[d]}',
    ],
    [
      'deviceStatuses($orderby=deviceName)',
      'app{deviceStatuses:[b a c]} bare{deviceStatuses:[]} win{deviceStatuses:[d]}',
    ],
    [
      'deviceStatuses($orderby=errorCode desc)',
      'app{deviceStatuses:[a b c]} bare{deviceStatuses:[]} win{deviceStatuses:[d]}',
    ],
    [
      'deviceStatuses($orderby=id desc;$top=1)',
      'app{deviceStatuses:[c]} bare{deviceStatuses:[]} win{deviceStatuses:[d]}',
    ],
    [
      'deviceStatuses($skip=1;$top=1)',
      'app{deviceStatuses:[b]} bare{deviceStatuses:[]} win{deviceStatuses:[]}',
    ],
    ['deviceStatuses($top=0)', 'app{deviceStatuses:[]} bare{deviceStatuses:[]} win{deviceStatuses:[]}'],
    [
      'deviceStatuses($count=true;$top=1)',
      'app{deviceStatuses#3:[a]} bare{deviceStatuses#0:[]} win{deviceStatuses#1:[d]}',
    ],
    [
      'deviceStatuses($count=true;$top=0;$filter=errorCode ne 0)',
      'app{deviceStatuses#2:[]} bare{deviceStatuses#0:[]} win{deviceStatuses#1:[]}',
    ],
    [
      'deviceStatuses($count=false;$top=1)',
      'app{deviceStatuses:[a]} bare{deviceStatuses:[]} win{deviceStatuses:[d]}',
    ],
    [
      'deviceStatuses($search=ada AND NOT y)',
      'app{deviceStatuses:[a b c]} bare{deviceStatuses:[]} win{deviceStatuses:[]}',
    ],
    [
      'deviceStatuses($search="X;)")',
      'app{deviceStatuses:[c]} bare{deviceStatuses:[]} win{deviceStatuses:[]}',
    ],
    [
      'deviceStatuses(select=id;top=1)',
      'app{deviceStatuses:[a]} bare{deviceStatuses:[]} win{deviceStatuses:[d]}',
    ],
    ['deviceStatuses/$count', 'app{deviceStatuses#3} bare{deviceStatuses#0} win{deviceStatuses#1}'],
    [
      'deviceStatuses/$count($filter=errorCode gt 0)',
      'app{deviceStatuses#1} bare{deviceStatuses#0} win{deviceStatuses#1}',
    ],
    [
      'deviceStatuses/$count($search=ada)',
      'app{deviceStatuses#3} bare{deviceStatuses#0} win{deviceStatuses#1}',
    ],
    [
      'deviceStatuses/$ref',
      "app{deviceStatuses:[('app')/deviceStatuses('a') ('app')/deviceStatuses('b') ('app')/deviceStatuses('c')]}" +
        " bare{deviceStatuses:[]} win{deviceStatuses:[('win')/deviceStatuses('d')]}",
    ],
    [
      'deviceStatuses/$ref($filter=errorCode gt 0;$orderby=id desc;$top=1;$skip=0;$count=true;$search=ada)',
      "app{deviceStatuses#1:[('app')/deviceStatuses('a')]} bare{deviceStatuses#0:[]} win{deviceStatuses#1:[('win')/deviceStatuses('d')]}",
    ],
    [
      '*',
      'app{deviceStatuses:[a b c] userStatuses:[u1 u2]} bare{deviceStatuses:[] userStatuses:[]} win{deviceStatuses:[d] userStatuses:[]}',
    ],
    [
      '*,userStatuses/$count',
      'app{userStatuses#2 deviceStatuses:[a b c]} bare{userStatuses#0 deviceStatuses:[]} win{userStatuses#0 deviceStatuses:[d]}',
    ],
    [
      'userStatuses($top=0),*/$ref',
      "app{userStatuses:[] deviceStatuses:[('app')/deviceStatuses('a') ('app')/deviceStatuses('b') ('app')/deviceStatuses('c')]}" +
        " bare{userStatuses:[] deviceStatuses:[]} win{userStatuses:[] deviceStatuses:[('win')/deviceStatuses('d')]}",
    ],
    ['microsoft.graph.win32LobApp/deviceStatuses', 'app bare{deviceStatuses:[]} win{deviceStatuses:[d]}'],
    ['graph.mobilelobapp/DeviceStatuses/$count', 'app bare{deviceStatuses#0} win{deviceStatuses#1}'],
    [
      'microsoft.graph.mobileApp/deviceStatuses($top=1)',
      'app{deviceStatuses:[a]} bare{deviceStatuses:[]} win{deviceStatuses:[d]}',
    ],
    [
      'userStatuses($expand=deviceStatuses)',
      'app{userStatuses:[u1{deviceStatuses:[b c]} u2{deviceStatuses:[]}]} bare{userStatuses:[]} win{userStatuses:[]}',
    ],
    [
      'userStatuses($orderby=userName,id;$expand=deviceStatuses($orderby=errorCode;$top=1;$count=true),app($select=id))',
      'app{userStatuses:[u2{deviceStatuses#0:[] app:app} u1{deviceStatuses#2:[c] app:app}]} bare{userStatuses:[]} win{userStatuses:[]}',
    ],
    [
      'userStatuses($expand=*)',
      'app{userStatuses:[u1{deviceStatuses:[b c] app:app} u2{deviceStatuses:[] app:app}]} bare{userStatuses:[]} win{userStatuses:[]}',
    ],
    [
      'userStatuses($filter=deviceStatuses/any(d:d/errorCode lt 0);$expand=deviceStatuses/$count)',
      'app{userStatuses:[u1{deviceStatuses#2}]} bare{userStatuses:[]} win{userStatuses:[]}',
    ],
    [
      'userStatuses($orderby=deviceStatuses/$count desc)',
      'app{userStatuses:[u1 u2]} bare{userStatuses:[]} win{userStatuses:[]}',
    ],
    [
      'deviceStatuses($expand=app)',
      'app{deviceStatuses:[a{app:app} b{app:app} c{app:app}]} bare{deviceStatuses:[]} win{deviceStatuses:[d{app:win}]}',
    ],
    [
      'deviceStatuses($top=1;$expand=app/$ref)',
      "app{deviceStatuses:[a{app:('app')}]} bare{deviceStatuses:[]} win{deviceStatuses:[d{app:('win')}]}",
    ],
  ])('=%s gives %s', async (expand, expected) => {
    expect(await shownAt(`${apps}?$expand=${encodeURIComponent(expand)}`)).toBe(expected);
  });

  it.each([
    [`${apps}/app?$expand=deviceStatuses($top=2)`, 'app{deviceStatuses:[a b]}'],
    [`${apps}/win?%24expand=DeviceStatuses`, 'win{deviceStatuses:[d]}'],
    [`${apps}/win?EXPAND=deviceStatuses`, 'win{deviceStatuses:[d]}'],
    [
      `${apps}/microsoft.graph.win32LobApp?$expand=deviceStatuses`,
      'bare{deviceStatuses:[]} win{deviceStatuses:[d]}',
    ],
    [`${apps}/win/microsoft.graph.win32LobApp?$expand=deviceStatuses`, 'win{deviceStatuses:[d]}'],
    [`${apps}/app/deviceStatuses?$expand=app`, 'a{app:app} b{app:app} c{app:app}'],
    [`${apps}/app/deviceStatuses/a?$expand=app`, 'a{app:app}'],
    [`${apps}/app/deviceStatuses/a?$expand=app($expand=userStatuses)`, 'a{app:app{userStatuses:[u1 u2]}}'],
    [`${apps}/app/deviceStatuses/a?$expand=app/$ref`, "a{app:('app')}"],
    [`${apps}/app/deviceStatuses/a?$expand=*`, 'a{app:app}'],
    [`${apps}/app/userStatuses/u1?$expand=app`, 'u1{app:app}'],
    [
      `${apps}/app/userStatuses?$expand=app,deviceStatuses`,
      'u1{app:app deviceStatuses:[b c]} u2{app:app deviceStatuses:[]}',
    ],
    [`${apps}/app/userStatuses/u1/deviceStatuses?$expand=app&$top=1`, 'b{app:app}'],
    [
      `${apps}/app/userStatuses/u1/deviceStatuses/c?$expand=app($select=id;$expand=deviceStatuses/$count)`,
      'c{app:app{deviceStatuses#3}}',
    ],
    [`${apps}/app/userStatuses/u1/app?$expand=deviceStatuses($top=1)`, 'app{deviceStatuses:[a]}'],
    [`${configurations}?$expand=deviceStatuses`, 'con{deviceStatuses:[e]}'],
    [`${configurations}/con?$expand=*`, 'con{deviceStatuses:[e] userStatuses:[]}'],
    ['v1.0/deviceAppManagement/mobileApps?$expand=*&$top=1', 'app'],
    [
      `${apps}?$expand=deviceStatuses&$top=1&$filter=deviceStatuses/any(d:d/errorCode gt 5)&$select=id`,
      'win{deviceStatuses:[d]}',
    ],
    [
      `${apps}?$expand=deviceStatuses($filter=errorCode eq @p)&@p=7&$filter=id eq 'win'`,
      'win{deviceStatuses:[d]}',
    ],
  ])('%s gives %s', async (path, expected) => {
    expect(await shownAt(path)).toBe(expected);
  });

  it.each([
    ['deviceStatuses($levels=2)', '501 $levels is not supported.'],
    ['deviceStatuses($levels=max)', '501 $levels is not supported.'],
    ['*($levels=2)', '501 $levels is not supported.'],
    ['deviceStatuses($compute=errorCode add 1 as next)', '501 $compute is not supported.'],
    ['$value', '501 $value in $expand is not supported.'],
    ['nope', `400 ${failed} Could not find a property named 'nope' on type 'microsoft.graph.mobileApp'.`],
    ['app', `400 ${failed} Could not find a property named 'app' on type 'microsoft.graph.mobileApp'.`],
    [
      'deviceStatuses($expand=nope)',
      `400 ${failed} Could not find a property named 'nope' on type 'microsoft.graph.mobileAppInstallStatus'.`,
    ],
    [
      'deviceStatuses($select=nope)',
      `400 ${failed} Could not find a property named 'nope' on type 'microsoft.graph.mobileAppInstallStatus'.`,
    ],
    [
      'deviceStatuses($filter=nope eq 1)',
      `400 ${failed} Could not find a property named 'nope' on type 'microsoft.graph.mobileAppInstallStatus'.`,
    ],
    [
      'deviceStatuses($orderby=nope)',
      `400 ${failed} Could not find a property named 'nope' on type 'microsoft.graph.mobileAppInstallStatus'.`,
    ],
    [
      'displayName',
      `400 ${failed} Property 'displayName' on type 'microsoft.graph.mobileApp' is not a navigation property. Only navigation properties can be expanded.`,
    ],
    [
      'microsoft.graph.nope/deviceStatuses',
      `400 ${failed} The type 'microsoft.graph.nope' is not derived from 'microsoft.graph.mobileApp'.`,
    ],
    [
      'deviceStatuses,DEVICESTATUSES',
      `400 ${failed} The navigation property 'deviceStatuses' is expanded more than once.`,
    ],
    [
      'deviceStatuses($select=id),deviceStatuses/$count',
      `400 ${failed} The navigation property 'deviceStatuses' is expanded more than once.`,
    ],
    ['deviceStatuses($top=1000)', `400 ${failed} The value '1000' of '$top' is too large.`],
    ['deviceStatuses($skip=1000000000)', `400 ${failed} The value '1000000000' of '$skip' is too large.`],
    [
      'deviceStatuses($expand=app($count=true))',
      `400 ${failed} 'app' is one entity: '$count' does not apply to it.`,
    ],
    [
      'deviceStatuses($expand=app($FILTER=true))',
      `400 ${failed} 'app' is one entity: '$FILTER' does not apply to it.`,
    ],
    ...['top=1', 'skip=1', 'orderby=id', 'search=x'].map((given) => [
      `deviceStatuses($expand=app(${given}))`,
      `400 ${failed} 'app' is one entity: '${given.split('=')[0]}' does not apply to it.`,
    ]),
    [
      'deviceStatuses($expand=app/$count)',
      `400 ${failed} 'app' is one entity: '$count' does not apply to it.`,
    ],
  ] as [string, string][])('=%s is %s', async (expand, expected) => {
    expect(await shownAt(`${apps}?$expand=${encodeURIComponent(expand)}`)).toBe(expected);
  });

  it.each([
    '',
    ',',
    'deviceStatuses,',
    'deviceStatuses(',
    'deviceStatuses()',
    'deviceStatuses($top=1,$skip=1)',
    'deviceStatuses($top=-1)',
    'deviceStatuses($top=1;$TOP=2)',
    'deviceStatuses($count=1)',
    'deviceStatuses($nope=1)',
    'deviceStatuses($skiptoken=x)',
    'deviceStatuses($format=json)',
    'deviceStatuses/$count($top=1)',
    'deviceStatuses/$ref($select=id)',
    'deviceStatuses/$ref($expand=app)',
    '*($select=id)',
    'userStatuses($expand=deviceStatuses($expand=app))',
    'userStatuses($expand=deviceStatuses($expand=*))',
    'deviceStatuses deviceStatuses',
  ])('=%s is a syntax error', async (expand) => {
    const { status, body } = await read(`${apps}?$expand=${encodeURIComponent(expand)}`);
    expect([status, body['error']]).toEqual([
      400,
      expect.objectContaining({
        message: expect.stringMatching(/^Parsing OData Select and Expand failed: /),
      }),
    ]);
  });

  it.each([
    [
      'deviceStatuses',
      "Could not find a property named 'deviceStatuses' on type 'microsoft.graph.mobileApp'.",
    ],
    ['userStatuses', "Could not find a property named 'userStatuses' on type 'microsoft.graph.mobileApp'."],
  ])('=%s in v1.0, which has no statuses of apps, is 400', async (expand, message) => {
    for (const path of ['mobileApps', 'mobileApps/app']) {
      expect(await shownAt(`v1.0/deviceAppManagement/${path}?$expand=${expand}`)).toBe(
        `400 ${failed} ${message}`,
      );
    }
  });

  it('of a configuration has no way back', async () => {
    expect(await shownAt(`${configurations}/con/deviceStatuses?$expand=app`)).toMatch(/^400 /);
  });

  it('of a row of another type does not hold what a cast asks for', async () => {
    const { body } = await read(`${apps}/app?$expand=microsoft.graph.win32LobApp/deviceStatuses`);
    expect(Object.keys(body).filter((name) => name.startsWith('deviceStatuses'))).toEqual([]);
  });

  it('of a row that is not there is 404', async () => {
    expect((await read(`${apps}/nobody?$expand=deviceStatuses`)).status).toBe(404);
    expect((await read(`${apps}/nobody/userStatuses?$expand=deviceStatuses`)).status).toBe(404);
  });

  it('does not apply to a write, a count or links', async () => {
    const replies = [
      await gateway.call('PATCH', `${apps}/app?$expand=deviceStatuses`, {}),
      await gateway.call('POST', `${apps}?$expand=deviceStatuses`, aMobileApp()),
      await gateway.call('DELETE', `${apps}/app?$expand=deviceStatuses`),
      await read(`${apps}/$count?$expand=deviceStatuses`),
      await read(`${apps}/$ref?$expand=deviceStatuses`),
      await read(`${apps}/app/displayName?$expand=deviceStatuses`),
    ];
    expect(replies.map(({ status }) => status)).toEqual([501, 501, 501, 501, 501, 501]);
  });

  // URL Conventions 4.01, 5.1.1.13.4: `$it` is the entity that the URL addresses, not the one that is expanded.
  it.each(['$it/id eq id', "$it/displayName eq 'Contoso Portal'"])(
    '($filter=%s) compares with the outer row, or is refused as not supported',
    async (filter) => {
      const found = await shownAt(`${apps}/app?$expand=deviceStatuses($filter=${filter})`);
      expect(found).toMatch(/^501 |deviceStatuses:\[(a b c)?\]}$/);
      if (filter === '$it/id eq id') expect(found).not.toContain('a b c');
    },
  );

  it('shows nothing to another tenant', async () => {
    const other = await callOf(randomUUID());
    expect(shownBody(await read(`${apps}?$expand=*`, other))).toBe('');
    expect((await read(`${apps}/app?$expand=*`, other)).status).toBe(404);
  });

  it("of a tenant with the same keys holds that tenant's rows alone", async () => {
    const other = await callOf(randomUUID());
    await other('POST', apps, aMobileApp({ id: 'app' }));
    await other('POST', `${apps}/app/deviceStatuses`, aDeviceStatus({ id: 'theirs' }));
    const paths = [
      `${apps}?$expand=deviceStatuses($count=true;$expand=app)`,
      `${apps}/app/deviceStatuses?$expand=app($expand=deviceStatuses/$count)`,
    ];
    expect(await Promise.all(paths.map(async (path) => shownBody(await read(path, other))))).toEqual([
      'app{deviceStatuses#1:[theirs{app:app}]}',
      'theirs{app:app{deviceStatuses#1}}',
    ]);
  });
});

describe('what is selected beside and inside an expansion', () => {
  it.each([
    ['$select=id&$expand=deviceStatuses($select=id;$top=1)', { id: 'app', deviceStatuses: [{ id: 'a' }] }],
    [
      '$select=displayName&$expand=deviceStatuses($select=errorCode;$top=1)',
      { displayName: 'Contoso Portal', deviceStatuses: [{ errorCode: 5 }] },
    ],
    [
      '$select=id,deviceStatuses&$expand=deviceStatuses($select=id;$top=1)',
      { id: 'app', deviceStatuses: [{ id: 'a' }] },
    ],
    ['$select=deviceStatuses&$expand=deviceStatuses($select=id;$top=1)', { deviceStatuses: [{ id: 'a' }] }],
    ['$select=deviceStatuses', {}],
    [
      '$select=id&$expand=deviceStatuses($select=id;$top=1;$expand=app($select=publisher))',
      { id: 'app', deviceStatuses: [{ id: 'a', app: { publisher: 'Contoso' } }] },
    ],
    ['$select=id,applicableDeviceType', { id: 'app' }],
    [
      '$select=microsoft.graph.iosStoreApp/applicableDeviceType/iPad',
      { applicableDeviceType: { iPad: false } },
    ],
    ['$select=microsoft.graph.win32LobApp/size,id', { id: 'app' }],
  ])('of an app by %s', async (search, expected) => {
    const { status, body } = await read(`${apps}/app?${search}`);
    const bare = JSON.parse(JSON.stringify(body), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).filter(([name]) => !name.includes('@')))
        : value,
    ) as object;
    if (search.endsWith('id,applicableDeviceType')) expect(status).toBe(400);
    else expect([status, bare]).toEqual([200, expected]);
  });
});

describe('the contexts of an expansion', () => {
  const app = "deviceAppManagement/mobileApps('app')";

  it.each([
    ['mobileApps?$expand=deviceStatuses', 'deviceAppManagement/mobileApps(deviceStatuses())'],
    [
      'mobileApps/app?$expand=deviceStatuses,userStatuses',
      'deviceAppManagement/mobileApps(deviceStatuses(),userStatuses())/$entity',
    ],
    [
      'mobileApps/app?$select=id&$expand=deviceStatuses($select=id,errorCode)',
      'deviceAppManagement/mobileApps(id,deviceStatuses(id,errorCode))/$entity',
    ],
    [
      'mobileApps?$expand=userStatuses($expand=deviceStatuses($select=id))',
      'deviceAppManagement/mobileApps(userStatuses(deviceStatuses(id)))',
    ],
    ['mobileApps/app/deviceStatuses?$expand=app', `${app}/deviceStatuses(app())`],
    ['mobileApps/app/deviceStatuses/a?$expand=app($select=id)', `${app}/deviceStatuses(app(id))/$entity`],
    ['mobileApps?$select=*&$expand=deviceStatuses', 'deviceAppManagement/mobileApps(*,deviceStatuses())'],
  ])('of %s is %s', async (path, expected) => {
    const { body } = await read(`beta/deviceAppManagement/${path}`);
    expect(body['@odata.context']).toBe(`${gateway.url}/beta/$metadata#${expected}`);
  });

  it('at every level are those of the collections', async () => {
    const { body } = await read(
      `${apps}/app?$expand=userStatuses($select=id;$expand=deviceStatuses($select=errorCode))`,
    );
    expect(body['userStatuses@odata.context']).toBe(
      `${gateway.url}/beta/$metadata#${app}/userStatuses(id,deviceStatuses(errorCode))`,
    );
    const [user] = body['userStatuses'] as JsonRow[];
    expect(user?.['deviceStatuses@odata.context']).toBe(
      `${gateway.url}/beta/$metadata#${app}/userStatuses('u1')/deviceStatuses(errorCode)`,
    );
  });

  it('stand before what they are of, as the counts and the links do', async () => {
    const { text } = await read(`${apps}/app0?$expand=deviceStatuses($count=true;$select=id)`, many);
    const at = ['@odata.context', '@odata.count', '@odata.nextLink', ''].map((name) =>
      text.indexOf(`"deviceStatuses${name}":`),
    );
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at).not.toContain(-1);
  });
});

const idsOf = (rows: unknown): unknown[] => (rows as JsonRow[]).map((row) => row['id'] ?? row['@odata.id']);

/** The rows of pages from a nextLink on. */
async function restOf(link: unknown, call: Call): Promise<JsonRow[]> {
  const rows: JsonRow[] = [];
  for (let next = link as string | undefined; next !== undefined;) {
    const { status, body, text } = await call('GET', next);
    if (status !== 200) throw new Error(`${next}: ${text.slice(0, 500)}`);
    rows.push(...(body['value'] as JsonRow[]));
    next = body['@odata.nextLink'] as string | undefined;
  }
  return rows;
}

describe('an expanded collection of more than a page', () => {
  it.each([
    ['app0?', 'deviceStatuses', ''],
    ['app0?', 'deviceStatuses', '$orderby=deviceName'],
    ['app0?', 'deviceStatuses', '$orderby=deviceName desc,errorCode'],
    ['app0?', 'deviceStatuses', '$orderby=userName desc;$select=id,userName'],
    ['app0?', 'deviceStatuses', '$orderby=installState,lastSyncDateTime desc;$count=true'],
    ['app0?', 'deviceStatuses', '$filter=errorCode ge -5;$orderby=errorCode'],
    ['app0?', 'deviceStatuses', "$filter=not(contains(deviceName,';)'))"],
    ['app0?', 'deviceStatuses', '$filter=errorCode ne @p;$select=id'],
    ['app0?', 'deviceStatuses', '$search=NOT "zzz;)";$skip=7'],
    ['app0?', 'deviceStatuses', '$skip=20;$orderby=osVersion desc;$expand=app($select=id)'],
    ['APP5/userStatuses/user1?', 'deviceStatuses', '$orderby=deviceName,errorCode desc'],
    ['APP5/userStatuses/user1?', 'deviceStatuses', ''],
  ])('of %s%s(%s) goes on by its nextLink', async (path, name, options) => {
    const aliases = options.includes('@p') ? '&@p=0' : '';
    const nested = options === '' ? '' : `(${options})`;
    const { body, text } = await many(
      'GET',
      `${apps}/${path}$expand=${encodeURIComponent(name + nested)}${aliases}`,
    );
    const first = body[name] as JsonRow[] | undefined;
    if (!first) throw new Error(text);
    const search = options.split(';$').join('&$');
    const whole = await many('GET', `${apps}/${path.slice(0, -1)}/${name}?${search}${aliases}&$top=999`);
    expect(first).toHaveLength(100);
    const rows = [...first, ...(await restOf(body[`${name}@odata.nextLink`], many))];
    expect(rows).toEqual(whole.body['value']);
    expect(body[`${name}@odata.count`]).toBe(whole.body['@odata.count']);
  });

  it('ordered by long texts goes on by its nextLink, as the collection itself does', async () => {
    const call = await callOf(randomUUID());
    await call('POST', apps, aMobileApp({ id: 'long' }));
    const path = `${apps}/long/deviceStatuses`;
    const text = 'x'.repeat(limits.text);
    for (let index = 0; index < limits.pageSize + 1; index++) {
      expect((await call('POST', path, aDeviceStatus({ osDescription: text }))).status).toBe(201);
    }
    const { body } = await call(
      'GET',
      `${apps}/long?$select=id&$expand=deviceStatuses($select=id;$orderby=osDescription)`,
    );
    const list = await call('GET', `${path}?$select=id&$orderby=osDescription`);
    const links = [body['deviceStatuses@odata.nextLink'], list.body['@odata.nextLink']] as string[];
    const replies = await Promise.all(links.map((link) => call('GET', link)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('at the second level goes on by its nextLink', async () => {
    const path = `${apps}?$select=id&$expand=userStatuses($select=id;$expand=deviceStatuses($orderby=deviceName;$select=id))`;
    const { body } = await many('GET', path);
    const app = (body['value'] as JsonRow[]).find(({ id }) => id === 'APP5');
    const users = (app?.['userStatuses'] ?? []) as JsonRow[];
    const user = users.find(({ id }) => id === 'user1') as JsonRow;
    const rest = await restOf(user['deviceStatuses@odata.nextLink'], many);
    const whole = await many(
      'GET',
      `${apps}/APP5/userStatuses/user1/deviceStatuses?$orderby=deviceName&$top=999`,
    );
    expect([...idsOf(user['deviceStatuses']), ...idsOf(rest)]).toEqual(idsOf(whole.body['value']));
  });

  it('of links goes on by a nextLink to links', async () => {
    const { body } = await many('GET', `${apps}/app0?$expand=deviceStatuses/$ref($orderby=deviceName)`);
    const rest = await restOf(body['deviceStatuses@odata.nextLink'], many);
    const whole = await many('GET', `${apps}/app0/deviceStatuses/$ref?$orderby=deviceName&$top=999`);
    expect([...(body['deviceStatuses'] as JsonRow[]), ...rest]).toEqual(whole.body['value']);
    expect(rest.length).toBeGreaterThan(0);
  });

  it('behind $top has as many as that, in all', async () => {
    const { body } = await many('GET', `${apps}/app0?$expand=deviceStatuses($top=120;$count=true)`);
    expect([(body['deviceStatuses'] as JsonRow[]).length, body['deviceStatuses@odata.nextLink']]).toEqual([
      120,
      undefined,
    ]);
    expect(body['deviceStatuses@odata.count']).toBeGreaterThan(120);
  });

  it.each(['odata.metadata=none', 'odata.metadata=full', 'IEEE754Compatible=true'])(
    'in %s goes on in the same format where $format asked for it',
    async (parameter) => {
      const format = `$format=${encodeURIComponent(`application/json;${parameter}`)}`;
      const { body } = await many('GET', `${apps}/app0?$expand=deviceStatuses($select=id)&${format}`);
      const { headers } = await many('GET', body['deviceStatuses@odata.nextLink'] as string);
      expect(headers.get('content-type')).toContain(parameter);
    },
  );
});

interface Options {
  filter: string | null;
  orderby: string | null;
  top: number | null;
  skip: number | null;
  count: string | null;
  select: string | null;
  search: string | null;
  expand: string | null;
}

const oneOf = (values: readonly string[]): Arbitrary<string | null> =>
  option(constantFrom(...values), { freq: 1 });

const statusOptions = (expands: readonly string[]): Arbitrary<Options> =>
  record({
    filter: oneOf([
      'errorCode lt 0',
      'deviceName eq null',
      "contains(osDescription,'ß') or errorCode gt 5",
      "installState in ('failed','unknown')",
      'length(userName) gt 3',
      'app/isFeatured',
      "startswith(app/displayName,'a') or app/deviceStatuses/$count gt 2",
      'lastSyncDateTime lt 2000-01-01',
    ]),
    orderby: oneOf([
      'deviceName',
      'userName desc',
      'errorCode,deviceName desc',
      'id desc',
      'length(osVersion)',
      'app/displayName,lastSyncDateTime desc',
    ]),
    top: option(constantFrom(0, 1, 3, 110, 999), { freq: 1 }),
    skip: option(constantFrom(0, 1, 2, 60), { freq: 1 }),
    count: oneOf(['true', 'false']),
    select: oneOf(['id', 'deviceName,errorCode', '*', 'ID,LASTSYNCDATETIME', 'app']),
    search: oneOf(['a', 'NOT a', '"ß" OR x']),
    expand: oneOf(expands),
  });

const userOptions: Arbitrary<Options> = record({
  filter: oneOf([
    'failedDeviceCount gt 0',
    'userName ne null',
    'deviceStatuses/any(d:d/errorCode gt 0)',
    'deviceStatuses/$count eq 1',
  ]),
  orderby: oneOf(['userName', 'userName desc', 'failedDeviceCount desc', 'deviceStatuses/$count desc']),
  top: option(constantFrom(0, 1, 5), { freq: 1 }),
  skip: option(constantFrom(0, 1), { freq: 1 }),
  count: oneOf(['true', 'false']),
  select: oneOf(['id', 'userName', '*']),
  search: oneOf(['a', 'NOT a']),
  expand: oneOf([
    'deviceStatuses',
    'app($select=id)',
    'deviceStatuses($top=2;$orderby=errorCode;$count=true),app',
    'deviceStatuses/$count($filter=errorCode gt 0)',
    'deviceStatuses/$ref($orderby=deviceName desc;$skip=1)',
    '*',
    "deviceStatuses($filter=deviceName ne 'a;b')",
  ]),
});

const statusExpands = ['app', 'app($select=id,displayName)', 'app/$ref', '*'];
const given = (options: Options): string[] =>
  Object.entries(options).flatMap(([name, value]) => (value === null ? [] : [`$${name}=${String(value)}`]));

/** Where the expanded collection of a parent isn't what a GET of it gives. */
async function compareExpanded(outer: string, name: string, options: Options): Promise<void> {
  const nested = given(options);
  const expand = `${name}${nested.length === 0 ? '' : `(${nested.join(';')})`}`;
  const reply = await many('GET', `${outer}?$expand=${encodeURIComponent(expand)}`);
  if (reply.status !== 200) throw new Error(`${expand}: ${reply.text.slice(0, 600)}`);
  const parents = (reply.body['value'] as JsonRow[] | undefined) ?? [reply.body];
  const search = nested.map((pair) =>
    pair.replace(/=.*/s, (rest) => `=${encodeURIComponent(rest.slice(1))}`),
  );
  for (const parent of parents) {
    const path = reply.body['value'] ? `${outer}/${String(parent['id'])}` : outer;
    const { body, text } = await many('GET', `${path}/${name}?${search.join('&')}`);
    const found = [parent[name], parent[`${name}@odata.count`], parent[`${name}@odata.context`]];
    if (!body['value']) throw new Error(text.slice(0, 600));
    expect([expand, ...found]).toEqual([expand, body['value'], body['@odata.count'], body['@odata.context']]);
    const goesOn = options.top === null && body['@odata.nextLink'] !== undefined;
    expect([expand, parent[`${name}@odata.nextLink`] !== undefined]).toEqual([expand, goesOn]);
  }
}

describe('an expanded collection is what a GET of it gives', () => {
  const users = `${apps}/APP5/userStatuses`;
  it.each([
    ['statuses of all apps', apps, 'deviceStatuses', statusOptions(statusExpands), 60],
    ['statuses of one app', `${apps}/app0`, 'deviceStatuses', statusOptions(statusExpands), 50],
    ['users of all apps', apps, 'userStatuses', userOptions, 50],
    [
      'statuses of users',
      users,
      'deviceStatuses',
      statusOptions([...statusExpands, 'app($expand=userStatuses)']),
      60,
    ],
  ] as [string, string, string, Arbitrary<Options>, number][])(
    'for the %s',
    async (_title, outer, name, options, runs) => {
      const property = asyncProperty(options, (one) => compareExpanded(outer, name, one));
      const results = await Promise.all(
        [1, 2, 3, 4].map((seed) => check(property, { seed, numRuns: Math.ceil(runs / 4) })),
      );
      expect(
        results.flatMap(({ failed: isFailed, errorInstance }) => (isFailed ? [String(errorInstance)] : [])),
      ).toEqual([]);
    },
  );
});

/** Apps of a new tenant, `perApp` statuses in each, without the gateway. */
async function manyStatuses(
  ids: readonly string[],
  perApp: number,
  columns: Record<string, string> = {},
): Promise<Call> {
  const tenant = randomUUID();
  const call = await callOf(tenant);
  for (const id of ids) expect((await call('POST', apps, aMobileApp({ id }))).status).toBe(201);
  await call('POST', `${apps}/${ids[0]}/deviceStatuses`, aDeviceStatus({ id: 'pattern' }));
  await copies(tenant, ids[0] as string, 'unnest($3::text[]) AS app(id)', 'app.id', ids, perApp, columns);
  await call('DELETE', `${apps}/${ids[0]}/deviceStatuses/pattern`);
  return call;
}

const insertCopies = async (
  tenant: string,
  app: string,
  set: Record<string, string>,
  from: string,
  values: readonly unknown[],
): Promise<void> => {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'mobile_app_install_statuses' AND table_schema = 'public'`,
  );
  const names = rows.map(({ name }) => name);
  const columns = names.map((name) => set[name] ?? `pattern."${name}"`);
  await sql.query(
    `INSERT INTO mobile_app_install_statuses (${names.map((name) => `"${name}"`).join(', ')}) SELECT ${columns.join(', ')} ` +
      `FROM mobile_app_install_statuses AS pattern, ${from} WHERE pattern."tenantId" = $1 AND pattern."mobileAppId" = $2 AND pattern.id = 'pattern'`,
    [tenant, app, ...values],
  );
};

const copies = (
  tenant: string,
  app: string,
  from: string,
  appId: string,
  ids: readonly string[],
  count: number,
  columns: Record<string, string>,
): Promise<void> =>
  insertCopies(
    tenant,
    app,
    { ...columns, mobileAppId: appId, id: `'s' || lpad(number::text, 4, '0')` },
    `${from}, generate_series(1, $4::integer) AS number`,
    [ids, count],
  );

/** The ids of each parent's collection with all that its nextLinks lead to, and how many links there were. */
async function walked(
  call: Call,
  path: string,
  name: string,
): Promise<{ ids: Record<string, unknown[]>; links: number; largest: number }> {
  const ids: Record<string, unknown[]> = {};
  let [links, largest] = [0, 0];
  for (let next: string | undefined = path; next !== undefined;) {
    const { status, body, text } = await call('GET', next);
    if (status !== 200) throw new Error(text.slice(0, 500));
    largest = Math.max(largest, text.length);
    for (const parent of body['value'] as JsonRow[]) {
      const link = parent[`${name}@odata.nextLink`];
      const rest = await restOf(link, call);
      if (link !== undefined) links++;
      ids[String(parent['id'])] = [...idsOf(parent[name]), ...idsOf(rest)];
    }
    next = body['@odata.nextLink'] as string | undefined;
  }
  return { ids, links, largest };
}

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `s${String(from + index).padStart(4, '0')}`);

const ofThree = (from: number, to: number): object =>
  Object.fromEntries(['one', 'three', 'two'].map((id) => [id, numbered(from, to)]));
const ofIds = (options: string): string => `${apps}?$select=id&$expand=deviceStatuses($select=id${options})`;

describe('an $expand of more than is read at once', () => {
  const ids = Array.from({ length: 24 }, (_, index) => `app${String(index).padStart(2, '0')}`);

  it('of 24 apps with 900 statuses each gives every status once', async () => {
    const call = await manyStatuses(ids, 900);
    const path = `${apps}?$select=id&$expand=deviceStatuses($select=id;$top=999)`;
    const { ids: found, links } = await walked(call, path, 'deviceStatuses');
    expect(links).toBeGreaterThan(0);
    expect(found).toEqual(Object.fromEntries(ids.map((id) => [id, numbered(1, 900)])));

    const part = `${apps}?$select=id&$expand=deviceStatuses($select=id;$top=870;$skip=10;$orderby=deviceName desc,id desc)`;
    const { ids: parts } = await walked(call, part, 'deviceStatuses');
    expect(parts).toEqual(Object.fromEntries(ids.map((id) => [id, numbered(21, 890).toReversed()])));

    const link = `${apps}?$select=id&$expand=deviceStatuses/$ref($top=999)`;
    const { ids: linked } = await walked(call, link, 'deviceStatuses');
    expect(Object.values(linked).map((all) => new Set(all).size)).toEqual(ids.map(() => 900));
  });

  it('of 250 users with 110 statuses each gives every status once', async () => {
    const tenant = randomUUID();
    const call = await callOf(tenant);
    await call('POST', apps, aMobileApp({ id: 'app' }));
    await call('POST', `${apps}/app/deviceStatuses`, aDeviceStatus({ id: 'pattern' }));
    await sql.query(
      `INSERT INTO user_app_install_statuses ("tenantId", "mobileAppId", id, "installedDeviceCount", "failedDeviceCount", "notInstalledDeviceCount") ` +
        `SELECT $1, 'app', 'u' || lpad(number::text, 4, '0'), 0, 0, 0 FROM generate_series(1, 250) AS number`,
      [tenant],
    );
    await insertCopies(
      tenant,
      'app',
      { id: `owner || '-' || lpad(number::text, 4, '0')`, userAppInstallStatusId: 'owner' },
      `generate_series(1, 110) AS number, (SELECT 'u' || lpad(of::text, 4, '0') AS owner FROM generate_series(1, 250) AS of) AS owners`,
      [],
    );
    const path = `${apps}/app?$select=id&$expand=userStatuses($select=id;$top=250;$expand=deviceStatuses($select=id))`;
    const { body } = await call('GET', path);
    const users = body['userStatuses'] as JsonRow[];
    expect(users).toHaveLength(250);
    const counts = new Set<number>();
    for (const user of users) {
      const rest = await restOf(user['deviceStatuses@odata.nextLink'], call);
      const all = [...idsOf(user['deviceStatuses']), ...idsOf(rest)];
      expect(all).toEqual(numbered(1, 110).map((id) => id.replace('s', `${String(user['id'])}-`)));
      counts.add((user['deviceStatuses'] as JsonRow[]).length);
    }
    // Cut at the page, at what is read at once, and before it came to them at all.
    expect([...counts].toSorted((a, b) => b - a)).toEqual([100, expect.any(Number), 0]);
  });

  const large = {
    osVersion: `repeat('v', 32768)`,
    osDescription: `repeat('d', 32768)`,
    displayVersion: `repeat('x', 32768)`,
  };

  it('of statuses of 96 KiB gives every status once, and no more than $top', async () => {
    const call = await manyStatuses(['one', 'three', 'two'], 160, large);
    const whole = await walked(call, ofIds(''), 'deviceStatuses');
    expect([whole.ids, whole.links]).toEqual([ofThree(1, 160), 3]);
    const top = await walked(call, ofIds(';$top=150;$skip=2'), 'deviceStatuses');
    expect([top.ids, top.links]).toEqual([ofThree(3, 152), expect.any(Number)]);
    expect(top.links).toBeGreaterThan(1);
  });

  it('of statuses that are six times as large in JSON gives every status once, and no more than $top', async () => {
    const call = await manyStatuses(['one', 'two'], 160, { osDescription: `repeat(chr(1), 32768)` });
    const path = `${apps}?$expand=deviceStatuses($select=id,osDescription;$top=150)`;
    const { ids: found, links, largest } = await walked(call, path, 'deviceStatuses');
    expect([found, links]).toEqual([{ one: numbered(1, 150), two: numbered(1, 150) }, 2]);
    expect(largest).toBeLessThan(2.2 * 16_384 * 1024);
  });
});

describe('an $expand during which the database connection is lost', () => {
  it('is 503, and the gateway goes on', async () => {
    const locker = new Client({ connectionString: databaseUrl() });
    await locker.connect();
    await locker.query('BEGIN');
    const faults: unknown[] = [];
    const onFault = (error: unknown): void => void faults.push(error);
    process.on('uncaughtException', onFault);
    try {
      await locker.query('LOCK TABLE user_app_install_statuses IN ACCESS EXCLUSIVE MODE');
      const reply = read(`${apps}?$expand=userStatuses($top=3)`);
      let killed = 0;
      while (killed === 0) {
        const { rowCount } = await sql.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%CROSS JOIN LATERAL%user_app_install_statuses%' AND pid <> pg_backend_pid()`,
        );
        killed = rowCount ?? 0;
      }
      expect((await reply).status).toBe(503);
    } finally {
      await locker.query('ROLLBACK');
      await locker.end();
      process.off('uncaughtException', onFault);
    }
    expect(faults).toEqual([]);
    expect((await read(`${apps}/app?$expand=userStatuses($top=1)`)).status).toBe(200);
  });
});
