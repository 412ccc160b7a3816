import { Injectable } from '@nestjs/common';
import { type ApiVersion, apiVersions } from '../odata/edm.js';
import { type ResourceTree, resourceTree } from '../odata/resource-tree.js';
import { type Ancestor, ancestorsOf, type ServedSet, servedSetsOf } from './served-set.js';

/** Everything that is served, made once at start from the resource modules. */
@Injectable()
export class GraphModel {
  readonly sets: readonly ServedSet[];
  readonly trees: Readonly<Record<ApiVersion, ResourceTree<ServedSet>>>;
  private readonly ancestors: ReadonlyMap<ServedSet, readonly Ancestor[]>;

  constructor(resources: readonly object[]) {
    this.sets = servedSetsOf(resources);
    const trees = apiVersions.map((version) => [version, resourceTree(this.sets, version)]);
    this.trees = Object.fromEntries(trees) as Record<ApiVersion, ResourceTree<ServedSet>>;
    this.ancestors = new Map(this.sets.map((set) => [set, ancestorsOf(set, this.sets)]));
  }

  ancestorsOf(set: ServedSet): readonly Ancestor[] {
    return this.ancestors.get(set) ?? [];
  }
}
