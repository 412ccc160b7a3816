import { EntityType, Property } from '../../graph/declare.js';
import { collection } from '../../odata/edm.js';

/** The base of the configurations that apps receive on managed devices. */
@EntityType('managedDeviceMobileAppConfiguration', {
  abstract: true,
  table: 'managed_device_mobile_app_configurations',
  derived: true,
})
export abstract class ManagedDeviceMobileAppConfiguration {
  @Property(collection('Edm.String')) targetedMobileApps!: string[];
  @Property(collection('Edm.String'), { versions: ['beta'] }) roleScopeTagIds!: string[];
  @Property('Edm.DateTimeOffset', { nullable: false, computed: 'created' }) createdDateTime!: string;
  @Property('Edm.String') description!: string | null;
  @Property('Edm.DateTimeOffset', { nullable: false, computed: 'modified' }) lastModifiedDateTime!: string;
  @Property('Edm.String', { nullable: false, indexed: true }) displayName!: string;
  @Property('Edm.Int32', { nullable: false }) version!: number;
}
