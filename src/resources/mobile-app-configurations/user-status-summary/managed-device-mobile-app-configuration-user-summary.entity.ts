import { EntityType } from '../../../graph/declare.js';
import { StatusSummary } from '../status-summary.js';

/** For how many users a configuration is how far. */
@EntityType('managedDeviceMobileAppConfigurationUserSummary', {
  table: 'managed_device_mobile_app_configuration_user_summaries',
  parents: [{ entity: 'ManagedDeviceMobileAppConfiguration', key: 'managedDeviceMobileAppConfigurationId' }],
})
export class ManagedDeviceMobileAppConfigurationUserSummary extends StatusSummary {}
