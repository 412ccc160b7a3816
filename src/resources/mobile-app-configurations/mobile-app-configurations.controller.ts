import { EntitySetController } from '../../graph/entity-set.controller.js';
import { ServesEntitySet } from '../../graph/served-set.js';
import { graphError } from '../../odata/errors.js';
import { appPermissions } from '../app-permissions.js';
import { AndroidForWorkMobileAppConfiguration } from './android-for-work-mobile-app-configuration.entity.js';
import { AndroidManagedStoreAppConfiguration } from './android-managed-store-app-configuration.entity.js';
import { IosMobileAppConfiguration } from './ios-mobile-app-configuration.entity.js';
import { ManagedDeviceMobileAppConfiguration } from './managed-device-mobile-app-configuration.entity.js';

@ServesEntitySet({
  path: 'deviceAppManagement/mobileAppConfigurations',
  type: ManagedDeviceMobileAppConfiguration,
  derived: [
    IosMobileAppConfiguration,
    AndroidManagedStoreAppConfiguration,
    AndroidForWorkMobileAppConfiguration,
  ],
  versions: ['v1.0', 'beta'],
  permissions: appPermissions,
  missing: () => graphError('notFound'),
})
export class MobileAppConfigurationsController extends EntitySetController {}
