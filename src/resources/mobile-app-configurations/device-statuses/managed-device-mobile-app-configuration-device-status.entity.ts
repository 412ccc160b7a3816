import { EntityType, Property } from '../../../graph/declare.js';
import { complianceStatus } from '../compliance-status.js';

/** How a device stands to a configuration. */
@EntityType('managedDeviceMobileAppConfigurationDeviceStatus', {
  table: 'managed_device_mobile_app_configuration_device_statuses',
  parents: [{ entity: 'ManagedDeviceMobileAppConfiguration', key: 'managedDeviceMobileAppConfigurationId' }],
})
export class ManagedDeviceMobileAppConfigurationDeviceStatus {
  @Property('Edm.String', { indexed: true }) deviceDisplayName!: string | null;
  @Property('Edm.String', { indexed: true }) userName!: string | null;
  @Property('Edm.String') deviceModel!: string | null;
  @Property('Edm.Int32', { nullable: false, versions: ['beta'] }) platform!: number;
  @Property('Edm.DateTimeOffset', { nullable: false }) complianceGracePeriodExpirationDateTime!: string;
  @Property(complianceStatus, { nullable: false }) status!: string;
  @Property('Edm.DateTimeOffset', { nullable: false }) lastReportedDateTime!: string;
  @Property('Edm.String', { indexed: true }) userPrincipalName!: string | null;
}
