import { EntityType, Property } from '../../../graph/declare.js';
import { collection, complexType, enumType, property } from '../../../odata/edm.js';
import { MobileApp } from '../mobile-app.entity.js';
import { beta, required } from './facets.js';
import { licensed, vppLicensingType } from './licensed.js';
import { minimumOperatingSystem } from './minimum-operating-system.js';
import { MobileLobApp } from './uploaded.js';
import { knownToBoth, windowsArchitecture } from './windows-architecture.js';

export const windowsMinimumOperatingSystem = minimumOperatingSystem(
  'windows',
  'v8_0 v8_1 v10_0',
  'v10_1607 v10_1703 v10_1709 v10_1803 v10_1809 v10_1903 v10_1909 v10_2004 v10_2H20 v10_21H1',
);

const windowsDeviceType = enumType(
  'windowsDeviceType',
  { none: 0, desktop: 1, mobile: 2, holographic: 4, team: 8, unknownFutureValue: 16 },
  { flags: true },
);

const windowsPackageInformation = complexType(
  'windowsPackageInformation',
  [
    property('applicableArchitecture', windowsArchitecture, required),
    property('displayName', 'Edm.String'),
    property('identityName', 'Edm.String'),
    property('identityPublisher', 'Edm.String'),
    property('identityResourceIdentifier', 'Edm.String'),
    property('identityVersion', 'Edm.String'),
    property('minimumSupportedOperatingSystem', windowsMinimumOperatingSystem),
  ],
  beta,
);

/** An app in the package format that Windows 8 brought. */
function appX() {
  abstract class AppX extends MobileLobApp {
    @Property(windowsArchitecture, { ...required, typeAt: knownToBoth }) applicableArchitectures!: string;
    @Property('Edm.String') identityName!: string | null;
    @Property('Edm.String', required) identityPublisherHash!: string;
    @Property('Edm.String') identityResourceIdentifier!: string | null;
    @Property(windowsMinimumOperatingSystem, required) minimumSupportedOperatingSystem!: object;
    @Property('Edm.String') identityVersion!: string | null;
  }
  return AppX;
}

const bundled = { ...required, after: 'identityResourceIdentifier' } as const;

@EntityType('windowsAppX')
export class WindowsAppX extends appX() {
  @Property('Edm.Boolean', bundled) isBundle!: boolean;
}

@EntityType('windowsUniversalAppX')
export class WindowsUniversalAppX extends appX() {
  @Property(windowsDeviceType, { ...required, after: 'applicableArchitectures' })
  applicableDeviceTypes!: string;
  @Property('Edm.Boolean', bundled) isBundle!: boolean;
}

@EntityType('windowsPhone81AppX', beta)
export class WindowsPhone81AppX extends appX() {
  @Property('Edm.String', { after: 'minimumSupportedOperatingSystem' }) phoneProductIdentifier!:
    string | null;
  @Property('Edm.String', { after: 'phoneProductIdentifier' }) phonePublisherId!: string | null;
}

@EntityType('windowsPhone81AppXBundle')
export class WindowsPhone81AppXBundle extends WindowsPhone81AppX {
  @Property(collection(windowsPackageInformation)) appXPackageInformationList!: object[];
}

@EntityType('windowsPhoneXAP', beta)
export class WindowsPhoneXAP extends MobileLobApp {
  @Property(windowsMinimumOperatingSystem, required) minimumSupportedOperatingSystem!: object;
  @Property('Edm.String', required) productIdentifier!: string;
  @Property('Edm.String') identityVersion!: string | null;
}

@EntityType('windowsMobileMSI')
export class WindowsMobileMSI extends MobileLobApp {
  @Property('Edm.String') commandLine!: string | null;
  @Property('Edm.String') productCode!: string | null;
  @Property('Edm.String') productVersion!: string | null;
  @Property('Edm.Boolean', required) ignoreVersionDetection!: boolean;
  @Property('Edm.String', beta) identityVersion!: string | null;
  @Property('Edm.Boolean', beta) useDeviceContext!: boolean | null;
}

@EntityType('windowsStoreApp', beta)
export class WindowsStoreApp extends MobileApp {
  @Property('Edm.String') appStoreUrl!: string | null;
}

@EntityType('windowsPhone81StoreApp', beta)
export class WindowsPhone81StoreApp extends MobileApp {
  @Property('Edm.String') appStoreUrl!: string | null;
}

const microsoftStoreForBusinessLicenseType = enumType('microsoftStoreForBusinessLicenseType', {
  offline: 0,
  online: 1,
});

@EntityType('microsoftStoreForBusinessApp')
export class MicrosoftStoreForBusinessApp extends licensed(MobileApp) {
  @Property('Edm.String') productKey!: string | null;
  @Property(microsoftStoreForBusinessLicenseType, required) licenseType!: string;
  @Property('Edm.String') packageIdentityName!: string | null;
  @Property(vppLicensingType, beta) licensingType!: object | null;
}
