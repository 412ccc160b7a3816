import { type Address, containedKeys } from '../odata/address.js';
import { graphError } from '../odata/errors.js';
import { containedSet, type Given, type OperationCall } from './operation-call.js';
import type { RowsAddress } from './row-presence.js';
import type { ServedSet } from './served-set.js';
import type { Store } from './store.js';
import { TenantRows } from './tenant-rows.js';

/**
 * Makes collections of the entity that an action is bound to hold the entities that its parameters were given, and no
 * others: for each parameter that takes such, in a transaction of its own.
 * @throws {GraphError} 404 for what the URL leads through, 409 for an id that comes twice
 */
export async function replaceContained(
  { address, caller, statements }: OperationCall,
  store: Store,
  { entities }: Given,
): Promise<void> {
  const { bound, operation } = address;
  if (!bound) throw graphError('internal');
  for (const parameter of operation.parameters ?? []) {
    if (!('entitiesOf' in parameter)) continue;
    const collection = collectionWithin(bound, parameter.entitiesOf);
    const rows = new TenantRows(statements ?? store, caller.tenantId, collection);
    await rows.replace(entities.get(parameter.name) ?? []);
  }
}

/** Where a collection of an entity is. Its keys don't say that the entity is of the type which the URL casts it to. */
function collectionWithin(bound: Address<ServedSet>, name: string): RowsAddress {
  const set = containedSet(bound, name);
  const isKnown = !bound.set.castTo && !bound.linked;
  const through = isKnown ? bound.through : [...bound.through, bound];
  return { set, keys: containedKeys(set, bound.keys, bound.keys['id'] ?? ''), through };
}
