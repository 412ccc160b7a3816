import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from './support/gateway.js';
import { type LoggedDatabase, loggedDatabase } from './support/statement-log.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const statuses = `${apps}/app/deviceStatuses`;
const nested = `${apps}/app/userStatuses/user/deviceStatuses`;

let database: LoggedDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  database = await loggedDatabase();
  gateway = await startTestGateway({ DATABASE_URL: database.url });
  const rows: [string, object][] = [
    [apps, { '@odata.type': '#microsoft.graph.iosStoreApp', id: 'app' }],
    [`${apps}/app/userStatuses`, { id: 'user' }],
    [nested, { id: 'row' }],
    [statuses, { id: 'other' }],
  ];
  for (const [path, body] of rows) {
    expect(await gateway.call('POST', path, body)).toMatchObject({ status: 201 });
  }
});
afterAll(() => gateway.close());

/** What Postgres was told while it was answered so. */
async function statements(
  status: number,
  ...[method, path, body]: [string, string, object?]
): Promise<string[]> {
  return database.statementsOf(async () => {
    expect(await gateway.call(method, path, body)).toMatchObject({ status });
  });
}

const returned =
  '"id", "rowVersion", "deviceName", "deviceId", "lastSyncDateTimeTicks", "lastSyncDateTimeWritten", ' +
  '"mobileAppInstallStatusValue", "installState", "installStateDetail", "errorCode", "osVersion", "osDescription", ' +
  '"userName", "userPrincipalName", "displayVersion"';
const keys = '"tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3';

describe('the SQL log', () => {
  it('of a PATCH is one UPDATE of the sent columns, by tenant and keys', async () => {
    const change = { errorCode: 9, lastSyncDateTime: '2017-01-01T00:02:49.3205976-08:00' };
    expect(await statements(200, 'PATCH', `${statuses}/row`, change)).toEqual([
      'UPDATE mobile_app_install_statuses SET "errorCode" = $4, "lastSyncDateTimeTicks" = $5, ' +
        `"lastSyncDateTimeWritten" = $6, "rowVersion" = "rowVersion" + 1 WHERE ${keys} RETURNING ${returned}`,
    ]);
  });

  it('of a PATCH by the user is one UPDATE that names the user too', async () => {
    expect(await statements(200, 'PATCH', `${nested}/row`, { errorCode: 10 })).toEqual([
      'UPDATE mobile_app_install_statuses SET "errorCode" = $5, "rowVersion" = "rowVersion" + 1 WHERE "tenantId" = $1 ' +
        `AND "mobileAppId" = $2 AND "userAppInstallStatusId" = $3 AND "id" = $4 RETURNING ${returned}`,
    ]);
  });

  it('of a GET is one SELECT', async () => {
    expect(await statements(200, 'GET', `${statuses}/row`)).toEqual([
      `SELECT ${returned} FROM mobile_app_install_statuses WHERE ${keys}`,
    ]);
  });

  it('of a list is one SELECT of a page and one row', async () => {
    expect(await statements(200, 'GET', statuses)).toEqual([
      `SELECT ${returned.replaceAll(/(^|, )"/g, '$1row."')} FROM mobile_app_install_statuses AS row ` +
        'WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 ORDER BY row."id" ASC LIMIT $3',
    ]);
  });

  it.each([
    ['a PATCH of an app', 200, 'PATCH', `${apps}/app`, { displayName: 'A name' }],
    ['a PATCH of what only one type of app has', 200, 'PATCH', `${apps}/app`, { bundleId: 'com.example' }],
    ['a PATCH of nothing', 200, 'PATCH', `${statuses}/row`, {}],
    ['a create', 201, 'POST', nested, { id: 'new' }],
    ['a create of an app', 201, 'POST', apps, { '@odata.type': '#microsoft.graph.win32LobApp' }],
    ['a delete', 204, 'DELETE', `${statuses}/other`],
    ['a list of apps', 200, 'GET', apps],
  ] as [string, number, string, string, object?][])(
    'of %s is one statement',
    async (_title, status, ...request) => {
      expect(await statements(status, ...request)).toHaveLength(1);
    },
  );

  it.each([
    ['an app', `${apps}/nothing`, { displayName: 'A name' }],
    ['a status', `${statuses}/nothing`, { errorCode: 1 }],
  ])('of a PATCH of %s that is not there is two statements', async (_title, path, change) => {
    expect(await statements(404, 'PATCH', path, change)).toEqual([
      expect.stringMatching(/^UPDATE /),
      expect.stringMatching(/^SELECT /),
    ]);
  });

  it('of a PATCH below an app that is not there is two statements', async () => {
    const path = `${apps}/nothing/deviceStatuses/row`;
    expect(await statements(404, 'PATCH', path, { errorCode: 1 })).toHaveLength(2);
  });

  it('of a delete of an app with all that it contains is one statement', async () => {
    expect(await statements(204, 'DELETE', `${apps}/app`)).toHaveLength(1);
  });

  it('of a request that is refused before the rows is empty', async () => {
    expect(await statements(400, 'PATCH', `${statuses}/row`, { errorCode: '9' })).toEqual([]);
  });
});
