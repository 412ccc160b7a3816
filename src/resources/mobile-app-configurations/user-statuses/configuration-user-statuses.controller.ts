import { EntitySetController } from '../../../graph/entity-set.controller.js';
import { ServesEntitySet } from '../../../graph/served-set.js';
import { graphError } from '../../../odata/errors.js';
import { appPermissions } from '../../app-permissions.js';
import { ManagedDeviceMobileAppConfigurationUserStatus } from './managed-device-mobile-app-configuration-user-status.entity.js';

@ServesEntitySet({
  path: 'deviceAppManagement/mobileAppConfigurations/{managedDeviceMobileAppConfigurationId}/userStatuses',
  type: ManagedDeviceMobileAppConfigurationUserStatus,
  versions: ['v1.0', 'beta'],
  permissions: appPermissions,
  missing: () => graphError('notFound'),
})
export class ConfigurationUserStatusesController extends EntitySetController {}
