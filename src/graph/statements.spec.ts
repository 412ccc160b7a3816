import { describe, expect, it } from '@jest/globals';
import { property } from '../odata/edm.js';
import { type Preconditions, unconditional } from '../odata/preconditions.js';
import { rangesAfter } from '../odata/sql/keyset.js';
import {
  countRanges,
  countRows,
  deleteLink,
  deleteRows,
  insertLinks,
  insertRow,
  type Place,
  rowsExist,
  selectRange,
  selectRanges,
  selectRow,
  type Statement,
  updateRow,
} from './statements.js';
import { type Table, tableOf } from './table.js';

const apps = tableOf('mobile_apps', [], true, [property('displayName', 'Edm.String')]);
const statuses = tableOf(
  'mobile_app_install_statuses',
  [
    { entity: 'MobileApp', key: 'mobileAppId' },
    { entity: 'UserAppInstallStatus', key: 'userAppInstallStatusId', optional: true },
  ],
  false,
  [
    property('deviceName', 'Edm.String'),
    property('lastSyncDateTime', 'Edm.DateTimeOffset', { nullable: false }),
    property('errorCode', 'Edm.Int32', { nullable: false }),
  ],
);

const tags = tableOf('tags', [], false, []);
const link = { name: 'tags', entity: 'Tag', table: 'app_tags', from: 'appId', to: 'tagId' };
const linkedTags: Place = { table: tags, keys: {}, types: undefined, linked: { link, id: 'app' } };

const appColumns = '"id", "rowVersion", "odataType", "derived", "displayName"';
const columns =
  '"id", "rowVersion", "deviceName", "lastSyncDateTimeTicks", "lastSyncDateTimeWritten", "errorCode"';
const of = (alias: string, names: string): string => names.replaceAll(/(^|, )"/g, `$1${alias}."`);
const key = { sql: () => 'row."id"', type: 'text', descending: false, nullable: false };
const byName = { sql: () => 'fold(row."deviceName")', type: 'text', descending: true, nullable: true };
const underApp = { mobileAppId: 'app' };
const underUser = { mobileAppId: 'app', userAppInstallStatusId: 'user' };
const at = (table: Table, keys: Place['keys'], types?: string[]): Place => ({ table, keys, types });
const when = (place: Place, conditions: Partial<Preconditions>): Place => ({
  ...place,
  when: { ...unconditional, ...conditions },
});
const dated = tableOf('dated', [], false, [
  property('changed', 'Edm.DateTimeOffset', { nullable: false, computed: 'modified' }),
]);
const errorCode = { column: 'errorCode', value: 9 };
const deviceName = { column: 'deviceName', value: '"; DROP TABLE x' };

const canonical: [string, Statement, string, unknown[]][] = [
  [
    'an app',
    selectRow(at(apps, { id: 'a' }), 'T'),
    `SELECT ${appColumns} FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2`,
    ['T', 'a'],
  ],
  [
    'a status of an app',
    selectRow(at(statuses, { ...underApp, id: 'a' }), 'T'),
    `SELECT ${columns} FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3`,
    ['T', 'app', 'a'],
  ],
  [
    "a status of an app's user, whatever the order of the keys",
    selectRow(at(statuses, { id: 'a', userAppInstallStatusId: 'user', mobileAppId: 'app' }), 'T'),
    `SELECT ${columns} FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "userAppInstallStatusId" = $3 AND "id" = $4`,
    ['T', 'app', 'user', 'a'],
  ],
  [
    'the first page of apps',
    selectRange(at(apps, {}), 'row', 'T', { where: [], order: [key], limit: 101, offset: 0 }),
    `SELECT ${of('row', appColumns)} FROM mobile_apps AS row WHERE row."tenantId" = $1 ORDER BY row."id" ASC LIMIT $2`,
    ['T', 101],
  ],
  [
    'a later page of statuses by name',
    selectRange(at(statuses, underApp), 'row', 'T', {
      where: rangesAfter([byName, { ...key, descending: true }], ['N', 'z']).slice(0, 1),
      order: [byName, { ...key, descending: true }],
      limit: 6,
      offset: 2,
    }),
    `SELECT ${of('row', columns)}, fold(row."deviceName") FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND (fold(row."deviceName"), row."id") < ($3::text, $4::text) ORDER BY fold(row."deviceName") DESC NULLS LAST, row."id" DESC LIMIT $5 OFFSET $6`,
    ['T', 'app', 'N', 'z', 6, 2],
  ],
  [
    'the statuses of two apps, at most three of each',
    selectRanges(
      statuses,
      'row',
      'T',
      { mobileAppId: ['a', 'b'] },
      { where: [(p) => `row."errorCode" = ${p.add(9)}`], order: [byName, key], limit: 3, offset: 0 },
      20,
    ),
    `SELECT place.number::integer, ${of('found', columns)}, found."order0" FROM unnest($1::text[]) WITH ORDINALITY AS place("mobileAppId", number) CROSS JOIN LATERAL (SELECT ${of('row', columns)}, fold(row."deviceName") AS "order0", row."id" AS "order1" FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $2 AND row."errorCode" = $3 AND row."mobileAppId" = place."mobileAppId" ORDER BY fold(row."deviceName") DESC NULLS LAST, row."id" ASC LIMIT $4) AS found ORDER BY place.number, found."order0" DESC NULLS LAST, found."order1" ASC LIMIT $5`,
    [['a', 'b'], 'T', 9, 3, 20],
  ],
  [
    'how many statuses each of two users has',
    countRanges(statuses, 'row', 'T', { mobileAppId: ['a', 'a'], userAppInstallStatusId: ['u', 'v'] }, []),
    'SELECT place.number::integer, found.count FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS place("mobileAppId", "userAppInstallStatusId", number) CROSS JOIN LATERAL (SELECT count(*) AS count FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $3 AND row."mobileAppId" = place."mobileAppId" AND row."userAppInstallStatusId" = place."userAppInstallStatusId") AS found',
    [['a', 'a'], ['u', 'v'], 'T'],
  ],
  [
    'a count of statuses',
    countRows(at(statuses, underApp), 'row', 'T', [(parameters) => `row."errorCode" = ${parameters.add(9)}`]),
    'SELECT count(*) FROM mobile_app_install_statuses AS row WHERE row."tenantId" = $1 AND row."mobileAppId" = $2 AND row."errorCode" = $3',
    ['T', 'app', 9],
  ],
  [
    'a tag of an app',
    selectRow({ ...linkedTags, keys: { id: 'a' } }, 'T'),
    'SELECT "id", "rowVersion" FROM tags WHERE "tenantId" = $1 AND "id" IN (SELECT link."tagId" FROM app_tags AS link WHERE link."tenantId" = $1 AND link."appId" = $2) AND "id" = $3',
    ['T', 'app', 'a'],
  ],
  [
    'a count of the tags of an app',
    countRows(linkedTags, 'row', 'T', []),
    'SELECT count(*) FROM tags AS row WHERE row."tenantId" = $1 AND row."id" IN (SELECT link."tagId" FROM app_tags AS link WHERE link."tenantId" = $1 AND link."appId" = $2)',
    ['T', 'app'],
  ],
  [
    'how many tags each of two apps has',
    countRanges(tags, 'row', 'T', { appId: ['a', 'b'] }, [], link),
    'SELECT place.number::integer, found.count FROM unnest($1::text[]) WITH ORDINALITY AS place("appId", number) CROSS JOIN LATERAL (SELECT count(*) AS count FROM tags AS row WHERE row."tenantId" = $3 AND row."id" IN (SELECT link."tagId" FROM app_tags AS link WHERE link."tenantId" = $2 AND link."appId" = place."appId")) AS found',
    [['a', 'b'], 'T', 'T'],
  ],
  [
    'two links',
    insertLinks(link, 'T', 'a', ['x', 'y']),
    'INSERT INTO app_tags ("tenantId", "appId", "tagId") SELECT $1::uuid, $2::text, unnest($3::text[]) ON CONFLICT DO NOTHING',
    ['T', 'a', ['x', 'y']],
  ],
  [
    'the removal of a link',
    deleteLink(link, 'T', 'a', 'x'),
    'DELETE FROM app_tags WHERE "tenantId" = $1 AND "appId" = $2 AND "tagId" = $3',
    ['T', 'a', 'x'],
  ],
  [
    'a new status of a user',
    insertRow(statuses, 'T', { keys: underUser, assignments: [errorCode, deviceName] }),
    `INSERT INTO mobile_app_install_statuses ("tenantId", "mobileAppId", "userAppInstallStatusId", "errorCode", "deviceName") VALUES ($1, $2, $3, $4, $5) RETURNING ${columns}`,
    ['T', 'app', 'user', 9, '"; DROP TABLE x'],
  ],
  [
    'a new app with what comes with it',
    insertRow(apps, 'T', { keys: {}, assignments: [{ column: 'id', value: 'a' }] }, [
      { table: statuses, keys: underApp, assignments: [errorCode] },
    ]),
    `WITH made AS (INSERT INTO mobile_apps ("tenantId", "id") VALUES ($1, $2) RETURNING ${appColumns}), within0 AS (INSERT INTO mobile_app_install_statuses ("tenantId", "mobileAppId", "errorCode") VALUES ($1, $3, $4)) SELECT ${appColumns} FROM made`,
    ['T', 'a', 'app', 9],
  ],
  [
    'a PATCH of an app that nothing follows from',
    updateRow({ ...at(apps, { id: 'a' }), unless: 'isRelated' }, 'T', [{ column: 'owner', value: 'x' }]),
    `UPDATE mobile_apps SET "owner" = $3, "rowVersion" = "rowVersion" + 1 WHERE "tenantId" = $1 AND "id" = $2 AND NOT "isRelated" RETURNING ${appColumns}`,
    ['T', 'a', 'x'],
  ],
  [
    'a PATCH of a status',
    updateRow(at(statuses, { ...underApp, id: 'a' }), 'T', [deviceName, errorCode]),
    `UPDATE mobile_app_install_statuses SET "deviceName" = $4, "errorCode" = $5, "rowVersion" = "rowVersion" + 1 WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3 RETURNING ${columns}`,
    ['T', 'app', 'a', '"; DROP TABLE x', 9],
  ],
  [
    "a PATCH of a derived app's own properties",
    updateRow(at(apps, { id: 'a' }, ['iosStoreApp']), 'T', [
      { column: 'derived', value: '{"bundleId":"x"}', merge: { inner: [] } },
      { column: 'displayName', value: null },
    ]),
    `UPDATE mobile_apps SET "derived" = "derived" || $4::jsonb, "displayName" = $5, "rowVersion" = "rowVersion" + 1 WHERE "tenantId" = $1 AND "id" = $2 AND "odataType" = ANY($3::text[]) RETURNING ${appColumns}`,
    ['T', 'a', ['iosStoreApp'], '{"bundleId":"x"}', null],
  ],
  [
    'a PATCH of members of complex values, in a column and among the own properties of a derived app',
    updateRow(at(apps, { id: 'a' }), 'T', [
      {
        column: 'derived',
        value: '{}',
        merge: {
          inner: [{ name: 'size', value: '{"width":1}', merge: { initial: { width: 0 }, inner: [] } }],
        },
      },
      { column: 'icon', value: '{"type":"png"}', merge: { initial: { type: null }, inner: [] } },
    ]),
    `UPDATE mobile_apps SET "derived" = "derived" || $3::jsonb || jsonb_build_object('size', $4::jsonb || coalesce(nullif("derived"->'size', 'null'), '{}') || $5::jsonb), ` +
      `"icon" = $6::jsonb || coalesce(nullif("icon", 'null'), '{}') || $7::jsonb, "rowVersion" = "rowVersion" + 1 WHERE "tenantId" = $1 AND "id" = $2 RETURNING ${appColumns}`,
    ['T', 'a', '{}', '{"width":0}', '{"width":1}', '{"type":null}', '{"type":"png"}'],
  ],
  [
    'a PATCH of a status of one version',
    updateRow(when(at(statuses, { ...underApp, id: 'a' }), { match: [5] }), 'T', [errorCode]),
    `UPDATE mobile_app_install_statuses SET "errorCode" = $5, "rowVersion" = "rowVersion" + 1 WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "id" = $3 AND "rowVersion" = $4 RETURNING ${columns}`,
    ['T', 'app', 'a', 5, 9],
  ],
  [
    'a PATCH of an app of one of two versions',
    updateRow(when(at(apps, { id: 'a' }), { match: [5, 6], noneMatch: [] }), 'T', [errorCode]),
    `UPDATE mobile_apps SET "errorCode" = $4, "rowVersion" = "rowVersion" + 1 WHERE "tenantId" = $1 AND "id" = $2 AND "rowVersion" = ANY($3::integer[]) RETURNING ${appColumns}`,
    ['T', 'a', [5, 6], 9],
  ],
  [
    'a DELETE of an app of no version that a tag names',
    deleteRows(when(at(apps, { id: 'a' }), { match: [] }), 'T'),
    'DELETE FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2 AND "rowVersion" = ANY($3::integer[])',
    ['T', 'a', []],
  ],
  [
    'a DELETE of a row of any version but these',
    deleteRows(when(at(apps, { id: 'a' }), { match: '*', noneMatch: [5, 6] }), 'T'),
    'DELETE FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2 AND "rowVersion" <> ALL($3::integer[])',
    ['T', 'a', [5, 6]],
  ],
  [
    'a DELETE of a row that should not be there',
    deleteRows(when(at(apps, { id: 'a' }), { noneMatch: '*' }), 'T'),
    'DELETE FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2 AND false',
    ['T', 'a'],
  ],
  [
    'a DELETE of a row that was not changed after a second of Unix time',
    deleteRows(when(at(dated, { id: 'a' }), { unmodifiedSince: 0 }), 'T'),
    'DELETE FROM dated WHERE "tenantId" = $1 AND "id" = $2 AND "changedTicks" < $3',
    ['T', 'a', '621355968010000000'],
  ],
  [
    'a DELETE of a row without a date of its last change, which no date keeps',
    deleteRows(when(at(apps, { id: 'a' }), { unmodifiedSince: 0 }), 'T'),
    'DELETE FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2',
    ['T', 'a'],
  ],
  [
    'a DELETE of a status',
    deleteRows(at(statuses, { ...underUser, id: 'a' }), 'T'),
    'DELETE FROM mobile_app_install_statuses WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "userAppInstallStatusId" = $3 AND "id" = $4',
    ['T', 'app', 'user', 'a'],
  ],
  [
    'whether an app and a status are there',
    rowsExist('T', [at(apps, { id: 'app' }), at(statuses, { ...underApp, id: 'a' })]),
    'SELECT EXISTS (SELECT 1 FROM mobile_apps WHERE "tenantId" = $1 AND "id" = $2), EXISTS (SELECT 1 FROM mobile_app_install_statuses WHERE "tenantId" = $3 AND "mobileAppId" = $4 AND "id" = $5)',
    ['T', 'app', 'T', 'app', 'a'],
  ],
];

describe('the statement for', () => {
  it.each(canonical)('%s', (_, statement, text, values) => {
    expect(statement).toEqual({ text, values });
  });
});
