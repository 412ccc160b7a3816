import { EntityType, Property } from '../../../graph/declare.js';
import { collection, complexType, property } from '../../../odata/edm.js';
import { limits } from '../../../odata/limits.js';
import { MobileApp } from '../mobile-app.entity.js';
import { beta, required } from './facets.js';
import { minimumOperatingSystem } from './minimum-operating-system.js';
import { MobileLobApp } from './uploaded.js';

const macOSMinimumOperatingSystem = minimumOperatingSystem(
  'macOS',
  'v10_7 v10_8 v10_9 v10_10 v10_11 v10_12 v10_13 v10_14 v10_15 v11_0 v12_0 v13_0',
  'v14_0 v15_0',
);

const macOSLobChildApp = complexType('macOSLobChildApp', [
  property('bundleId', 'Edm.String'),
  property('buildNumber', 'Edm.String'),
  property('versionNumber', 'Edm.String'),
]);

const macOSIncludedApp = complexType('macOSIncludedApp', [
  property('bundleId', 'Edm.String', required),
  property('bundleVersion', 'Edm.String', required),
]);

const macOSAppScript = complexType(
  'macOSAppScript',
  [property('scriptContent', 'Edm.String', { ...required, maxLength: limits.binary })],
  beta,
);

@EntityType('macOSLobApp')
export class MacOSLobApp extends MobileLobApp {
  @Property('Edm.String') bundleId!: string | null;
  @Property(macOSMinimumOperatingSystem) minimumSupportedOperatingSystem!: object | null;
  @Property('Edm.String') buildNumber!: string | null;
  @Property('Edm.String') versionNumber!: string | null;
  @Property(collection(macOSLobChildApp)) childApps!: object[];
  // In beta's documents, no longer in its metadata.
  @Property('Edm.String', beta) identityVersion!: string | null;
  @Property('Edm.Int32', required) md5HashChunkSize!: number;
  @Property(collection('Edm.String')) md5Hash!: string[];
  @Property('Edm.Boolean', required) ignoreVersionDetection!: boolean;
  @Property('Edm.Boolean', required) installAsManaged!: boolean;
}

function installer() {
  abstract class Installer extends MobileLobApp {
    @Property('Edm.String', required) primaryBundleId!: string;
    @Property('Edm.String', required) primaryBundleVersion!: string;
    @Property(collection(macOSIncludedApp), required) includedApps!: object[];
    @Property('Edm.Boolean', required) ignoreVersionDetection!: boolean;
    @Property(macOSMinimumOperatingSystem) minimumSupportedOperatingSystem!: object | null;
  }
  return Installer;
}

@EntityType('macOSDmgApp')
export class MacOSDmgApp extends installer() {}

@EntityType('macOSPkgApp', beta)
export class MacOSPkgApp extends installer() {
  @Property(macOSAppScript) preInstallScript!: object | null;
  @Property(macOSAppScript) postInstallScript!: object | null;
}

@EntityType('macOSMicrosoftDefenderApp')
export class MacOSMicrosoftDefenderApp extends MobileApp {}
