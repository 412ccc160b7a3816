import { EntitySetController } from '../../../graph/entity-set.controller.js';
import { ServesEntitySet } from '../../../graph/served-set.js';
import { graphError } from '../../../odata/errors.js';
import { appPermissions } from '../../app-permissions.js';
import {
  MobileAppDependency,
  MobileAppRelationship,
  MobileAppSupersedence,
} from './mobile-app-relationship.entity.js';
import { relationshipsFollow } from './relationship-follows.js';

@ServesEntitySet({
  path: 'deviceAppManagement/mobileApps/{mobileAppId}/relationships',
  type: MobileAppRelationship,
  derived: [MobileAppDependency, MobileAppSupersedence],
  versions: ['beta'],
  permissions: appPermissions,
  missing: () => graphError('notFound'),
  follows: relationshipsFollow,
})
export class RelationshipsController extends EntitySetController {}
