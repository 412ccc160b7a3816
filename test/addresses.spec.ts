import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aDeviceStatus } from '../src/resources/mobile-apps/device-statuses/device-status.builder.js';
import { aMobileApp } from '../src/resources/mobile-apps/mobile-app.builder.js';
import { aUserStatus } from '../src/resources/mobile-apps/user-statuses/user-status.builder.js';
import { type Reply, request, startTestGateway, type TestGateway } from './support/gateway.js';
import { type JsonRow } from './support/query-model.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const stable = 'v1.0/deviceAppManagement/mobileApps';
const configurations = 'v1.0/deviceAppManagement/mobileAppConfigurations';
const statuses = `${apps}/app/deviceStatuses`;
const nested = `${apps}/app/userStatuses/user/deviceStatuses`;
const win32 = 'microsoft.graph.win32LobApp';
const odd = "o'neil/ü?#%";
const icon = Buffer.from([0, 255, 137, 80, 78, 71, 13, 10]);

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
  const win = { '@odata.type': `#${win32}`, displayName: 'Win' };
  const rows: [string, object][] = [
    [
      apps,
      aMobileApp({
        id: 'app',
        displayName: 'An “app”\n',
        largeIcon: { type: 'image/png', value: icon.toString('base64') },
        roleScopeTagIds: ['0', 'x'],
        applicableDeviceType: { iPad: true, iPhoneAndIPod: false },
      }),
    ],
    [
      apps,
      aMobileApp({
        ...win,
        id: 'win',
        returnCodes: [{ returnCode: 3010, type: 'softReboot' }],
        applicableArchitectures: 'x86,x64',
      }),
    ],
    [apps, aMobileApp({ ...win, id: 'win2', displayName: 'Other' })],
    [apps, aMobileApp({ id: odd })],
    [`${apps}/app/userStatuses`, aUserStatus({ id: 'user', failedDeviceCount: 2 })],
    [
      nested,
      aDeviceStatus({ id: 'n1', errorCode: -7, lastSyncDateTime: '2017-01-01T00:02:49.3205976-08:00' }),
    ],
    [statuses, aDeviceStatus({ id: 's1', deviceName: null })],
    [`${apps}/win/deviceStatuses`, aDeviceStatus({ id: 'w1', installState: 'failed' })],
    [`${apps}/${encodeURIComponent(odd)}/deviceStatuses`, aDeviceStatus({ id: odd })],
    [
      configurations,
      {
        '@odata.type': '#microsoft.graph.iosMobileAppConfiguration',
        id: 'con',
        displayName: 'Con',
        encodedSettingXml: 'ZW5jb2Rl',
        settings: [{ appConfigKey: 'k', appConfigKeyType: 'stringType', appConfigKeyValue: 'v' }],
      },
    ],
    [`${configurations}/con/deviceStatuses`, { id: 'c1' }],
  ];
  for (const [path, body] of rows) {
    expect(await gateway.call('POST', path, body)).toMatchObject({ status: 201 });
  }
});

afterAll(() => gateway.close());

const short = (text: unknown): string =>
  String(text).replace(`${gateway.url}/`, '').replaceAll('deviceAppManagement/', '');

/** One line of an answer: its status, and the ids, the value or the message. */
function shown({ status, headers, body, text }: Reply): string {
  const { error, value } = body as { error?: { message: string }; value?: unknown };
  if (error) {
    const style = /"Message": "(.*?) - Operation/.exec(error.message);
    return `${status} ${short(style?.[1] ?? error.message)}`;
  }
  if (text === '') return String(status);
  if (headers.get('content-type')?.startsWith('text/plain')) return `${status} text ${text}`;
  const rows = value as JsonRow[];
  if (Array.isArray(value) && value.every((row) => typeof row === 'object')) {
    const ids = rows.map((row) => short(row['id'] ?? row['@odata.id'] ?? JSON.stringify(row)));
    return `${status} [${ids.join(' ')}]`;
  }
  if (value !== undefined) return `${status} ${JSON.stringify(value)}`;
  return `${status} ${short(body['id'] ?? body['@odata.id'] ?? text)}`;
}

const answer = async (path: string, method = 'GET', body?: unknown): Promise<string> =>
  shown(await gateway.call(method, path, body));

describe('a cast', () => {
  it.each([
    [`${apps}/${win32}`, '200 [win win2]'],
    [`${apps}/graph.win32LobApp`, '200 [win win2]'],
    [`${apps}/Microsoft.Graph.WIN32LOBAPP/`, '200 [win win2]'],
    [`${apps}/microsoft.graph.mobileLobApp`, '200 [win win2]'],
    [`${apps}/microsoft.graph.iosStoreApp`, `200 [app ${odd}]`],
    [`${apps}/microsoft.graph.mobileApp`, `200 [app ${odd} win win2]`],
    [`${apps}/microsoft.graph.mobileLobApp/${win32}`, '200 [win win2]'],
    [`${apps}/${win32}/$count`, '200 text 2'],
    [`${apps}/${win32}/$count?$filter=displayName eq 'other'`, '200 text 1'],
    [`${apps}/${win32}?$filter=displayName eq 'other'`, '200 [win2]'],
    [`${apps}/${win32}?$filter=applicableArchitectures eq 'x86,x64'`, '200 [win]'],
    [`${apps}/${win32}?$filter=size eq 0&$orderby=id desc`, '200 [win2 win]'],
    [`${apps}/${win32}?$search=other`, '200 [win2]'],
    [
      `${apps}/${win32}?$filter=bundleId eq null`,
      "400 Invalid filter clause: Could not find a property named 'bundleId' on type 'microsoft.graph.win32LobApp'.",
    ],
    [
      `${apps}/microsoft.graph.mobileLobApp?$filter=displayVersion eq null`,
      "400 Invalid filter clause: Could not find a property named 'displayVersion' on type 'microsoft.graph.mobileLobApp'.",
    ],
    [`${apps}/microsoft.graph.mobileLobApp?$filter=${win32}/minimumMemoryInMB eq null`, '200 [win win2]'],
    [`${apps}/${win32}?$select=size,id`, '200 [win win2]'],
    [`${apps}/${win32}/$ref`, "200 [beta/mobileApps('win') beta/mobileApps('win2')]"],
    [`${apps}/win/${win32}`, '200 win'],
    [`${apps}('win')/graph.mobilelobapp`, '200 win'],
    [`${apps}/win/microsoft.graph.mobileApp`, '200 win'],
    [`${apps}/${win32}/win`, '200 win'],
    [`${apps}/${win32}('win')`, '200 win'],
    [`${apps}/${win32}(id='win')`, '200 win'],
    [`${apps}/${win32}/app`, "404 App with id 'app' not found."],
    [`${apps}/app/${win32}`, "404 App with id 'app' not found."],
    [`${apps}/app/microsoft.graph.mobileLobApp?$select=id`, "404 App with id 'app' not found."],
    [`${apps}/nobody/${win32}`, "404 App with id 'nobody' not found."],
    [`${apps}/win/${win32}/deviceStatuses`, '200 [w1]'],
    [`${apps}/win/${win32}/deviceStatuses/w1`, '200 w1'],
    [`${apps}/win/${win32}/deviceStatuses/w1/app`, '200 win'],
    [`${apps}/win/${win32}/deviceStatuses/$count`, '200 text 1'],
    [`${apps}/app/${win32}/deviceStatuses`, "404 App with id 'app' not found."],
    [`${apps}/app/${win32}/deviceStatuses/s1`, "404 App with id 'app' not found."],
    [`${apps}/app/${win32}/deviceStatuses/$count`, "404 App with id 'app' not found."],
    [`${apps}/win/${win32}/$ref`, "200 beta/mobileApps('win')"],
    [`${apps}/app/${win32}/$ref`, "404 App with id 'app' not found."],
    [`${statuses}/microsoft.graph.mobileAppInstallStatus`, '200 [n1 s1]'],
    [`${statuses}/s1/microsoft.graph.mobileAppInstallStatus`, '200 s1'],
    [`${stable}/${win32}`, '200 [win win2]'],
    [`${stable}/win/${win32}/deviceStatuses`, "400 Resource not found for the segment 'deviceStatuses'."],
    [`${configurations}/microsoft.graph.iosMobileAppConfiguration`, '200 [con]'],
    [`${configurations}/con/microsoft.graph.iosMobileAppConfiguration/deviceStatuses`, '200 [c1]'],
  ])('at %s gives %s', async (path, expected) => {
    expect(await answer(path)).toBe(expected);
  });

  it.each([
    `${apps}/microsoft.graph.nope`,
    `${apps}/app/microsoft.graph.nope`,
    `${apps}/app/microsoft.graph.mobileAppInstallStatus`,
    `${statuses}/${win32}`,
    `${apps}/app/microsoft.graph.entity`,
  ])('to a type that the set has not is refused: %s', async (path) => {
    expect(await answer(path)).toMatch(/^(400|501) /);
  });

  it('goes on page by page within the type', async () => {
    const first = await gateway.call('GET', `${apps}/${win32}?$top=1`);
    const link = String(first.body['@odata.nextLink']);
    expect(short(link)).toMatch(/^beta\/mobileApps\/microsoft\.graph\.win32LobApp\?\$top=1&\$skiptoken=/);
    expect(await answer(link.slice(gateway.url.length + 1))).toBe('200 [win2]');
    const token = new URL(link).searchParams.get('$skiptoken') ?? '';
    expect(await answer(`${apps}?$top=1&$skiptoken=${token}`)).toMatch(/^400 /);
  });

  it.each([
    [`${apps}/${win32}`, `beta/$metadata#mobileApps/${win32}`],
    [`${apps}/graph.win32lobapp?$select=size`, `beta/$metadata#mobileApps/${win32}(size)`],
    [`${apps}/win/${win32}`, `beta/$metadata#mobileApps/${win32}/$entity`],
    [`${apps}/win/${win32}/size`, `beta/$metadata#mobileApps('win')/${win32}/size`],
    [`${apps}/win/${win32}/deviceStatuses`, "beta/$metadata#mobileApps('win')/deviceStatuses"],
    [`${nested}/n1/app`, 'beta/$metadata#mobileApps/$entity'],
    [`${nested}/n1/app/deviceStatuses`, "beta/$metadata#mobileApps('app')/deviceStatuses"],
    [`${nested}/n1/app/displayName`, "beta/$metadata#mobileApps('app')/displayName"],
    [`${apps}/app/applicableDeviceType`, ''],
    [`${apps}/app/largeIcon`, "beta/$metadata#mobileApps('app')/largeIcon"],
    [`${apps}/app/largeIcon/type`, "beta/$metadata#mobileApps('app')/largeIcon/type"],
    [`${statuses}/s1/errorCode`, "beta/$metadata#mobileApps('app')/deviceStatuses('s1')/errorCode"],
    [`${statuses}/$ref`, 'beta/$metadata#Collection($ref)'],
    [`${statuses}/s1/$ref`, 'beta/$metadata#$ref'],
  ])('and other addresses have their context: %s', async (path, expected) => {
    const { status, body } = await gateway.call('GET', path);
    if (expected === '') expect(status).toBe(400);
    else expect(short(body['@odata.context'])).toBe(expected);
  });
});

describe('the app of a status', () => {
  it.each([
    [`${statuses}/s1/app`, '200 app'],
    [`${statuses}/s1/APP/`, '200 app'],
    [`${statuses}('s1')/app?$select=id`, '200 app'],
    [`${apps}/app/userStatuses/user/app`, '200 app'],
    [`${nested}/n1/app`, '200 app'],
    [`${nested}/n1/app/publisher`, '200 "Contoso"'],
    [`${nested}/n1/app/publisher/$value`, '200 text Contoso'],
    [`${nested}/n1/app/$ref`, "200 beta/mobileApps('app')"],
    [`${nested}/n1/app/deviceStatuses`, '200 [n1 s1]'],
    [`${nested}/n1/app/deviceStatuses/$count`, '200 text 2'],
    [`${nested}/n1/app/deviceStatuses/s1/app/userStatuses/user/deviceStatuses`, '200 [n1]'],
    [`${statuses}/s1/app/microsoft.graph.iosStoreApp`, '200 app'],
    [`${statuses}/s1/app/microsoft.graph.iosStoreApp/bundleId`, '204'],
    [`${statuses}/s1/app/microsoft.graph.iosStoreApp/applicableDeviceType/iPad`, '200 true'],
    [`${statuses}/s1/app/${win32}`, "404 App with id 'app' not found."],
    [`${statuses}/s1/app/${win32}/deviceStatuses`, "404 App with id 'app' not found."],
    [`${statuses}/gone/app`, '404 An error has occurred'],
    [`${statuses}/w1/app`, '404 An error has occurred'],
    [`${statuses}/gone/app/deviceStatuses`, '404 An error has occurred'],
    [`${statuses}/gone/app/deviceStatuses/s1`, '404 An error has occurred'],
    [`${statuses}/gone/app/deviceStatuses/$count`, '404 An error has occurred'],
    [`${statuses}/gone/app/displayName`, '404 An error has occurred'],
    [`${statuses}/gone/app/$ref`, '404 An error has occurred'],
    [`${nested}/s1/app`, '404 An error has occurred'],
    [`${apps}/app/userStatuses/gone/app`, '404 An error has occurred'],
    [`${apps}/app/userStatuses/gone/deviceStatuses/n1/app`, '404 An error has occurred'],
    [`${apps}/nobody/deviceStatuses/s1/app`, '404 An error has occurred'],
    [`${statuses}/app`, '404 An error has occurred'],
    [`${statuses}/s1/app/app`, "400 Resource not found for the segment 'app'."],
    [`${statuses}/s1/app('app')`, "400 Resource not found for the segment 'app('app')'."],
    [`${statuses}/s1/app/$count`, "501 The segment '$count' is not supported."],
    [`${statuses}/s1/app/nope`, "400 Resource not found for the segment 'nope'."],
    [`${configurations}/con/deviceStatuses/c1/app`, "400 Resource not found for the segment 'app'."],
    [`${apps}/app/app`, "400 Resource not found for the segment 'app'."],
  ])('at %s gives %s', async (path, expected) => {
    const found = await answer(path);
    // The path that is named is not the one that was missed: either error says what to look at.
    if (path.includes('nobody')) expect(found).toMatch(/^404 /);
    else expect(found).toBe(expected);
  });

  it('goes on page by page', async () => {
    const { body } = await gateway.call('GET', `${nested}/n1/app/deviceStatuses?$top=1`);
    expect(await answer(String(body['@odata.nextLink']).slice(gateway.url.length + 1))).toBe('200 [s1]');
  });
});

describe('a property', () => {
  it.each([
    [`${apps}/app/id`, '200 "app"'],
    [`${apps}/app/ID/$value`, '200 text app'],
    [`${statuses}/s1/id`, '200 "s1"'],
    [`${apps}/app/DISPLAYNAME`, '200 "An “app”\\n"'],
    [`${apps}/app/displayName/$VALUE`, '200 text An “app”\n'],
    [`${apps}/app/notes`, '204'],
    [`${apps}/app/notes/$value`, '204'],
    [`${statuses}/s1/deviceName`, '204'],
    [`${statuses}/s1/errorCode`, '200 0'],
    [`${nested}/n1/errorCode/$value`, '200 text -7'],
    [`${statuses}/n1/errorCode/`, '200 -7'],
    [`${nested}/n1/lastSyncDateTime`, '200 "2017-01-01T00:02:49.3205976-08:00"'],
    [`${nested}/n1/lastSyncDateTime/$value`, '200 text 2017-01-01T00:02:49.3205976-08:00'],
    [`${statuses}/s1/installState`, '200 "installed"'],
    [`${statuses}/s1/installState/$value`, '200 text installed'],
    [`${apps}/app/isFeatured/$value`, '200 text false'],
    [`${apps}/app/roleScopeTagIds`, '200 ["0","x"]'],
    [`${apps}/app/roleScopeTagIds/$count`, '200 text 2'],
    [`${apps}/app/largeIcon/type`, '200 "image/png"'],
    [`${apps}/app/largeIcon/value`, `200 "${icon.toString('base64')}"`],
    [`${apps}/win/largeIcon`, '204'],
    [`${apps}/win/largeIcon/type`, '204'],
    [`${apps}/win/largeIcon/type/$value`, '204'],
    [`${apps}/app/microsoft.graph.iosStoreApp/applicableDeviceType/iPad`, '200 true'],
    [`${apps}/app/microsoft.graph.iosStoreApp/applicableDeviceType/iPad/$value`, '200 text true'],
    [`${apps}/win/${win32}/size`, '200 0'],
    [`${apps}/win/graph.mobileLobApp/size/$value`, '200 text 0'],
    [`${apps}/${win32}/win/size`, '200 0'],
    [`${apps}/win/${win32}/applicableArchitectures`, '200 "x86,x64"'],
    [`${apps}/win/${win32}/applicableArchitectures/$value`, '200 text x86,x64'],
    [`${apps}/win/${win32}/returnCodes`, '200 [{"returnCode":3010,"type":"softReboot"}]'],
    [`${apps}/win/${win32}/returnCodes/$count`, '200 text 1'],
    [`${apps}/win2/${win32}/returnCodes`, '200 []'],
    [`${apps}/win2/${win32}/returnCodes/$count`, '200 text 0'],
    [`${apps}/win/${win32}/displayName`, '200 "Win"'],
    [`${configurations}/con/displayName`, '200 "Con"'],
    [`${configurations}/con/microsoft.graph.iosMobileAppConfiguration/settings/$count`, '200 text 1'],
    [`${stable}/app/publisher`, '200 "Contoso"'],
    [`${apps}/nobody/displayName`, "404 App with id 'nobody' not found."],
    [`${apps}/nobody/displayName/$value`, "404 App with id 'nobody' not found."],
    [`${statuses}/gone/errorCode`, '404 An error has occurred'],
    [`${apps}/app/${win32}/size`, "404 App with id 'app' not found."],
    [`${apps}/win/size`, "400 Resource not found for the segment 'size'."],
    [`${apps}/app/bundleId`, "400 Resource not found for the segment 'bundleId'."],
    [
      `${apps}/win/microsoft.graph.mobileLobApp/displayVersion`,
      "400 Resource not found for the segment 'displayVersion'.",
    ],
    [`${stable}/app/uploadState`, "400 Resource not found for the segment 'uploadState'."],
    [`${stable}/win/${win32}/displayVersion`, "400 Resource not found for the segment 'displayVersion'."],
    [`${apps}/app/nope`, "400 Resource not found for the segment 'nope'."],
    [`${apps}/app/largeIcon/nope`, "400 Resource not found for the segment 'nope'."],
    [`${apps}/app/largeIcon/$value`, "400 Resource not found for the segment '$value'."],
    [`${apps}/app/displayName/x`, "400 Resource not found for the segment 'x'."],
    [`${apps}/app/displayName/$count`, "400 Resource not found for the segment '$count'."],
    [`${apps}/app/displayName/$ref`, "400 Resource not found for the segment '$ref'."],
    [`${apps}/app/roleScopeTagIds/$value`, "400 Resource not found for the segment '$value'."],
    [`${apps}/app/roleScopeTagIds/0`, "400 Resource not found for the segment '0'."],
    [`${apps}/app/__proto__`, "400 Resource not found for the segment '__proto__'."],
    [`${apps}/app/displayName?$select=id`, "501 The query option '$select' is not supported."],
    [
      `${apps}/app/displayName?$filter=true`,
      "400 The query option '$filter' does not apply to this request.",
    ],
    [
      `${apps}/app/roleScopeTagIds/$count?$top=1`,
      "400 The query option '$top' does not apply to this request.",
    ],
  ])('at %s gives %s', async (path, expected) => {
    expect(await answer(path)).toBe(expected);
  });

  it('that is a structure is that structure', async () => {
    const { body } = await gateway.call(
      'GET',
      `${apps}/app/microsoft.graph.iosStoreApp/applicableDeviceType`,
    );
    expect(body).toEqual({
      '@odata.context': `${gateway.url}/beta/$metadata#deviceAppManagement/mobileApps('app')/microsoft.graph.iosStoreApp/applicableDeviceType`,
      iPad: true,
      iPhoneAndIPod: false,
    });
  });

  it('that is binary is bytes behind $value', async () => {
    const headers = { Authorization: `Bearer ${gateway.token}` };
    const response = await fetch(`${gateway.url}/${apps}/app/largeIcon/value/$value`, { headers });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(icon);
    expect([response.headers.get('content-type'), response.headers.get('content-length')]).toEqual([
      'application/octet-stream',
      String(icon.length),
    ]);
  });

  it('that is text is plain text in UTF-8 behind $value', async () => {
    const { headers } = await gateway.call('GET', `${apps}/app/displayName/$value`);
    expect(headers.get('content-type')).toMatch(/^text\/plain(;charset=utf-8)?$/i);
    expect(headers.get('odata-version')).toBe('4.0');
  });
});

describe('the links of', () => {
  it.each([
    [
      `${apps}/$ref`,
      `200 [beta/mobileApps('app') beta/mobileApps('o''neil%2F%C3%BC%3F%23%25') beta/mobileApps('win') beta/mobileApps('win2')]`,
    ],
    [`${apps}/$REF?$top=0`, '200 []'],
    [`${apps}/$ref?$filter=publisher eq 'x'`, '200 []'],
    [`${apps}/$ref?$filter=displayName eq 'win'&$orderby=id&$search=win`, "200 [beta/mobileApps('win')]"],
    [`${apps}/$ref?$skip=3`, "200 [beta/mobileApps('win2')]"],
    [`${apps}/$ref?$select=id`, "501 The query option '$select' is not supported."],
    [`${apps}/app/$ref`, "200 beta/mobileApps('app')"],
    [`${apps}/app/$ref?$top=1`, "400 The query option '$top' does not apply to this request."],
    [`${apps}/nobody/$ref`, "404 App with id 'nobody' not found."],
    [
      `${statuses}/$ref`,
      "200 [beta/mobileApps('app')/deviceStatuses('n1') beta/mobileApps('app')/deviceStatuses('s1')]",
    ],
    [`${nested}/$ref`, "200 [beta/mobileApps('app')/userStatuses('user')/deviceStatuses('n1')]"],
    [`${apps}/nobody/deviceStatuses/$ref`, "404 App with id 'nobody' not found."],
    [`${stable}/win/$ref`, "200 v1.0/mobileApps('win')"],
    [`${apps}/$ref/app`, "400 Resource not found for the segment 'app'."],
    [`${apps}/$count/$ref`, "400 Resource not found for the segment '$ref'."],
    ['beta/deviceAppManagement/$ref', "501 The segment '$ref' is not supported."],
  ])('%s are %s', async (path, expected) => {
    const found = await answer(path);
    if (path === `${apps}/nobody/deviceStatuses/$ref`) expect(found).toMatch(/^404 /);
    else expect(found.replaceAll("o'neil", "o''neil").replaceAll('%27%27', "''")).toBe(expected);
  });

  it('a collection go on page by page, and lead to the rows', async () => {
    const found: string[] = [];
    for (let next: string | undefined = `${apps}/$ref?$top=3&$count=true`; next !== undefined;) {
      const { status, body } = await gateway.call('GET', next);
      expect([status, body['@odata.count']]).toEqual([200, 4]);
      found.push(...(body['value'] as JsonRow[]).map((row) => String(row['@odata.id'])));
      next = (body['@odata.nextLink'] as string | undefined)?.slice(gateway.url.length + 1);
      if (next) expect(next).toMatch(/mobileApps\/\$ref\?\$top=3&\$count=true&\$skiptoken=/);
    }
    expect(found).toHaveLength(4);
    const rows = await Promise.all(
      found.map((link) => gateway.call('GET', link.slice(gateway.url.length + 1))),
    );
    expect(rows.map(({ body }) => body['id'])).toEqual(['app', odd, 'win', 'win2']);
  });

  it('a collection come in pages of the preferred size', async () => {
    const { headers, body } = await gateway.call('GET', `${apps}/$ref`, undefined, {
      Prefer: 'maxpagesize=2',
    });
    expect([headers.get('preference-applied'), (body['value'] as object[]).length]).toEqual([
      'odata.maxpagesize=2',
      2,
    ]);
  });
});

const noRoute = (template: string, verb: string, path: string): string =>
  `400 No OData route exists that match template ~/${template} with http verb ${verb} for request /${path}.`;

/** What a HEAD tells. */
const facts = ({ status, headers }: Reply): unknown[] => [
  status,
  ...['content-type', 'content-length', 'odata-version'].map((name) => headers.get(name)),
];

describe('a verb that is not served', () => {
  const entity = 'singleton/navigation/key';

  it.each([
    ['PUT', `${apps}/app`, entity, "mobileApps('app')"],
    ['PATCH', apps, 'singleton/navigation', 'mobileApps'],
    ['DELETE', apps, 'singleton/navigation', 'mobileApps'],
    ['POST', `${apps}/app`, entity, "mobileApps('app')"],
    ['POST', `${apps}/$count`, 'singleton/navigation/$count', 'mobileApps/$count'],
    ['PATCH', `${apps}/$count`, 'singleton/navigation/$count', 'mobileApps/$count'],
    ['DELETE', `${apps}/$ref`, 'singleton/navigation/$ref', 'mobileApps/$ref'],
    ['POST', `${apps}/$ref`, 'singleton/navigation/$ref', 'mobileApps/$ref'],
    ['DELETE', `${apps}/app/$ref`, `${entity}/$ref`, "mobileApps('app')/$ref"],
    ['PATCH', `${apps}/app/displayName`, `${entity}/property`, "mobileApps('app')/displayName"],
    [
      'PUT',
      `${apps}/app/displayName/$value`,
      `${entity}/property/$value`,
      "mobileApps('app')/displayName/$value",
    ],
    ['DELETE', `${apps}/app/notes`, `${entity}/property`, "mobileApps('app')/notes"],
    ['POST', `${apps}/${win32}`, 'singleton/navigation/cast', `mobileApps/${win32}`],
    ['PUT', `${apps}/win/${win32}`, `${entity}/cast`, `mobileApps('win')/${win32}`],
    ['POST', `${apps}/win/${win32}`, `${entity}/cast`, `mobileApps('win')/${win32}`],
    ['PATCH', `${apps}/win/${win32}/size`, `${entity}/cast/property`, `mobileApps('win')/${win32}/size`],
    ['POST', `${statuses}/s1/app/$ref`, '', ''],
    ['PUT', `${statuses}/s1/app`, '', ''],
    ['POST', `${statuses}/s1/app`, '', ''],
    ['PUT', `${statuses}/s1`, `${entity}/navigation/key`, "mobileApps('app')/deviceStatuses('s1')"],
  ])('%s %s is 400', async (verb, path, template, named) => {
    const reply = await gateway.call(verb, path, verb === 'DELETE' ? undefined : {});
    expect((reply.body['error'] as { code: string }).code).toBe('No method match route template');
    if (template === '') expect(reply.status).toBe(400);
    else expect(shown(reply)).toBe(noRoute(template, verb, named));
  });

  it('of any of these changed nothing', async () => {
    expect(await answer(`${apps}/$count`)).toBe('200 text 4');
    expect(await answer(`${statuses}/s1/app/displayName/$value`)).toBe('200 text An “app”\n');
  });

  it.each([
    `${apps}/$count`,
    `${apps}/$ref`,
    `${apps}/app/$ref`,
    `${apps}/app/displayName`,
    `${apps}/app/displayName/$value`,
    `${apps}/app/largeIcon/value/$value`,
    `${apps}/app/notes`,
    `${apps}/${win32}`,
    `${apps}/win/${win32}`,
    `${nested}/n1/app`,
    `${apps}?$expand=deviceStatuses`,
    `${apps}/nobody/displayName`,
    `${apps}/app/nope`,
  ])('is not HEAD: it answers as GET does, without a body, at %s', async (path) => {
    const [head, get] = [await gateway.call('HEAD', path), await gateway.call('GET', path)];
    expect(facts(head)).toEqual(facts(get));
    expect(head.text).toBe('');
  });
});

describe('one address in many spellings', () => {
  const key = encodeURIComponent(odd);
  const quoted = encodeURIComponent(odd.replaceAll("'", "''"));
  it.each([
    [`${apps}/${key}`, `200 ${odd}`],
    [`${apps}('${quoted}')`, `200 ${odd}`],
    [`${apps}('${quoted}')/ID`, `200 ${JSON.stringify(odd)}`],
    [`${apps}/${key}/id/$value`, `200 text ${odd}`],
    [`${apps}/${key}/deviceStatuses/${key}/app`, `200 ${odd}`],
    [`${apps}('${quoted}')/deviceStatuses('${quoted}')/app/deviceStatuses`, `200 [${odd}]`],
    [`${apps}/${key}/microsoft.graph.iosStoreApp`, `200 ${odd}`],
    [`${apps}//app///displayName//$value/`, '200 text An “app”\n'],
    [
      `BETA/DEVICEAPPMANAGEMENT/MOBILEAPPS/app/MICROSOFT.GRAPH.IOSSTOREAPP/APPLICABLEDEVICETYPE/IPAD`,
      '200 true',
    ],
    [`${apps}/app/%64isplayName/%24value`, '200 text An “app”\n'],
    [`${apps}/%24count`, '200 text 4'],
    [`${apps}/win/microsoft%2Egraph%2Ewin32LobApp/size`, '200 0'],
    [`${apps}(%27win%27)/size`, "400 Resource not found for the segment 'size'."],
    [`${apps}/APP/displayName`, "404 App with id 'APP' not found."],
    [`${apps}/app/deviceStatuses('s1')/app/`, '200 app'],
  ])('%s gives %s', async (path, expected) => {
    expect(await answer(path)).toBe(expected);
  });
});

describe('another tenant', () => {
  it('sees nothing at any of these addresses', async () => {
    const other = await gateway.tokenFor({ tenant: randomUUID() });
    const at = async (path: string): Promise<string> =>
      shown(await request(`${gateway.url}/${path}`, 'GET', undefined, { Authorization: `Bearer ${other}` }));
    const empty = [apps, `${apps}/${win32}`, `${apps}/$ref`, `${apps}/${win32}/$ref`, `${apps}?$expand=*`];
    const absent = [
      `${apps}/app/id`,
      `${apps}/app/$ref`,
      `${apps}/app/displayName/$value`,
      `${apps}/app/largeIcon/value/$value`,
      `${apps}/app/roleScopeTagIds/$count`,
      `${apps}/win/${win32}`,
      `${apps}/win/${win32}/size`,
      `${apps}/win/${win32}/deviceStatuses`,
      `${statuses}/s1/app`,
      `${statuses}/s1/app/deviceStatuses`,
      `${statuses}/s1/app/displayName`,
      `${nested}/n1/app`,
      `${nested}/n1/app/deviceStatuses/$count`,
      `${statuses}/$ref`,
      `${statuses}/s1/$ref`,
      `${statuses}/s1?$expand=app`,
      `${configurations}/con/displayName`,
    ];
    expect(new Set(await Promise.all(empty.map(at)))).toEqual(new Set(['200 []']));
    const found = await Promise.all(absent.map(at));
    expect(found.filter((line) => !line.startsWith('404 '))).toEqual([]);
    expect(await at(`${apps}/${win32}/$count`)).toBe('200 text 0');
  });

  it('sees its own rows of the same keys', async () => {
    const other = await gateway.tokenFor({ tenant: randomUUID() });
    const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
      request(`${gateway.url}/${path}`, method, body, { Authorization: `Bearer ${other}` });
    await call('POST', apps, aMobileApp({ id: 'app', displayName: 'Theirs' }));
    await call('POST', statuses, aDeviceStatus({ id: 's1' }));
    expect(shown(await call('GET', `${statuses}/s1/app/displayName`))).toBe('200 "Theirs"');
    expect(shown(await call('GET', `${statuses}/n1/app/displayName`))).toMatch(/^404 /);
  });
});
