import { action, ServesOperations } from '../../../graph/served-operations.js';
import { appPermissions } from '../../app-permissions.js';
import { AssignController } from '../../assign.controller.js';

@ServesOperations({
  path: 'deviceAppManagement/mobileAppConfigurations/{managedDeviceMobileAppConfigurationId}',
  permissions: appPermissions,
  operations: [
    action('assign', {
      versions: ['v1.0', 'beta'],
      parameters: [{ name: 'assignments', entitiesOf: 'assignments' }],
    }),
  ],
})
export class AssignConfigurationController extends AssignController {}
