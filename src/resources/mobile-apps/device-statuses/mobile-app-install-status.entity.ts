import { Index } from 'typeorm';
import { EntityType, Property } from '../../../graph/declare.js';
import { earlierEnum, enumType } from '../../../odata/edm.js';

export const resultantAppState = enumType(
  'resultantAppState',
  {
    notApplicable: -1,
    installed: 1,
    failed: 2,
    notInstalled: 3,
    uninstallFailed: 4,
    pendingInstall: 5,
    unknown: 99,
  },
  { initial: 'unknown' },
);

export const resultantAppStateDetail = enumType('resultantAppStateDetail', {
  processorArchitectureNotApplicable: -1000,
  minimumDiskSpaceNotMet: -1001,
  minimumOsVersionNotMet: -1002,
  minimumPhysicalMemoryNotMet: -1003,
  minimumLogicalProcessorCountNotMet: -1004,
  minimumCpuSpeedNotMet: -1005,
  platformNotApplicable: -1006,
  fileSystemRequirementNotMet: -1011,
  registryRequirementNotMet: -1012,
  powerShellScriptRequirementNotMet: -1013,
  supersedingAppsNotApplicable: -1016,
  noAdditionalDetails: 0,
  dependencyFailedToInstall: 1,
  dependencyWithRequirementsNotMet: 2,
  dependencyPendingReboot: 3,
  dependencyWithAutoInstallDisabled: 4,
  supersededAppUninstallFailed: 5,
  supersededAppUninstallPendingReboot: 6,
  removingSupersededApps: 7,
  iosAppStoreUpdateFailedToInstall: 1000,
  vppAppHasUpdateAvailable: 1001,
  userRejectedUpdate: 1002,
  uninstallPendingReboot: 1003,
  supersedingAppsDetected: 1004,
  supersededAppsDetected: 1005,
  seeInstallErrorCode: 2000,
  autoInstallDisabled: 3000,
  managedAppNoLongerPresent: 3001,
  userRejectedInstall: 3002,
  userIsNotLoggedIntoAppStore: 3003,
  untargetedSupersedingAppsDetected: 3004,
  appRemovedBySupersedence: 3005,
  seeUninstallErrorCode: 4000,
  pendingReboot: 5000,
  installingDependencies: 5001,
  contentDownloaded: 5002,
});

/** What documents had until 2019. */
const detailOf2018 = earlierEnum(
  resultantAppStateDetail,
  [
    'noAdditionalDetails',
    'seeInstallErrorCode',
    'seeUninstallErrorCode',
    'pendingReboot',
    'platformNotApplicable',
    'minimumCpuSpeedNotMet',
    'minimumLogicalProcessorCountNotMet',
    'minimumPhysicalMemoryNotMet',
    'minimumOsVersionNotMet',
    'minimumDiskSpaceNotMet',
    'processorArchitectureNotApplicable',
  ],
  'noAdditionalDetails',
);

const required = { nullable: false } as const;
/** What the first documents don't have. */
const later = { from: '2018-11' } as const;

/** The install state of an app on a device. Contained in its app, and in a user of that app when it names one. */
@Index('mobile_app_install_statuses_deviceName', { synchronize: false })
@Index('mobile_app_install_statuses_userPrincipalName', { synchronize: false })
@Index('mobile_app_install_statuses_mobileAppId', { synchronize: false })
@EntityType('mobileAppInstallStatus', {
  versions: ['beta'],
  until: 'today',
  table: 'mobile_app_install_statuses',
  parents: [
    { entity: 'MobileApp', key: 'mobileAppId', navigation: 'app' },
    { entity: 'UserAppInstallStatus', key: 'userAppInstallStatusId', optional: true },
  ],
})
export class MobileAppInstallStatus {
  @Property('Edm.String', { indexed: true }) deviceName!: string | null;
  @Property('Edm.String', { indexed: true }) deviceId!: string | null;
  @Property('Edm.DateTimeOffset', required) lastSyncDateTime!: string;
  @Property(resultantAppState, { ...required, typeAt: { '2017-01': 'Edm.Int32' } })
  mobileAppInstallStatusValue!: string;
  @Property(resultantAppState, { ...required, ...later }) installState!: string;
  @Property(resultantAppStateDetail, { ...required, ...later, typeAt: { '2018-11': detailOf2018 } })
  installStateDetail!: string;
  @Property('Edm.Int32', required) errorCode!: number;
  @Property('Edm.Int32', { ...required, until: '2017-01', added: true }) deviceType!: number;
  @Property('Edm.String') osVersion!: string | null;
  @Property('Edm.String', later) osDescription!: string | null;
  @Property('Edm.String', { indexed: true, ...later }) userName!: string | null;
  @Property('Edm.String', { indexed: true, ...later }) userPrincipalName!: string | null;
  @Property('Edm.String', later) displayVersion!: string | null;
}
