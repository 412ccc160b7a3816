import { Inject, Post } from '@nestjs/common';
import { type Answer, emptyAnswer } from '../../../graph/answer.js';
import {
  containedSet,
  type Given,
  GivenParameters,
  Invoked,
  type OperationCall,
} from '../../../graph/operation-call.js';
import { action, ServesOperations } from '../../../graph/served-operations.js';
import { Store } from '../../../graph/store.js';
import { TenantRows } from '../../../graph/tenant-rows.js';
import { containedKeys } from '../../../odata/address.js';
import { appPermissions } from '../../app-permissions.js';

/** Replaces what an app itself needs and supersedes; what others have to do with it is theirs. */
@ServesOperations({
  path: 'deviceAppManagement/mobileApps/{mobileAppId}',
  operations: [
    action('updateRelationships', {
      versions: ['beta'],
      parameters: [{ name: 'relationships', entitiesOf: 'relationships' }],
    }),
  ],
  permissions: appPermissions,
})
export class UpdateRelationshipsController {
  @Inject(Store) private readonly store!: Store;

  @Post('updateRelationships')
  async update(@Invoked() call: OperationCall, @GivenParameters() given: Given): Promise<Answer> {
    const { address, caller, statements } = call;
    const set = containedSet(address.bound, 'relationships');
    const keys = containedKeys(set, address.bound?.keys ?? {}, address.bound?.keys['id'] ?? '');
    const place = { set, keys, through: address.bound?.through ?? [] };
    const rows = new TenantRows(statements ?? this.store, caller.tenantId, place);
    await rows.replace(given.entities.get('relationships') ?? []);
    return emptyAnswer;
  }
}
