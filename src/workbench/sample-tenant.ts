import { faker } from '@faker-js/faker/locale/en';
import type { Keys } from '../odata/address.js';
import { aCategory } from '../resources/mobile-app-categories/category.builder.js';
import { aConfiguration } from '../resources/mobile-app-configurations/configuration.builder.js';
import { aConfigurationDeviceStatus } from '../resources/mobile-app-configurations/device-statuses/configuration-device-status.builder.js';
import { aDeviceStatus } from '../resources/mobile-apps/device-statuses/device-status.builder.js';
import { aMobileApp } from '../resources/mobile-apps/mobile-app.builder.js';
import { aUserStatus } from '../resources/mobile-apps/user-statuses/user-status.builder.js';
import { type AppOnSale, appsOnSale, categoriesOnSale, installOutcome } from './sample-apps.js';
import { aPerson, aSharedDevice, type Device, nobody, type Person } from './sample-people.js';

/** A create: the entity set's path below the version, the keys of the parents in it, and the body. */
export interface SampleRow {
  kind: 'category' | 'app' | 'configuration' | 'status';
  path: string;
  keys: Keys;
  body: Record<string, unknown>;
}

const categories = 'deviceAppManagement/mobileAppCategories';
const apps = 'deviceAppManagement/mobileApps';
const userStatuses = `${apps}/{mobileAppId}/userStatuses`;
const configurations = 'deviceAppManagement/mobileAppConfigurations';
const configurationStatuses = `${configurations}/{managedDeviceMobileAppConfigurationId}/deviceStatuses`;

/**
 * 10 apps in 4 categories and 2 configurations with 200 statuses, always the same; what is contained or bound comes after
 * what contains it or what it is bound to.
 */
export function sampleTenant(): SampleRow[] {
  faker.seed(1);
  faker.setDefaultRefDate('2026-11-01T08:00:00Z');
  const people = faker.helpers.multiple(aPerson, { count: 12 });
  const shared = (['iOS', 'Windows'] as const).flatMap((platform) =>
    faker.helpers.multiple(() => aSharedDevice(platform), { count: 5 }),
  );
  const rows = appsOnSale.flatMap((app) => appRows(app, people, shared));
  return [
    ...categoryRows(),
    ...rows,
    ...appsOnSale.slice(0, 2).flatMap((app) => configurationRows(app, people)),
  ];
}

const categoryRows = (): SampleRow[] =>
  Object.entries(categoriesOnSale).map(([id, displayName]) => ({
    kind: 'category',
    path: categories,
    keys: {},
    body: aCategory({ id, displayName }),
  }));

const categoryUrls = (app: AppOnSale): string[] =>
  Object.entries(categoriesOnSale)
    .filter(([, name]) => app.categories.includes(name))
    .map(([id]) => `${categories}/${id}`);

/** An app on two devices of each of 4 people and on 5 shared ones. */
function appRows(app: AppOnSale, people: readonly Person[], shared: readonly Device[]): SampleRow[] {
  const ours = (device: Device): boolean => device.platform === app.platform;
  const keys = { mobileAppId: app.id };
  const body = aMobileApp({ id: app.id, ...app.body, 'categories@odata.bind': categoryUrls(app) });
  return [
    { kind: 'app', path: apps, keys: {}, body },
    ...faker.helpers
      .arrayElements(people, 4)
      .flatMap((person) => userRows(app, person, person.devices.filter(ours))),
    ...shared.filter(ours).map((device): SampleRow => {
      const status = deviceStatus(app, device, nobody, `${device.id}_${app.id}`);
      return { kind: 'status', path: `${apps}/{mobileAppId}/deviceStatuses`, keys, body: status };
    }),
  ];
}

/** The status of a user, and those of their devices, which name it. */
function userRows(app: AppOnSale, person: Person, devices: readonly Device[]): SampleRow[] {
  const id = `${person.id}_${app.id}`;
  const keys = { mobileAppId: app.id, userAppInstallStatusId: id };
  const statuses = devices.map((device) => deviceStatus(app, device, person, `${id}_${device.id}`));
  const count = (...states: string[]): number =>
    statuses.filter(({ installState }) => states.includes(installState as string)).length;
  const body = aUserStatus({
    id,
    userName: person.name,
    userPrincipalName: person.userPrincipalName,
    installedDeviceCount: count('installed'),
    failedDeviceCount: count('failed'),
    notInstalledDeviceCount: count('notInstalled', 'pendingInstall'),
  });
  const path = `${userStatuses}/{userAppInstallStatusId}/deviceStatuses`;
  return [
    { kind: 'status', path: userStatuses, keys: { mobileAppId: app.id }, body },
    ...statuses.map((status): SampleRow => ({ kind: 'status', path, keys, body: status })),
  ];
}

type User = Pick<Person, 'name' | 'userPrincipalName'>;

function deviceStatus(app: AppOnSale, device: Device, user: User, id: string): Record<string, unknown> {
  const outcome = installOutcome();
  return aDeviceStatus({
    id,
    deviceName: device.name,
    deviceId: device.id,
    lastSyncDateTime: faker.date.recent({ days: 14 }).toISOString(),
    mobileAppInstallStatusValue: outcome.installState,
    ...outcome,
    osVersion: device.osVersion,
    osDescription: device.platform,
    userName: user.name,
    userPrincipalName: user.userPrincipalName,
    displayVersion: app.version,
  });
}

/** A configuration of an app, with its status on 15 devices. */
function configurationRows(app: AppOnSale, people: readonly Person[]): SampleRow[] {
  const id = faker.string.uuid();
  const displayName = `${String(app.body['displayName'])} settings`;
  const keys = { managedDeviceMobileAppConfigurationId: id };
  const body = aConfiguration({ id, displayName, targetedMobileApps: [app.id] });
  const owned = people.flatMap((person) =>
    person.devices.filter(({ platform }) => platform === app.platform).map((device) => ({ person, device })),
  );
  const statuses = faker.helpers.arrayElements(owned, 15).map(({ person, device }): SampleRow => {
    const status = configurationStatus(person, device, `${person.id}_${id}_${device.id}`);
    return { kind: 'status', path: configurationStatuses, keys, body: status };
  });
  return [{ kind: 'configuration', path: configurations, keys: {}, body }, ...statuses];
}

function configurationStatus(person: Person, device: Device, id: string): Record<string, unknown> {
  return aConfigurationDeviceStatus({
    id,
    deviceDisplayName: device.name,
    userName: person.name,
    deviceModel: device.model,
    status: faker.helpers.weightedArrayElement([
      { weight: 8, value: 'compliant' },
      { weight: 1, value: 'nonCompliant' },
      { weight: 1, value: 'error' },
    ]),
    lastReportedDateTime: faker.date.recent({ days: 14 }).toISOString(),
    userPrincipalName: person.userPrincipalName,
  });
}
