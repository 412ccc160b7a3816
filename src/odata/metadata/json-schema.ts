import { isPolymorphic, ownProperties, withDerived } from '../complex-types.js';
import {
  type ApiVersion,
  type ComplexType,
  type EntityType,
  type EnumType,
  isVisible,
  namespace,
  type PrimitiveName,
  type Property,
  type SingleType,
  type ValueType,
} from '../edm.js';
import type { EntitySet } from '../entity-set.js';
import { limits } from '../limits.js';
import { shownProperties, shownTypes } from './shown-types.js';

/** A schema of JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
export type Schema = Readonly<Record<string, unknown>>;

/** Where the schema of a type is in an OpenAPI document. */
export const typeReference = (name: string): Schema => ({
  $ref: `#/components/schemas/${namespace}.${name}`,
});

/** Schemas of all types that a version shows, and of further values, by qualified name. Requests and responses share them: OData's do. */
export function typeSchemas(
  sets: readonly EntitySet[],
  version: ApiVersion,
  further: readonly ValueType[] = [],
): Record<string, Schema> {
  const { enums, complexes, entities } = shownTypes(sets, version, further);
  const schemas: [string, Schema][] = [
    ...enums.map((type): [string, Schema] => [type.name, enumSchema(type)]),
    ...complexes.map((type): [string, Schema] => [type.name, complexSchema(type, version)]),
    ['entity', baseEntity],
    ...entities.map((type): [string, Schema] => [type.name, entitySchema(type, version)]),
  ];
  return Object.fromEntries(schemas.map(([name, schema]) => [`${namespace}.${name}`, schema]));
}

const baseEntity: Schema = {
  type: 'object',
  properties: {
    '@odata.context': { type: 'string', format: 'uri', readOnly: true },
    '@odata.type': { type: 'string' },
    id: { type: 'string', minLength: 1, maxLength: limits.key },
  },
};

const entitySchema = (type: EntityType, version: ApiVersion): Schema => ({
  allOf: [
    typeReference(type.base?.name ?? 'entity'),
    objectSchema(propertySchemas(type.properties, version)),
  ],
});

function complexSchema(type: ComplexType, version: ApiVersion): Schema {
  const own = propertySchemas(ownProperties(type), version);
  if (type.base) return { allOf: [typeReference(type.base.name), objectSchema(own)] };
  return objectSchema(isPolymorphic(type) ? { '@odata.type': { type: 'string' }, ...own } : own);
}

const objectSchema = (properties: Schema): Schema => ({ type: 'object', properties });

const propertySchemas = (properties: readonly Property[], version: ApiVersion): Schema =>
  Object.fromEntries(
    shownProperties({ properties }, version).map((property) => [
      property.name,
      propertySchema(property, version),
    ]),
  );

/** Members by name, as they are written; those of a flags enum with commas between them (OData JSON 4.01, 7.1). */
function enumSchema({ flags, members }: EnumType): Schema {
  const names = [...members.keys()];
  if (!flags) return { type: 'string', enum: names };
  const any = `(${names.join('|')})`;
  return { type: 'string', pattern: `^${any}(,${any})*$` };
}

export function propertySchema(
  { type, nullable, maxLength, computed }: Property,
  version: ApiVersion,
): Schema {
  const single = singleSchema(type.kind === 'collection' ? type.of : type, maxLength, version);
  const value = nullable ? orNull(single) : single;
  const schema =
    type.kind === 'collection' ? { type: 'array', items: value, maxItems: limits.collection } : value;
  return computed ? { ...schema, readOnly: true } : schema;
}

function singleSchema(type: SingleType, maxLength: number, version: ApiVersion): Schema {
  if (type.kind === 'complex') return valueSchema(type, version);
  if (type.kind !== 'primitive') return typeReference(type.name);
  // JSON Schema counts code points, we count UTF-16 code units: the schema is never the stricter one.
  return type.name === 'Edm.String' ? { type: 'string', maxLength } : primitives[type.name];
}

/** Any of the types that the version shows; where the declared one is abstract, `@odata.type` tells which. */
function valueSchema(type: ComplexType, version: ApiVersion): Schema {
  const names = withDerived(type)
    .filter((one) => isVisible(one, version))
    .map(({ name }) => name);
  if (names.length < 2) return typeReference(type.name);
  const anyOf = names.map(typeReference);
  return type.abstract ? { anyOf, discriminator: discriminator(names) } : { anyOf };
}

/** By what a value of one of several types, which are given by their unqualified names, says which it is of. */
export const discriminator = (names: readonly string[]): Schema => ({
  propertyName: '@odata.type',
  mapping: Object.fromEntries(names.map((name) => [`#${namespace}.${name}`, typeReference(name)['$ref']])),
});

const primitives: Readonly<Record<Exclude<PrimitiveName, 'Edm.String'>, Schema>> = {
  'Edm.Binary': { type: 'string', contentEncoding: 'base64', maxLength: limits.binary },
  'Edm.Boolean': { type: 'boolean' },
  'Edm.DateTimeOffset': { type: 'string', format: 'date-time' },
  'Edm.Int32': { type: 'integer', format: 'int32' },
  'Edm.Int64': { type: 'integer', format: 'int64' },
};

const orNull = (schema: Schema): Schema =>
  'type' in schema ? { ...schema, type: [schema['type'], 'null'] } : { anyOf: [schema, { type: 'null' }] };
