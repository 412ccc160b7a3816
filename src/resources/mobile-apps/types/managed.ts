import { EntityType, Property } from '../../../graph/declare.js';
import { enumType } from '../../../odata/edm.js';
import { MobileApp } from '../mobile-app.entity.js';
import { androidPackage, androidStore, packaged } from './android.js';
import { computed, required } from './facets.js';
import { iosPackage, iosStore } from './ios.js';
import { awaitsContent, uploaded } from './uploaded.js';

const managedAppAvailability = enumType('managedAppAvailability', { global: 0, lineOfBusiness: 1 });

/** The base of apps that app protection policies can manage. */
@EntityType('managedApp', { abstract: true })
export abstract class ManagedApp extends MobileApp {
  @Property(managedAppAvailability, computed) appAvailability!: string;
  @Property('Edm.String') version!: string | null;
}

@EntityType('managedMobileLobApp', {
  abstract: true,
  initial: { ...awaitsContent, appAvailability: 'lineOfBusiness' },
})
export abstract class ManagedMobileLobApp extends uploaded(ManagedApp) {}

@EntityType('managedAndroidStoreApp')
export class ManagedAndroidStoreApp extends androidStore(packaged(ManagedApp, {}), required) {}

@EntityType('managedAndroidLobApp')
export class ManagedAndroidLobApp extends androidPackage(ManagedMobileLobApp) {}

@EntityType('managedIOSStoreApp')
export class ManagedIOSStoreApp extends iosStore(ManagedApp, required) {}

@EntityType('managedIOSLobApp')
export class ManagedIOSLobApp extends iosPackage(ManagedMobileLobApp) {}
