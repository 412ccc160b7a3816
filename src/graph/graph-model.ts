import { Injectable } from '@nestjs/common';
import { type ApiVersion, apiVersions } from '../odata/edm.js';
import type { Operation } from '../odata/operation.js';
import { type ResourceTree, resourceTree } from '../odata/resource-tree.js';
import type { EntityClass } from './declare.js';
import { servedOperationsOf } from './served-operations.js';
import { type ServedSet, servedSetsOf } from './served-set.js';

/** Everything that is served, made once at start from the resource modules. */
@Injectable()
export class GraphModel {
  readonly sets: readonly ServedSet[];
  readonly operations: readonly Operation[];
  /** The classes of what operations keep, each with a table of its own. */
  readonly operationEntities: readonly EntityClass[];
  readonly trees: Readonly<Record<ApiVersion, ResourceTree<ServedSet>>>;

  constructor(resources: readonly object[]) {
    const served = servedOperationsOf(resources);
    this.sets = servedSetsOf(resources);
    this.operations = served.flatMap(({ operations }) => operations);
    this.operationEntities = served.flatMap(({ entities }) => entities ?? []);
    const trees = apiVersions.map((version) => [version, resourceTree(this.sets, version, this.operations)]);
    this.trees = Object.fromEntries(trees) as Record<ApiVersion, ResourceTree<ServedSet>>;
  }
}
