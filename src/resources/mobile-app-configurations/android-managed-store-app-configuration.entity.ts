import { EntityType, Property } from '../../graph/declare.js';
import { AndroidMobileAppConfiguration } from './android-mobile-app-configuration.js';

@EntityType('androidManagedStoreAppConfiguration', { versions: ['beta'] })
export class AndroidManagedStoreAppConfiguration extends AndroidMobileAppConfiguration {
  @Property('Edm.Boolean', { nullable: false, computed: 'initial', after: 'permissionActions' })
  appSupportsOemConfig!: boolean;
}
