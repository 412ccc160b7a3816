import {
  type Arbitrary,
  array,
  boolean,
  constant,
  constantFrom,
  integer,
  jsonValue,
  oneof,
  option,
  shuffledSubarray,
  subarray,
  tuple,
  uint8Array,
} from 'fast-check';
import { isPolymorphic, withDerived } from '../../src/odata/complex-types.js';
import {
  allProperties,
  type ComplexType,
  type EntityType,
  isVisible,
  type PrimitiveName,
  type Property,
  type ValueType,
} from '../../src/odata/edm.js';
import type { ServedSet } from '../../src/graph/served-set.js';
import { edited } from './fuzz-texts.js';
import { hurtfulInstants, hurtfulIntegers, hurtfulTexts, plainTexts } from './query-arbitraries.js';

type Json = Record<string, unknown>;

const ofPrimitives: Readonly<Record<PrimitiveName, Arbitrary<unknown>>> = {
  'Edm.String': constantFrom(...hurtfulTexts, ...plainTexts, 'x'.repeat(512), '😀'.repeat(256)),
  'Edm.Boolean': boolean(),
  'Edm.Int32': oneof(constantFrom(...hurtfulIntegers), integer()),
  'Edm.Int64': oneof(constantFrom(Number.MAX_SAFE_INTEGER, -1), integer()),
  'Edm.DateTimeOffset': constantFrom(
    ...hurtfulInstants,
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.9999999Z',
    '2017-01-01T00:02:49.3205976-08:00',
  ),
  'Edm.Binary': uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64')),
};

/** Values that the type takes. */
function valuesOf(type: ValueType, nullable: boolean): Arbitrary<unknown> {
  if (nullable) return option(valuesOf(type, false), { freq: 8 });
  switch (type.kind) {
    case 'primitive':
      return ofPrimitives[type.name];
    case 'enum':
      return type.flags
        ? subarray([...type.members.keys()], { minLength: 1 }).map((members) => members.join(','))
        : constantFrom<unknown>(...type.members.keys(), ...type.members.values());
    case 'complex':
      return isPolymorphic(type)
        ? oneof(...withDerived(type).filter(inBeta).map(ofType))
        : members(type.properties.filter(inBeta));
    case 'collection':
      return array(valuesOf(type.of, false), { maxLength: 3 });
  }
}

const members = (properties: readonly Property[]): Arbitrary<Json> =>
  shuffledSubarray([...properties], { maxLength: Math.min(6, properties.length) })
    .chain((chosen) => tuple(...chosen.map(({ name, type, nullable }) => pair(name, type, nullable))))
    .map((pairs) => Object.fromEntries(pairs));

const pair = (name: string, type: ValueType, nullable: boolean): Arbitrary<[string, unknown]> =>
  valuesOf(type, nullable).map((value) => [name, value]);

const inBeta = (facet: Parameters<typeof isVisible>[0]): boolean => isVisible(facet, 'beta');

const ofTypes = new Map<EntityType | ComplexType, Arbitrary<Json>>();

function ofType(type: EntityType | ComplexType): Arbitrary<Json> {
  const known = ofTypes.get(type);
  if (known) return known;
  const properties = type.kind === 'entity' ? allProperties(type) : type.properties;
  const made = members(properties.filter(inBeta)).map((body): Json => ({
    '@odata.type': `#microsoft.graph.${type.name}`,
    ...body,
  }));
  ofTypes.set(type, made);
  return made;
}

/** Bodies that fit one of the set's types; with `ids`, most name the entity by one of these. */
export const validBodies = (set: ServedSet, ids: readonly string[] = []): Arbitrary<Json> => {
  const named = ids.length === 0 ? constant<Json>({}) : constantFrom<Json>({}, ...ids.map((id) => ({ id })));
  return tuple(oneof(...set.types.map(ofType)), named).map(([body, id]) => ({ ...body, ...id }));
};

const wrongNames = constantFrom(
  ...(
    'id @odata.type @odata.id @x.y __proto__ constructor rowVersion tenantId derived nope errorCode settings ' +
    'displayName'
  ).split(' '),
);
const wrongValues = oneof(
  jsonValue() as Arbitrary<unknown>,
  constantFrom<unknown>(
    '9',
    9.5,
    2147483648,
    1e308,
    -0,
    null,
    [],
    {},
    '\0',
    '\ud800',
    '',
    'x'.repeat(40_000),
  ),
  constantFrom<unknown>('#microsoft.graph.user', '2020-01-01T00:00:00', [null], [[]], [{ returnCode: 1 }]),
);

const wronged = (bodies: Arbitrary<Json>): Arbitrary<Json> =>
  tuple(bodies, array(tuple(wrongNames, wrongValues), { minLength: 1, maxLength: 2 })).map(
    ([body, others]) => ({ ...body, ...Object.fromEntries(others) }),
  );

const texts = constantFrom(
  '{"errorCode":1e400}',
  '{"errorCode":12345678901234567890}',
  '{"errorCode":1.0}',
  '{"errorCode":-0}',
  '{"errorCode":5e-1}',
  '{"deviceName":"a","deviceName":"b"}',
  String.raw`{"userName":"a","user\u004eame":"b"}`,
  '{"__proto__":{"x":1},"__proto__":1}',
  '\ufeff{"notes":"x"}',
  '[]',
  'null',
  '"x"',
  '0',
  '{',
  '{}{}',
  '{"a":1,}',
  '//x',
  ' ',
  '',
  'a=1&b=2',
  '['.repeat(101),
  `{"displayName":${'['.repeat(99)}${']'.repeat(99)}}`,
  `[${'0,'.repeat(3000)}0]`,
);
const json = (value: unknown): string => JSON.stringify(value);
const jsonPieces = constantFrom(
  ...'{ } [ ] , : " \\ \\u0000 \\ud800 null 1e999 "id": é 0 - . // true'.split(' '),
);

/** What is no body of the set, or hardly one. */
export const brokenBodies = (set: ServedSet): Arbitrary<Buffer> =>
  oneof(
    wronged(validBodies(set)).map(json),
    wronged(validBodies(set)).map(json),
    edited(validBodies(set).map(json), jsonPieces),
    texts,
  )
    .map((text) => Buffer.from(text))
    .chain((bytes) =>
      oneof({ weight: 15, arbitrary: constant(bytes) }, constant(Buffer.from([0xff, 0xfe, 0x7b]))),
    );
