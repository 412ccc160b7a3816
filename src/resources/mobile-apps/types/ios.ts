import { type EntityClass, EntityType, Property } from '../../../graph/declare.js';
import { complexType, type Facets, property } from '../../../odata/edm.js';
import { MobileApp } from '../mobile-app.entity.js';
import { beta, required } from './facets.js';
import { minimumOperatingSystem } from './minimum-operating-system.js';
import { MobileLobApp } from './uploaded.js';

export const iosDeviceType = complexType('iosDeviceType', [
  property('iPad', 'Edm.Boolean', required),
  property('iPhoneAndIPod', 'Edm.Boolean', required),
]);

const iosMinimumOperatingSystem = minimumOperatingSystem(
  'ios',
  'v8_0 v9_0 v10_0 v11_0 v12_0 v13_0 v14_0 v15_0',
  'v16_0 v17_0 v18_0',
);

/** @param listing facets of what says where the app is and what it needs */
export function iosStore(Base: EntityClass, listing: Facets = {}) {
  abstract class IosStore extends Base {
    @Property('Edm.String') bundleId!: string | null;
    @Property('Edm.String', listing) appStoreUrl!: string | null;
    @Property(iosDeviceType, required) applicableDeviceType!: object;
    @Property(iosMinimumOperatingSystem, listing) minimumSupportedOperatingSystem!: object | null;
  }
  return IosStore;
}

export function iosPackage(Base: EntityClass) {
  abstract class IosPackage extends Base {
    @Property('Edm.String') bundleId!: string | null;
    @Property(iosDeviceType, required) applicableDeviceType!: object;
    @Property(iosMinimumOperatingSystem) minimumSupportedOperatingSystem!: object | null;
    @Property('Edm.DateTimeOffset') expirationDateTime!: string | null;
    @Property('Edm.String') versionNumber!: string | null;
    @Property('Edm.String') buildNumber!: string | null;
    // Of iosLobApp it is in beta's documents, no longer in its metadata.
    @Property('Edm.String', beta) identityVersion!: string | null;
  }
  return IosPackage;
}

@EntityType('iosStoreApp')
export class IosStoreApp extends iosStore(MobileApp) {}

@EntityType('iosLobApp')
export class IosLobApp extends iosPackage(MobileLobApp) {}
