import { EntitySetController } from '../../../graph/entity-set.controller.js';
import { ServesEntitySet } from '../../../graph/served-set.js';
import { graphError } from '../../../odata/errors.js';
import { appPermissions } from '../../app-permissions.js';
import { assignedFollows } from './assigned-follows.js';
import { MobileAppAssignment } from './mobile-app-assignment.entity.js';

@ServesEntitySet({
  path: 'deviceAppManagement/mobileApps/{mobileAppId}/assignments',
  type: MobileAppAssignment,
  versions: ['v1.0', 'beta'],
  permissions: appPermissions,
  missing: () => graphError('notFound'),
  follows: assignedFollows,
})
export class AssignmentsController extends EntitySetController {}
