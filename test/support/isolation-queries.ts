import type { ServedSet } from '../../src/graph/served-set.js';
import { type ApiVersion, isVisible, namespace, type Property, type ValueType } from '../../src/odata/edm.js';
import { typeOf } from './fuzz-pool.js';
import {
  sampledCasts,
  isToOne,
  membersIn,
  type Navigation,
  navigationsOf,
  propertiesIn,
  type Spot,
} from './isolation-spots.js';

const option = (name: string, value: string): string => `${name}=${encodeURIComponent(value)}`;

/** Queries of a collection that find, count, order by or show texts with the mark, of its rows and of what they lead to. */
export function queriesAt({ path, set, place }: Spot, version: ApiVersion, mark: string): string[] {
  const id = place.keys.at(-1)?.replaceAll("'", "''") ?? '';
  const byKey = [`id eq '${id}'`, `id in ('${id}','x')`, `not (id eq '${id}')`];
  const filters = [...byKey, ...conditions(set, version, mark), ...behindNavigations(set, version, mark)];
  const searches = [mark, `"${mark}"`, `NOT ${mark}`, `${mark} OR none`];
  return [
    ...['$count=true', '$skip=1', '$top=1&$count=true', '$select=id'].map((text) => `${path}?${text}`),
    ...filters.map((text) => `${path}?$count=true&${option('$filter', text)}`),
    ...['$count', '$ref'].map((part) => `${path}/${part}?${option('$filter', filters.at(-1) ?? '')}`),
    ...ordersOf(set, version).flatMap((text) =>
      ['', ' desc'].map((way) => `${path}?$top=1&${option('$orderby', text + way)}`),
    ),
    ...searches.map((text) => `${path}?$count=true&${option('$search', text)}`),
    ...expands(set, [set, ...sampledCasts(set, version)], version, mark).map(
      (text) => `${path}?${option('$expand', text)}`,
    ),
  ];
}

/** An entity with what it leads to. */
export function expandsAt({ path, set, place }: Spot, version: ApiVersion, mark: string): string[] {
  const casts = sampledCasts(set, version).filter(({ types }) => types.includes(typeOf(place)));
  return expands(set, [set, ...casts], version, mark).map((text) => `${path}?${option('$expand', text)}`);
}

/** What casts a path of the set's rows to the other's type. */
const prefixOf = (set: ServedSet, cast: ServedSet): string =>
  cast === set ? '' : `${namespace}.${cast.type.name}/`;

/** Conditions that rows with the mark meet, one for each property that takes a text. */
function conditions(set: ServedSet, version: ApiVersion, mark: string, variable = ''): string[] {
  const own = new Set(propertiesIn(set, version));
  return [set, ...sampledCasts(set, version)].flatMap((cast) =>
    propertiesIn(cast, version)
      .filter((property) => cast === set || !own.has(property))
      .flatMap((property) => condition(property, variable + prefixOf(set, cast), mark, version)),
  );
}

function condition({ name, type }: Property, prefix: string, mark: string, version: ApiVersion): string[] {
  const path = prefix + name;
  switch (type.kind) {
    case 'primitive':
      return isText(type) ? [`contains(${path},'${mark}')`] : [];
    case 'enum':
      return [];
    case 'complex':
      return membersIn(type, version).flatMap((inner) => condition(inner, `${path}/`, mark, version));
    case 'collection': {
      const inner = type.of.kind === 'complex' ? membersIn(type.of, version) : [];
      const elements = inner.flatMap((property) => condition(property, 'e/', mark, version));
      if (isText(type.of)) elements.push(`contains(e,'${mark}')`);
      return elements.map((text) => `${path}/any(e:${text})`);
    }
  }
}

/** Conditions on what one navigation leads to, and on what another leads to from there. */
function behindNavigations(set: ServedSet, version: ApiVersion, mark: string): string[] {
  return navigationsOf(set, version).flatMap(({ name, set: to, kind }) => {
    const further = navigationsOf(to, version);
    if (isToOne({ kind }))
      return [
        ...conditionsBehind({ name, set: to }, '', version, mark),
        ...further.flatMap((next) =>
          isToOne(next)
            ? conditionsBehind(next, `${name}/`, version, mark)
            : quantified(next, `${name}/`, version, mark),
        ),
      ];
    const nested = further.flatMap((next) =>
      isToOne(next)
        ? conditionsBehind(next, 'x/', version, mark).slice(0, 1)
        : quantified(next, 'x/', version, mark, 'y').slice(0, 2),
    );
    return [
      ...quantified({ name, set: to, kind }, '', version, mark),
      ...nested.map((text) => `${name}/any(x:${text})`),
    ];
  });
}

/** Conditions on the one entity that a navigation leads to; singles hold counts alone. */
const conditionsBehind = (
  { name, set }: Pick<Navigation, 'name' | 'set'>,
  prefix: string,
  version: ApiVersion,
  mark: string,
): string[] => [
  ...conditions(set, version, mark, `${prefix}${name}/`),
  ...countNames(set, version).map((count) => `${prefix}${name}/${count} gt 0`),
];

function quantified(
  { name, set }: Navigation,
  prefix: string,
  version: ApiVersion,
  mark: string,
  variable = 'x',
): string[] {
  const path = prefix + name;
  const marked = conditions(set, version, mark, `${variable}/`);
  return [
    `${path}/any()`,
    ...marked.map((text) => `${path}/any(${variable}:${text})`),
    ...marked.slice(0, 1).map((text) => `${path}/all(${variable}:not ${text})`),
    ...[0, 1, 2].map((count) => `${path}/$count gt ${count}`),
  ];
}

function ordersOf(set: ServedSet, version: ApiVersion): string[] {
  const behind = navigationsOf(set, version).flatMap(({ name, set: to, kind }) =>
    isToOne({ kind })
      ? [...textNames(to, version), ...countNames(to, version)]
          .map((text) => `${name}/${text}`)
          .concat(countsOf(to, version, `${name}/`))
      : [`${name}/$count`],
  );
  return [...textNames(set, version), ...behind];
}

const countsOf = (set: ServedSet, version: ApiVersion, prefix: string): string[] =>
  navigationsOf(set, version).flatMap(({ name, kind }) =>
    isToOne({ kind }) ? [] : [`${prefix}${name}/$count`],
  );

export const textNames = (set: ServedSet, version: ApiVersion): string[] =>
  propertiesIn(set, version).flatMap(({ name, type }) => (isText(type) ? [name] : []));

/** The first count of a single. */
export const countNames = ({ isSingle, type }: ServedSet, version: ApiVersion): string[] => {
  const counts = type.properties.filter((property) => isVisible(property, version) && isCount(property.type));
  return isSingle ? counts.slice(0, 1).map(({ name }) => name) : [];
};

const isCount = (type: ValueType): boolean => type.kind === 'primitive' && type.name === 'Edm.Int32';

const isText = (type: ValueType): boolean => type.kind === 'primitive' && type.name === 'Edm.String';

/** By the navigations that a set and casts of it have: whatever the cast, options say the same of what they lead to. */
const expands = (set: ServedSet, casts: readonly ServedSet[], version: ApiVersion, mark: string): string[] =>
  casts.flatMap((cast) =>
    cast === set
      ? expandsOf(set, version, mark)
      : navigationsOf(cast, version).map(({ name }) => prefixOf(set, cast) + name),
  );

function expandsOf(set: ServedSet, version: ApiVersion, mark: string): string[] {
  return navigationsOf(set, version).flatMap(({ name, set: to, kind }) => {
    const further = navigationsOf(to, version).map((next) => `${name}($expand=${next.name})`);
    if (isToOne({ kind })) return [name, `${name}/$ref`, ...further];
    const [text = 'id'] = textNames(to, version);
    const [filter = "id ne ''"] = conditions(to, version, mark);
    return [
      name,
      `${name}/$ref`,
      `${name}/$count`,
      `${name}($count=true;$top=1;$orderby=${text} desc)`,
      `${name}($count=true;$filter=${filter})`,
      `${name}($count=true;$search=${mark})`,
      `${name}/$count($filter=${filter})`,
      ...further,
    ];
  });
}
