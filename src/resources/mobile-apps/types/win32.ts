import { EntityType, Property } from '../../../graph/declare.js';
import { collection, complexType, enumType, property } from '../../../odata/edm.js';
import { MobileApp } from '../mobile-app.entity.js';
import { beta, required, requiredInBeta } from './facets.js';
import { MobileLobApp } from './uploaded.js';
import {
  runAsAccountType,
  win32LobAppDetection,
  win32LobAppRequirement,
  win32LobAppRule,
} from './win32-rules.js';
import { knownToBoth, windowsArchitecture } from './windows-architecture.js';
import { windowsMinimumOperatingSystem } from './windows.js';

const win32LobAppRestartBehavior = enumType('win32LobAppRestartBehavior', {
  basedOnReturnCode: 0,
  allow: 1,
  suppress: 2,
  force: 3,
});

const win32LobAppInstallExperience = complexType('win32LobAppInstallExperience', [
  property('runAsAccount', runAsAccountType, required),
  property('maxRunTimeInMinutes', 'Edm.Int32', beta),
  property('deviceRestartBehavior', win32LobAppRestartBehavior, required),
]);

const win32LobAppReturnCodeType = enumType('win32LobAppReturnCodeType', {
  failed: 0,
  success: 1,
  softReboot: 2,
  hardReboot: 3,
  retry: 4,
});

const win32LobAppReturnCode = complexType('win32LobAppReturnCode', [
  property('returnCode', 'Edm.Int32', required),
  property('type', win32LobAppReturnCodeType, required),
]);

const win32LobAppMsiPackageType = enumType('win32LobAppMsiPackageType', {
  perMachine: 0,
  perUser: 1,
  dualPurpose: 2,
});

const win32LobAppMsiInformation = complexType('win32LobAppMsiInformation', [
  property('productCode', 'Edm.String'),
  property('productVersion', 'Edm.String'),
  property('upgradeCode', 'Edm.String'),
  property('requiresReboot', 'Edm.Boolean', required),
  property('packageType', win32LobAppMsiPackageType, required),
  property('productName', 'Edm.String'),
  property('publisher', 'Edm.String'),
]);

const mobileAppScriptReference = complexType(
  'mobileAppScriptReference',
  [property('targetId', 'Edm.String')],
  beta,
);

const architecture = { typeAt: knownToBoth };

@EntityType('win32LobApp')
export class Win32LobApp extends MobileLobApp {
  @Property('Edm.String') installCommandLine!: string | null;
  @Property('Edm.String') uninstallCommandLine!: string | null;
  @Property(windowsArchitecture, { ...required, ...architecture }) applicableArchitectures!: string;
  @Property(windowsArchitecture, architecture) allowedArchitectures!: string | null;
  @Property(windowsMinimumOperatingSystem, beta) minimumSupportedOperatingSystem!: object | null;
  @Property('Edm.Int32') minimumFreeDiskSpaceInMB!: number | null;
  @Property('Edm.Int32') minimumMemoryInMB!: number | null;
  @Property('Edm.Int32') minimumNumberOfProcessors!: number | null;
  @Property('Edm.Int32') minimumCpuSpeedInMHz!: number | null;
  @Property(collection(win32LobAppDetection), beta) detectionRules!: object[];
  @Property(collection(win32LobAppRequirement), beta) requirementRules!: object[];
  @Property(collection(win32LobAppRule)) rules!: object[];
  @Property(win32LobAppInstallExperience) installExperience!: object | null;
  @Property(collection(win32LobAppReturnCode)) returnCodes!: object[];
  @Property(win32LobAppMsiInformation) msiInformation!: object | null;
  @Property('Edm.String') setupFilePath!: string | null;
  @Property('Edm.String') minimumSupportedWindowsRelease!: string | null;
  @Property('Edm.String', beta) displayVersion!: string | null;
  @Property('Edm.Boolean', requiredInBeta) allowAvailableUninstall!: boolean;
  @Property(mobileAppScriptReference, beta) activeInstallScript!: object | null;
  @Property(mobileAppScriptReference, beta) activeUninstallScript!: object | null;
}

@EntityType('win32CatalogApp', beta)
export class Win32CatalogApp extends Win32LobApp {
  @Property('Edm.String') mobileAppCatalogPackageId!: string | null;
}

const winGetAppInstallExperience = complexType(
  'winGetAppInstallExperience',
  [property('runAsAccount', runAsAccountType, required)],
  beta,
);

@EntityType('winGetApp', beta)
export class WinGetApp extends MobileApp {
  @Property('Edm.String') packageIdentifier!: string | null;
  @Property(winGetAppInstallExperience) installExperience!: object | null;
  @Property('Edm.String') manifestHash!: string | null;
}
