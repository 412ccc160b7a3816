import { EntitySetController } from '../../graph/entity-set.controller.js';
import { ServesEntitySet } from '../../graph/served-set.js';
import { graphError } from '../../odata/errors.js';
import { appPermissions } from '../app-permissions.js';
import { MobileApp } from './mobile-app.entity.js';
import { appRelationshipsFollow } from './relationships/relationship-follows.js';
import { appTypes } from './types/app-types.js';

@ServesEntitySet({
  path: 'deviceAppManagement/mobileApps',
  type: MobileApp,
  derived: appTypes,
  versions: ['v1.0', 'beta'],
  permissions: appPermissions,
  missing: (id) => graphError('appNotFound', id),
  follows: appRelationshipsFollow,
})
export class MobileAppsController extends EntitySetController {}
