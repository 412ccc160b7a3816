import { EntityType, Property } from '../../../graph/declare.js';
import { deviceAndAppManagementAssignmentTarget } from '../../assignment-targets.js';

/** Whom a configuration is meant for. */
@EntityType('managedDeviceMobileAppConfigurationAssignment', {
  table: 'managed_device_mobile_app_configuration_assignments',
  parents: [{ entity: 'ManagedDeviceMobileAppConfiguration', key: 'managedDeviceMobileAppConfigurationId' }],
})
export class ManagedDeviceMobileAppConfigurationAssignment {
  @Property(deviceAndAppManagementAssignmentTarget) target!: object | null;
}
