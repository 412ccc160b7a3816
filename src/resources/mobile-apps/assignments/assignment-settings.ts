import {
  collection,
  complexType,
  enumType,
  type Existence,
  type Facets,
  type Property,
  property,
} from '../../../odata/edm.js';

const required = { nullable: false } as const;
const beta = { versions: ['beta'] } as const;

/** How an app is installed for those whom it is assigned to. The types below derive from it, and a value names its own. */
export const mobileAppAssignmentSettings = complexType('mobileAppAssignmentSettings', [], { abstract: true });

const settings = (name: string, own: readonly Property[], facets: Existence = {}) =>
  complexType(name, own, { ...facets, base: mobileAppAssignmentSettings });

const flag = (name: string, facets: Facets = {}) => property(name, 'Edm.Boolean', facets);

const vpnConfigurationId = property('vpnConfigurationId', 'Edm.String');
const useDeviceLicensing = flag('useDeviceLicensing', required);
const uninstallOnDeviceRemoval = flag('uninstallOnDeviceRemoval');
const preventManagedAppBackup = flag('preventManagedAppBackup', beta);
const preventAutoAppUpdate = flag('preventAutoAppUpdate', beta);

for (const app of ['iosLobApp', 'iosStoreApp']) {
  settings(`${app}AssignmentSettings`, [
    vpnConfigurationId,
    uninstallOnDeviceRemoval,
    flag('isRemovable'),
    preventManagedAppBackup,
  ]);
}

settings('iosVppAppAssignmentSettings', [
  useDeviceLicensing,
  vpnConfigurationId,
  flag('uninstallOnDeviceRemoval', beta),
  flag('isRemovable', beta),
  preventManagedAppBackup,
  preventAutoAppUpdate,
]);

settings(
  'iosDdmLobAppAssignmentSettings',
  [
    property('associatedDomains', collection('Edm.String')),
    flag('associatedDomainsDirectDownloadAllowed'),
    preventManagedAppBackup,
    flag('tapToPayScreenLockEnabled'),
    vpnConfigurationId,
  ],
  beta,
);

settings('macOsLobAppAssignmentSettings', [uninstallOnDeviceRemoval]);

settings(
  'macOsVppAppAssignmentSettings',
  [useDeviceLicensing, uninstallOnDeviceRemoval, preventManagedAppBackup, preventAutoAppUpdate],
  beta,
);

for (const app of ['microsoftStoreForBusinessApp', 'windowsAppXApp', 'windowsUniversalAppXApp'])
  settings(`${app}AssignmentSettings`, [flag('useDeviceContext', required)]);

const androidManagedStoreAutoUpdateMode = enumType('androidManagedStoreAutoUpdateMode', {
  default: 0,
  postponed: 1,
  priority: 2,
  unknownFutureValue: 3,
});

settings(
  'androidManagedStoreAppAssignmentSettings',
  [
    property('androidManagedStoreAppTrackIds', collection('Edm.String')),
    property('autoUpdateMode', androidManagedStoreAutoUpdateMode, required),
  ],
  beta,
);

const notifications = { showAll: 0, showReboot: 1, hideAll: 2 };

const restart = [
  property('gracePeriodInMinutes', 'Edm.Int32', required),
  property('countdownDisplayBeforeRestartInMinutes', 'Edm.Int32', required),
  property('restartNotificationSnoozeDurationInMinutes', 'Edm.Int32'),
];

const mobileAppInstallTimeSettings = complexType('mobileAppInstallTimeSettings', [
  flag('useLocalTime', required),
  property('startDateTime', 'Edm.DateTimeOffset'),
  property('deadlineDateTime', 'Edm.DateTimeOffset'),
]);

const win32LobAppDeliveryOptimizationPriority = enumType('win32LobAppDeliveryOptimizationPriority', {
  notConfigured: 0,
  foreground: 1,
});

const win32LobAutoUpdateSupersededAppsState = enumType('win32LobAutoUpdateSupersededAppsState', {
  notConfigured: 0,
  enabled: 1,
  unknownFutureValue: 2,
});

const win32LobAppAutoUpdateSettings = complexType('win32LobAppAutoUpdateSettings', [
  property('autoUpdateSupersededAppsState', win32LobAutoUpdateSupersededAppsState, required),
]);

const win32LobAppAssignmentSettings = settings('win32LobAppAssignmentSettings', [
  property('notifications', enumType('win32LobAppNotification', notifications), required),
  property('restartSettings', complexType('win32LobAppRestartSettings', restart)),
  property('installTimeSettings', mobileAppInstallTimeSettings),
  property('deliveryOptimizationPriority', win32LobAppDeliveryOptimizationPriority, required),
  property('autoUpdateSettings', win32LobAppAutoUpdateSettings),
]);

complexType('win32CatalogAppAssignmentSettings', [], { ...beta, base: win32LobAppAssignmentSettings });

const winGetAppNotification = enumType('winGetAppNotification', { ...notifications, unknownFutureValue: 3 });

const winGetAppInstallTimeSettings = complexType(
  'winGetAppInstallTimeSettings',
  [flag('useLocalTime', required), property('deadlineDateTime', 'Edm.DateTimeOffset', required)],
  beta,
);

settings(
  'winGetAppAssignmentSettings',
  [
    property('notifications', winGetAppNotification, required),
    property('restartSettings', complexType('winGetAppRestartSettings', restart, beta)),
    property('installTimeSettings', winGetAppInstallTimeSettings),
  ],
  beta,
);
