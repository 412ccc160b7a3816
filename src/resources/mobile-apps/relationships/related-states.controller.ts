import { Get, Inject } from '@nestjs/common';
import type { Answer } from '../../../graph/answer.js';
import { valueAnswer } from '../../../graph/operation-answer.js';
import {
  boundRows,
  Formatted,
  type Given,
  GivenParameters,
  Invoked,
  type OperationCall,
} from '../../../graph/operation-call.js';
import { functionOf, ServesOperations } from '../../../graph/served-operations.js';
import { Store } from '../../../graph/store.js';
import { collection, complexType, property } from '../../../odata/edm.js';
import type { Format } from '../../../odata/format.js';
import type { Row } from '../../../odata/serializer.js';
import type { Json } from '../../../odata/stored-value.js';
import { appPermissions } from '../../app-permissions.js';
import {
  resultantAppState,
  resultantAppStateDetail,
} from '../device-statuses/mobile-app-install-status.entity.js';
import { relatedStates } from './related-states.js';

const required = { nullable: false } as const;

const mobileAppRelationshipState = complexType('mobileAppRelationshipState', [
  property('sourceIds', collection('Edm.String')),
  property('targetId', 'Edm.String'),
  property('targetDisplayName', 'Edm.String'),
  property('deviceId', 'Edm.String'),
  property('installState', resultantAppState, required),
  property('installStateDetail', resultantAppStateDetail, required),
  property('errorCode', 'Edm.Int32', required),
  property('targetLastSyncDateTime', 'Edm.DateTimeOffset', required),
]);
const states = collection(mobileAppRelationshipState);

/** How the apps that one needs or supersedes stand on a device of a user, as the statuses say. */
@ServesOperations({
  path: 'deviceAppManagement/mobileApps/{mobileAppId}',
  permissions: appPermissions,
  operations: [
    functionOf('getRelatedAppStates', {
      versions: ['beta'],
      // Install states had other details before, and are gone from the live service.
      from: 'today',
      until: 'today',
      parameters: [
        property('userPrincipalName', 'Edm.String', required),
        property('deviceId', 'Edm.String', required),
      ],
      returns: { kind: 'value', type: states },
    }),
  ],
})
export class RelatedStatesController {
  @Inject(Store) private readonly store!: Store;

  @Get('getRelatedAppStates')
  async states(
    @Invoked() call: OperationCall,
    @GivenParameters() { values }: Given,
    @Formatted() format: Format,
  ): Promise<Answer> {
    const { caller, statements = this.store } = call;
    const app = await boundRows(call, this.store).one([]);
    const device = { user: String(values.get('userPrincipalName')), id: String(values.get('deviceId')) };
    const { rows } = await statements.run(relatedStates(caller.tenantId, String(app.row[0]), device));
    return valueAnswer(call, format, states, rows.map(stateOf));
  }
}

/** In the order of the statement's columns. */
function stateOf(row: Row): Json {
  const [sourceIds, targetId, targetDisplayName, deviceId, installState, installStateDetail, errorCode] = row;
  const [ticks, written] = row.slice(7);
  return {
    sourceIds,
    targetId,
    targetDisplayName,
    deviceId,
    installState,
    installStateDetail,
    errorCode,
    targetLastSyncDateTime: { ticks, written },
  } as Json;
}
