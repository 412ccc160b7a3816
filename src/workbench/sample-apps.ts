import { faker } from '@faker-js/faker/locale/en';
import type { Platform } from './sample-people.js';

export interface AppOnSale {
  id: string;
  platform: Platform;
  version: string;
  /** Names of its categories. */
  categories: readonly string[];
  /** What differs from `aMobileApp`. */
  body: Record<string, unknown>;
}

/** By their ids: some of those that Intune itself starts with. */
export const categoriesOnSale: Readonly<Record<string, string>> = {
  '5b8e2f14-9c3a-4d70-8e61-7f2a1c0d3e01': 'Business',
  '5b8e2f14-9c3a-4d70-8e61-7f2a1c0d3e02': 'Productivity',
  '5b8e2f14-9c3a-4d70-8e61-7f2a1c0d3e03': 'Computer management',
  '5b8e2f14-9c3a-4d70-8e61-7f2a1c0d3e04': 'Photos & media',
};

/** The first two are for iOS: configurations are made for them. */
export const appsOnSale: readonly AppOnSale[] = [
  iosApp('0a5d1c3e-6b7f-4a21-9c84-5d2e1f3a4b01', 'Contoso Mail', 'Contoso', '4.2541.0', 'Productivity'),
  iosApp('0a5d1c3e-6b7f-4a21-9c84-5d2e1f3a4b02', 'Contoso Portal', 'Contoso', '2.18.1', 'Business'),
  iosApp(
    '0a5d1c3e-6b7f-4a21-9c84-5d2e1f3a4b03',
    'Fabrikam Expenses',
    'Fabrikam',
    '7.0.3',
    'Business',
    'Productivity',
  ),
  uploadedIosApp(
    '0a5d1c3e-6b7f-4a21-9c84-5d2e1f3a4b04',
    'Northwind Field Service',
    'Northwind Traders',
    '1.9.0',
    'Business',
  ),
  iosApp('0a5d1c3e-6b7f-4a21-9c84-5d2e1f3a4b05', 'Tailwind Inventory', 'Tailwind Toys', '3.4.12', 'Business'),
  windowsApp(
    '0a5d1c3e-6b7f-4a21-9c84-5d2e1f3a4b06',
    'Contoso VPN',
    'Contoso',
    '5.1.8.62',
    'Computer management',
  ),
  windowsApp(
    '0a5d1c3e-6b7f-4a21-9c84-5d2e1f3a4b07',
    'Contoso Print Agent',
    'Contoso',
    '1.12.0',
    'Computer management',
  ),
  windowsApp(
    '0a5d1c3e-6b7f-4a21-9c84-5d2e1f3a4b08',
    'Fabrikam Design Suite',
    'Fabrikam',
    '2026.2',
    'Photos & media',
    'Productivity',
  ),
  winGetApp(
    '0a5d1c3e-6b7f-4a21-9c84-5d2e1f3a4b09',
    'Litware Archiver',
    'Litware',
    '24.09',
    'Computer management',
    'Productivity',
  ),
  windowsApp(
    '0a5d1c3e-6b7f-4a21-9c84-5d2e1f3a4b10',
    'Northwind Ledger',
    'Northwind Traders',
    '11.3.0.4',
    'Business',
  ),
];

/** Its id, name, publisher, version and categories. */
type Product = [id: string, displayName: string, publisher: string, version: string, ...categories: string[]];

function iosApp(...[id, displayName, publisher, version, ...categories]: Product): AppOnSale {
  const common = iosBody(displayName, publisher);
  const body = { ...common, appStoreUrl: `https://apps.example/${common.bundleId}` };
  return { id, platform: 'iOS', version, categories, body };
}

function uploadedIosApp(...[id, displayName, publisher, version, ...categories]: Product): AppOnSale {
  const upload = {
    '@odata.type': '#microsoft.graph.iosLobApp',
    fileName: `${displayName.replaceAll(' ', '')}.ipa`,
    versionNumber: version,
    buildNumber: version,
  };
  const body = { ...iosBody(displayName, publisher), ...upload };
  return { id, platform: 'iOS', version, categories, body };
}

function iosBody(displayName: string, publisher: string): Record<string, unknown> & { bundleId: string } {
  return {
    ...described(displayName, publisher),
    bundleId: `example.${displayName.toLowerCase().replaceAll(' ', '.')}`,
    applicableDeviceType: { iPad: true, iPhoneAndIPod: true },
    minimumSupportedOperatingSystem: { v15_0: true },
  };
}

function winGetApp(...[id, displayName, publisher, version, ...categories]: Product): AppOnSale {
  const body = {
    '@odata.type': '#microsoft.graph.winGetApp',
    ...described(displayName, publisher),
    packageIdentifier: displayName.replace(' ', '.'),
    installExperience: { runAsAccount: 'system' },
  };
  return { id, platform: 'Windows', version, categories, body };
}

function windowsApp(...[id, displayName, publisher, version, ...categories]: Product): AppOnSale {
  const file = displayName.replaceAll(' ', '');
  const body = {
    '@odata.type': '#microsoft.graph.win32LobApp',
    ...described(displayName, publisher),
    fileName: `${file}.intunewin`,
    setupFilePath: `${file}.msi`,
    installCommandLine: `msiexec /i "${file}.msi" /qn`,
    uninstallCommandLine: `msiexec /x "${file}.msi" /qn`,
    applicableArchitectures: 'x64',
    minimumSupportedWindowsRelease: '22H2',
    installExperience: { runAsAccount: 'system', deviceRestartBehavior: 'basedOnReturnCode' },
    rules: [installedFile(displayName, version)],
    returnCodes: [
      { returnCode: 0, type: 'success' },
      { returnCode: 3010, type: 'softReboot' },
    ],
    displayVersion: version,
  };
  return { id, platform: 'Windows', version, categories, body };
}

/** A rule that finds the app by the version of its program. */
function installedFile(displayName: string, version: string): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.win32LobAppFileSystemRule',
    ruleType: 'detection',
    path: `%ProgramFiles%\\${displayName}`,
    fileOrFolderName: `${displayName.replaceAll(' ', '')}.exe`,
    operationType: 'version',
    operator: 'greaterThanOrEqual',
    comparisonValue: version,
  };
}

function described(displayName: string, publisher: string): Record<string, unknown> {
  return { displayName, publisher, developer: publisher, description: `${displayName} by ${publisher}` };
}

/** How an install ended, as the properties of a status that say so. */
export interface InstallOutcome {
  installState: string;
  installStateDetail: string;
  errorCode: number;
}

const none = 'noAdditionalDetails';
/** 0x87D1041C: the app was not found after its installer had succeeded. */
const notDetected = -2_016_345_060;

const outcomes: { weight: number; value: InstallOutcome }[] = [
  { weight: 14, value: { installState: 'installed', installStateDetail: none, errorCode: 0 } },
  {
    weight: 3,
    value: { installState: 'failed', installStateDetail: 'seeInstallErrorCode', errorCode: notDetected },
  },
  {
    weight: 1,
    value: { installState: 'failed', installStateDetail: 'dependencyFailedToInstall', errorCode: 0 },
  },
  {
    weight: 1,
    value: { installState: 'notInstalled', installStateDetail: 'userRejectedInstall', errorCode: 0 },
  },
  {
    weight: 1,
    value: { installState: 'pendingInstall', installStateDetail: 'contentDownloaded', errorCode: 0 },
  },
];

export const installOutcome = (): InstallOutcome => faker.helpers.weightedArrayElement(outcomes);
