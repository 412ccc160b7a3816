import { EntitySetController } from '../../../graph/entity-set.controller.js';
import { ServesEntitySet } from '../../../graph/served-set.js';
import { graphError } from '../../../odata/errors.js';
import { appPermissions } from '../../app-permissions.js';
import { ManagedDeviceMobileAppConfigurationUserSummary } from './managed-device-mobile-app-configuration-user-summary.entity.js';

@ServesEntitySet({
  path: 'deviceAppManagement/mobileAppConfigurations/{managedDeviceMobileAppConfigurationId}/userStatusSummary',
  isSingle: true,
  type: ManagedDeviceMobileAppConfigurationUserSummary,
  versions: ['v1.0', 'beta'],
  permissions: appPermissions,
  missing: () => graphError('notFound'),
})
export class UserStatusSummaryController extends EntitySetController {}
