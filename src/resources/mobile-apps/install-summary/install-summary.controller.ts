import { EntitySetController } from '../../../graph/entity-set.controller.js';
import { ServesEntitySet } from '../../../graph/served-set.js';
import { graphError } from '../../../odata/errors.js';
import { appPermissions } from '../../app-permissions.js';
import { MobileAppInstallSummary } from './mobile-app-install-summary.entity.js';

@ServesEntitySet({
  path: 'deviceAppManagement/mobileApps/{mobileAppId}/installSummary',
  isSingle: true,
  type: MobileAppInstallSummary,
  versions: ['beta'],
  until: 'today',
  permissions: appPermissions,
  missing: () => graphError('notFound'),
})
export class InstallSummaryController extends EntitySetController {}
