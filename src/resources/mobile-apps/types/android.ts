import { type EntityClass, EntityType, Property } from '../../../graph/declare.js';
import { collection, complexType, enumType, type Facets, property } from '../../../odata/edm.js';
import { MobileApp } from '../mobile-app.entity.js';
import { beta, computed, required, requiredInBeta } from './facets.js';
import { licensed } from './licensed.js';
import { minimumOperatingSystem } from './minimum-operating-system.js';
import { MobileLobApp } from './uploaded.js';

const androidMinimumOperatingSystem = minimumOperatingSystem(
  'android',
  'v4_0 v4_0_3 v4_1 v4_2 v4_3 v4_4 v5_0 v5_1 v6_0 v7_0 v7_1 v8_0 v8_1 v9_0 v10_0 v11_0',
  'v12_0 v13_0 v14_0 v15_0',
);

const androidTargetedPlatforms = enumType(
  'androidTargetedPlatforms',
  { androidDeviceAdministrator: 1, androidOpenSourceProject: 2, unknownFutureValue: 4 },
  { initial: 'androidDeviceAdministrator' },
);

const androidManagedStoreAppTrack = complexType(
  'androidManagedStoreAppTrack',
  [property('trackId', 'Edm.String'), property('trackAlias', 'Edm.String')],
  beta,
);

/** @param identity facets of what says which package the app is: who makes it says that once, by default */
export function packaged(Base: EntityClass, identity: Facets = { immutable: true }) {
  abstract class Packaged extends Base {
    @Property('Edm.String', identity) packageId!: string | null;
  }
  return Packaged;
}

/** @param listing facets of what says where the app is and what it needs */
export function androidStore(Base: EntityClass, listing: Facets = {}) {
  abstract class AndroidStore extends Base {
    @Property('Edm.String', listing) appStoreUrl!: string | null;
    @Property(androidMinimumOperatingSystem, listing) minimumSupportedOperatingSystem!: object | null;
  }
  return AndroidStore;
}

/** The identity is in beta's documents, and no longer in its metadata. */
export function androidPackage(Base: EntityClass) {
  abstract class AndroidPackage extends Base {
    @Property('Edm.String') packageId!: string | null;
    @Property('Edm.String', beta) identityName!: string | null;
    @Property(androidMinimumOperatingSystem) minimumSupportedOperatingSystem!: object | null;
    @Property('Edm.String') versionName!: string | null;
    @Property('Edm.String') versionCode!: string | null;
    @Property('Edm.String', beta) identityVersion!: string | null;
    @Property(androidTargetedPlatforms, requiredInBeta) targetedPlatforms!: string;
  }
  return AndroidPackage;
}

@EntityType('androidStoreApp')
export class AndroidStoreApp extends androidStore(packaged(MobileApp)) {
  // In beta's documents, no longer in its metadata.
  @Property('Edm.String', { ...beta, after: 'packageId' }) appIdentifier!: string | null;
}

@EntityType('androidLobApp')
export class AndroidLobApp extends androidPackage(MobileLobApp) {}

@EntityType('androidForWorkApp', beta)
export class AndroidForWorkApp extends licensed(packaged(MobileApp)) {
  @Property('Edm.String', { immutable: true, after: 'packageId' }) appIdentifier!: string | null;
  @Property('Edm.String') appStoreUrl!: string | null;
}

@EntityType('androidManagedStoreApp', beta)
export class AndroidManagedStoreApp extends licensed(packaged(MobileApp), computed) {
  @Property('Edm.String', { after: 'packageId' }) appIdentifier!: string | null;
  @Property('Edm.String', { computed: 'initial' }) appStoreUrl!: string | null;
  @Property('Edm.Boolean', computed) isPrivate!: boolean;
  @Property('Edm.Boolean', required) isSystemApp!: boolean;
  @Property(collection(androidManagedStoreAppTrack), { computed: 'initial' }) appTracks!: object[];
  @Property('Edm.Boolean', computed) supportsOemConfig!: boolean;
}

@EntityType('androidManagedStoreWebApp')
export class AndroidManagedStoreWebApp extends AndroidManagedStoreApp {}
