import {
  type Arbitrary,
  array,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  option,
  record,
  tuple,
} from 'fast-check';
import { aDeviceStatus } from '../../src/resources/mobile-apps/device-statuses/device-status.builder.js';
import { aMobileApp } from '../../src/resources/mobile-apps/mobile-app.builder.js';
import { aUserStatus } from '../../src/resources/mobile-apps/user-statuses/user-status.builder.js';
import type { TestGateway } from './gateway.js';
import {
  type Arithmetic,
  type CastName,
  type Comparison,
  daysTo,
  decimal,
  type EnumName,
  enums,
  enumTypeNames,
  instant,
  type JsonRow,
  type Model,
  type ModelOrder,
  number,
  ordinal,
  type Place,
  type PropertyType,
  type Style,
  textValue,
  ticksInto,
} from './query-model.js';

/** Texts that hurt: case that changes lengths, LIKE's wildcards, quotes, ties, code points beyond 16 bits. */
export const hurtfulTexts: readonly string[] = [
  "| |a|A|b|B|Ab|aB|ab|z|_|%|\\|'|''|10|9|null|true",
  'Straße|STRASSE|strasse|ß|SS|ss|ẞ|ﬁn|FIN|fin|ΟΔΟΣ|οδος|οδοσ|ſ|µ|Μ',
  'caf\u00e9|cafe\u0301|CAF\u00c9|CAFE\u0301|İstanbul|istanbul|ISTANBUL|ıstanbul|ǆ|ǅ',
  "100%|100_|a%b|a_b|axb|it's|O''Neil|back\\slash|a\\%b|\"quoted\"|a/b|a+b|a&b=c",
  '😀|a😀b|\uffee|\ue000| padded |\ttab|a b|{"x":1}|$x|@y|#z|a,b|(a)',
].flatMap((line) => line.split('|'));

/** Texts whose folded form has the length of the text: places in both are the same. */
export const plainTexts: readonly string[] = [
  '',
  'a',
  'A',
  '10.0.1',
  '10.0.19045',
  '9.9',
  'v1_0',
  'V1%0',
  'a😀b',
  'BANANA',
  'nan',
];

export const hurtfulInstants: readonly string[] = [
  '0001-01-01T00:00:00Z',
  '0001-01-01T00:00:00.0000001Z',
  '9999-12-31T23:59:59.9999999Z',
  '2017-01-01T00:02:49.3205976-08:00',
  '2017-01-01T08:02:49.3205976Z',
  '2017-01-01T22:02:49.3205976+14:00',
  '2017-01-01T08:02:49.3205977Z',
  '2017-01-01T08:02:49.320597Z',
  '2017-01-01T08:02:49.3205970Z',
  '2017-01-01T08:02Z',
  '2017-01-01T08:02:00-00:00',
  '2016-12-31T23:59:59.9999999Z',
  '2017-01-01T00:00:00Z',
  '2017-01-01T05:45:00+05:45',
  '2016-02-29T23:59:59-00:30',
  '2024-02-29T00:15:00.5+00:30',
  '1969-12-31T23:59:59.9Z',
  '2000-03-01T00:00:00+01:00',
];

export const hurtfulIntegers: readonly number[] = [
  -2147483648, -2147483647, -1000, -10, -7, -3, -1, 0, 1, 2, 3, 7, 10, 99, 1000, 2147483646, 2147483647,
];

const dates = ['0001-01-01', '2016-12-31', '2017-01-01', '2016-02-29', '9999-12-31'];
const times = [
  '00:00:00',
  '08:02',
  '08:02:49.3205976',
  '00:02:49.3205976',
  '23:59:59.9999999',
  '22:02:49.32',
];

/** What names mean in a scope: of a row, and of the lambda variables around. */
export interface Fields {
  properties: readonly Extract<Model, { kind: 'property' }>[];
  /** Texts of `plainTexts` alone. */
  plain: readonly Place[];
  collections: readonly Collection[];
  types: readonly string[];
}

export interface Collection {
  over: Place;
  /** Fields of an element as the variable of that name; in `$count($filter=…)` under the name ''. */
  element: (variable: string) => Fields;
}

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const literal = (text: string, value: Extract<Model, { kind: 'literal' }>['value']): Model => ({
  kind: 'literal',
  text,
  value,
});
const nothing = constant(literal('null', null));
const textLiteral = (value: string): Model => literal(quoted(value), textValue(value));
const anyText = constantFrom(...hurtfulTexts).map(textLiteral);
const plainText = constantFrom(...plainTexts, 'n', 'AN', '0', '1.0').map(textLiteral);
const anyInteger = oneof(constantFrom(...hurtfulIntegers), integer({ min: -20, max: 20 })).map((value) =>
  literal(String(value), number(value)),
);
const wide = constantFrom('9223372036854775807', '-9223372036854775808', '2147483648').map((text) =>
  literal(text, number(BigInt(text))),
);
const anyDecimal = constantFrom('0.5', '-0.5', '2.5', '-7.25', '1.0', '99.99').map((text) =>
  literal(text, decimal(text)),
);
const divisor = constantFrom('1', '2', '3', '7', '-2', '-3', '10').map((text) =>
  literal(text, decimal(text)),
);
const exactDivisor = constantFrom('1', '2', '-2', '4', '10', '0.5', '-2.5', '0.25').map((text) =>
  literal(text, decimal(text)),
);
const anyInstantLiteral = constantFrom(...hurtfulInstants).map((text) => literal(text, instant(text)));
const anyInstant = oneof(
  anyInstantLiteral,
  constantFrom(...dates).map((text) => literal(text, instant(`${text}T00:00:00Z`))),
);
const anyDate = constantFrom(...dates).map((text) => literal(text, ordinal(daysTo(text))));
const anyTime = constantFrom(...times).map((text) => literal(text, ordinal(ticksInto(text))));
const anyDuration = constantFrom<[string, bigint]>(
  ['P1D', 864_000_000_000n],
  ['-PT0.0000001S', -1n],
  ['PT7H59M', 287_400_000_000n],
  ['P736000DT1M', 635_904_000_600_000_000n],
  ['PT0S', 0n],
).map(([text, ticks]) => literal(`duration'${text}'`, ordinal(ticks)));
const comparisons = constantFrom<Comparison>('eq', 'ne', 'gt', 'ge', 'lt', 'le');

/** A member by name, qualified name, number, or several. */
function member(type: EnumName): Arbitrary<Model> {
  const entries = Object.entries(enums[type]);
  const single = tuple(constantFrom(...entries), constantFrom('name', 'qualified', 'number', 'digits')).map(
    ([[name, value], form]) => literal(memberText(type, name, value, form), ordinal(value)),
  );
  if (type !== 'architecture') return single;
  const pair = constantFrom(['x86,x64', 3], ['x64, arm', 6], ['neutral,x86', 9]) as Arbitrary<
    [string, number]
  >;
  return oneof(
    single,
    pair.map(([names, value]) => literal(quoted(names), ordinal(value))),
  );
}

function memberText(type: EnumName, name: string, value: number, form: string): string {
  switch (form) {
    case 'qualified':
      return `microsoft.graph.${enumTypeNames[type]}'${name}'`;
    case 'number':
      return String(value);
    case 'digits':
      return `'${value}'`;
    default:
      return `'${name}'`;
  }
}

const calling = (name: string, ...operands: Model[]): Model => ({ kind: 'call', name, operands });

function ofType(fields: Fields, ...types: PropertyType[]): Arbitrary<Model>[] {
  const found = fields.properties.filter(({ type }) => types.includes(type));
  return found.length > 0 ? [constantFrom<Model>(...found)] : [];
}

/** One of several, the first the most often and what a failing case shrinks to. */
const some = <T>(first: Arbitrary<T>, ...rest: Arbitrary<T>[]): Arbitrary<T> =>
  oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: first },
    ...rest.map((arbitrary) => ({ weight: 1, arbitrary })),
  );

export function texts(fields: Fields, depth: number): Arbitrary<Model> {
  const leaf = some(oneof(...ofType(fields, 'text'), anyText), anyText);
  if (depth === 0) return leaf;
  const inner = oneof(texts(fields, depth - 1), nothing);
  const index = some(
    integer({ min: 0, max: 6 }).map((value) => literal(String(value), number(value))),
    nothing,
  );
  return some(
    leaf,
    tuple(constantFrom('tolower', 'toupper', 'trim'), inner).map(([name, value]) => calling(name, value)),
    tuple(inner, inner).map(([a, b]) => calling('concat', a, b)),
    casts(fields).texts,
    tuple(inner, index).map(([value, start]) => calling('substring', value, start)),
    tuple(inner, index, index).map(([value, start, size]) => calling('substring', value, start, size)),
  );
}

const arithmetic = (operator: Arithmetic, left: Model, right: Model): Model => ({
  kind: 'arithmetic',
  operator,
  left,
  right,
});

export function numbers(fields: Fields, depth: number): Arbitrary<Model> {
  const leaf = oneof(...ofType(fields, 'integer'), anyInteger);
  if (depth === 0) return some(leaf, anyDecimal);
  const inner = some(numbers(fields, depth - 1), nothing);
  const plain = fields.plain.map((place) => constant<Model>({ kind: 'property', type: 'text', ...place }));
  return some(
    leaf,
    anyDecimal,
    texts(fields, depth - 1).map((value) => calling('length', value)),
    tuple(oneof(...plain, plainText), plainText).map(([value, part]) => calling('indexof', value, part)),
    tuple(constantFrom<Arithmetic>('add', 'sub', 'mul'), inner, inner).map(([operator, a, b]) =>
      arithmetic(operator, a, b),
    ),
    tuple(constantFrom<Arithmetic>('div', 'mod'), leaf, divisor).map(([operator, a, b]) =>
      arithmetic(operator, a, b),
    ),
    tuple(constantFrom<Arithmetic>('div', 'divby', 'mod'), some(leaf, anyDecimal), exactDivisor).map(
      ([operator, a, b]) => arithmetic(operator, a, b),
    ),
    inner.map((operand) => ({ kind: 'negate', operand })),
    tuple(constantFrom('round', 'floor', 'ceiling'), some(numbers(fields, depth - 1))).map(([name, value]) =>
      calling(name, value),
    ),
    tuple(
      constantFrom(...'year month day hour minute second fractionalseconds totaloffsetminutes'.split(' ')),
      oneof(...instants(fields)),
    ).map(([name, value]) => calling(name, value)),
    casts(fields).numbers,
    durations(fields).map((value) => calling('totalseconds', value)),
    ...fields.collections.map((collection) => sizes(collection, depth - 1)),
  );
}

/** Of which a function takes a part; a literal has an offset of its own too. */
const instants = (fields: Fields): Arbitrary<Model>[] => [
  ...ofType(fields, 'instant'),
  anyInstantLiteral,
  nothing,
];

function sizes({ over, element }: Collection, depth: number): Arbitrary<Model> {
  const size = (filter: Model | undefined): Model => ({ kind: 'size', over, filter });
  const own = element('');
  if (own.properties.some(({ steps }) => steps.length === 0)) return constant(size(undefined));
  return option(conditions(own, depth), { nil: undefined }).map(size);
}

function quantified({ over, element }: Collection, depth: number, index: number): Arbitrary<Model> {
  const name = `x${depth}${index}`;
  const body = conditions(element(name), depth);
  return oneof(
    constant<Model>({ kind: 'any', over, name, body: undefined }),
    tuple(constantFrom<'any' | 'all'>('any', 'all'), body).map(([kind, condition]): Model => ({
      kind,
      over,
      name,
      body: condition,
    })),
  );
}

/** Differences of instants, and what becomes of a duration. */
function durations(fields: Fields): Arbitrary<Model> {
  const own = [
    ...ofType(fields, 'instant').map((value) =>
      tuple(value, some(value, anyInstantLiteral, nothing)).map(([a, b]) => arithmetic('sub', a, b)),
    ),
    anyDuration.map((operand): Model => ({ kind: 'negate', operand })),
    tuple(anyDuration, some(divisor, exactDivisor, nothing)).map(([a, b]) => arithmetic('div', a, b)),
    tuple(constantFrom<Arithmetic>('add', 'sub'), anyDuration, anyDuration).map(([operator, a, b]) =>
      arithmetic(operator, a, b),
    ),
    tuple(anyDuration, constantFrom('2', '-1', '0.25', '0.3333')).map(([a, by]) =>
      arithmetic('mul', a, literal(by, decimal(by))),
    ),
  ];
  return some(anyDuration, ...own);
}

const casting = (operand: Model, to: CastName): Model => ({ kind: 'cast', operand, to });

/** What a cast makes of values: also of those that it can't be made of. */
function casts(fields: Fields): Record<'texts' | 'numbers' | 'booleans', Arbitrary<Model>> {
  const whole = oneof(...ofType(fields, 'integer'), anyInteger);
  const names = oneof(
    ...ofType(fields, 'text'),
    constantFrom('7', '-3', '+256', '9.5', 'true').map(textLiteral),
  );
  const members = ofType(fields, 'state', 'detail', 'codeType');
  const numeric = constantFrom<CastName>('Edm.Byte', 'Edm.Int32', 'Edm.Int64');
  return {
    texts: oneof(whole, ...ofType(fields, 'boolean')).map((value) => casting(value, 'Edm.String')),
    numbers: tuple(oneof(whole, anyDecimal, names, nothing, ...members), numeric).map(([value, to]) =>
      casting(value, to),
    ),
    booleans: oneof(names, nothing).map((value) => casting(value, 'Edm.Boolean')),
  };
}

const isValues = (fields: Fields): Arbitrary<Model> =>
  tuple(
    oneof(texts(fields, 0), numbers(fields, 0), nothing, ...ofType(fields, 'boolean')),
    constantFrom<CastName>('Edm.String', 'Edm.Boolean', 'Edm.Byte', 'Edm.Int64', 'Edm.Decimal'),
  ).map(([operand, to]) => ({ kind: 'is', operand, to }));

/** Two operands that compare; a null or a literal on either side. */
function comparable(fields: Fields, depth: number): Arbitrary<[Model, Model]> {
  const pairs = [
    tuple(texts(fields, depth), texts(fields, depth)),
    tuple(numbers(fields, depth), numbers(fields, depth)),
    ...ofType(fields, 'integer').map((own) => tuple(own, some(anyInteger, wide, nothing))),
    ...ofType(fields, 'text').map((own) => tuple(own, some(anyText, nothing))),
    ...ofType(fields, 'exact').map((own) =>
      tuple(own, some(constantFrom('s1', 'S1', 's70', 'S8', 'app2', 'APP2').map(textLiteral), nothing)),
    ),
    ...ofType(fields, 'boolean').map((own) =>
      tuple(own, some(constantFrom(literal('true', true), literal('false', false)), nothing, own)),
    ),
    ...ofType(fields, 'instant').map((own) => tuple(own, some(anyInstant, nothing, own))),
    ...ofType(fields, 'instant').map((own) => {
      const moved = tuple(own, constantFrom<Arithmetic>('add', 'sub'), anyDuration).map(
        ([value, operator, by]) => arithmetic(operator, value, by),
      );
      return tuple(moved, some(anyInstant, nothing, own));
    }),
    tuple(durations(fields), some(durations(fields), nothing)),
    tuple(casts(fields).booleans, some(casts(fields).booleans, ...ofType(fields, 'boolean'))),
    ...ofType(fields, 'instant').map((own) =>
      tuple(
        own.map((value) => calling('date', value)),
        some(anyDate, nothing),
      ),
    ),
    ...ofType(fields, 'instant').map((own) =>
      tuple(
        own.map((value) => calling('time', value)),
        some(anyTime, nothing),
      ),
    ),
    ...(Object.keys(enums) as EnumName[]).flatMap((type) =>
      ofType(fields, type).map((own) => tuple(own, some(member(type), nothing, own))),
    ),
  ];
  return oneof(...pairs.flatMap((pair) => [pair, pair.map(([a, b]): [Model, Model] => [b, a])]));
}

function simple(fields: Fields, depth: number): Arbitrary<Model> {
  const someText = texts(fields, depth);
  const lists = [
    ...ofType(fields, 'text').map((own) =>
      tuple(own, array(some(anyText, nothing), { minLength: 1, maxLength: 4 })),
    ),
    ...ofType(fields, 'integer').map((own) =>
      tuple(own, array(some(anyInteger, nothing), { minLength: 1, maxLength: 4 })),
    ),
    ...ofType(fields, 'state').map((own) =>
      tuple(own, array(some(member('state'), nothing), { minLength: 1, maxLength: 4 })),
    ),
  ];
  const flags = ofType(fields, 'architecture').map((own) =>
    tuple(own, some(member('architecture'), nothing)),
  );
  return some(
    tuple(comparisons, comparable(fields, depth)).map(([operator, [left, right]]): Model => ({
      kind: 'compare',
      operator,
      left,
      right,
    })),
    tuple(constantFrom('contains', 'startswith', 'endswith'), someText, some(anyText, nothing, someText)).map(
      ([name, value, part]) => calling(name, value, part),
    ),
    ...lists.map((list) =>
      tuple(list, boolean()).map(([[operand, items], json]): Model => ({
        kind: 'in',
        operand,
        list: items,
        json,
      })),
    ),
    isValues(fields),
    ...flags.map((flag) => flag.map(([left, right]): Model => ({ kind: 'has', left, right }))),
    ...(fields.types.length > 0
      ? [constantFrom(...fields.types).map((type): Model => ({ kind: 'isof', type }))]
      : []),
    ...ofType(fields, 'boolean'),
    ...fields.collections.map((collection, index) => quantified(collection, Math.max(depth - 1, 0), index)),
  );
}

/** Conditions of at most this many levels of `and`, `or`, `not` and functions. */
export function conditions(fields: Fields, depth: number): Arbitrary<Model> {
  const leaf = simple(fields, Math.min(depth, 2));
  if (depth <= 0) return leaf;
  const inner = some(conditions(fields, depth - 1), nothing);
  const deeper = oneof(
    inner.map((operand): Model => ({ kind: 'not', operand })),
    tuple(constantFrom<'and' | 'or'>('and', 'or'), array(inner, { minLength: 2, maxLength: 3 })).map(
      ([kind, operands]): Model => ({ kind, operands }),
    ),
    tuple(
      comparisons.filter((operator) => operator === 'eq' || operator === 'ne'),
      conditions(fields, depth - 1),
      constantFrom<Model>(literal('true', true), literal('false', false), literal('null', null)),
    ).map(([operator, left, right]): Model => ({ kind: 'compare', operator, left, right })),
  );
  return oneof({ withCrossShrink: true }, leaf, deeper);
}

/** A random list of a set's rows. */
export interface ListCase {
  filter: Model | undefined;
  orderBy: ModelOrder[];
  top: number;
  style: Style;
}

export const orders = (fields: Fields): Arbitrary<ModelOrder[]> =>
  array(
    record({
      by: some(
        constantFrom<Model>(...fields.properties),
        texts(fields, 1),
        numbers(fields, 1),
        simple(fields, 0),
      ),
      descending: boolean(),
    }),
    { maxLength: 3 },
  );

export const listCases = (fields: Fields): Arbitrary<ListCase> =>
  record({
    filter: option(conditions(fields, 3), { nil: undefined, freq: 20 }),
    orderBy: orders(fields),
    top: constantFrom(0, 1, 7, 50, 999),
    style: record({ tight: boolean(), capitals: boolean() }),
  });

// The rows, and what their names mean.

function property(variable: string, type: PropertyType, path: string): Fields['properties'][number] {
  const names = path.split('/').filter(Boolean);
  const cast = names[0]?.startsWith('#') ? names.shift()?.slice(1) : undefined;
  return { kind: 'property', type, variable, steps: names, ...(cast !== undefined && { cast }) };
}

const declared = (variable: string, types: Partial<Record<PropertyType, string>>): Fields['properties'] =>
  Object.entries(types).flatMap(([type, names]) =>
    names.split(' ').map((name) => property(variable, type as PropertyType, name)),
  );

const scope = (
  variable: string,
  types: Partial<Record<PropertyType, string>>,
  rest: Partial<Fields> = {},
): Fields => ({
  properties: declared(variable, types),
  plain: [],
  collections: [],
  types: [],
  ...rest,
});

export const statusFields = (variable = ''): Fields =>
  scope(
    variable,
    {
      text: 'deviceName deviceId osDescription userName userPrincipalName app/displayName',
      exact: 'id',
      boolean: 'app/isFeatured',
      integer: 'errorCode',
      instant: 'lastSyncDateTime',
      state: 'installState mobileAppInstallStatusValue',
      detail: 'installStateDetail',
    },
    {
      plain: [
        { variable, steps: ['osVersion'] },
        { variable, steps: ['displayVersion'] },
      ],
      collections: [
        {
          over: { variable, steps: ['app', 'roleScopeTagIds'] },
          element: (name) => scope(name, { text: '' }),
        },
      ],
    },
  );

const userFields = (variable: string): Fields =>
  scope(
    variable,
    {
      text: 'userName userPrincipalName app/notes',
      exact: 'id',
      integer: 'installedDeviceCount failedDeviceCount',
    },
    { collections: [{ over: { variable, steps: ['deviceStatuses'] }, element: statusFields }] },
  );

const win32 = '#win32LobApp';
const ios = '#iosStoreApp';
export const appFields: Fields = scope(
  '',
  {
    text: `displayName description publisher notes largeIcon/type ${win32}/installCommandLine ${win32}/displayName #mobileLobApp/fileName ${ios}/bundleId`,
    exact: `id ${win32}/id`,
    integer: `uploadState ${win32}/minimumMemoryInMB ${win32}/minimumCpuSpeedInMHz`,
    boolean: `isFeatured isAssigned ${win32}/allowAvailableUninstall ${ios}/applicableDeviceType/iPad ${ios}/minimumSupportedOperatingSystem/v8_0`,
    instant: 'createdDateTime',
    architecture: `${win32}/applicableArchitectures`,
  },
  {
    plain: [{ variable: '', steps: ['owner'] }],
    types: ['mobileApp', 'mobileLobApp', 'win32LobApp', 'iosStoreApp'],
    collections: [
      { over: { variable: '', steps: ['deviceStatuses'] }, element: statusFields },
      { over: { variable: '', cast: 'iosStoreApp', steps: ['deviceStatuses'] }, element: statusFields },
      {
        over: { variable: '', cast: 'mobileLobApp', steps: ['roleScopeTagIds'] },
        element: (name) => scope(name, { text: '' }),
      },
      { over: { variable: '', steps: ['userStatuses'] }, element: userFields },
      { over: { variable: '', steps: ['roleScopeTagIds'] }, element: (name) => scope(name, { text: '' }) },
      {
        over: { variable: '', cast: 'win32LobApp', steps: ['returnCodes'] },
        element: (name) => scope(name, { integer: 'returnCode', codeType: 'type' }),
      },
    ],
  },
);

/** The rows of one tenant, as GET returns them. */
export interface ModelRows {
  statusesPath: string;
  statuses: JsonRow[];
  apps: JsonRow[];
}

export const appsPath = 'beta/deviceAppManagement/mobileApps';

/** The same on every run: a step through a list that is prime to its length. */
const nth = <T>(values: readonly T[], index: number, step = 1): T =>
  values[(index * step) % values.length] as T;

const nullable = (values: readonly string[]): (string | null)[] => [null, ...values, null];
const [text, plain] = [nullable(hurtfulTexts), nullable(plainTexts)];

export function hurtfulStatus(index: number): Record<string, unknown> {
  return aDeviceStatus({
    // Two that differ by case alone, and order by their bytes.
    id: `${index % 2 === 0 ? 's' : 'S'}${Math.floor(index / 2)}`,
    deviceName: nth(text, index),
    deviceId: nth(text, index, 7),
    lastSyncDateTime: nth(hurtfulInstants, index, 5),
    mobileAppInstallStatusValue: nth(Object.keys(enums.state), index),
    installState: nth(Object.keys(enums.state), index, 4),
    installStateDetail: nth(Object.keys(enums.detail), index, 5),
    errorCode: nth(hurtfulIntegers, index, 3),
    osVersion: nth(plain, index),
    osDescription: nth(text, index, 11),
    userName: nth(text.slice(0, 9), index),
    userPrincipalName: nth(text, index, 13),
    displayVersion: nth(plain, index, 3),
  });
}

function hurtfulApp(index: number): Record<string, unknown> {
  const common = {
    id: `${index % 2 === 0 ? 'app' : 'APP'}${index}`,
    displayName: nth(text, index, 17),
    description: nth(text, index, 19),
    publisher: nth(text, index % 4, 23),
    notes: nth(text, index, 5),
    owner: nth(plain, index),
    isFeatured: index % 3 === 0,
    largeIcon: index % 4 === 0 ? null : { type: nth(text, index, 3), value: null },
    roleScopeTagIds: Array.from({ length: index % 4 }, (_, place) =>
      nth(text.slice(1, -1), index + place, 7),
    ),
  };
  return aMobileApp({ ...common, ...(index % 2 === 0 ? win32App(index) : iosApp(index)) });
}

const win32App = (index: number): Record<string, unknown> => ({
  '@odata.type': '#microsoft.graph.win32LobApp',
  fileName: nth(text, index, 3),
  installCommandLine: nth(text, index, 29),
  applicableArchitectures: nth(
    ['none', 'x86', 'x64', 'x86,x64', 'x64,arm,neutral', 'x86,neutral'],
    index / 2,
  ),
  minimumMemoryInMB: nth([null, 0, -7, 2147483647, 99], index / 2),
  allowAvailableUninstall: index % 4 === 0,
  returnCodes: Array.from({ length: (index / 2) % 4 }, (_, place) => ({
    returnCode: nth(hurtfulIntegers, index + place, 5),
    type: nth(Object.keys(enums.codeType), index + place),
  })),
});

const iosApp = (index: number): Record<string, unknown> => ({
  bundleId: nth(text, index, 31),
  applicableDeviceType: { iPad: index % 4 === 1, iPhoneAndIPod: true },
  minimumSupportedOperatingSystem: index % 3 === 0 ? null : { v8_0: index % 3 === 1 },
});

type Call = TestGateway['call'];

/** Makes the rows and reads them back. */
export async function makeModelRows({ call }: Pick<TestGateway, 'call'>): Promise<ModelRows> {
  const made = async (path: string, body: Record<string, unknown>): Promise<void> => {
    const { status, text: answer } = await call('POST', path, body);
    if (status !== 201) throw new Error(`${path}: ${answer}`);
  };
  for (let index = 0; index < 12; index++) {
    const app = hurtfulApp(index);
    await made(appsPath, app);
    const path = `${appsPath}/${String(app['id'])}`;
    for (let user = 0; user < index % 3; user++) {
      const id = `user${user}`;
      await made(
        `${path}/userStatuses`,
        aUserStatus({ id, userName: nth(text, index + user, 5), failedDeviceCount: user }),
      );
      await made(`${path}/userStatuses/${id}/deviceStatuses`, {
        ...hurtfulStatus(index * 7 + user),
        id: `of-${id}`,
      });
    }
    for (let own = 0; own < index % 5; own++)
      await made(`${path}/deviceStatuses`, hurtfulStatus(index * 5 + own));
  }
  const statusesPath = `${appsPath}/app0/deviceStatuses`;
  await Promise.all(Array.from({ length: 150 }, (_, index) => made(statusesPath, hurtfulStatus(index))));
  const { body: app } = await call('GET', `${appsPath}/app0`);
  const statuses = await all(call, statusesPath);
  return { statusesPath, statuses: of(app, statuses), apps: await joined(call) };
}

/** With what their navigation leads to. */
const of = (app: JsonRow, rows: readonly JsonRow[]): JsonRow[] => rows.map((row) => ({ ...row, app }));

async function joined(call: Call): Promise<JsonRow[]> {
  const apps = await all(call, appsPath);
  return Promise.all(
    apps.map(async (app) => {
      const path = `${appsPath}/${String(app['id'])}`;
      const users = await all(call, `${path}/userStatuses`);
      const userStatuses = users.map(async (user) => ({
        ...user,
        app,
        deviceStatuses: of(app, await all(call, `${path}/userStatuses/${String(user['id'])}/deviceStatuses`)),
      }));
      const deviceStatuses = of(app, await all(call, `${path}/deviceStatuses`));
      return { ...app, deviceStatuses, userStatuses: await Promise.all(userStatuses) };
    }),
  );
}

async function all(call: Call, path: string): Promise<JsonRow[]> {
  const { body } = await call('GET', `${path}?$top=999`);
  return body['value'] as JsonRow[];
}
