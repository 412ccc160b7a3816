import { Injectable } from '@nestjs/common';
import { type ApiVersion, apiVersions } from '../odata/edm.js';
import { type ResourceTree, resourceTree } from '../odata/resource-tree.js';
import { type ServedSet, servedSetsOf } from './served-set.js';

/** Everything that is served, made once at start from the resource modules. */
@Injectable()
export class GraphModel {
  readonly sets: readonly ServedSet[];
  readonly trees: Readonly<Record<ApiVersion, ResourceTree<ServedSet>>>;

  constructor(resources: readonly object[]) {
    this.sets = servedSetsOf(resources);
    const trees = apiVersions.map((version) => [version, resourceTree(this.sets, version)]);
    this.trees = Object.fromEntries(trees) as Record<ApiVersion, ResourceTree<ServedSet>>;
  }
}
