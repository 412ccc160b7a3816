import {
  resultantAppState,
  resultantAppStateDetail,
} from '../../mobile-apps/device-statuses/mobile-app-install-status.entity.js';
import { enumText } from './install-states.js';
import { type Column, column, report } from './report.js';

const [stateText, detailText] = [enumText(resultantAppState), enumText(resultantAppStateDetail)];

/** The columns, and their order, of the export that a live tenant gives (smsagentsoftware's Power BI report of it). */
export const deviceInstallStatus = report({
  name: 'DeviceInstallStatusByApp',
  columns: [
    column('DeviceId', 'String', 'status."deviceId"'),
    column('ApplicationId', 'String', 'status."mobileAppId"'),
    column('UserId', 'String', 'status."userAppInstallStatusId"'),
    column('DeviceName', 'String', 'status."deviceName"'),
    column('UserPrincipalName', 'String', 'status."userPrincipalName"'),
    column('UserName', 'String', 'status."userName"'),
    column('Platform', 'String', `concat_ws(' ', status."osDescription", status."osVersion") COLLATE "C"`),
    column('AppVersion', 'String', 'status."displayVersion"'),
    column('ErrorCode', 'Int32', 'status."errorCode"'),
    column('InstallState', 'Int32', 'status."installState"'),
    column('InstallStateDetail', 'Int32', 'status."installStateDetail"'),
    column('LastModifiedDateTime', 'DateTime', 'status."lastSyncDateTimeTicks"', {
      written: 'status."lastSyncDateTimeWritten"',
    }),
    // Filters of assignments aren't kept.
    column('AssignmentFilterIdsExist', 'Boolean', 'FALSE'),
    column('AssignmentFilterIdsList', 'String', 'NULL::text COLLATE "C"', { onRequest: true }),
    column('HexErrorCode', 'String', `('0x' || upper(to_hex(status."errorCode"))) COLLATE "C"`),
    column('AppInstallState', 'Int32', 'status."installState"', { text: stateText }),
    column('AppInstallStateDetails', 'Int32', 'status."installStateDetail"', { text: detailText }),
  ],
  isPerApp: true,
  rows: (tenant, app) =>
    `mobile_app_install_statuses AS status WHERE status."tenantId" = ${tenant} AND status."mobileAppId" = ${app}`,
  key: 'status."id"',
  isComputed: false,
});

/** Counts as they are kept; of what the documents count besides, none is. */
export const userInstallStatus = report({
  name: 'UserInstallStatusAggregateByApp',
  columns: [
    column('UserId', 'String', 'status."id"'),
    column('ApplicationId', 'String', 'status."mobileAppId"'),
    column('UserName', 'String', 'status."userName"'),
    column('UserPrincipalName', 'String', 'status."userPrincipalName"'),
    column('FailedCount', 'Int32', 'status."failedDeviceCount"'),
    column('InstalledCount', 'Int32', 'status."installedDeviceCount"'),
    column('PendingInstallCount', 'Int32', '0'),
    column('NotInstalledCount', 'Int32', 'status."notInstalledDeviceCount"'),
    column('NotApplicableCount', 'Int32', '0'),
  ],
  isPerApp: true,
  rows: (tenant, app) =>
    `user_app_install_statuses AS status WHERE status."tenantId" = ${tenant} AND status."mobileAppId" = ${app}`,
  key: 'status."id"',
  isComputed: false,
});

/** The states that apps are counted by, each by its number. */
const counted = { failed: 2, pendingInstall: 5, installed: 1, notInstalled: 3, notApplicable: -1 } as const;
type Counted = keyof typeof counted;

const deviceCounts = Object.entries(counted).map(
  ([name, state]) => `count(*) FILTER (WHERE status."installState" = ${state}) AS "${name}"`,
);

/** One row for each app of the tenant, with how many devices are in which state. */
const devicesOfApps = (tenant: string): string =>
  `mobile_apps AS app CROSS JOIN LATERAL (SELECT ${deviceCounts.join(', ')} FROM mobile_app_install_statuses AS status
     WHERE status."tenantId" = app."tenantId" AND status."mobileAppId" = app."id") AS devices
   ${usersOfApps} WHERE app."tenantId" = ${tenant}`;

/** As `mobileAppInstallSummary` is documented: users whose devices all have the app, and those with a device that hasn't. */
const usersOfApps = `CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE status."failedDeviceCount" > 0) AS "failed",
     count(*) FILTER (WHERE status."installedDeviceCount" > 0 AND status."failedDeviceCount" <= 0
       AND status."notInstalledDeviceCount" <= 0) AS "installed",
     count(*) FILTER (WHERE status."notInstalledDeviceCount" > 0) AS "notInstalled"
   FROM user_app_install_statuses AS status
     WHERE status."tenantId" = app."tenantId" AND status."mobileAppId" = app."id") AS users`;

const deviceCount = (name: Counted): Column =>
  column(`${name.charAt(0).toUpperCase()}${name.slice(1)}DeviceCount`, 'Int64', `devices."${name}"`);

const userCount = (name: Counted, sql: string): Column =>
  column(`${name.charAt(0).toUpperCase()}${name.slice(1)}UserCount`, 'Int64', sql);

/** One row, in the order of columns that scripts read by their places. */
export const appStatusOverview = report({
  name: 'AppStatusOverview',
  columns: [
    column('ApplicationId', 'String', 'app."id"'),
    ...(['failed', 'pendingInstall', 'installed', 'notInstalled', 'notApplicable'] as const).map(deviceCount),
  ],
  isPerApp: true,
  rows: (tenant, app) => `${devicesOfApps(tenant)} AND app."id" = ${app}`,
  key: 'app."id"',
  isComputed: true,
});

const platforms: Readonly<Record<number, string>> = { 1: 'Windows', 2: 'iOS', 0: 'Unknown' };

/** Of the devices that the app is for; a share of none is 0. */
const failedShare = `coalesce(round(100.0 * devices."failed"
  / nullif(devices."failed" + devices."pendingInstall" + devices."installed" + devices."notInstalled", 0), 2), 0)`;

/** The columns that the documents of export jobs list. */
export const appsInstallSummary = report({
  name: 'AppInstallStatusAggregate',
  columns: [
    column('ApplicationId', 'String', 'app."id"'),
    column('DisplayName', 'String', 'app."displayName"'),
    column('Publisher', 'String', 'app."publisher"'),
    column(
      'Platform',
      'Int32',
      `CASE app."odataType" WHEN 'win32LobApp' THEN 1 WHEN 'iosStoreApp' THEN 2 ELSE 0 END`,
      { text: (value) => platforms[value] ?? String(value) },
    ),
    column('AppVersion', 'String', `(app."derived"->>'displayVersion') COLLATE "C"`),
    deviceCount('installed'),
    userCount('installed', 'users."installed"'),
    deviceCount('failed'),
    userCount('failed', 'users."failed"'),
    deviceCount('pendingInstall'),
    userCount('pendingInstall', '0::bigint'),
    deviceCount('notApplicable'),
    userCount('notApplicable', '0::bigint'),
    deviceCount('notInstalled'),
    userCount('notInstalled', 'users."notInstalled"'),
    column('FailedDevicePercentage', 'Double', failedShare),
  ],
  isPerApp: false,
  rows: devicesOfApps,
  key: 'app."id"',
  isComputed: true,
});
