import { linkClassesOf } from './graph/declare.js';
import type { GraphModel } from './graph/graph-model.js';
import { identityEntities } from './identity/entities.js';

/** The gateway's classes with tables of their own. */
export function entitiesOf(model: GraphModel): (abstract new () => object)[] {
  const links = model.sets.flatMap(({ table }) => linkClassesOf(table));
  const ofSets = new Set([...model.sets.map((set) => set.entity), ...links]);
  return [...identityEntities, ...ofSets, ...model.operationEntities];
}
