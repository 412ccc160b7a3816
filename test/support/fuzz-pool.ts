import type { ServedSet } from '../../src/graph/served-set.js';
import type { EntityType } from '../../src/odata/edm.js';
import { isPolymorphic, type Segment } from '../../src/odata/entity-set.js';
import { type Relation, relationshipKey, relationsOf } from './fuzz-relationships.js';
import { model } from './sets.js';

/** An entity by its set and its keys, the outermost first and its own last; a single has none of its own. */
export interface Place {
  set: ServedSet;
  keys: readonly string[];
  /** Of a relationship, whose key says nothing of its type. */
  relation?: Relation;
}

/** What spellings of a key have to survive: quotes, separators, percent signs, letters of one to four bytes. */
const oddKey = "o'd d/%2e+&é漢😀)";

/** Whether one of the keys on the way to an entity, or its own, is such a key. */
export const isOdd = ({ keys }: Place): boolean => keys.some((key) => key.endsWith(oddKey));

/**
 * Of many types one for each abstract type that they derive from directly, and one for all of the others: that with most
 * properties of its own.
 */
function pooledTypes({ types }: ServedSet): EntityType[] {
  const poorestFirst = types.toSorted((a, b) => a.properties.length - b.properties.length);
  return [...new Map(poorestFirst.map((type) => [abstractBase(type), type])).values()];
}

const abstractBase = ({ base }: EntityType): EntityType | undefined => (base?.abstract ? base : undefined);

function ownKeys(set: ServedSet, parent: readonly string[]): string[] {
  const names = set.ancestors.length === 0 ? pooledTypes(set).map(({ name }) => name) : ['1'];
  const prefix = [...parent.slice(-1), set.segments.at(-1)?.name].join('.').slice(0, 90);
  return [...names.map((name) => `${prefix}.${name}`), `${prefix}.${oddKey}`];
}

/** The rows of a set below one row of what contains it. */
function placesBelow(set: ServedSet, parent: Place | undefined, all: readonly Place[]): Place[] {
  const keys = parent?.keys ?? [];
  if (set.isSingle) return [{ set, keys }];
  if (!isRelated(set)) return ownKeys(set, keys).map((own) => ({ set, keys: [...keys, own] }));
  const apps = all.filter((place) => place.set === parent?.set).map((place) => String(place.keys[0]));
  const [source = ''] = keys;
  return relationsOf(source, apps).map((relation) => related({ set, keys }, relation));
}

const isRelated = ({ type }: ServedSet): boolean => type.name === 'mobileAppRelationship';

const related = ({ set, keys: [source = ''] }: Place, relation: Relation): Place => ({
  set,
  keys: [source, relationshipKey(source, relation.target)],
  relation,
});

/** The same place among rows whose keys all begin so. */
export function prefixed({ set, keys, relation }: Place, prefix: string): Place {
  const place = { set, keys: keys.map((key) => prefix + key) };
  return relation ? related(place, { ...relation, target: prefix + relation.target }) : place;
}

/** Whether it comes with something else: a single with what contains it, the one side of a relationship with the other. */
export const isConsequent = ({ set, relation }: Place): boolean =>
  set.isSingle || relation?.isMirrored === true;

/** Below every entity of its parent, some of each set; parents come before what they contain. */
export const pool: readonly Place[] = placesOf(
  model.sets.toSorted((a, b) => a.ancestors.length - b.ancestors.length),
);

function placesOf(sets: readonly ServedSet[]): Place[] {
  const places: Place[] = [];
  for (const set of sets) {
    const parent = set.ancestors.at(-1)?.set;
    const parents = parent ? places.filter((place) => place.set === parent) : [undefined];
    for (const within of parents) places.push(...placesBelow(set, within, places));
  }
  return places;
}

/** The type that an entity is of, since its key says so, or the relationship. */
export function typeOf({ set, keys, relation }: Place): EntityType {
  const named = set.types.find(({ name }) => keys.at(-1)?.endsWith(name));
  return (relation ? set.types[relation.kind] : (named ?? set.types[0])) as EntityType;
}

/** A body that creates the entity, or that a single takes. */
export function poolBody(place: Place): Record<string, unknown> {
  const { set, keys, relation } = place;
  return {
    ...(!set.isSingle && { id: keys.at(-1) }),
    ...(isPolymorphic(set) && { '@odata.type': `#microsoft.graph.${typeOf(place).name}` }),
    ...(relation && { targetId: relation.target }),
  };
}

/** How the names and keys of a path are written. */
export interface Spelling {
  keys: 'slash' | 'quoted' | 'named' | 'bare';
  names: 'own' | 'lower' | 'upper';
}

export const plainly: Spelling = { keys: 'slash', names: 'own' };

/** The path below the version of an entity, or without its own key of the set that it is in. */
export function pathOf({ set, keys }: Place, isEntity: boolean, spelling: Spelling = plainly): string {
  const given = [...keys];
  const own: Segment[] = isEntity && !set.isSingle ? [{ kind: 'key', name: 'id' }] : [];
  return [...set.segments, ...own].reduce(
    (path, { kind, name }) =>
      kind === 'name'
        ? `${path}/${named(name, spelling)}`
        : path + keyText(given.shift() as string, spelling),
    '',
  );
}

const named = (name: string, { names }: Spelling): string =>
  names === 'own' ? name : names === 'lower' ? name.toLowerCase() : name.toUpperCase();

function keyText(key: string, { keys }: Spelling): string {
  const text = encodeURIComponent(key);
  const quoted = `'${encodeURIComponent(key.replaceAll("'", "''"))}'`;
  switch (keys) {
    case 'slash':
      return `/${text}`;
    case 'quoted':
      return `(${quoted})`;
    case 'named':
      return `(id=${quoted})`;
    case 'bare':
      return `(${text})`;
  }
}
