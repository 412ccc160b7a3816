import { EntityType, Property } from '../../../graph/declare.js';
import { collection, complexType, enumType, property } from '../../../odata/edm.js';
import { MobileApp } from '../mobile-app.entity.js';
import { beta, required } from './facets.js';
import { windowsArchitecture } from './windows-architecture.js';

const officeProductId = enumType('officeProductId', {
  o365ProPlusRetail: 0,
  o365BusinessRetail: 1,
  visioProRetail: 2,
  projectProRetail: 3,
});

const officeUpdateChannel = enumType('officeUpdateChannel', {
  none: 0,
  current: 1,
  deferred: 2,
  firstReleaseCurrent: 3,
  firstReleaseDeferred: 4,
  monthlyEnterprise: 5,
});

const officeSuiteInstallProgressDisplayLevel = enumType('officeSuiteInstallProgressDisplayLevel', {
  none: 0,
  full: 1,
});

const officeSuiteDefaultFileFormatType = enumType('officeSuiteDefaultFileFormatType', {
  notConfigured: 0,
  officeOpenXMLFormat: 1,
  officeOpenDocumentFormat: 2,
  unknownFutureValue: 99,
});

const excludedApps = complexType(
  'excludedApps',
  'access bing excel groove infoPath lync oneDrive oneNote outlook powerPoint publisher sharePointDesigner teams visio word'
    .split(' ')
    .map((program) => property(program, 'Edm.Boolean', required)),
  beta,
);

@EntityType('officeSuiteApp', beta)
export class OfficeSuiteApp extends MobileApp {
  @Property('Edm.Boolean', required) autoAcceptEula!: boolean;
  @Property(collection(officeProductId), required) productIds!: string[];
  @Property(excludedApps) excludedApps!: object | null;
  @Property('Edm.Boolean', required) useSharedComputerActivation!: boolean;
  @Property(officeUpdateChannel, required) updateChannel!: string;
  @Property(officeSuiteDefaultFileFormatType, required) officeSuiteAppDefaultFileFormat!: string;
  @Property(windowsArchitecture, required) officePlatformArchitecture!: string;
  @Property(collection('Edm.String')) localesToInstall!: string[];
  @Property(officeSuiteInstallProgressDisplayLevel, required) installProgressDisplayLevel!: string;
  @Property('Edm.Boolean', required) shouldUninstallOlderVersionsOfOffice!: boolean;
  @Property('Edm.String') targetVersion!: string | null;
  @Property('Edm.String') updateVersion!: string | null;
  @Property('Edm.Binary') officeConfigurationXml!: string | null;
}

@EntityType('macOSOfficeSuiteApp')
export class MacOSOfficeSuiteApp extends MobileApp {}
