/** The examples that the documents print: a request's body, and the id that the response adds to it. */
export interface DocumentExample {
  title: string;
  /** Below the host; the row's id is the printed one. */
  path: string;
  sent: Readonly<Record<string, unknown>>;
  id: string;
}

const installStatus = {
  '@odata.type': '#microsoft.graph.mobileAppInstallStatus',
  deviceName: 'Device Name value',
  deviceId: 'Device Id value',
  lastSyncDateTime: '2017-01-01T00:02:49.3205976-08:00',
  mobileAppInstallStatusValue: 'failed',
  installState: 'failed',
  installStateDetail: 'dependencyFailedToInstall',
  errorCode: 9,
  osVersion: 'Os Version value',
  osDescription: 'Os Description value',
  userName: 'User Name value',
  userPrincipalName: 'User Principal Name value',
  displayVersion: 'Display Version value',
};

const userInstallStatus = {
  '@odata.type': '#microsoft.graph.userAppInstallStatus',
  userName: 'User Name value',
  userPrincipalName: 'User Principal Name value',
  installedDeviceCount: 4,
  failedDeviceCount: 1,
  notInstalledDeviceCount: 7,
};

const configurationStatus = {
  '@odata.type': '#microsoft.graph.managedDeviceMobileAppConfigurationDeviceStatus',
  deviceDisplayName: 'Device Display Name value',
  userName: 'User Name value',
  deviceModel: 'Device Model value',
  complianceGracePeriodExpirationDateTime: '2016-12-31T23:56:44.951111-08:00',
  status: 'notApplicable',
  lastReportedDateTime: '2017-01-01T00:00:17.7769392-08:00',
  userPrincipalName: 'User Principal Name value',
};

const apps = 'beta/deviceAppManagement/mobileApps';
const configurations = 'v1.0/deviceAppManagement/mobileAppConfigurations';
const users = `${apps}/app/userStatuses`;
const ids = {
  install: '7560ee45-ee45-7560-45ee-607545ee6075',
  user: '14959a2a-9a2a-1495-2a9a-95142a9a9514',
  configuration: '477d3651-3651-477d-5136-7d4751367d47',
};

/** A collection and the body that creates a row in it: what the examples need to be there, in this order. */
export const documentRows: readonly (readonly [string, Record<string, unknown>])[] = [
  [apps, { '@odata.type': '#microsoft.graph.iosStoreApp', id: 'app' }],
  [users, { id: ids.user }],
  [`${users}/${ids.user}/deviceStatuses`, { id: ids.install }],
  [configurations, { '@odata.type': '#microsoft.graph.iosMobileAppConfiguration', id: 'configuration' }],
  [`${configurations}/configuration/deviceStatuses`, { id: ids.configuration }],
];

export const documentExamples: readonly DocumentExample[] = [
  {
    title: 'Update mobileAppInstallStatus, by the app',
    path: `${apps}/app/deviceStatuses/${ids.install}`,
    sent: installStatus,
    id: ids.install,
  },
  {
    title: 'Update mobileAppInstallStatus, by the user',
    path: `${users}/${ids.user}/deviceStatuses/${ids.install}`,
    sent: installStatus,
    id: ids.install,
  },
  {
    title: 'Update userAppInstallStatus',
    path: `${users}/${ids.user}`,
    sent: userInstallStatus,
    id: ids.user,
  },
  {
    title: 'Update managedDeviceMobileAppConfigurationDeviceStatus',
    path: `${configurations}/configuration/deviceStatuses/${ids.configuration}`,
    sent: configurationStatus,
    id: ids.configuration,
  },
];
