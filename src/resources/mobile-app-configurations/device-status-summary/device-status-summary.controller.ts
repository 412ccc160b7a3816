import { EntitySetController } from '../../../graph/entity-set.controller.js';
import { ServesEntitySet } from '../../../graph/served-set.js';
import { graphError } from '../../../odata/errors.js';
import { appPermissions } from '../../app-permissions.js';
import { ManagedDeviceMobileAppConfigurationDeviceSummary } from './managed-device-mobile-app-configuration-device-summary.entity.js';

@ServesEntitySet({
  path: 'deviceAppManagement/mobileAppConfigurations/{managedDeviceMobileAppConfigurationId}/deviceStatusSummary',
  isSingle: true,
  type: ManagedDeviceMobileAppConfigurationDeviceSummary,
  versions: ['v1.0', 'beta'],
  permissions: appPermissions,
  missing: () => graphError('notFound'),
})
export class DeviceStatusSummaryController extends EntitySetController {}
