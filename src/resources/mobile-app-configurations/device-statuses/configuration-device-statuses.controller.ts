import { EntitySetController } from '../../../graph/entity-set.controller.js';
import { ServesEntitySet } from '../../../graph/served-set.js';
import { graphError } from '../../../odata/errors.js';
import { appPermissions } from '../../app-permissions.js';
import { ManagedDeviceMobileAppConfigurationDeviceStatus } from './managed-device-mobile-app-configuration-device-status.entity.js';

@ServesEntitySet({
  path: 'deviceAppManagement/mobileAppConfigurations/{managedDeviceMobileAppConfigurationId}/deviceStatuses',
  type: ManagedDeviceMobileAppConfigurationDeviceStatus,
  versions: ['v1.0', 'beta'],
  permissions: appPermissions,
  missing: () => graphError('notFound'),
})
export class ConfigurationDeviceStatusesController extends EntitySetController {}
