import type { ServedSet } from '../../src/graph/served-set.js';
import type { ApiVersion } from '../../src/odata/edm.js';
import { type Place, pathOf, pool } from './fuzz-pool.js';
import type { Ask } from './isolation-asks.js';
import { changeOf, markedBody, newest } from './isolation-holdings.js';
import { textNames } from './isolation-queries.js';
import {
  collectionSpots,
  containersBehind,
  entitySpots,
  navigationsOf,
  type Spot,
  spotsFrom,
} from './isolation-spots.js';
import { publicUrl } from './isolation-worlds.js';

/**
 * Every way to write to the set's rows, to what is next to them and to links between them, in an order in which as much as
 * can be succeeds for who has such rows: what removes them comes late, and then they are made anew.
 */
export function writesOf(
  set: ServedSet,
  version: ApiVersion,
  conditions: readonly Record<string, string>[],
): Ask[] {
  const own = [...collectionSpots(set, version), ...entitySpots(set, version)];
  const [behind] = spotsFrom(own, version);
  const near = [...behind, ...containersBehind(own, version)];
  const rows = [...own, ...near.filter((spot) => spot.set.entity === set.entity)].map(({ path }) => path);
  const containers = near.filter((spot) => contains(spot.set, set)).map(({ path }) => path);
  const [first] = conditions;
  const all = [
    ...own.flatMap((spot) => conditions.flatMap((headers) => conditionalWrites(spot, version, headers))),
    ...near.flatMap((spot) => (first ? conditionalWrites(spot, version, first) : [])),
    ...[...own, ...near].flatMap((spot) => verbsAt(spot, version)),
    ...near.flatMap((spot) => (first ? linkWritesAt(spot, first) : [])),
    ...near.flatMap((spot) => linkWritesAt(spot)),
    ...linkedCreations(set, near, version),
    ...creationsOf(set, version),
  ];
  const stages: ((ask: Ask) => boolean)[] = [
    ({ method, path }) => method !== 'DELETE' && !(method === 'POST' && rows.includes(path)),
    ({ method, path }) => method === 'DELETE' && path.includes('/$ref'),
    ({ method, path }) => method === 'DELETE' && ![...rows, ...containers].includes(path),
    ({ method, path }) => method === 'DELETE' && !containers.includes(path),
    ({ method }) => method !== 'DELETE',
    () => true,
  ];
  const stageOf = (ask: Ask): number => stages.findIndex((isIn) => isIn(ask));
  return all.toSorted((a, b) => stageOf(a) - stageOf(b));
}

const contains = (container: ServedSet, { ancestors }: ServedSet): boolean =>
  ancestors.some(({ set }) => set.entity === container.entity);

/** The write that a collection takes, or those that an entity does. */
function conditionalWrites(
  { path, place, isEntity }: Spot,
  version: ApiVersion,
  headers: Ask['headers'],
): Ask[] {
  const asks: Ask[] = isEntity
    ? [
        { method: 'PATCH', path, body: {} },
        { method: 'PATCH', path, body: changeOf(place, version, 'changed') },
        { method: 'DELETE', path },
      ]
    : [{ method: 'POST', path, body: markedBody(place, 'made', version) }];
  return asks.map((ask) => ({ ...ask, ...(headers && { headers }) }));
}

/** Each verb at each part, with the body that it takes where it takes one. */
function verbsAt(spot: Spot, version: ApiVersion): Ask[] {
  const { path, set, place, isEntity } = spot;
  const [text] = textNames(set, version);
  const properties = isEntity && text !== undefined ? [`${path}/${text}`, `${path}/${text}/$value`] : [];
  const row = isEntity ? changeOf(place, version, 'changed') : markedBody(place, 'made', version);
  const parts = [path, `${path}/$ref`, ...properties];
  return parts.flatMap((part) => {
    const body = part === path ? row : { '@odata.id': urlOf(place) };
    return [
      ...['POST', 'PATCH', 'PUT'].map((method) => ({ method, path: part, body })),
      ...['DELETE', 'OPTIONS'].map((method) => ({ method, path: part })),
    ];
  });
}

const pathTo = (place: Place): string => `/${newest(place)}${pathOf(place, true)}`;
const urlOf = (place: Place): string => publicUrl + pathTo(place);

/** Links an entity of a collection, and removes the link to it by its name: where the collection is one of links. */
function linkWritesAt({ path, place, isEntity }: Spot, headers?: Ask['headers']): Ask[] {
  if (isEntity) return [];
  const link: Ask = { method: 'POST', path: `${path}/$ref`, body: { '@odata.id': urlOf(place) } };
  const names = [urlOf(place), pathTo(place)].map((name) => encodeURIComponent(name));
  const unlinks = names.map((name): Ask => ({ method: 'DELETE', path: `${path}/$ref?$id=${name}` }));
  return [link, ...unlinks].map((ask) => ({ ...ask, ...(headers && { headers }) }));
}

/** New rows of other sets, where the set's rows are to be linked to them. */
const linkedCreations = (set: ServedSet, near: readonly Spot[], version: ApiVersion): Ask[] =>
  near
    .filter((spot) => !spot.isEntity && set.linked.some((link) => link.set.entity === spot.set.entity))
    .map(({ path, place }, index) => ({
      method: 'POST',
      path,
      body: { ...markedBody(place, 'made', version), id: `linked.${index}` },
    }));

/** New rows with what they contain, under keys that others have, and bound to what others have. */
function creationsOf(set: ServedSet, version: ApiVersion): Ask[] {
  return collectionSpots(set, version).flatMap(({ path, place }) => {
    const additions = [...bindingsOf(set), within(place, version)];
    return additions.map((addition, index) => ({
      method: 'POST',
      path,
      body: { ...markedBody(place, 'made', version), id: `${index}.${place.keys.at(-1)}`, ...addition },
    }));
  });
}

const bindingsOf = (set: ServedSet): Record<string, unknown>[] =>
  set.linked.flatMap((link) =>
    pool
      .filter((place) => place.set === link.set)
      .flatMap((place) => [urlOf(place), pathTo(place), pathOf(place, true)])
      .map((url) => ({ [`${link.name}@odata.bind`]: [url] })),
  );

/** All that the row contains, and what that does. */
function within(place: Place, version: ApiVersion): Record<string, unknown> {
  const kinds = ['contained', 'single'];
  const contained = navigationsOf(place.set, version).filter(({ kind }) => kinds.includes(kind));
  return Object.fromEntries(
    contained.map(({ name, set }) => {
      const inner = pool
        .filter((other) => other.set === set && parentKeyOf(other) === place.keys.at(-1))
        .map((other) => ({ ...markedBody(other, 'made', version), ...within(other, version) }));
      return [name, set.isSingle ? inner[0] : inner];
    }),
  );
}

const parentKeyOf = ({ set, keys }: Place): string | undefined => keys.at(set.isSingle ? -1 : -2);
