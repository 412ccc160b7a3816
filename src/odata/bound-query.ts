import type { Typed } from './binding/typed.js';
import type { ComplexType, EntityType, Property } from './edm.js';
import type { EntitySet, LinkedSet } from './entity-set.js';

/** What is asked for of rows: every name in it is known and every operand fits. */
export interface RowsQuery {
  /** What `$filter` and `$search` ask for together. */
  filter: Typed | undefined;
  orderBy: readonly OrderedBy[];
  selection: Selection;
  /** Rows on a page. */
  top: number;
  /** Whether there are to be no more than `top` in all, as inside `$expand`: at the root it is the page. */
  isTotal: boolean;
  skip: number;
  /** Whether all rows that the filter passes are to be counted. */
  count: boolean;
  /** The options that a nextLink repeats, as they were sent, and those that decide the order of rows. */
  repeated: string;
  ordering: string;
}

export interface OrderedBy {
  expression: Typed;
  descending: boolean;
}

/** What a list was asked for. */
export interface CollectionQuery extends RowsQuery {
  /** The page size of a `Prefer` header that was heeded: `$top` goes before it. */
  preferred: number | undefined;
  /** The opaque text of a nextLink, not yet verified. */
  skipToken: string | undefined;
}

/** What is sent of each entity. */
export interface Selection {
  /** Of its own; undefined for everything. */
  properties: readonly SelectedProperty[] | undefined;
  /** Names of the navigation properties that `$select` names; undefined for all. */
  navigations: ReadonlySet<string> | undefined;
  expansions: readonly Expansion[];
  /** What stands behind the path in a context URL, such as `(id,deviceStatuses())`; empty for everything. */
  text: string;
}

/** A property that is sent, or a part of it. */
export interface SelectedProperty<Type = EntityType> {
  property: Property;
  /** Only what is of this type has it, where a cast said so. */
  castTo: Type | undefined;
  /** What is sent of a complex value; undefined for everything. */
  inner: readonly SelectedMember[] | undefined;
}

/** A member of a complex value that is sent, or a part of it. */
export type SelectedMember = SelectedProperty<ComplexType>;

/** A navigation that is followed from each entity. */
export type Expansion = {
  name: string;
  /** Where it leads. */
  set: EntitySet;
  /** Only entities of this type have it, where a cast said so. */
  castTo: EntityType | undefined;
} & (
  | {
      kind: 'collection';
      of: 'entities' | 'references' | 'count';
      query: RowsQuery;
      /** Of entities that aren't contained. */
      link?: LinkedSet | undefined;
    }
  /** To the entity whose id is the key of that name in the address that it is followed from; to a contained one without. */
  | { kind: 'entity'; of: 'entities' | 'references'; key: string | undefined; selection: Selection }
);

/** Everything, and nothing expanded. */
export const wholeSelection: Selection = {
  properties: undefined,
  navigations: undefined,
  expansions: [],
  text: '',
};
