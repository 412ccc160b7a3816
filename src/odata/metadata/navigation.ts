import { type ApiVersion, isVisible } from '../edm.js';
import { type EntitySet, type LinkedSet, type Reference, templateOf } from '../entity-set.js';
import { distinct } from './shown-types.js';

/** A way from an entity to others (OData CSDL 4.01, section 8). Types by their unqualified names. */
export interface Navigation {
  /** The type that has it, and with it all that derive from that type. */
  owner: string;
  name: string;
  target: string;
  collection: boolean;
  contained: boolean;
}

/** A name at the root of the service; a singleton's type is its own name, as Graph has it. */
export interface Root {
  name: string;
  kind: 'EntitySet' | 'Singleton';
  type: string;
}

/**
 * The navigation properties that a version shows, by owner and name: the collections that the sets' paths go through,
 * the collections of what isn't contained, and the to-one navigations.
 * @throws {Error} for a set whose path has a collection that isn't served above it: a fault of the declarations
 */
export function navigationsOf(sets: readonly EntitySet[], version: ApiVersion): Navigation[] {
  const shown = sets.filter((set) => isVisible(set, version));
  const collections = shown.filter(({ segments }) => segments.length > 1);
  const navigations = [
    ...collections.map((set) => containedIn(set, shown)),
    ...shown.flatMap((set) =>
      set.linked.filter((link) => isVisible(link.set, version)).map((link) => linkedCollection(set, link)),
    ),
    ...shown.flatMap((set) => set.references.map((reference) => toOne(set, reference))),
  ];
  return distinct(navigations, ({ owner, name }) => `${owner}/${name}`);
}

function containedIn(set: EntitySet, shown: readonly EntitySet[]): Navigation {
  const [name, target] = [lastName(set), set.type.name];
  return { owner: ownerOf(set, shown), name, target, collection: !set.isSingle, contained: true };
}

/** The type whose entities hold the collection: of the set that the path goes through last, or of the singleton. */
function ownerOf(set: EntitySet, shown: readonly EntitySet[]): string {
  const above = set.segments.slice(0, -1);
  const [first] = above;
  if (above.length === 1 && first?.kind === 'name') return first.name;
  const template = templateOf({ ...set, segments: above.slice(0, -1) });
  const parent = shown.find((candidate) => templateOf(candidate) === template);
  if (above.at(-1)?.kind !== 'key' || !parent) throw new Error(`${templateOf(set)} has no set above it`);
  return parent.type.name;
}

const linkedCollection = ({ type }: EntitySet, { name, set }: LinkedSet): Navigation => ({
  owner: type.name,
  name,
  target: set.type.name,
  collection: true,
  contained: false,
});

const toOne = ({ type }: EntitySet, { name, set }: Reference): Navigation => ({
  owner: type.name,
  name,
  target: set.type.name,
  collection: false,
  contained: false,
});

const lastName = (set: EntitySet): string => set.segments.at(-1)?.name ?? '';

/** What stands at the root in a version, by name: the singletons and entity sets that the paths start with. */
export function rootsOf(sets: readonly EntitySet[], version: ApiVersion): Root[] {
  const roots = sets.filter((set) => isVisible(set, version)).map(rootOf);
  return distinct(roots, ({ name }) => name);
}

function rootOf({ segments, type }: EntitySet): Root {
  const name = segments[0]?.name ?? '';
  const isSingleton = segments[1]?.kind === 'name';
  return isSingleton ? { name, kind: 'Singleton', type: name } : { name, kind: 'EntitySet', type: type.name };
}
