import { EntitySetController } from '../../../graph/entity-set.controller.js';
import { ServesEntitySet } from '../../../graph/served-set.js';
import { graphError } from '../../../odata/errors.js';
import { appPermissions } from '../../app-permissions.js';
import { ManagedDeviceMobileAppConfigurationAssignment } from './managed-device-mobile-app-configuration-assignment.entity.js';

@ServesEntitySet({
  path: 'deviceAppManagement/mobileAppConfigurations/{managedDeviceMobileAppConfigurationId}/assignments',
  type: ManagedDeviceMobileAppConfigurationAssignment,
  versions: ['v1.0', 'beta'],
  permissions: appPermissions,
  missing: () => graphError('notFound'),
})
export class ConfigurationAssignmentsController extends EntitySetController {}
