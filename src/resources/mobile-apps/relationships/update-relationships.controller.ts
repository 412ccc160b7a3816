import { Inject, Post } from '@nestjs/common';
import { type Answer, emptyAnswer } from '../../../graph/answer.js';
import { type Given, GivenParameters, Invoked, type OperationCall } from '../../../graph/operation-call.js';
import { replaceContained } from '../../../graph/replace-contained.js';
import { action, ServesOperations } from '../../../graph/served-operations.js';
import { Store } from '../../../graph/store.js';
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
    await replaceContained(call, this.store, given);
    return emptyAnswer;
  }
}
