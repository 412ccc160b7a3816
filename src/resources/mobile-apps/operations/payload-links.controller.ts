import { Inject, Post } from '@nestjs/common';
import type { Answer } from '../../../graph/answer.js';
import { valueAnswer } from '../../../graph/operation-answer.js';
import {
  Formatted,
  type Given,
  GivenParameters,
  Invoked,
  type OperationCall,
} from '../../../graph/operation-call.js';
import { action, ServesOperations } from '../../../graph/served-operations.js';
import { Store } from '../../../graph/store.js';
import { collection, complexType, property } from '../../../odata/edm.js';
import type { Format } from '../../../odata/format.js';
import { appPermissionsToRead } from '../../app-permissions.js';
import { deviceAndAppManagementAssignmentSource as source } from '../assignments/mobile-app-assignment.entity.js';

const linkResults = collection(
  complexType('hasPayloadLinkResultItem', [
    property('payloadId', 'Edm.String'),
    property('hasLink', 'Edm.Boolean', { nullable: false }),
    property('error', 'Edm.String'),
    property('sources', collection(source)),
  ]),
);

/** Whether apps are assigned: an app is linked by its assignments alone, since nothing here has policy sets. */
@ServesOperations({
  path: 'deviceAppManagement/mobileApps',
  permissions: appPermissionsToRead,
  operations: [
    action('hasPayloadLinks', {
      versions: ['beta'],
      parameters: [property('payloadIds', collection('Edm.String'))],
      returns: { kind: 'value', type: linkResults },
    }),
  ],
})
export class PayloadLinksController {
  @Inject(Store) private readonly store!: Store;

  @Post('hasPayloadLinks')
  async links(
    @Invoked() call: OperationCall,
    @GivenParameters() { values }: Given,
    @Formatted() format: Format,
  ): Promise<Answer> {
    const ids = (values.get('payloadIds') ?? []) as readonly (string | null)[];
    const { caller, statements = this.store } = call;
    const { rows } = await statements.run({
      text: 'SELECT "id" FROM mobile_apps WHERE "tenantId" = $1 AND "id" = ANY($2::text[]) AND "isAssigned"',
      values: [caller.tenantId, ids],
    });
    const assigned = new Set(rows.map(([id]) => id));
    const items = ids.map((payloadId) => {
      const hasLink = assigned.has(payloadId);
      return { payloadId, hasLink, error: '', sources: hasLink ? [source.initial] : [] };
    });
    return valueAnswer(call, format, linkResults, items);
  }
}
