import type { ApiVersion, EntityType } from './edm.js';

export type Segment = { kind: 'name'; name: string } | { kind: 'key'; name: string };

/** One entity set or contained collection: where it is, and what it holds. */
export interface EntitySet {
  /** Segments of its URL below the version, such as `deviceAppManagement/mobileApps/{mobileAppId}/deviceStatuses`. */
  segments: readonly Segment[];
  /** The declared type; its rows may be of any of `types`. */
  type: EntityType;
  /** Concrete types of its rows. */
  types: readonly EntityType[];
  versions: readonly ApiVersion[];
  /** The collections that each of its entities contains, under the names of their last segments. */
  contained: readonly ContainedSet[];
}

export interface ContainedSet {
  name: string;
  set: EntitySet;
}

/** Segments of a template; `{name}` is a key. */
export function parseTemplate(template: string): Segment[] {
  return template.split('/').map((part) => {
    const key = /^\{(\w+)\}$/.exec(part)?.[1];
    return key === undefined ? { kind: 'name', name: part } : { kind: 'key', name: key };
  });
}

/** Names of the keys of a set's ancestors, outermost first. */
export function parentKeys(set: EntitySet): string[] {
  return set.segments.flatMap((segment) => (segment.kind === 'key' ? [segment.name] : []));
}

/** A set's place in the address of a log line or a permission table. */
export const templateOf = (set: EntitySet): string =>
  set.segments.map((segment) => (segment.kind === 'key' ? `{${segment.name}}` : segment.name)).join('/');

/** Whether rows of the set can be of different types. */
export const isPolymorphic = (set: EntitySet): boolean => set.types.length !== 1 || set.types[0] !== set.type;
