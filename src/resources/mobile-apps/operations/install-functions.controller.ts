import { Get, Inject } from '@nestjs/common';
import type { Answer } from '../../../graph/answer.js';
import { entitiesAnswer, valueAnswer } from '../../../graph/operation-answer.js';
import {
  boundSet,
  Formatted,
  type Given,
  GivenParameters,
  Invoked,
  type OperationCall,
} from '../../../graph/operation-call.js';
import { functionOf, ServesOperations } from '../../../graph/served-operations.js';
import { Store } from '../../../graph/store.js';
import { property } from '../../../odata/edm.js';
import { graphError } from '../../../odata/errors.js';
import type { Format } from '../../../odata/format.js';
import { limits } from '../../../odata/limits.js';
import { appPermissions } from '../../app-permissions.js';
import { resultantAppState } from '../device-statuses/mobile-app-install-status.entity.js';
import { appCount, topApps } from './install-statements.js';

const status = property('status', 'Edm.String', { nullable: false });
const count = property('count', 'Edm.Int32', { nullable: false });
const int64 = { kind: 'primitive', name: 'Edm.Int64' } as const;

/** What the statuses of all apps together tell. The documents don't say what `status` is: here it is an install state. */
@ServesOperations({
  path: 'deviceAppManagement/mobileApps',
  permissions: appPermissions,
  operations: [
    functionOf('getMobileAppCount', {
      versions: ['beta'],
      until: 'today',
      parameters: [status],
      returns: { kind: 'value', type: int64 },
    }),
    functionOf('getTopMobileApps', {
      versions: ['beta'],
      until: 'today',
      parameters: [status, count],
      returns: { kind: 'entities' },
    }),
  ],
})
export class InstallFunctionsController {
  @Inject(Store) private readonly store!: Store;

  @Get('getMobileAppCount')
  async count(
    @Invoked() call: OperationCall,
    @GivenParameters() { values }: Given,
    @Formatted() format: Format,
  ): Promise<Answer> {
    const { caller, statements = this.store } = call;
    const { rows } = await statements.run(appCount(boundSet(call), caller.tenantId, stateOf(values)));
    return valueAnswer(call, format, int64, Number(rows[0]?.[0]));
  }

  @Get('getTopMobileApps')
  async top(
    @Invoked() call: OperationCall,
    @GivenParameters() { values }: Given,
    @Formatted() format: Format,
  ): Promise<Answer> {
    const { caller, statements = this.store } = call;
    const set = boundSet(call);
    const { rows } = await statements.run(topApps(set, caller.tenantId, stateOf(values), wantedOf(values)));
    return entitiesAnswer(call, format, set, rows);
  }
}

/** The number of an install state, in any case; undefined for what is none: then no app has it. */
function stateOf(values: Given['values']): number | undefined {
  const given = String(values.get('status')).toLowerCase();
  return [...resultantAppState.members].find(([name]) => name.toLowerCase() === given)?.[1];
}

function wantedOf(values: Given['values']): number {
  const wanted = values.get('count') as number;
  if (wanted >= 0 && wanted <= limits.maxPageSize) return wanted;
  throw graphError('invalidParameter', 'count', `it is not between 0 and ${limits.maxPageSize}`);
}
