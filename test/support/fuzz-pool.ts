import type { ServedSet } from '../../src/graph/served-set.js';
import type { EntityType } from '../../src/odata/edm.js';
import { isPolymorphic, type Segment } from '../../src/odata/entity-set.js';
import { model } from './sets.js';

/** An entity by its set and its keys, the outermost first and its own last; a single has none of its own. */
export interface Place {
  set: ServedSet;
  keys: readonly string[];
}

/** What spellings of a key have to survive: quotes, separators, percent signs, letters of one to four bytes. */
const oddKey = "o'd d/%2e+&é漢😀)";

/** Whether one of the keys on the way to an entity, or its own, is such a key. */
export const isOdd = ({ keys }: Place): boolean => keys.some((key) => key.endsWith(oddKey));

/** Of many types one for each that they derive from directly: that with most properties of its own. */
function pooledTypes({ types }: ServedSet): EntityType[] {
  const poorestFirst = types.toSorted((a, b) => a.properties.length - b.properties.length);
  return [...new Map(poorestFirst.map((type) => [type.base, type])).values()];
}

function ownKeys(set: ServedSet, parent: readonly string[]): string[] {
  const names = set.ancestors.length === 0 ? pooledTypes(set).map(({ name }) => name) : ['1'];
  const prefix = [...parent.slice(-1), set.segments.at(-1)?.name].join('.').slice(0, 90);
  return [...names.map((name) => `${prefix}.${name}`), `${prefix}.${oddKey}`];
}

const rowKeys = (set: ServedSet, parent: readonly string[]): string[][] =>
  set.isSingle ? [[]] : ownKeys(set, parent).map((key) => [key]);

/** Below every entity of its parent, some of each set; parents come before what they contain. */
export const pool: readonly Place[] = placesOf(
  model.sets.toSorted((a, b) => a.ancestors.length - b.ancestors.length),
);

function placesOf(sets: readonly ServedSet[]): Place[] {
  const places: Place[] = [];
  for (const set of sets) {
    const parent = set.ancestors.at(-1)?.set;
    const parents = parent ? places.filter((place) => place.set === parent) : [{ keys: [] }];
    for (const { keys } of parents)
      places.push(...rowKeys(set, keys).map((own) => ({ set, keys: [...keys, ...own] })));
  }
  return places;
}

/** The type that an entity is of, since its key says so. */
export const typeOf = ({ set, keys }: Place): EntityType =>
  set.types.find(({ name }) => keys.at(-1)?.endsWith(name)) ?? (set.types[0] as EntityType);

/** A body that creates the entity, or that a single takes. */
export function poolBody(place: Place): Record<string, unknown> {
  const type = isPolymorphic(place.set) && { '@odata.type': `#microsoft.graph.${typeOf(place).name}` };
  return { ...(!place.set.isSingle && { id: place.keys.at(-1) }), ...type };
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
