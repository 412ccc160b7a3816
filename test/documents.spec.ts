import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from './support/gateway.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const configurations = 'v1.0/deviceAppManagement/mobileAppConfigurations';

let gateway: TestGateway;
const ids = { app: '', user: '', configuration: '' };

beforeAll(async () => {
  gateway = await startTestGateway();
  const made = async (path: string, body: object): Promise<string> => {
    const { body: entity } = await gateway.call('POST', path, body);
    return entity['id'] as string;
  };
  ids.app = await made(apps, { '@odata.type': '#microsoft.graph.iosStoreApp' });
  ids.user = await made(`${apps}/${ids.app}/userStatuses`, { id: '14959a2a-9a2a-1495-2a9a-95142a9a9514' });
  ids.configuration = await made(configurations, {
    '@odata.type': '#microsoft.graph.iosMobileAppConfiguration',
  });
  const status = { id: '7560ee45-ee45-7560-45ee-607545ee6075' };
  await made(`${apps}/${ids.app}/userStatuses/${ids.user}/deviceStatuses`, status);
  await made(`${configurations}/${ids.configuration}/deviceStatuses`, {
    id: '477d3651-3651-477d-5136-7d4751367d47',
  });
});

afterAll(() => gateway.close());

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

/** Each document's route, what it prints as the request, and the id that it prints in the response. */
const documents: [string, () => string, object, string][] = [
  [
    'Update mobileAppInstallStatus, by the app',
    () => `${apps}/${ids.app}/deviceStatuses`,
    installStatus,
    '7560ee45-ee45-7560-45ee-607545ee6075',
  ],
  [
    'Update mobileAppInstallStatus, by the user',
    () => `${apps}/${ids.app}/userStatuses/${ids.user}/deviceStatuses`,
    installStatus,
    '7560ee45-ee45-7560-45ee-607545ee6075',
  ],
  [
    'Update userAppInstallStatus',
    () => `${apps}/${ids.app}/userStatuses`,
    userInstallStatus,
    '14959a2a-9a2a-1495-2a9a-95142a9a9514',
  ],
  [
    'Update managedDeviceMobileAppConfigurationDeviceStatus',
    () => `${configurations}/${ids.configuration}/deviceStatuses`,
    configurationStatus,
    '477d3651-3651-477d-5136-7d4751367d47',
  ],
];

describe.each(documents)('the example of %s', (_title, path, sent, id) => {
  it('is answered as printed, property by property and in the printed order, and kept', async () => {
    const printed = { ...sent, id };
    const patched = await gateway.call('PATCH', `${path()}/${id}`, sent);
    expect(patched.status).toBe(200);
    const { '@odata.context': context, ...entity } = patched.body;
    expect(entity).toEqual(printed);
    expect(Object.keys(entity)).toEqual(['@odata.type', 'id', ...Object.keys(sent).slice(1)]);
    expect(context).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/(beta|v1\.0)\/\$metadata#deviceAppManagement\/.*\/\$entity$/,
    );

    const got = await gateway.call('GET', `${path()}/${id}`);
    expect(got.status).toBe(200);
    expect(got.body).toEqual(patched.body);
  });
});
