import type { ServedSet } from '../../src/graph/served-set.js';
import { type ApiVersion, namespace, type Property } from '../../src/odata/edm.js';
import { isOdd, pathOf, pool } from './fuzz-pool.js';
import type { Ask } from './isolation-asks.js';
import { expandsAt, queriesAt, textNames } from './isolation-queries.js';
import {
  castsIn,
  collectionSpots,
  containersBehind,
  entitySpots,
  membersIn,
  propertiesIn,
  type Spot,
  spotsFrom,
} from './isolation-spots.js';
import { servedSets } from './sets.js';

/** Every way to look at the set's rows, and from them at others, that is a success for who has rows with the mark. */
export function readsOf(set: ServedSet, version: ApiVersion, mark: string): Ask[] {
  const collections = collectionSpots(set, version);
  const entities = entitySpots(set, version);
  const [near, far] = spotsFrom([...collections, ...entities], version);
  const containers = containersBehind(entities, version);
  const parts = [...collections, ...entities, ...near, ...containers].flatMap(partsOf);
  const paths = [
    ...collections.flatMap((spot) => castReads(spot, version)),
    ...far.flatMap(partsOf),
    ...[...entities, ...near].flatMap((spot) => propertyPaths(spot, set, version)),
    ...collections.flatMap((spot) => queriesAt(spot, version, mark)),
    ...near.filter(({ isEntity }) => !isEntity).flatMap((spot) => briefly(spot, version, mark)),
    ...entities.filter(({ place }) => !isOdd(place)).flatMap((spot) => expandsAt(spot, version, mark)),
  ];
  return [...asks('GET', [...parts, ...paths]), ...asks('HEAD', parts)];
}

const asks = (method: string, paths: readonly string[]): Ask[] =>
  [...new Set(paths)].map((path) => ({ method, path }));

/** The paths of a spot and of what every collection or entity has. */
export const partsOf = ({ path, isEntity }: Spot): string[] =>
  isEntity ? [path, `${path}/$ref`] : [path, `${path}/$count`, `${path}/$ref`];

/** The collection cast to each type, and counted so. */
const castReads = ({ path, set }: Spot, version: ApiVersion): string[] =>
  castsIn(set, version).flatMap(({ type }) => {
    const cast = `${path}/${namespace}.${type.name}`;
    return [cast, `${cast}/$count`];
  });

/** Of one row of the set all properties, of a cast those that the cast adds, of others the key. */
function propertyPaths(
  { path, place, set, isEntity }: Spot,
  origin: ServedSet,
  version: ApiVersion,
): string[] {
  if (!isEntity) return [];
  const known = set === origin ? [] : propertiesIn(origin, version);
  const isShown = set.entity === origin.entity && !isOdd(place);
  const shown = isShown ? propertiesIn(set, version).filter((property) => !known.includes(property)) : [];
  return [
    `${path}/id`,
    `${path}/id/$value`,
    ...shown.flatMap((property) => behindProperty(path, property, version)),
  ];
}

function behindProperty(path: string, { name, type }: Property, version: ApiVersion): string[] {
  const own = `${path}/${name}`;
  if (type.kind === 'collection') return [own, `${own}/$count`];
  if (type.kind === 'complex')
    return [own, ...membersIn(type, version).flatMap((inner) => behindProperty(own, inner, version))];
  return [own, `${own}/$value`];
}

/** One query of each kind. */
function briefly(spot: Spot, version: ApiVersion, mark: string): string[] {
  const kindOf = (path: string): string => path.slice(spot.path.length).replace(/=.*/, '');
  return [...new Map(queriesAt(spot, version, mark).map((path) => [kindOf(path), path])).values()];
}

/** What a client may want of the state of rows that have one of these tags. */
export function conditionsOn(rowVersions: readonly number[]): Record<string, string>[] {
  const date = 'Sat, 01 Jan 2000 00:00:00 GMT';
  const values = [...rowVersions.map((version) => `W/"${version}"`), '*'];
  return [
    ...values.flatMap((value) => [{ 'If-Match': value }, { 'If-None-Match': value }]),
    { 'If-Modified-Since': date },
    { 'If-Unmodified-Since': date },
  ];
}

/** Reads of the set's rows that depend on their state. */
export const conditionalReads = (
  set: ServedSet,
  version: ApiVersion,
  conditions: readonly Record<string, string>[],
): Ask[] =>
  [...collectionSpots(set, version), ...entitySpots(set, version)]
    .flatMap(({ path, isEntity }) => (isEntity ? [path, `${path}/id`] : [path]))
    .flatMap((path) => conditions.map((headers) => ({ method: 'GET', path, headers })));

/** Lists of the set, and of what its rows are linked to: those of one kind together, as they may be mistaken for each other. */
export function listsOf(set: ServedSet, version: ApiVersion): string[][] {
  if (set.isSingle) return [];
  const places = pool.filter((place) => place.set === set);
  const [text = 'id'] = textNames(set, version);
  const collections = [...new Set(places.map((place) => `/${version}${pathOf(place, false)}`))];
  const linked = set.linked.map(({ name }) =>
    places.map((place) => `/${version}${pathOf(place, true)}/${name}`),
  );
  return [collections, ...linked].flatMap((paths) =>
    ['?$top=1', `?$top=1&$orderby=${text}`, '/$ref?$top=1'].map((rest) => paths.map((path) => path + rest)),
  );
}

/** Reads that show all that there is, each row by its list and by itself. */
export function canonicalReads(): Ask[] {
  const paths = servedSets.flatMap(([, version, set]) =>
    pool
      .filter((place) => place.set === set)
      .flatMap((place) => {
        const [list, row] = [false, true].map((isEntity) => `/${version}${pathOf(place, isEntity)}`);
        return [
          ...(set.isSingle ? [] : [`${list}?$count=true`]),
          `${row}`,
          ...set.linked.map(({ name }) => `${row}/${name}`),
        ];
      }),
  );
  const headers = { Accept: 'application/json;odata.metadata=full' };
  return asks('GET', paths).map((ask) => ({ ...ask, headers }));
}
