import { EntityType, Property } from '../../../graph/declare.js';
import { complianceStatus } from '../compliance-status.js';

/** How a user's devices stand to a configuration: what was written, never computed from the devices' own statuses. */
@EntityType('managedDeviceMobileAppConfigurationUserStatus', {
  table: 'managed_device_mobile_app_configuration_user_statuses',
  parents: [{ entity: 'ManagedDeviceMobileAppConfiguration', key: 'managedDeviceMobileAppConfigurationId' }],
})
export class ManagedDeviceMobileAppConfigurationUserStatus {
  @Property('Edm.String', { indexed: true }) userDisplayName!: string | null;
  @Property('Edm.Int32', { nullable: false }) devicesCount!: number;
  @Property(complianceStatus, { nullable: false }) status!: string;
  @Property('Edm.DateTimeOffset', { nullable: false }) lastReportedDateTime!: string;
  @Property('Edm.String', { indexed: true }) userPrincipalName!: string | null;
}
