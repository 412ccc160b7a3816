import { Inject, Post } from '@nestjs/common';
import { type Answer, emptyAnswer } from '../../../graph/answer.js';
import { type Given, GivenParameters, Invoked, type OperationCall } from '../../../graph/operation-call.js';
import { replaceContained } from '../../../graph/replace-contained.js';
import { action, ServesOperations } from '../../../graph/served-operations.js';
import { Store } from '../../../graph/store.js';
import { appPermissions } from '../../app-permissions.js';

/** Replaces all assignments of an app. */
@ServesOperations({
  path: 'deviceAppManagement/mobileApps/{mobileAppId}',
  permissions: appPermissions,
  operations: [
    action('assign', {
      versions: ['v1.0', 'beta'],
      parameters: [{ name: 'mobileAppAssignments', entitiesOf: 'assignments' }],
    }),
  ],
})
export class AssignController {
  @Inject(Store) private readonly store!: Store;

  @Post('assign')
  async assign(@Invoked() call: OperationCall, @GivenParameters() given: Given): Promise<Answer> {
    await replaceContained(call, this.store, given);
    return emptyAnswer;
  }
}
