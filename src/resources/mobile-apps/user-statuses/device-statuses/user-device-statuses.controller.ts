import { EntitySetController } from '../../../../graph/entity-set.controller.js';
import { ServesEntitySet } from '../../../../graph/served-set.js';
import { graphError } from '../../../../odata/errors.js';
import { appPermissions } from '../../../app-permissions.js';
import { MobileAppInstallStatus } from '../../device-statuses/mobile-app-install-status.entity.js';

/** The second way to a device's status: the same rows, those that name the user. */
@ServesEntitySet({
  path: 'deviceAppManagement/mobileApps/{mobileAppId}/userStatuses/{userAppInstallStatusId}/deviceStatuses',
  type: MobileAppInstallStatus,
  versions: ['beta'],
  until: 'today',
  permissions: appPermissions,
  missing: () => graphError('notFound'),
})
export class UserDeviceStatusesController extends EntitySetController {}
