import type { ServedSet } from '../../src/graph/served-set.js';
import { withDerived } from '../../src/odata/complex-types.js';
import {
  allProperties,
  type ApiVersion,
  type ComplexType,
  type EntityType,
  isVisible,
  namespace,
  type Property,
} from '../../src/odata/edm.js';
import { isOdd, type Place, pathOf, pool, typeOf } from './fuzz-pool.js';

/** A collection or an entity, by one of the ways that lead to it. */
export interface Spot {
  /** From the version on. */
  path: string;
  /** Cast, where the path casts it. */
  set: ServedSet;
  /** The entity; of a collection the one that the way goes on with. */
  place: Place;
  isEntity: boolean;
}

/** A navigation that a version has. */
export interface Navigation {
  name: string;
  set: ServedSet;
  kind: 'contained' | 'single' | 'linked' | 'reference';
}

export function navigationsOf(set: ServedSet, version: ApiVersion): Navigation[] {
  const { contained, singles: single, linked, references: reference } = set;
  const kinds = { contained, single, linked, reference };
  return Object.entries(kinds).flatMap(([kind, list]) =>
    list
      .filter((navigation) => isVisible(navigation.set, version))
      .map(({ name, set: to }) => ({ name, set: to as ServedSet, kind: kind as Navigation['kind'] })),
  );
}

/** Whether it leads to one entity. */
export const isToOne = ({ kind }: Pick<Navigation, 'kind'>): boolean =>
  kind === 'reference' || kind === 'single';

export const propertiesIn = (set: ServedSet, version: ApiVersion): Property[] =>
  allProperties(set.type).filter((property) => isVisible(property, version));

/** The type of marked values, of those that all versions have: one with as much of its own as there is. */
export const markedType = (type: ComplexType): ComplexType =>
  withDerived(type).findLast(({ versions }) => type.versions.every((one) => versions.includes(one))) ?? type;

/** The members of marked values, by the paths to them: through a cast where their type adds them. */
export function membersIn(type: ComplexType, version: ApiVersion): Property[] {
  const marked = markedType(type);
  return marked.properties
    .filter((property) => isVisible(property, version))
    .map((property) =>
      type.properties.includes(property)
        ? property
        : { ...property, name: `${namespace}.${marked.name}/${property.name}` },
    );
}

export const castsIn = (set: ServedSet, version: ApiVersion): ServedSet[] =>
  (set.casts as ServedSet[]).filter(({ type }) => isVisible(type, version));

/** What casts of a set may differ in, beside the properties that they add. */
const castKinds: ((type: EntityType) => boolean)[] = [
  ({ abstract }) => abstract,
  (type) => isPooled(type) && type.versions.includes('v1.0') && hasComplexCollection(type),
  (type) => isPooled(type) && !type.versions.includes('v1.0'),
];

const isPooled = (type: EntityType): boolean => pool.some((place) => typeOf(place) === type);

const hasComplexCollection = (type: EntityType): boolean =>
  type.properties.some(
    (property) => property.type.kind === 'collection' && property.type.of.kind === 'complex',
  );

/**
 * Of many casts one of each kind. The predicates of a statement are written by the same code whatever the URL casts to, the
 * type's name being one of its values: so each cast is read once (`castReads`), and these few meet all that can be asked.
 */
export function sampledCasts(set: ServedSet, version: ApiVersion): ServedSet[] {
  const casts = castsIn(set, version);
  if (casts.length <= castKinds.length) return casts;
  const sample = castKinds.flatMap((isKind) => casts.find(({ type }) => isKind(type)) ?? []);
  return [...new Set(sample)];
}

/**
 * Those below the first row of each parent: what is found there is found below the others. Of many types, the rows of those
 * that sampled casts leave; of relationships one of each type.
 */
const asked = pool.filter((place) => {
  const { set, keys, relation } = place;
  const parent = pool.find((other) => other.set === set.ancestors.at(-1)?.set);
  if (!parent) return isOdd(place) || isSampled(place);
  return startsWith(keys, parent.keys) && (!relation || isOdd(place) || isFirst(place));
});

function isFirst(place: Place): boolean {
  const { set, keys } = place;
  const isAlike = (other: Place): boolean =>
    other.set === set && other.keys[0] === keys[0] && typeOf(other) === typeOf(place);
  return pool.find(isAlike) === place;
}

function isSampled(place: Place): boolean {
  const casts = sampledCasts(place.set, 'beta');
  return (
    casts.length === castsIn(place.set, 'beta').length || casts.some(({ type }) => type === typeOf(place))
  );
}

/** The set's collections, one below each of its parents; singles are in none. */
export function collectionSpots(set: ServedSet, version: ApiVersion): Spot[] {
  if (set.isSingle) return [];
  const spots = asked
    .filter((place) => place.set === set)
    .map((place) => ({ path: `/${version}${pathOf(place, false)}`, set, place, isEntity: false }));
  return spots.filter(({ path }, index) => spots.findIndex((spot) => spot.path === path) === index);
}

export const entitySpots = (set: ServedSet, version: ApiVersion): Spot[] =>
  asked
    .filter((place) => place.set === set)
    .map((place) => ({ path: `/${version}${pathOf(place, true)}`, set, place, isEntity: true }));

function startsWith(keys: readonly string[], start: readonly string[]): boolean {
  return start.every((key, index) => keys[index] === key);
}

/** Where one step leads, and where two do, from what has nothing odd itself. */
export function spotsFrom(spots: readonly Spot[], version: ApiVersion): [near: Spot[], far: Spot[]] {
  const near = spots.filter(({ place }) => !isOdd(place)).flatMap((spot) => spotsBehind(spot, version));
  return [near, near.flatMap((spot) => spotsBehind(spot, version))];
}

/**
 * What contains rows, by the navigations from such as have odd keys: who has rows of the same keys has what contains them, and
 * not all of these rows.
 */
export const containersBehind = (spots: readonly Spot[], version: ApiVersion): Spot[] =>
  spots
    .filter(({ place, isEntity }) => isEntity && isOdd(place))
    .flatMap((spot) => navigationsOf(spot.set, version).map((to) => ({ spot, to })))
    .filter(({ to }) => to.kind === 'reference')
    .flatMap(({ spot, to }) => navigated(spot, to));

/** Where one more step leads: casts, the entity of a cast collection, and an entity's navigations. */
export function spotsBehind({ path, set, place, isEntity }: Spot, version: ApiVersion): Spot[] {
  const casts = sampledCasts(set, version)
    .filter(({ types }) => !isEntity || types.includes(typeOf(place)))
    .map((cast) => ({ path: `${path}/${namespace}.${cast.type.name}`, set: cast, place, isEntity }));
  if (!isEntity) return casts.flatMap((cast) => [cast, ...entityIn(cast)]);
  return [...casts, ...navigationsOf(set, version).flatMap((to) => navigated({ path, place }, to))];
}

function navigated({ path, place }: Pick<Spot, 'path' | 'place'>, { name, set, kind }: Navigation): Spot[] {
  const to = pool.find((other) => other.set === set && isNext[kind](place.keys, other.keys));
  if (!to) throw new Error(`nothing is there behind ${path}/${name}`);
  const spot = { path: `${path}/${name}`, set, place: to, isEntity: isToOne({ kind }) };
  return [spot, ...entityIn(spot)];
}

const isNext: Record<Navigation['kind'], (from: readonly string[], to: readonly string[]) => boolean> = {
  contained: (from, to) => to.length === from.length + 1 && startsWith(to, from),
  single: (from, to) => to.length === from.length && startsWith(to, from),
  linked: () => true,
  reference: (from, to) => startsWith(from, to),
};

/** The way on from a collection, where its type is right. */
const entityIn = ({ path, set, place, isEntity }: Spot): Spot[] =>
  isEntity || !set.types.includes(typeOf(place))
    ? []
    : [{ path: `${path}/${encodeURIComponent(place.keys.at(-1) ?? '')}`, set, place, isEntity: true }];
