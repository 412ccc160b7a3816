import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { array, assert, asyncProperty, constantFrom, nat, oneof, record, string } from 'fast-check';
import { aDeviceStatus } from '../src/resources/mobile-apps/device-statuses/device-status.builder.js';
import { aMobileApp } from '../src/resources/mobile-apps/mobile-app.builder.js';
import { aUserStatus } from '../src/resources/mobile-apps/user-statuses/user-status.builder.js';
import { request, type Reply, startTestGateway, type TestGateway } from './support/gateway.js';
import { cellsOf, type Report } from './support/reports.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const reports = 'beta/deviceManagement/reports';
const deviceReport = `${reports}/getDeviceInstallStatusReport`;
const ofApp = "(ApplicationId eq 'portal')";

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
  const win32 = { '@odata.type': '#microsoft.graph.win32LobApp' };
  await make(apps, aMobileApp({ id: 'portal', displayName: 'Contoso Portal' }));
  await make(apps, aMobileApp({ ...win32, id: 'wide', displayName: 'Wide', displayVersion: '2.1' }));
  await make(apps, aMobileApp({ id: 'empty', displayName: 'Empty' }));
  await make(`${apps}/portal/userStatuses`, aUserStatus({ id: 'ada', failedDeviceCount: 2 }));
  await make(`${apps}/portal/userStatuses`, aUserStatus({ id: 'bob', userName: 'Bob' }));
  const devices = [
    { id: 'd1', deviceName: 'alpha', installState: 'installed' },
    {
      id: 'd2',
      deviceName: 'Bravo',
      installState: 'failed',
      errorCode: -2016345060,
      installStateDetail: 'seeInstallErrorCode',
    },
    { id: 'd3', deviceName: 'CHARLIE', installState: 'pendingInstall', userPrincipalName: null },
    { id: 'd4', deviceName: null, installState: 'notApplicable' },
  ];
  for (const device of devices) await make(`${apps}/portal/deviceStatuses`, aDeviceStatus(device));
  await make(
    `${apps}/portal/userStatuses/ada/deviceStatuses`,
    aDeviceStatus({ id: 'd5', deviceName: 'delta' }),
  );
  for (let number = 0; number < 51; number++)
    await make(`${apps}/wide/deviceStatuses`, aDeviceStatus({ id: `w${100 + number}`, errorCode: number }));
});

afterAll(() => gateway.close());

async function make(path: string, body: object): Promise<void> {
  const { status, text } = await gateway.call('POST', path, body);
  if (status !== 201) throw new Error(text);
}

const ask = (body: unknown, path = deviceReport): Promise<Reply> => gateway.call('POST', path, body);

async function read(body: object, path = deviceReport): Promise<Report> {
  const { status, text } = await ask(body, path);
  if (status !== 200) throw new Error(text);
  return JSON.parse(text) as Report;
}

/** What a refusal says. */
async function refused(body: unknown, path = deviceReport): Promise<string> {
  const { status, text } = await ask(body, path);
  const { error } = JSON.parse(text) as { error: { message: string } };
  return `${status} ${error.message}`;
}

const namesOf = async (body: object): Promise<unknown[]> => {
  const report = await read({ filter: ofApp, select: ['DeviceName'], ...body });
  return report.Values.map(([name]) => name);
};

describe('a report of the devices of an app', () => {
  it('is JSON that calls itself a file', async () => {
    const { status, headers, text } = await ask({ filter: ofApp });
    expect([status, headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
    expect(Object.keys(JSON.parse(text) as object)).toEqual([
      'TotalRowCount',
      'Schema',
      'Values',
      'SessionId',
    ]);
  });

  it('has the columns of the live one, with words behind the numbers of states', async () => {
    const report = await read({ filter: `${ofApp} and DeviceName eq 'bravo'` });
    expect(report.TotalRowCount).toBe(1);
    expect(report.SessionId).toBe('');
    expect(report.Schema.slice(-2)).toEqual([
      { Column: 'AppInstallStateDetails', PropertyType: 'Int32' },
      { Column: 'AppInstallStateDetails_loc', PropertyType: 'String' },
    ]);
    expect(cellsOf(report)).toEqual([
      {
        DeviceId: '7f5b2c1e-0d34-4a6f-8b9c-1e2d3c4b5a69',
        ApplicationId: 'portal',
        UserId: null,
        DeviceName: 'Bravo',
        UserPrincipalName: 'ada@contoso.example',
        UserName: 'Ada Example',
        Platform: 'Windows 10.0.26100.4652',
        AppVersion: '1.0.0',
        ErrorCode: -2016345060,
        InstallState: 2,
        InstallStateDetail: 2000,
        LastModifiedDateTime: '2026-10-31T08:00:00Z',
        AssignmentFilterIdsExist: false,
        HexErrorCode: '0x87D1041C',
        AppInstallState: 2,
        AppInstallState_loc: 'Failed',
        AppInstallStateDetails: 2000,
        AppInstallStateDetails_loc: 'See install error code',
      },
    ]);
  });

  it.each([
    ["DeviceName eq 'ALPHA'", ['alpha']],
    ["(AppInstallState eq '2')", ['Bravo']],
    ['AppInstallState eq 2 or (InstallState eq 1)', ['alpha', 'Bravo', 'delta']],
    ["AppInstallState in ('2','5')", ['Bravo', 'CHARLIE']],
    ['ErrorCode lt 0', ['Bravo']],
    ["HexErrorCode eq '0x87d1041c'", ['Bravo']],
    ['UserPrincipalName eq null', ['CHARLIE']],
    ["not (DeviceName ne 'delta')", ['delta']],
    ["UserId eq 'ada'", ['delta']],
    ["contains(DeviceName,'R') and ErrorCode ge 0", ['CHARLIE']],
    ["LastModifiedDateTime ge '2026-10-31T08:00:00Z' and DeviceName eq 'alpha'", ['alpha']],
    ["LastModifiedDateTime gt 2026-10-31T08:00:00Z or DeviceName eq 'alpha'", ['alpha']],
    ["AssignmentFilterIdsExist eq 'True'", []],
    ["ApplicationId eq 'wide'", []],
  ])('takes the filter %s', async (filter, names) => {
    expect(await namesOf({ filter: `${ofApp} and (${filter})`, orderBy: ['DeviceName'] })).toEqual(names);
  });

  it.each([
    [['DeviceName asc'], [null, 'alpha', 'Bravo', 'CHARLIE', 'delta']],
    [['DeviceName DESC'], ['delta', 'CHARLIE', 'Bravo', 'alpha', null]],
    [
      ['AppInstallState desc', 'DeviceName'],
      ['CHARLIE', 'Bravo', 'alpha', 'delta', null],
    ],
    [
      ['LastModifiedDateTime', 'UserPrincipalName desc', 'DeviceName'],
      [null, 'alpha', 'Bravo', 'delta', 'CHARLIE'],
    ],
    [[], ['alpha', 'Bravo', 'CHARLIE', null, 'delta']],
  ])('is ordered by %j', async (orderBy, names) => {
    expect(await namesOf({ orderBy })).toEqual(names);
  });

  it('is searched in its texts, whatever the case', async () => {
    expect(await namesOf({ search: 'HARL' })).toEqual(['CHARLIE']);
    expect(await namesOf({ search: ' "nothing" ' })).toEqual([]);
  });

  it('comes in pages, each with how many rows there are', async () => {
    const page = { filter: ofApp, select: ['DeviceName'], orderBy: ['DeviceName'], top: 2 };
    expect(await read({ ...page, skip: 3 })).toMatchObject({
      TotalRowCount: 5,
      Values: [['CHARLIE'], ['delta']],
    });
    expect(await read({ ...page, skip: 99 })).toMatchObject({ TotalRowCount: 5, Values: [] });
    expect(await read({ ...page, top: 0 })).toMatchObject({ TotalRowCount: 5, Values: [] });
  });

  it.each([
    [undefined, 50],
    [50, 50],
    [51, 50],
    [999, 50],
    [49, 49],
  ])('has at most 50 rows a page: for top %j it has %j', async (top, count) => {
    const report = await read({ filter: "(ApplicationId eq 'wide')", top, skip: 0, orderBy: [] });
    expect([report.TotalRowCount, report.Values.length]).toEqual([51, count]);
  });

  it('takes what the admin center sends beside, and says the session again', async () => {
    const sent = { name: 'any', groupBy: [], search: '', sessionId: 'a session', filter: ofApp, top: null };
    expect(await read(sent)).toMatchObject({ TotalRowCount: 5, SessionId: 'a session' });
  });

  it('of an app that is not there is empty', async () => {
    expect(await read({ filter: "ApplicationId eq 'none'" })).toMatchObject({ TotalRowCount: 0, Values: [] });
  });

  it('is the same by its newer name, in both versions and qualified', async () => {
    const report = await read({ filter: ofApp });
    for (const path of [
      `${reports}/retrieveDeviceAppInstallationStatusReport`,
      'v1.0/deviceManagement/reports/retrieveDeviceAppInstallationStatusReport',
      `${reports}/microsoft.graph.retrieveDeviceAppInstallationStatusReport`,
      'BETA//devicemanagement//Reports/graph.GETdeviceinstallstatusreport/',
    ])
      expect(await read({ filter: ofApp }, path)).toEqual(report);
  });
});

describe('the other reports', () => {
  it('count the devices of users', async () => {
    const report = await read(
      { filter: ofApp, orderBy: ['UserName'] },
      `${reports}/getUserInstallStatusReport`,
    );
    const counts = { PendingInstallCount: 0, NotInstalledCount: 0, NotApplicableCount: 0 };
    const common = { ApplicationId: 'portal', UserPrincipalName: 'ada@contoso.example', InstalledCount: 1 };
    expect(cellsOf(report)).toEqual([
      { UserId: 'ada', UserName: 'Ada Example', ...common, FailedCount: 2, ...counts },
      { UserId: 'bob', UserName: 'Bob', ...common, FailedCount: 0, ...counts },
    ]);
  });

  it('count the devices of an app in the order that scripts know, also where there is none', async () => {
    const path = `${reports}/getAppStatusOverviewReport`;
    const report = await read({ filter: ofApp }, path);
    expect(Object.entries(cellsOf(report)[0] ?? {})).toEqual([
      ['ApplicationId', 'portal'],
      ['FailedDeviceCount', 1],
      ['PendingInstallDeviceCount', 1],
      ['InstalledDeviceCount', 2],
      ['NotInstalledDeviceCount', 0],
      ['NotApplicableDeviceCount', 1],
    ]);
    expect((await read({ filter: "(ApplicationId eq 'empty')" }, path)).Values).toEqual([
      ['empty', 0, 0, 0, 0, 0],
    ]);
    expect((await read({ filter: "(ApplicationId eq 'none')" }, path)).TotalRowCount).toBe(0);
  });

  it('sum up all apps', async () => {
    const path = `${reports}/getAppsInstallSummaryReport`;
    const report = await read({ orderBy: ['DisplayName desc'] }, path);
    expect(report.TotalRowCount).toBe(3);
    expect(cellsOf(report).slice(0, 2)).toMatchObject([
      {
        DisplayName: 'Wide',
        Platform: 1,
        Platform_loc: 'Windows',
        AppVersion: '2.1',
        InstalledDeviceCount: 51,
      },
      { DisplayName: 'Empty', Platform: 2, Platform_loc: 'iOS', FailedDevicePercentage: 0 },
    ]);
    const failing = { filter: "FailedDeviceCount gt '0' and FailedDevicePercentage eq 25", top: 25, skip: 0 };
    expect(cellsOf(await read(failing, path))).toMatchObject([
      { ApplicationId: 'portal', FailedUserCount: 1, InstalledUserCount: 1, FailedDevicePercentage: 25 },
    ]);
  });
});

describe('a report that is asked for wrongly', () => {
  it.each<[string, unknown, RegExp]>([
    ['no app', {}, /^400 Required filters are not set: a restriction filter on 'ApplicationId' is needed/],
    ['an app among others', { filter: "ApplicationId eq 'a' or ErrorCode eq 1" }, /^400 Required filters/],
    ['an app that it is not of', { filter: "not (ApplicationId eq 'a')" }, /^400 Required filters/],
    ['broken filter', { filter: "(ApplicationId eq 'a'" }, /^400 Invalid filter clause: /],
    [
      'an unknown column in the filter',
      { filter: `${ofApp} and Nope eq 1` },
      /^400 Invalid filter clause: .*'Nope'/,
    ],
    ['a key in the filter', { filter: `${ofApp} and id eq '1'` }, /^400 Invalid filter clause: .*'id'/],
    ['a text for a number', { filter: `${ofApp} and ErrorCode eq 'x'` }, /^400 Invalid filter clause: /],
    [
      'a division by zero',
      { filter: `${ofApp} and 1 div ErrorCode eq 1` },
      /^400 The query cannot be evaluated/,
    ],
    ['a type in the filter', { filter: `${ofApp} and isof(microsoft.graph.mobileApp)` }, /^(400|501) /],
    ['an unknown column', { filter: ofApp, select: ['Nope'] }, /^400 The report .* has no column 'Nope'/],
    [
      'a column of words',
      { filter: ofApp, select: ['AppInstallState_loc'] },
      /^400 The report .* has no column/,
    ],
    ['an order by nothing', { filter: ofApp, orderBy: ['DeviceName up'] }, /^400 .*'orderBy'/],
    [
      'an order by an unknown column',
      { filter: ofApp, orderBy: ['Nope'] },
      /^400 The report .* has no column/,
    ],
    ['too many orders', { filter: ofApp, orderBy: Array(6).fill('DeviceName') }, /^400 .*more than 5/],
    ['a group', { filter: ofApp, groupBy: ['DeviceName'] }, /^501 The parameter 'groupBy' is not supported/],
    ['a fraction of a page', { filter: ofApp, top: 1.5 }, /^400 .*'top'/],
    ['a negative skip', { filter: ofApp, skip: -1 }, /^400 .*'skip'/],
    ['a skip beyond numbers', { filter: ofApp, skip: 2 ** 31 }, /^400 .*'skip'/],
    ['a select of no list', { filter: ofApp, select: 'DeviceName' }, /^400 .*'select'/],
    ['a filter of no text', { filter: 1 }, /^400 .*'filter'/],
    ['a NUL', { filter: ofApp, search: '\0' }, /^400 .*'search'/],
    ['an unknown parameter', { filter: ofApp, nope: 1 }, /^400 The parameter 'nope'/],
    ['a list', [], /^400 An unexpected 'StartArray' node/],
    ['no JSON', '{', /^400 Unable to read JSON/],
    ['the same twice', '{"top":1,"top":2}', /^400 Multiple properties/],
    ['too many nodes', { filter: `${ofApp}${' and ErrorCode eq 1'.repeat(200)}` }, /^400 .*400 terms/],
    ['too much depth', { filter: `${'('.repeat(60)}${ofApp}${')'.repeat(60)}` }, /^400 .*50 levels/],
  ])('by %s is refused', async (_by, body, message) => {
    expect(await refused(body)).toMatch(message);
  });

  it.each([
    ['beta/deviceManagement/reports/getNothingReport', 'getNothingReport'],
    ['v1.0/deviceManagement/reports/getDeviceInstallStatusReport', 'getDeviceInstallStatusReport'],
    ['beta/deviceManagement/reports/getUserInstallStatusReport/more', 'more'],
    ["beta/deviceManagement/reports/getUserInstallStatusReport('x')", 'x'],
  ])('at %s has no resource', async (path, segment) => {
    expect(await refused({}, path)).toBe(`400 Resource not found for the segment '${segment}'.`);
  });

  it('by another verb has no route, and OPTIONS says which it takes', async () => {
    const { status, text } = await gateway.call('GET', deviceReport);
    expect(status).toBe(400);
    expect(text).toContain(
      'No OData route exists that match template ~/singleton/navigation/action with http verb GET for request /deviceManagement/reports/getDeviceInstallStatusReport.',
    );
    const options = await request(`${gateway.url}/${deviceReport}`, 'OPTIONS');
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
  });

  it('by a query option is refused', async () => {
    expect(await refused({ filter: ofApp }, `${deviceReport}?$top=1`)).toMatch(
      /^400 The query option '\$top'/,
    );
  });
});

const withToken = async (choice: object): Promise<number> => {
  const token = await gateway.tokenFor(choice);
  const headers = { Authorization: `Bearer ${token}` };
  return (await gateway.call('POST', deviceReport, { filter: ofApp }, headers)).status;
};

describe('who may read a report', () => {
  it.each([
    ['DeviceManagementApps.Read.All', 200],
    ['DeviceManagementApps.ReadWrite.All', 200],
    ['DeviceManagementConfiguration.Read.All', 200],
    ['DeviceManagementManagedDevices.ReadWrite.All', 200],
    ['User.Read.All', 403],
  ])('%s: %j, of a user and of an application', async (permission, status) => {
    expect(await withToken({ roles: [permission] })).toBe(status);
    expect(await withToken({ scopes: [permission] })).toBe(status);
  });

  it('is nobody without a token', async () => {
    expect((await request(`${gateway.url}/${deviceReport}`, 'POST', { filter: ofApp })).status).toBe(401);
  });

  it('is not another tenant: it sees none of the rows', async () => {
    const token = await gateway.tokenFor({ tenant: randomUUID() });
    for (const name of [
      'getDeviceInstallStatusReport',
      'getUserInstallStatusReport',
      'getAppStatusOverviewReport',
      'getAppsInstallSummaryReport',
    ]) {
      const reply = await gateway.call(
        'POST',
        `${reports}/${name}`,
        { filter: ofApp },
        { Authorization: `Bearer ${token}` },
      );
      expect(JSON.parse(reply.text)).toMatchObject({ TotalRowCount: 0, Values: [] });
    }
  });
});

it('a batch holds reports as it holds all else', async () => {
  const part = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: { filter: ofApp } };
  const url = '/deviceManagement/reports/getDeviceInstallStatusReport';
  const requests = [
    { id: '1', url, ...part },
    { id: '2', url, ...part, body: {} },
  ];
  const { body } = await gateway.call('POST', 'beta/$batch', { requests });
  const responses = body['responses'] as { id: string; status: number; body: string }[];
  expect(responses.map(({ status }) => status)).toEqual([200, 400]);
  const text = Buffer.from(responses[0]?.body ?? '', 'base64').toString();
  expect(JSON.parse(text)).toMatchObject({ TotalRowCount: 5 });
});

it('a line of the log names the report and nothing that was asked', async () => {
  const start = gateway.log.length;
  await ask({ filter: "(ApplicationId eq 'private')" });
  const line = gateway.log.slice(start).join('');
  expect(line).toContain('"route":"/beta/deviceManagement/reports/getDeviceInstallStatusReport"');
  expect(line).not.toContain('private');
});

const pieces = (
  "and or not eq ne gt in ( ) , ' '' / $it @p null true -1 1e400 NaN DeviceName ErrorCode LastModifiedDateTime " +
  "AssignmentFilterIdsExist 'x' '2' 2026-01-01 any(d:d) $count contains(DeviceName, now() id duration duration'P1D' " +
  'isof(graph.mobileApp) cast(ErrorCode,Edm.Byte) 9223372036854775808 year( length( div mod add has ' +
  'matchesPattern(DeviceName, \u0000 \ud800'
).split(' ');
const hostileFilter = array(
  oneof({ weight: 9, arbitrary: constantFrom(...pieces) }, { weight: 1, arbitrary: string() }),
  {
    maxLength: 14,
  },
).map((words) => words.join(' '));

it('whatever is sent, nothing is a fault of the gateway', async () => {
  const anything = oneof(hostileFilter, constantFrom(null, 0, [], {}, [null], ['x']), nat(), string());
  const body = record(
    {
      select: anything,
      search: anything,
      orderBy: oneof(anything, array(hostileFilter)),
      skip: anything,
      top: anything,
    },
    { requiredKeys: [] },
  );
  await assert(
    asyncProperty(hostileFilter, body, async (filter, more) => {
      const whole = await ask({ filter: `${ofApp} and ${filter}`, ...more });
      const alone = await ask({ filter: `${ofApp} and (${filter})` });
      const summary = await ask({ filter }, `${reports}/getAppsInstallSummaryReport`);
      for (const { status } of [whole, alone, summary]) expect([200, 400, 501]).toContain(status);
    }),
    { numRuns: 300 },
  );
});

/** A column of the report, the property of the route that it shows, and values that both are compared with. */
const compared = [
  ['DeviceName', 'deviceName', ["'alpha'", "'BRAVO'", 'null', "'ß'"]],
  ['UserPrincipalName', 'userPrincipalName', ["'ada@contoso.example'", 'null', "''"]],
  ['ErrorCode', 'errorCode', ['0', '-7', '3']],
  ['AppInstallState', 'installState', ['1', '2', '99']],
  ['LastModifiedDateTime', 'lastSyncDateTime', ['2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00']],
] as const;
const comparison = constantFrom(...compared).chain(([column, property, values]) =>
  record({ operator: constantFrom('eq', 'ne', 'gt', 'le'), value: constantFrom<string>(...values) }).map(
    ({ operator, value }) => [`${column} ${operator} ${value}`, `${property} ${operator} ${value}`] as const,
  ),
);
const eitherFilter = array(
  record({ of: comparison, not: constantFrom('', 'not '), and: constantFrom('and', 'or') }),
  {
    minLength: 1,
    maxLength: 4,
  },
).map((terms) =>
  [0, 1].map((side) =>
    terms.map(({ of, not, and }, index) => `${index === 0 ? '' : `${and} `}${not}(${of[side]})`).join(' '),
  ),
);
const statuses = array(
  record({
    deviceName: constantFrom(null, 'Alpha', 'bravo', 'ß', 'SS', ''),
    userPrincipalName: constantFrom(null, 'ADA@contoso.example', ''),
    errorCode: constantFrom(0, -7, 3),
    installState: constantFrom('installed', 'failed', 'unknown'),
    lastSyncDateTime: constantFrom(
      '2026-01-01T00:00:00Z',
      '2026-01-01T01:00:00.5+01:00',
      '2025-01-01T00:00:00Z',
    ),
  }),
  { maxLength: 12 },
);

it('the same question has the same rows by the report and by the route', async () => {
  await assert(
    asyncProperty(statuses, array(eitherFilter, { minLength: 4, maxLength: 4 }), async (rows, filters) => {
      const app = randomUUID();
      const deviceStatuses = rows.map((row, index) => aDeviceStatus({ ...row, deviceId: String(index) }));
      await make(apps, aMobileApp({ id: app, deviceStatuses }));
      for (const [reportFilter, routeFilter = ''] of filters) {
        const route = `${apps}/${app}/deviceStatuses?$top=50&$select=deviceId&$filter=${encodeURIComponent(routeFilter)}`;
        const found = (await gateway.call('GET', route)).body['value'] as { deviceId: string }[];
        const filter = `ApplicationId eq '${app}' and (${reportFilter})`;
        const report = await read({ filter, select: ['DeviceId'] });
        expect(report.Values.map(([id]) => String(id)).toSorted()).toEqual(
          found.map(({ deviceId }) => deviceId).toSorted(),
        );
        expect(report.TotalRowCount).toBe(found.length);
      }
    }),
    { numRuns: 25 },
  );
});

const pathsOf = async (version: string): Promise<Record<string, object>> => {
  const { body } = await request(`${gateway.url}/${version}/openapi.json`, 'GET');
  const paths = Object.entries(body['paths'] as Record<string, object>);
  return Object.fromEntries(paths.filter(([path]) => path.startsWith('/deviceManagement/')));
};

it('OpenAPI lists the reports and jobs that a version has', async () => {
  const ofJobs = ['/deviceManagement/reports/exportJobs', '/deviceManagement/reports/exportJobs/{id}'];
  const retrieve = '/deviceManagement/reports/retrieveDeviceAppInstallationStatusReport';
  const current = await pathsOf('v1.0');
  expect(Object.keys(current)).toEqual([...ofJobs, retrieve]);
  expect(Object.keys(await pathsOf('beta'))).toHaveLength(7);
  expect(current[retrieve]).toMatchObject({
    post: {
      operationId: 'deviceManagement.reports.retrieveDeviceAppInstallationStatusReport.post',
      security: expect.arrayContaining([{ application: ['DeviceManagementApps.Read.All'] }]),
    },
  });
  expect(Object.keys(current[ofJobs[1] ?? ''] ?? {})).toEqual(['parameters', 'get', 'delete']);
});
