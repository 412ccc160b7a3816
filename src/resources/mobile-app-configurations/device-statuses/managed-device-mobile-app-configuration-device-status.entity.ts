import { EntityType, Property } from '../../../graph/declare.js';
import { enumType } from '../../../odata/edm.js';

const complianceStatus = enumType('complianceStatus', {
  unknown: 0,
  notApplicable: 1,
  compliant: 2,
  remediated: 3,
  nonCompliant: 4,
  error: 5,
  conflict: 6,
  notAssigned: 7,
});

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
