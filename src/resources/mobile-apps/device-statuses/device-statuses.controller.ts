import { EntitySetController } from '../../../graph/entity-set.controller.js';
import { ServesEntitySet } from '../../../graph/served-set.js';
import { graphError } from '../../../odata/errors.js';
import { appPermissions } from '../../app-permissions.js';
import { MobileAppInstallStatus } from './mobile-app-install-status.entity.js';

@ServesEntitySet({
  path: 'deviceAppManagement/mobileApps/{mobileAppId}/deviceStatuses',
  type: MobileAppInstallStatus,
  versions: ['beta'],
  until: 'today',
  permissions: appPermissions,
  missing: () => graphError('notFound'),
})
export class DeviceStatusesController extends EntitySetController {}
