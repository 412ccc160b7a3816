import { type ApiVersion, graphVersions } from '../../src/odata/edm.js';
import { templateOf } from '../../src/odata/entity-set.js';
import { type Operation, operationTemplate, type Parameter } from '../../src/odata/operation.js';
import { isOdd, type Place, pathOf, pool } from './fuzz-pool.js';
import type { Ask } from './isolation-asks.js';
import { type Holding, keptPlace, markedBody, markedText, markedValue } from './isolation-holdings.js';
import { model } from './sets.js';

interface Bound {
  operation: Operation;
  version: ApiVersion;
  /** The entity that it is bound to, or one of the collection. */
  place: Place;
  isEntity: boolean;
}

/**
 * Every action and function that is bound to a set or to one of its entities, asked about what is held: with ids of its
 * rows, and with texts that these hold. What only tells something comes first, and once more when the rest is done.
 */
export function operationAsks(holdings: readonly Holding[]): Ask[] {
  const bound = model.operations.filter(({ kind }) => kind !== 'resource').flatMap(boundOf);
  const asks = holdings.flatMap((holding) => bound.map((each) => askOf(each, holding)));
  const functions = asks.filter(({ method }) => method === 'GET');
  return [
    ...functions,
    ...asks.filter(({ method }) => method !== 'GET'),
    ...bound.flatMap(emptying),
    ...functions,
  ];
}

/** Leaves one app without what its namesake has. */
function emptying({ operation, version, place, isEntity }: Bound): Ask[] {
  const lists = (operation.parameters ?? []).filter((parameter) => 'entitiesOf' in parameter);
  if (!isEntity || place.keys[0] !== plainIds[1] || lists.length === 0) return [];
  const body = Object.fromEntries(lists.map(({ name }) => [name, []]));
  return [{ method: 'POST', path: pathTo({ operation, version, place, isEntity }), body }];
}

const pathTo = ({ operation, version, place, isEntity }: Bound): string =>
  `/${version}${pathOf(place, isEntity)}/${operation.segments.at(-1)?.name ?? ''}`;

/** Wherever it may be called: at a collection, and at each of its entities. */
function boundOf(operation: Operation): Bound[] {
  const path = operationTemplate(operation).split('/').slice(0, -1);
  const [atCollection] = pool.filter(({ set }) => templateOf(set) === path.join('/'));
  const container = path.slice(0, -1).join('/');
  const atEntity = [keptPlace, ...pool.toReversed()].filter(({ set }) => templateOf(set) === container);
  const versions = graphVersions.filter((version) => operation.versions.includes(version));
  return versions.flatMap((version) => [
    ...(atCollection ? [{ operation, version, place: atCollection, isEntity: false }] : []),
    ...atEntity.map((place) => ({ operation, version, place, isEntity: true })),
  ]);
}

function askOf(bound: Bound, holding: Holding): Ask {
  const { operation, version, place } = bound;
  const parameters = operation.parameters ?? [];
  const path = pathTo(bound);
  const given = parameters.map((parameter): [string, unknown] => [
    parameter.name,
    argumentOf(parameter, version, place, holding),
  ]);
  if (operation.kind === 'action') return { method: 'POST', path, body: Object.fromEntries(given) };
  const literals = given.map(([name, value]) => `${name}=${literalOf(value)}`);
  return { method: 'GET', path: `${path}(${literals.join(',')})` };
}

const literalOf = (value: unknown): string =>
  typeof value === 'string' ? encodeURIComponent(`'${value.replaceAll("'", "''")}'`) : String(value);

function argumentOf(parameter: Parameter, version: ApiVersion, place: Place, { mark }: Holding): unknown {
  if ('entitiesOf' in parameter) return entitiesFor(place, parameter.entitiesOf, version);
  return known[parameter.name]?.(mark) ?? markedValue(parameter.type, parameter.name, version);
}

/** Such as the entity holds, or of the kept one the first. */
function entitiesFor(place: Place, name: string, version: ApiVersion): unknown[] {
  const { set, keys } = place;
  const within = pool
    .filter((inner) => set.contained.some((to) => to.name === name && to.set === inner.set))
    .filter((inner) => keys[0]?.endsWith(inner.keys[0] ?? ''));
  return within
    .filter((inner) => isSendable(inner, place))
    .map((inner) => markedBody(inner, 'made', version));
}

/**
 * The kept app is to need even what others don't have. Of the rest, the last one is to need that before it, which is a circle
 * for who has all that the owner has, and for nobody else.
 */
function isSendable({ relation }: Place, place: Place): boolean {
  if (!relation) return true;
  if (place === keptPlace) return !relation.isMirrored;
  if (place.keys[0] === plainIds.at(-1)) return relation.isMirrored && relation.target !== plainIds[0];
  return !relation.isMirrored && plainIds.includes(relation.target);
}

const plainIds = pool.flatMap((place) =>
  place.set === keptPlace.set && !isOdd(place) ? place.keys.slice(0, 1) : [],
);

const ids = pool.flatMap(({ keys, set }) => (keys.length === 1 && !set.isSingle ? keys : []));

/** A status of an app that is needed by another one than the first, too. */
const needed = pool.find(({ relation }) => relation?.isMirrored && relation.target !== plainIds[0])?.keys[0];
const status = pool.find(
  ({ set, keys }) => set.type.name === 'mobileAppInstallStatus' && keys.length === 2 && keys[0] === needed,
) as Place;

/** Values that mean something, by the names of parameters; all others are any. */
const known: Readonly<Record<string, (mark: string) => unknown>> = {
  status: () => 'notApplicable',
  count: () => 100,
  payloadIds: () => ids,
  userPrincipalName: (mark) => markedText(status, mark, 'userPrincipalName'),
  deviceId: (mark) => markedText(status, mark, 'deviceId'),
};
