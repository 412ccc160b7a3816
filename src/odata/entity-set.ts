import { type ApiVersion, apiVersions, type EntityType } from './edm.js';

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
  /** It has one row in each entity that contains it, which no key names: a contained navigation to one entity. */
  isSingle: boolean;
  /** The collections that each of its entities contains, under the names of their last segments. */
  contained: readonly ContainedSet[];
  /** The single entities that each of its entities contains, made along with it. */
  singles: readonly ContainedSet[];
  /** The navigations of each of its entities to several of another set, which it doesn't contain. */
  linked: readonly LinkedSet[];
  /** The navigations of each of its entities to one that contains it. */
  references: readonly Reference[];
  /** The type that a URL casts the set to: `type` is this one then, and `types` are those that derive from it. */
  castTo: EntityType | undefined;
  /** What each cast of the set leaves of it. */
  casts: readonly EntitySet[];
}

export interface ContainedSet {
  name: string;
  set: EntitySet;
}

/** A navigation to those entities of `set` that one is linked to. */
export interface LinkedSet {
  name: string;
  set: EntitySet;
}

/** A navigation to one entity: that of `set` whose id is the key named `key` in the address of the entity it leads from. */
export interface Reference {
  name: string;
  set: EntitySet;
  key: string;
}

/** A set by its URL and types, not yet linked to others. */
export function entitySet(
  template: string,
  type: EntityType,
  {
    types = [type],
    versions = apiVersions,
    isSingle = false,
  }: Partial<Pick<EntitySet, 'types' | 'versions' | 'isSingle'>> = {},
): EntitySet {
  const links = { contained: [], singles: [], linked: [], references: [], castTo: undefined, casts: [] };
  return { segments: parseTemplate(template), type, types, versions, isSingle, ...links };
}

/** The types that rows of the set can be cast to: those between its declared type and its concrete ones. */
export function castTypes(set: EntitySet): EntityType[] {
  const derived = set.types.flatMap(lineage).filter((type) => type !== set.type && isA(type, set.type));
  return [...new Set(derived)];
}

/** What can derive from another of its kind. */
interface Derivable<T> {
  base: T | undefined;
}

/** A type and all that it derives from, itself first. */
export const lineage = <T extends Derivable<T>>(type: T): T[] => [
  type,
  ...(type.base ? lineage(type.base) : []),
];

export const isA = <T extends Derivable<T>>(type: T, base: T): boolean => lineage(type).includes(base);

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
export const templateOf = (set: Pick<EntitySet, 'segments'>): string =>
  set.segments.map((segment) => (segment.kind === 'key' ? `{${segment.name}}` : segment.name)).join('/');

/** Whether rows of the set can be of different types. */
export const isPolymorphic = (set: EntitySet): boolean => set.types.length !== 1 || set.types[0] !== set.type;
