import { EntityType, Property } from '../../../graph/declare.js';
import { StatusSummary } from '../status-summary.js';

/** On how many devices a configuration is how far. */
@EntityType('managedDeviceMobileAppConfigurationDeviceSummary', {
  table: 'managed_device_mobile_app_configuration_device_summaries',
  parents: [{ entity: 'ManagedDeviceMobileAppConfiguration', key: 'managedDeviceMobileAppConfigurationId' }],
})
export class ManagedDeviceMobileAppConfigurationDeviceSummary extends StatusSummary {
  @Property('Edm.Int32', { nullable: false, versions: ['beta'], after: 'notApplicableCount' })
  notApplicablePlatformCount!: number;
}
