import { EntitySetController } from '../../graph/entity-set.controller.js';
import { ServesEntitySet } from '../../graph/served-set.js';
import { graphError } from '../../odata/errors.js';
import { appPermissions } from '../app-permissions.js';
import { MobileAppCategory } from './mobile-app-category.entity.js';

@ServesEntitySet({
  path: 'deviceAppManagement/mobileAppCategories',
  type: MobileAppCategory,
  versions: ['v1.0', 'beta'],
  permissions: appPermissions,
  // microsoft-graph-docs#11317; nobody reported what beta does.
  patchedSilently: ['live/v1.0'],
  missing: () => graphError('notFound'),
})
export class MobileAppCategoriesController extends EntitySetController {}
