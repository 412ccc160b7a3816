import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aConfiguration } from '../src/resources/mobile-app-configurations/configuration.builder.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';
import { model } from './support/sets.js';
import { type LoggedDatabase, loggedDatabase } from './support/statement-log.js';

const configurations = 'beta/deviceAppManagement/mobileAppConfigurations';
const apps = 'beta/deviceAppManagement/mobileApps';
const statuses = `${apps}/app/deviceStatuses`;
const categories = 'beta/deviceAppManagement/mobileAppCategories';
const linked = `${apps}/app/categories`;
const nested = `${apps}/app/userStatuses/user/deviceStatuses`;

let database: LoggedDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  database = await loggedDatabase();
  gateway = await startTestGateway({ DATABASE_URL: database.url });
  const rows: [string, object][] = [
    [apps, { '@odata.type': '#microsoft.graph.iosStoreApp', id: 'app', displayName: 'x' }],
    [`${apps}/app/userStatuses`, { id: 'user', userName: 'Ann' }],
    [nested, { id: 'row', deviceName: 'x', installState: 'failed', errorCode: 1, userName: 'Ann' }],
    [nested, { id: 'row2' }],
    [statuses, { id: 'other' }],
    [apps, { '@odata.type': '#microsoft.graph.win32LobApp', id: 'second' }],
    [
      configurations,
      { '@odata.type': '#microsoft.graph.iosMobileAppConfiguration', id: 'con', displayName: '' },
    ],
    [`${configurations}/con/deviceStatuses`, { id: 'row', status: 'error' }],
    [categories, { id: 'tools', displayName: 'Tools' }],
    [categories, { id: 'work' }],
  ];
  for (const [path, body] of rows) {
    expect(await gateway.call('POST', path, body)).toMatchObject({ status: 201 });
  }
  for (const id of ['tools', 'work']) {
    const link = { '@odata.id': `deviceAppManagement/mobileAppCategories/${id}` };
    expect(await gateway.call('POST', `${linked}/$ref`, link)).toMatchObject({ status: 204 });
  }
});
afterAll(() => gateway.close());

/** What Postgres was told while it was answered so. */
async function statements(
  status: number,
  ...[method, path, body, headers]: [string, string, object?, Record<string, string>?]
): Promise<string[]> {
  return database.statementsOf(async () => {
    expect(await gateway.call(method, path, body, headers)).toMatchObject({ status });
  });
}

const tagOf = async (path: string): Promise<string> =>
  String((await gateway.call('GET', path)).headers.get('etag'));

const returned =
  '"id", "rowVersion", "deviceName", "deviceId", "lastSyncDateTimeTicks", "lastSyncDateTimeWritten", ' +
  '"mobileAppInstallStatusValue", "installState", "installStateDetail", "errorCode", "deviceType", "osVersion", "osDescription", ' +
  '"userName", "userPrincipalName", "displayVersion"';
const keys = '"tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3';

/** Lists of a table's columns as `<table>`, behind the alias that they are read from. */
function abridged(statement: string): string {
  let text = statement;
  for (const { columns, name } of new Set(model.sets.map(({ table }) => table))) {
    for (const alias of ['row.', 'found.', '']) {
      text = text.replaceAll(columns.map((column) => `${alias}"${column}"`).join(', '), `${alias}<${name}>`);
    }
  }
  return text;
}

const told = async (...asked: Parameters<typeof statements>): Promise<string[]> =>
  (await statements(...asked)).map(abridged);

/** The same without the savepoints of a transaction. */
const ran = async (...asked: Parameters<typeof statements>): Promise<string[]> =>
  (await statements(...asked)).filter((statement) => !statement.endsWith(' statement'));

/** The nextLink of a page, below the host. */
async function nextOf(path: string): Promise<string> {
  const { body } = await gateway.call('GET', path);
  return String(body['@odata.nextLink']).slice(gateway.url.length + 1);
}

const win32 = 'microsoft.graph.win32LobApp';

describe('the statements of a read', () => {
  it.each([
    [
      apps,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
    ],
    [
      statuses,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `${apps}/app/userStatuses`,
      'SELECT row.<user_app_install_statuses> FROM user_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      nested,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND row."userAppInstallStatusId" = $3 ORDER BY row."id" ASC LIMIT $4',
    ],
    [
      configurations,
      'SELECT row.<managed_device_mobile_app_configurations> FROM managed_device_mobile_app_configurations AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
    ],
    [
      `${configurations}/con/deviceStatuses`,
      'SELECT row.<managed_device_mobile_app_configuration_device_statuses> FROM managed_device_mobile_app_configuration_device_statuses AS row WHERE row."tenantId" = $1 AND row."managedDeviceMobileAppConfigurationId" = $2 ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `next of ${apps}?$top=1`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 AND row."id" > $2::text ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `next of ${statuses}?$top=1`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND row."id" > $3::text ORDER BY row."id" ASC LIMIT $4',
    ],
    [
      `next of ${nested}?$top=1`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND row."userAppInstallStatusId" = $3 AND row."id" > $4::text ORDER BY row."id" ASC LIMIT $5',
    ],
    [
      `${statuses}?$skip=1`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 ORDER BY row."id" ASC LIMIT $3 OFFSET $4',
    ],
    [
      `${statuses}?$orderby=deviceName`,
      'SELECT row.<mobile_app_install_statuses>, fold(row."deviceName") FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 ORDER BY fold(row."deviceName") ASC NULLS FIRST, row."id" ASC LIMIT $3',
    ],
    [
      `${statuses}?$orderby=deviceName desc`,
      'SELECT row.<mobile_app_install_statuses>, fold(row."deviceName") FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 ORDER BY fold(row."deviceName") DESC NULLS LAST, row."id" DESC LIMIT $3',
    ],
    [
      `next of ${statuses}?$top=1&$orderby=deviceName desc,errorCode`,
      'SELECT row.<mobile_app_install_statuses>, fold(row."deviceName"), row."errorCode" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND fold(row."deviceName") = $5::text AND (row."errorCode", row."id") > ($3::bigint, $4::text) ORDER BY fold(row."deviceName") DESC NULLS LAST, row."errorCode" ASC, row."id" ASC LIMIT $6',
      'SELECT row.<mobile_app_install_statuses>, fold(row."deviceName"), row."errorCode" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND fold(row."deviceName") < $3::text ORDER BY fold(row."deviceName") DESC NULLS LAST, row."errorCode" ASC, row."id" ASC LIMIT $4',
      'SELECT row.<mobile_app_install_statuses>, fold(row."deviceName"), row."errorCode" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND fold(row."deviceName") IS NULL ORDER BY fold(row."deviceName") DESC NULLS LAST, row."errorCode" ASC, row."id" ASC LIMIT $3',
    ],
    [
      `next of ${statuses}?$top=1&$orderby=errorCode,id`,
      'SELECT row.<mobile_app_install_statuses>, row."errorCode" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND (row."errorCode", row."id") > ($3::bigint, $4::text) ORDER BY row."errorCode" ASC, row."id" ASC LIMIT $5',
    ],
    [
      `${nested}?$orderby=lastSyncDateTime`,
      'SELECT row.<mobile_app_install_statuses>, row."lastSyncDateTimeTicks" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND row."userAppInstallStatusId" = $3 ORDER BY row."lastSyncDateTimeTicks" ASC, row."id" ASC LIMIT $4',
    ],
    [
      `${apps}?$orderby=displayName`,
      'SELECT row.<mobile_apps>, fold(row."displayName") FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY fold(row."displayName") ASC NULLS FIRST, row."id" ASC LIMIT $2',
    ],
    [
      `${statuses}?$filter=installState eq 'failed' and errorCode ne 0`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND (row."installState" = $3::bigint AND NOT (row."errorCode" = $4::bigint)) ORDER BY row."id" ASC LIMIT $5',
    ],
    [
      `${statuses}?$filter=contains(deviceName,'x')`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND ((strpos(fold(row."deviceName"), fold($3::text)) > 0)) ORDER BY row."id" ASC LIMIT $4',
    ],
    [
      `${statuses}?$filter=app/displayName eq 'x'`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND fold((SELECT element0."displayName" FROM mobile_apps AS element0 WHERE element0."tenantId" = row."tenantId" AND element0."id" = row."mobileAppId")) = fold($3::text) ORDER BY row."id" ASC LIMIT $4',
    ],
    [
      `${nested}?$filter=deviceName eq 'x'`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND row."userAppInstallStatusId" = $3 AND fold(row."deviceName") = fold($4::text) ORDER BY row."id" ASC LIMIT $5',
    ],
    [
      `${apps}?$filter=isof('microsoft.graph.win32LobApp')`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 AND row."odataType" = ANY($2::text[]) ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `${apps}?$filter=deviceStatuses/any(d:d/installState eq 'failed')`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 AND EXISTS (SELECT 1 FROM mobile_app_install_statuses AS element0 WHERE element0."tenantId" = row."tenantId" AND element0."mobileAppId" = row."id" AND element0."installState" = $2::bigint) ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `${apps}?$filter=userStatuses/any(u:u/deviceStatuses/all(d:d/errorCode ge 0))`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 AND EXISTS (SELECT 1 FROM user_app_install_statuses AS element0 WHERE element0."tenantId" = row."tenantId" AND element0."mobileAppId" = row."id" AND NOT EXISTS (SELECT 1 FROM mobile_app_install_statuses AS element1 WHERE element1."tenantId" = element0."tenantId" AND element1."mobileAppId" = element0."mobileAppId" AND element1."userAppInstallStatusId" = element0."id" AND (element1."errorCode" >= $2::bigint) IS NOT TRUE)) ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `${apps}?$filter=deviceStatuses/$count gt 1`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 AND (SELECT count(*) FROM mobile_app_install_statuses AS element0 WHERE element0."tenantId" = row."tenantId" AND element0."mobileAppId" = row."id") > $2::bigint ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `${apps}/app/userStatuses?$filter=deviceStatuses/any()`,
      'SELECT row.<user_app_install_statuses> FROM user_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND EXISTS (SELECT 1 FROM mobile_app_install_statuses AS element0 WHERE element0."tenantId" = row."tenantId" AND element0."mobileAppId" = row."mobileAppId" AND element0."userAppInstallStatusId" = row."id") ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `${configurations}?$filter=deviceStatuses/any(d:d/status eq 'error')`,
      'SELECT row.<managed_device_mobile_app_configurations> FROM managed_device_mobile_app_configurations AS row WHERE row."tenantId" = $1 AND EXISTS (SELECT 1 FROM managed_device_mobile_app_configuration_device_statuses AS element0 WHERE element0."tenantId" = row."tenantId" AND element0."managedDeviceMobileAppConfigurationId" = row."id" AND element0."status" = $2::bigint) ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `${apps}/app/userStatuses?$search=ann`,
      'SELECT row.<user_app_install_statuses> FROM user_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND ((strpos(fold(row."userName"), fold($3::text)) > 0) OR (strpos(fold(row."userPrincipalName"), fold($4::text)) > 0)) = $5::boolean ORDER BY row."id" ASC LIMIT $6',
    ],
    [
      `${statuses}?$search=ann NOT bob`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND (((strpos(fold(row."deviceName"), fold($3::text)) > 0) OR (strpos(fold(row."deviceId"), fold($4::text)) > 0) OR (strpos(fold(row."osVersion"), fold($5::text)) > 0) OR (strpos(fold(row."osDescription"), fold($6::text)) > 0) OR (strpos(fold(row."userName"), fold($7::text)) > 0) OR (strpos(fold(row."userPrincipalName"), fold($8::text)) > 0) OR (strpos(fold(row."displayVersion"), fold($9::text)) > 0)) = $10::boolean AND (((strpos(fold(row."deviceName"), fold($11::text)) > 0) OR (strpos(fold(row."deviceId"), fold($12::text)) > 0) OR (strpos(fold(row."osVersion"), fold($13::text)) > 0) OR (strpos(fold(row."osDescription"), fold($14::text)) > 0) OR (strpos(fold(row."userName"), fold($15::text)) > 0) OR (strpos(fold(row."userPrincipalName"), fold($16::text)) > 0) OR (strpos(fold(row."displayVersion"), fold($17::text)) > 0)) = $18::boolean) IS NOT TRUE) ORDER BY row."id" ASC LIMIT $19',
    ],
    [
      `${statuses}?$count=true`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 ORDER BY row."id" ASC LIMIT $3',
      'SELECT count(*) FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2',
    ],
    [
      `${statuses}?$count=true&$filter=errorCode gt 0&$top=1`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND row."errorCode" > $3::bigint ORDER BY row."id" ASC LIMIT $4',
      'SELECT count(*) FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND row."errorCode" > $3::bigint',
    ],
    [
      `${statuses}/$count`,
      'SELECT count(*) FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2',
    ],
    [`${apps}/$count`, 'SELECT count(*) FROM mobile_apps AS row WHERE row."tenantId" = $1'],
    [
      `${nested}/$count?$filter=errorCode eq 1`,
      'SELECT count(*) FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND row."userAppInstallStatusId" = $3 AND row."errorCode" = $4::bigint',
    ],
    [
      `${apps}/${win32}/$count`,
      'SELECT count(*) FROM mobile_apps AS row WHERE row."tenantId" = $1 AND row."odataType" = ANY($2::text[])',
    ],
    [
      `${statuses}?$select=id`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `${apps}/${win32}`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 AND row."odataType" = ANY($2::text[]) ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `${apps}/${win32}?$filter=size eq 0`,
      `SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 AND row."odataType" = ANY($2::text[]) AND (row."derived"->>'size')::bigint = $3::bigint ORDER BY row."id" ASC LIMIT $4`,
    ],
    [`${apps}/app`, 'SELECT <mobile_apps> FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2'],
    [
      `${statuses}/row`,
      'SELECT <mobile_app_install_statuses> FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3',
    ],
    [
      `${apps}/app/userStatuses/user`,
      'SELECT <user_app_install_statuses> FROM user_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3',
    ],
    [
      `${nested}/row`,
      'SELECT <mobile_app_install_statuses> FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "userAppInstallStatusId" = $3 AND "id" = $4',
    ],
    [
      `${configurations}/con`,
      'SELECT <managed_device_mobile_app_configurations> FROM managed_device_mobile_app_configurations WHERE "tenantId" = $1 AND "id" = $2',
    ],
    [
      `${configurations}/con/deviceStatuses/row`,
      'SELECT <managed_device_mobile_app_configuration_device_statuses> FROM managed_device_mobile_app_configuration_device_statuses WHERE "tenantId" = $1 AND "managedDeviceMobileAppConfigurationId" = $2 AND "id" = $3',
    ],
    [
      `${statuses}/row?$select=id`,
      'SELECT <mobile_app_install_statuses> FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3',
    ],
    [
      `${apps}/second/${win32}`,
      'SELECT <mobile_apps> FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2 AND "odataType" = ANY($3::text[])',
    ],
    [
      `${apps}/second/${win32}/deviceStatuses/$count`,
      'SELECT EXISTS (SELECT 1 FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2 AND "odataType" = ANY($3::text[]))',
      'SELECT count(*) FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2',
      'SELECT EXISTS (SELECT 1 FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2)',
    ],
    [`${apps}/app/displayName`, 'SELECT <mobile_apps> FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2'],
    [
      `${statuses}/row/errorCode/$value`,
      'SELECT <mobile_app_install_statuses> FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3',
    ],
    [
      `${apps}/second/${win32}/size`,
      'SELECT <mobile_apps> FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2 AND "odataType" = ANY($3::text[])',
    ],
    [
      `${apps}/$ref`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
    ],
    [
      `${statuses}/$ref`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `${statuses}/row/$ref`,
      'SELECT <mobile_app_install_statuses> FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3',
    ],
    [
      `${statuses}/row/app`,
      'SELECT EXISTS (SELECT 1 FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3)',
      'SELECT <mobile_apps> FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2',
    ],
    [
      `${nested}/row/app`,
      'SELECT EXISTS (SELECT 1 FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "userAppInstallStatusId" = $3 AND "id" = $4)',
      'SELECT <mobile_apps> FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2',
    ],
    [
      `${apps}/app/userStatuses/user/app`,
      'SELECT EXISTS (SELECT 1 FROM user_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3)',
      'SELECT <mobile_apps> FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2',
    ],
    [
      `${statuses}/row/app/deviceStatuses`,
      'SELECT EXISTS (SELECT 1 FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3)',
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `${statuses}/row/app/displayName`,
      'SELECT EXISTS (SELECT 1 FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3)',
      'SELECT <mobile_apps> FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2',
    ],
    [
      `${apps}?$expand=deviceStatuses`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
      'SELECT place.number::integer, found.<mobile_app_install_statuses> FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT row.<mobile_app_install_statuses>, row."id" AS "order0" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $2 AND row."mobileAppId" = place."mobileAppId" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
    ],
    [
      `${apps}/app?$expand=deviceStatuses`,
      'SELECT <mobile_apps> FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2',
      'SELECT place.number::integer, found.<mobile_app_install_statuses> FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT row.<mobile_app_install_statuses>, row."id" AS "order0" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $2 AND row."mobileAppId" = place."mobileAppId" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
    ],
    [
      `${apps}?$expand=userStatuses`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
      'SELECT place.number::integer, found.<user_app_install_statuses> FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT row.<user_app_install_statuses>, row."id" AS "order0" FROM user_app_install_statuses AS row WHERE row."tenantId" = $2 AND row."mobileAppId" = place."mobileAppId" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
    ],
    [
      `${configurations}?$expand=deviceStatuses`,
      'SELECT row.<managed_device_mobile_app_configurations> FROM managed_device_mobile_app_configurations AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
      'SELECT place.number::integer, found.<managed_device_mobile_app_configuration_device_statuses> FROM unnest($1::text[]) WITH ORDINALITY AS place("managedDeviceMobileAppConfigurationId", number) CROSS JOIN LATERAL (SELECT row.<managed_device_mobile_app_configuration_device_statuses>, row."id" AS "order0" FROM managed_device_mobile_app_configuration_device_statuses AS row WHERE row."tenantId" = $2 AND row."managedDeviceMobileAppConfigurationId" = place."managedDeviceMobileAppConfigurationId" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
    ],
    [
      `${apps}?$expand=deviceStatuses,userStatuses`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
      'SELECT place.number::integer, found.<mobile_app_install_statuses> FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT row.<mobile_app_install_statuses>, row."id" AS "order0" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $2 AND row."mobileAppId" = place."mobileAppId" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
      'SELECT place.number::integer, found.<user_app_install_statuses> FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT row.<user_app_install_statuses>, row."id" AS "order0" FROM user_app_install_statuses AS row WHERE row."tenantId" = $2 AND row."mobileAppId" = place."mobileAppId" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
    ],
    [
      `${apps}?$expand=userStatuses($expand=deviceStatuses)`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
      'SELECT place.number::integer, found.<user_app_install_statuses> FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT row.<user_app_install_statuses>, row."id" AS "order0" FROM user_app_install_statuses AS row WHERE row."tenantId" = $2 AND row."mobileAppId" = place."mobileAppId" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
      'SELECT place.number::integer, found.<mobile_app_install_statuses> FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS place("mobileAppId", "userAppInstallStatusId", number) CROSS JOIN LATERAL (SELECT row.<mobile_app_install_statuses>, row."id" AS "order0" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $3 AND row."mobileAppId" = place."mobileAppId" AND row."userAppInstallStatusId" = place."userAppInstallStatusId" ORDER BY row."id" ASC LIMIT $4) AS found ORDER BY place.number, found."order0" ASC LIMIT $5',
    ],
    [
      `${apps}?$expand=deviceStatuses($filter=errorCode gt 0;$orderby=deviceName desc;$top=3;$skip=1)`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
      'SELECT place.number::integer, found.<mobile_app_install_statuses>, found."order0" FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT row.<mobile_app_install_statuses>, fold(row."deviceName") AS "order0", row."id" AS "order1" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $2 AND row."errorCode" > $3::bigint AND row."mobileAppId" = place."mobileAppId" ORDER BY fold(row."deviceName") DESC NULLS LAST, row."id" DESC LIMIT $4 OFFSET $5) AS found ORDER BY place.number, found."order0" DESC NULLS LAST, found."order1" DESC LIMIT $6',
    ],
    [
      `${apps}?$expand=deviceStatuses($count=true;$filter=errorCode gt 0)`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
      'SELECT place.number::integer, found.count FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT count(*) AS count FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $2 AND row."errorCode" > $3::bigint AND row."mobileAppId" = place."mobileAppId") AS found',
      'SELECT place.number::integer, found.<mobile_app_install_statuses> FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT row.<mobile_app_install_statuses>, row."id" AS "order0" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $2 AND row."errorCode" > $3::bigint AND row."mobileAppId" = place."mobileAppId" ORDER BY row."id" ASC LIMIT $4) AS found ORDER BY place.number, found."order0" ASC LIMIT $5',
    ],
    [
      `${apps}?$expand=deviceStatuses/$count`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
      'SELECT place.number::integer, found.count FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT count(*) AS count FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $2 AND row."mobileAppId" = place."mobileAppId") AS found',
    ],
    [
      `${apps}?$expand=deviceStatuses/$ref`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
      'SELECT place.number::integer, found.<mobile_app_install_statuses> FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT row.<mobile_app_install_statuses>, row."id" AS "order0" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $2 AND row."mobileAppId" = place."mobileAppId" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
    ],
    [
      `${apps}?$expand=${win32}/deviceStatuses`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
      'SELECT place.number::integer, found.<mobile_app_install_statuses> FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT row.<mobile_app_install_statuses>, row."id" AS "order0" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $2 AND row."mobileAppId" = place."mobileAppId" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
    ],
    [
      `${statuses}?$expand=app`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 ORDER BY row."id" ASC LIMIT $3',
      'SELECT place.number::integer, found.<mobile_apps> FROM unnest($1::text[]) WITH ORDINALITY AS place("id", number) CROSS JOIN LATERAL (SELECT row.<mobile_apps>, row."id" AS "order0" FROM mobile_apps AS row WHERE row."tenantId" = $2 AND row."id" = place."id" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
    ],
    [
      `${statuses}/row?$expand=app`,
      'SELECT <mobile_app_install_statuses> FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3',
      'SELECT place.number::integer, found.<mobile_apps> FROM unnest($1::text[]) WITH ORDINALITY AS place("id", number) CROSS JOIN LATERAL (SELECT row.<mobile_apps>, row."id" AS "order0" FROM mobile_apps AS row WHERE row."tenantId" = $2 AND row."id" = place."id" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
    ],
    [
      `${nested}?$expand=app`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND row."userAppInstallStatusId" = $3 ORDER BY row."id" ASC LIMIT $4',
      'SELECT place.number::integer, found.<mobile_apps> FROM unnest($1::text[]) WITH ORDINALITY AS place("id", number) CROSS JOIN LATERAL (SELECT row.<mobile_apps>, row."id" AS "order0" FROM mobile_apps AS row WHERE row."tenantId" = $2 AND row."id" = place."id" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
    ],
    [
      `${apps}/app/userStatuses?$expand=app,deviceStatuses`,
      'SELECT row.<user_app_install_statuses> FROM user_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 ORDER BY row."id" ASC LIMIT $3',
      'SELECT place.number::integer, found.<mobile_apps> FROM unnest($1::text[]) WITH ORDINALITY AS place("id", number) CROSS JOIN LATERAL (SELECT row.<mobile_apps>, row."id" AS "order0" FROM mobile_apps AS row WHERE row."tenantId" = $2 AND row."id" = place."id" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
      'SELECT place.number::integer, found.<mobile_app_install_statuses> FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS place("mobileAppId", "userAppInstallStatusId", number) CROSS JOIN LATERAL (SELECT row.<mobile_app_install_statuses>, row."id" AS "order0" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $3 AND row."mobileAppId" = place."mobileAppId" AND row."userAppInstallStatusId" = place."userAppInstallStatusId" ORDER BY row."id" ASC LIMIT $4) AS found ORDER BY place.number, found."order0" ASC LIMIT $5',
    ],
    [
      `${nested}?$expand=app/$ref`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND row."userAppInstallStatusId" = $3 ORDER BY row."id" ASC LIMIT $4',
    ],
    [
      linked,
      'SELECT row.<mobile_app_categories> FROM mobile_app_categories AS row WHERE row."tenantId" = $1 AND row."id" IN (SELECT link."mobileAppCategoryId" FROM mobile_app_category_links AS link WHERE link."tenantId" = $1 AND link."mobileAppId" = $2) ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `next of ${linked}?$top=1&$orderby=displayName`,
      'SELECT row.<mobile_app_categories>, fold(row."displayName") FROM mobile_app_categories AS row WHERE row."tenantId" = $1 AND row."id" IN (SELECT link."mobileAppCategoryId" FROM mobile_app_category_links AS link WHERE link."tenantId" = $1 AND link."mobileAppId" = $2) AND fold(row."displayName") IS NULL AND row."id" > $3::text ORDER BY fold(row."displayName") ASC NULLS FIRST, row."id" ASC LIMIT $4',
      'SELECT row.<mobile_app_categories>, fold(row."displayName") FROM mobile_app_categories AS row WHERE row."tenantId" = $1 AND row."id" IN (SELECT link."mobileAppCategoryId" FROM mobile_app_category_links AS link WHERE link."tenantId" = $1 AND link."mobileAppId" = $2) AND fold(row."displayName") IS NOT NULL ORDER BY fold(row."displayName") ASC NULLS FIRST, row."id" ASC LIMIT $3',
    ],
    [
      `${linked}/$count`,
      'SELECT count(*) FROM mobile_app_categories AS row WHERE row."tenantId" = $1 AND row."id" IN (SELECT link."mobileAppCategoryId" FROM mobile_app_category_links AS link WHERE link."tenantId" = $1 AND link."mobileAppId" = $2)',
    ],
    [
      `${linked}/tools`,
      'SELECT <mobile_app_categories> FROM mobile_app_categories WHERE "tenantId" = $1 AND "id" IN (SELECT link."mobileAppCategoryId" FROM mobile_app_category_links AS link WHERE link."tenantId" = $1 AND link."mobileAppId" = $2) AND "id" = $3',
    ],
    [
      `${apps}/second/${win32}/categories/$ref`,
      'SELECT EXISTS (SELECT 1 FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2 AND "odataType" = ANY($3::text[]))',
      'SELECT row.<mobile_app_categories> FROM mobile_app_categories AS row WHERE row."tenantId" = $1 AND row."id" IN (SELECT link."mobileAppCategoryId" FROM mobile_app_category_links AS link WHERE link."tenantId" = $1 AND link."mobileAppId" = $2) ORDER BY row."id" ASC LIMIT $3',
      'SELECT EXISTS (SELECT 1 FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2 AND "odataType" = ANY($3::text[]))',
    ],
    [
      `${apps}?$filter=categories/any(c:c/displayName eq 'x')`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 AND EXISTS (SELECT 1 FROM mobile_app_category_links AS element0_link, mobile_app_categories AS element0 WHERE element0_link."tenantId" = row."tenantId" AND element0_link."mobileAppId" = row."id" AND element0."tenantId" = row."tenantId" AND element0."id" = element0_link."mobileAppCategoryId" AND fold(element0."displayName") = fold($2::text)) ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `${apps}?$filter=categories/$count gt 1`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 AND (SELECT count(*) FROM mobile_app_category_links AS element0_link, mobile_app_categories AS element0 WHERE element0_link."tenantId" = row."tenantId" AND element0_link."mobileAppId" = row."id" AND element0."tenantId" = row."tenantId" AND element0."id" = element0_link."mobileAppCategoryId") > $2::bigint ORDER BY row."id" ASC LIMIT $3',
    ],
    [
      `${apps}?$expand=categories`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
      'SELECT place.number::integer, found.<mobile_app_categories> FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT row.<mobile_app_categories>, row."id" AS "order0" FROM mobile_app_categories AS row WHERE row."tenantId" = $3 AND row."id" IN (SELECT link."mobileAppCategoryId" FROM mobile_app_category_links AS link WHERE link."tenantId" = $2 AND link."mobileAppId" = place."mobileAppId") ORDER BY row."id" ASC LIMIT $4) AS found ORDER BY place.number, found."order0" ASC LIMIT $5',
    ],
    [
      `${apps}?$expand=categories/$count`,
      'SELECT row.<mobile_apps> FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2',
      'SELECT place.number::integer, found.count FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT count(*) AS count FROM mobile_app_categories AS row WHERE row."tenantId" = $3 AND row."id" IN (SELECT link."mobileAppCategoryId" FROM mobile_app_category_links AS link WHERE link."tenantId" = $2 AND link."mobileAppId" = place."mobileAppId")) AS found',
    ],
    [
      `${statuses}?$expand=app($expand=categories)`,
      'SELECT row.<mobile_app_install_statuses> FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 ORDER BY row."id" ASC LIMIT $3',
      'SELECT place.number::integer, found.<mobile_apps> FROM unnest($1::text[]) WITH ORDINALITY AS place("id", number) CROSS JOIN LATERAL (SELECT row.<mobile_apps>, row."id" AS "order0" FROM mobile_apps AS row WHERE row."tenantId" = $2 AND row."id" = place."id" ORDER BY row."id" ASC LIMIT $3) AS found ORDER BY place.number, found."order0" ASC LIMIT $4',
      'SELECT place.number::integer, found.<mobile_app_categories> FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT row.<mobile_app_categories>, row."id" AS "order0" FROM mobile_app_categories AS row WHERE row."tenantId" = $3 AND row."id" IN (SELECT link."mobileAppCategoryId" FROM mobile_app_category_links AS link WHERE link."tenantId" = $2 AND link."mobileAppId" = place."mobileAppId") ORDER BY row."id" ASC LIMIT $4) AS found ORDER BY place.number, found."order0" ASC LIMIT $5',
    ],
  ] as [string, ...string[]][])('of %s', async (path, ...expected) => {
    const at = path.startsWith('next of ') ? await nextOf(path.slice('next of '.length)) : path;
    expect((await statements(200, 'GET', at)).map(abridged)).toEqual(expected);
  });

  it.each([
    ['no more than a page', 3],
    ['a page', 100],
  ])('with $expand are one and one for each navigation, for %s of apps', async (_title, count) => {
    const call = 'GET';
    while (Number((await gateway.call(call, `${apps}/$count`)).text) < count) {
      await gateway.call('POST', apps, { '@odata.type': `#${win32}` });
    }
    const path = `${apps}?$expand=deviceStatuses($expand=app),userStatuses($expand=deviceStatuses)`;
    expect(await statements(200, call, path)).toHaveLength(5);
  });
});

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
    ['a create of a configuration', 201, 'POST', configurations, aConfiguration()],
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

  it('of a PATCH of a complex value is one UPDATE that joins its members to the stored ones', async () => {
    const change = { applicableDeviceType: { iPad: true }, bundleId: 'x', largeIcon: { type: 'y' } };
    const [update, ...others] = await statements(200, 'PATCH', `${apps}/app`, change);
    expect(others).toEqual([]);
    expect(update).toMatch(
      'SET "derived" = "derived" || $4::jsonb || ' +
        `jsonb_build_object('applicableDeviceType', $5::jsonb || coalesce(nullif("derived"->'applicableDeviceType', 'null'), '{}') || $6::jsonb), ` +
        `"largeIcon" = $7::jsonb || coalesce(nullif("largeIcon", 'null'), '{}') || $8::jsonb, "lastModifiedDateTimeTicks" = $9`,
    );
  });

  describe('of a write with a precondition', () => {
    const update = `UPDATE mobile_app_install_statuses SET "errorCode" = $5, "rowVersion" = "rowVersion" + 1 WHERE ${keys}`;

    it.each([
      ['If-Match', (tag: string) => tag, ' AND "rowVersion" = $4'],
      ['If-Match', (tag: string) => `W/"5", ${tag}`, ' AND "rowVersion" = ANY($4::integer[])'],
      ['If-None-Match', () => 'W/"5"', ' AND "rowVersion" <> $4'],
      ['If-None-Match', () => 'W/"5", "6"', ' AND "rowVersion" <> ALL($4::integer[])'],
    ])('%s is one UPDATE of what meets it', async (name, value, condition) => {
      const headers = { [name]: value(await tagOf(`${statuses}/row`)) };
      expect(await statements(200, 'PATCH', `${statuses}/row`, { errorCode: 9 }, headers)).toEqual([
        `${update}${condition} RETURNING ${returned}`,
      ]);
    });

    it('that asks no more than that the row is there is the same as without', async () => {
      const [sent] = await statements(200, 'PATCH', `${statuses}/row`, { errorCode: 9 }, { 'If-Match': '*' });
      expect(sent).toBe(`${update.replace('$5', '$4')} RETURNING ${returned}`);
    });

    it.each<[string, string, string, object | undefined, Record<string, string>]>([
      ['a PATCH of a status', 'PATCH', `${statuses}/row`, { errorCode: 9 }, { 'If-Match': '"5"' }],
      ['a PATCH of nothing', 'PATCH', `${statuses}/row`, {}, { 'If-Match': '"5", "6"' }],
      ['a PATCH by the user', 'PATCH', `${nested}/row`, { errorCode: 9 }, { 'If-None-Match': '*' }],
      ['a PATCH of an app', 'PATCH', `${apps}/app`, { displayName: 'x' }, { 'If-Match': 'x' }],
      ['a DELETE of a status', 'DELETE', `${statuses}/row`, undefined, { 'If-Match': '"5"' }],
      ['a DELETE of an app', 'DELETE', `${apps}/app`, undefined, { 'If-Match': '"5"' }],
    ])('that fails costs %s a second statement', async (_title, method, path, body, headers) => {
      expect(await statements(412, method, path, body, headers)).toHaveLength(2);
      expect(await statements(404, method, path.replace(/\w+$/, 'nothing'), body, headers)).toHaveLength(2);
    });

    it('on a DELETE is one statement', async () => {
      await gateway.call('POST', statuses, { id: 'tagged' });
      const headers = { 'If-Match': await tagOf(`${statuses}/tagged`) };
      expect(await statements(204, 'DELETE', `${statuses}/tagged`, undefined, headers)).toEqual([
        `DELETE FROM mobile_app_install_statuses WHERE ${keys} AND "rowVersion" = $4`,
      ]);
    });

    it('on a read is one statement, whether it has news or not', async () => {
      const headers = { 'If-None-Match': await tagOf(`${statuses}/row`) };
      expect(await statements(304, 'GET', `${statuses}/row`, undefined, headers)).toHaveLength(1);
    });
  });

  it('of a delete of an app with all that it contains is one statement', async () => {
    expect(await statements(204, 'DELETE', `${apps}/app`)).toHaveLength(1);
  });

  it('of a name of an app with relationships, or of its delete, tells these too', async () => {
    const related = { '@odata.type': '#microsoft.graph.iosStoreApp', id: 'related' };
    const relationship = { '@odata.type': '#microsoft.graph.mobileAppDependency', targetId: 'second' };
    await gateway.call('POST', apps, { ...related, relationships: [relationship] });
    expect(await ran(200, 'PATCH', `${apps}/related`, { notes: 'x' })).toHaveLength(1);
    expect(await ran(200, 'PATCH', `${apps}/related`, { displayName: 'x' })).toEqual([
      expect.stringMatching(/^UPDATE mobile_apps .* AND NOT "isRelated" RETURNING/),
      expect.stringMatching(/^SELECT .* FROM mobile_apps/),
      'BEGIN',
      expect.stringMatching(/^SELECT pg_advisory_xact_lock/),
      expect.stringMatching(/^UPDATE mobile_apps .*"id" = \$2 RETURNING/),
      expect.stringMatching(/^WITH app AS/),
      'COMMIT',
    ]);
    expect(await ran(204, 'DELETE', `${apps}/related`)).toEqual([
      'DELETE FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2 AND NOT "isRelated"',
      expect.stringMatching(/^SELECT EXISTS/),
      'BEGIN',
      expect.stringMatching(/^SELECT pg_advisory_xact_lock/),
      expect.stringMatching(/^SELECT "targetId" FROM "mobile_app_relationships"/),
      'DELETE FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2',
      expect.stringMatching(/^WITH RECURSIVE connected/),
      'COMMIT',
    ]);
  });

  it('of a link is one statement, made or there already, and of its removal too', async () => {
    const body = { '@odata.id': `${gateway.url}/${categories}/work` };
    const insert =
      'INSERT INTO mobile_app_category_links ("tenantId", "mobileAppId", "mobileAppCategoryId") ' +
      'SELECT $1::uuid, $2::text, unnest($3::text[]) ON CONFLICT DO NOTHING';
    expect(await statements(204, 'POST', `${apps}/second/categories/$ref`, body)).toEqual([insert]);
    expect(await statements(204, 'POST', `${apps}/second/categories/$ref`, body)).toEqual([insert]);
    const remove =
      'DELETE FROM mobile_app_category_links WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "mobileAppCategoryId" = $3';
    const one = `${apps}/second/categories/work/$ref`;
    expect(await statements(204, 'DELETE', one)).toEqual([remove]);
    expect(await statements(404, 'DELETE', one)).toHaveLength(2);
    const named = `${apps}/second/categories/$ref?$id=${body['@odata.id']}`;
    expect(await statements(404, 'DELETE', named)).toHaveLength(2);
  });

  describe('behind a navigation', () => {
    const app = `${statuses}/other/app`;
    const category = `${apps}/second/categories/tools`;
    const where =
      'WHERE "tenantId" = $1 AND "id" = $2 AND EXISTS (SELECT 1 FROM mobile_app_install_statuses ' +
      'WHERE "tenantId" = $3 AND "mobileAppId" = $4 AND "id" = $5)';
    const isLinked =
      'WHERE "tenantId" = $1 AND "id" IN (SELECT link."mobileAppCategoryId" FROM mobile_app_category_links AS link ' +
      'WHERE link."tenantId" = $1 AND link."mobileAppId" = $2) AND "id" = $3';
    beforeAll(async () => {
      await gateway.call('POST', apps, { '@odata.type': '#microsoft.graph.iosStoreApp', id: 'app' });
      await gateway.call('POST', statuses, { id: 'other' });
      const link = { '@odata.id': 'deviceAppManagement/mobileAppCategories/tools' };
      await gateway.call('POST', `${apps}/second/categories/$ref`, link);
    });

    it('of a PATCH is one UPDATE of the row while what leads to it is there', async () => {
      expect(await told(200, 'PATCH', app, { displayName: 'x' })).toEqual([
        expect.stringMatching(/^UPDATE mobile_apps SET /),
      ]);
      const [update = ''] = await told(200, 'PATCH', app, { displayName: 'x' });
      expect(update).toContain(`${where} AND NOT "isRelated" RETURNING`);
      expect(await told(200, 'PATCH', category, { displayName: 'x' })).toEqual([
        expect.stringContaining(`${isLinked} RETURNING`),
      ]);
      const nobody = app.replace('other', 'nobody');
      expect(await told(404, 'PATCH', nobody, { displayName: 'x' })).toEqual([
        expect.stringMatching(/^UPDATE /),
        'SELECT EXISTS (SELECT 1 FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3)',
      ]);
      expect(await told(404, 'PATCH', category.replace('tools', 'work'), { displayName: 'x' })).toHaveLength(
        2,
      );
    });

    it('of a DELETE is one statement, too', async () => {
      expect(await told(412, 'DELETE', app, undefined, { 'If-Match': '"5"' })).toEqual([
        `DELETE FROM mobile_apps ${where} AND NOT "isRelated" AND "rowVersion" = $6`,
        expect.stringMatching(/^SELECT EXISTS/),
      ]);
      expect(await told(204, 'DELETE', category)).toEqual([`DELETE FROM mobile_app_categories ${isLinked}`]);
      expect(await told(204, 'DELETE', app)).toEqual([
        `DELETE FROM mobile_apps ${where} AND NOT "isRelated"`,
      ]);
    });

    it('of a create makes the entity and its link, or neither', async () => {
      expect(await ran(201, 'POST', `${apps}/second/categories`, {})).toEqual([
        'BEGIN',
        expect.stringMatching(/^INSERT INTO mobile_app_categories /),
        expect.stringMatching(/^INSERT INTO mobile_app_category_links /),
        'COMMIT',
      ]);
    });
  });

  it('of a request that is refused before the rows is empty', async () => {
    expect(await statements(400, 'PATCH', `${statuses}/row`, { errorCode: '9' })).toEqual([]);
  });
});
