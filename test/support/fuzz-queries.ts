import {
  type Arbitrary,
  array,
  boolean,
  constantFrom,
  integer,
  oneof,
  option,
  record,
  shuffledSubarray,
  string,
  subarray,
  tuple,
} from 'fast-check';
import { allProperties } from '../../src/odata/edm.js';
import { type EntitySet, templateOf } from '../../src/odata/entity-set.js';
import { edited, weighted } from './fuzz-texts.js';
import { appFields, conditions, type Fields, orders, statusFields } from './query-arbitraries.js';
import { orderText, print } from './query-model.js';

/** What the model-based tests know to ask of the set's type. */
const fieldsOf = ({ type }: EntitySet): Fields | undefined =>
  ({ mobileApp: appFields, mobileAppInstallStatus: statusFields() })[type.name];
const styles = record({ tight: boolean(), capitals: boolean() });
const printed = (fields: Fields, depth: number): Arbitrary<string> =>
  tuple(conditions(fields, depth), styles).map(([filter, style]) => print(filter, style));
const ordered = (fields: Fields): Arbitrary<string> =>
  tuple(orders(fields), styles).map(([terms, style]) => orderText(terms, style));

const names = constantFrom(
  ...(
    'id displayName deviceName errorCode installState userName failedDeviceCount largeIcon largeIcon/type app app/displayName ' +
    'deviceStatuses userStatuses microsoft.graph.win32LobApp/fileName @odata.type * nope $it app/* tenantId DISPLAYNAME'
  ).split(' '),
);
const selects = array(names, { minLength: 1, maxLength: 4 }).map((list) => list.join(','));
const counts = weighted<string>(
  [6, integer({ min: 0, max: 20 }).map(String)],
  [2, constantFrom('0', '1', '999', '100')],
  [1, constantFrom('1000', '-1', '1.5', 'x', '', '1e3', '99999999999', '0x10', ' 1')],
);
const flags = constantFrom('true', 'false', 'TRUE', '1', 'x');
const searches = constantFrom(
  'a',
  '"a b"',
  'a AND NOT b',
  'a OR (b c)',
  '(',
  '"',
  'NOT',
  "'",
  '%',
  '😀',
  'é',
);

const navigations = constantFrom(
  ...(
    'deviceStatuses userStatuses app * deviceStatuses/$ref userStatuses/$count microsoft.graph.win32LobApp/deviceStatuses ' +
    'microsoft.graph.iosStoreApp/userStatuses nope displayName app/deviceStatuses DEVICESTATUSES'
  ).split(' '),
);

/** Nested as deep as `depth`, which is deeper than what is served. */
function anyExpands(depth: number): Arbitrary<string> {
  const fields = statusFields();
  const nested = oneof(
    printed(fields, 0).map((filter) => `$filter=${filter}`),
    ordered(fields).map((order) => `$orderby=${order}`),
    selects.map((select) => `$select=${select}`),
    counts.map((count) => `$top=${count}`),
    counts.map((count) => `$skip=${count}`),
    flags.map((flag) => `$count=${flag}`),
    searches.map((search) => `$search=${search}`),
    constantFrom('$levels=2', '$levels=max', '$nope=1', 'top=1', '', '$compute=1 as x'),
    ...(depth > 0
      ? [anyExpands(depth - 1), anyExpands(depth - 1)].map((e) => e.map((x) => `$expand=${x}`))
      : []),
  );
  const options = array(nested, { minLength: 1, maxLength: 3 }).map((list) => `(${list.join(';')})`);
  const item = tuple(navigations, option(options, { nil: '', freq: 2 })).map((parts) => parts.join(''));
  return array(item, { minLength: 1, maxLength: 2 }).map((list) => list.join(','));
}

const expansions = anyExpands(2);
const formats = constantFrom('json', 'xml', 'application/json;odata.metadata=full', 'atom', 'text/plain', '');
const odd = constantFrom(
  '$apply=aggregate(x)',
  '$compute=1 as x',
  '$skiptoken=AAAA',
  '$skiptoken=',
  '$levels=2',
  '$nope=1',
  'custom=1',
  '@p=1',
  '$filter=@p&@p=id eq null',
  '$filter=@p&@p=@p',
  '$index=0',
  '$id=x',
  '$deltatoken=x',
  '&&=&=',
  '$',
  '%24',
);

const encoders: readonly ((value: string) => string)[] = [
  encodeURIComponent,
  (value) => encodeURIComponent(value).replaceAll('%20', '+'),
  (value) => encodeURIComponent(value).replaceAll(/%(?:2C|2F|3B|3D|24|40|3A|28|29|27)/g, decodeURIComponent),
];

const optionNames = constantFrom<(name: string) => string>(
  (name) => `$${name}`,
  (name) => `$${name}`,
  (name) => `$${name}`,
  (name) => name,
  (name) => `%24${name}`,
  (name) => `$${name.toUpperCase()}`,
);

function pairs(fields: Fields): Arbitrary<string> {
  const values: Readonly<Record<string, Arbitrary<string>>> = {
    filter: weighted([5, printed(fields, 2)], [1, edited(printed(fields, 1))], [1, string()]),
    orderby: weighted([5, ordered(fields)], [1, edited(ordered(fields))]),
    select: selects,
    expand: weighted([5, expansions], [1, edited(expansions)]),
    search: searches,
    top: counts,
    skip: counts,
    count: flags,
    format: formats,
  };
  const given = Object.entries(values).map(([name, value]) =>
    tuple(value, optionNames, constantFrom(...encoders)).map(
      ([text, spell, encode]) => `${spell(name)}=${encode(text.toWellFormed())}`,
    ),
  );
  return oneof(...given, odd);
}

const ofApps = pairs(appFields);
const ofStatuses = pairs(statusFields());

const joined = (pairsOf: Arbitrary<readonly string[]>): Arbitrary<string> =>
  pairsOf.map((list) => (list.length === 0 ? '' : `?${list.join('&')}`));

/** Query options, `?` included; many of them are broken, or are not for this address. */
export function anyQueries(set: EntitySet): Arbitrary<string> {
  const whole = joined(array(fieldsOf(set) === appFields ? ofApps : ofStatuses, { maxLength: 3 }));
  return weighted([9, whole], [1, edited(whole)]);
}

const someFilters = constantFrom("startswith(id,'m')", "id ne 'x'", 'length(id) gt 3 or id eq null', 'true');
const goodFilters = (set: EntitySet, depth: number): Arbitrary<string> => {
  const fields = fieldsOf(set);
  return fields ? printed(fields, depth) : someFilters;
};
const goodOrders = (set: EntitySet): Arbitrary<string> => {
  const fields = fieldsOf(set);
  return fields ? ordered(fields).filter((text) => text !== '') : constantFrom('id', 'id desc');
};
const goodNames = (set: EntitySet): string[] => [
  'id',
  ...allProperties(set.type).flatMap(({ name, versions }) => (versions.includes('v1.0') ? [name] : [])),
];
const goodSelects = (set: EntitySet): Arbitrary<string> =>
  subarray(goodNames(set), { minLength: 1 }).map((list) => list.join(','));
const small = integer({ min: 0, max: 20 }).map(String);

type Options = Readonly<Record<string, Arbitrary<string>>>;

/** Up to three of the options, each at most once. */
const someOf = (options: Options): Arbitrary<(readonly [string, string])[]> =>
  shuffledSubarray(Object.entries(options)).chain((chosen) =>
    tuple(...chosen.slice(0, 3).map(([name, value]) => value.map((text) => [name, text] as const))),
  );

const optionsOf = (set: EntitySet, depth: number): Options => ({
  filter: goodFilters(set, depth),
  orderby: goodOrders(set),
  select: goodSelects(set),
  top: small,
  skip: small,
  count: constantFrom('true', 'false'),
  search: constantFrom('a', '"a b"', 'a AND NOT b', 'a OR (b c)', '😀'),
  ...goodExpands(set, depth),
});

/** No option where there is nothing to expand. */
function goodExpands(set: EntitySet, depth: number): Options {
  if (depth === 0) return {};
  const items = [
    ...set.contained.map(({ name, set: inner }) => expandItem(name, optionsOf(inner, depth - 1))),
    ...[...set.singles, ...set.references].map(({ name, set: inner }) =>
      expandItem(name, { select: goodSelects(inner), ...goodExpands(inner, depth - 1) }),
    ),
  ];
  if (items.length === 0) return {};
  return {
    expand: subarray(items, { minLength: 1 })
      .chain((chosen) => tuple(...chosen))
      .map((list) => list.join(',')),
  };
}

const expandItem = (name: string, options: Options): Arbitrary<string> =>
  someOf(options).map((chosen) =>
    chosen.length === 0 ? name : `${name}(${chosen.map(([key, text]) => `$${key}=${text}`).join(';')})`,
  );

const known = new Map<string, Arbitrary<string>>();

/** Query options that are right for a set, or for an entity of it; `?` included. */
export function goodQueries(set: EntitySet, isEntity: boolean): Arbitrary<string> {
  const name = `${templateOf(set)} ${isEntity}`;
  const made = known.get(name) ?? goodQueriesOf(set, isEntity);
  known.set(name, made);
  return made;
}

function goodQueriesOf(set: EntitySet, isEntity: boolean): Arbitrary<string> {
  const options = isEntity ? { select: goodSelects(set), ...goodExpands(set, 2) } : optionsOf(set, 2);
  const chosen = tuple(someOf(options), constantFrom(...encoders)).map(([list, encode]) =>
    list.map(([name, text]) => `$${name}=${encode(text)}`),
  );
  return joined(chosen);
}
