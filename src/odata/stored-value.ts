import type { ComplexType, PrimitiveName, Property, ValueType } from './edm.js';
import { enumName, enumNumber } from './enums.js';

/** What a JSON document can hold; also how complex values and collections are stored. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What is kept of a checked value: enums as numbers, complex values whole, the rest as sent. */
export function storedValue(type: ValueType, value: unknown): Json {
  if (type.kind === 'collection') {
    return Array.isArray(value) ? value.map((element) => storedValue(type.of, element)) : [];
  }
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'primitive':
      return value as Json;
    case 'enum':
      return enumNumber(type, value) ?? null;
    case 'complex':
      return storedComplex(type, value as Record<string, unknown>);
  }
}

function storedComplex(type: ComplexType, value: Record<string, unknown>): Json {
  return Object.fromEntries(
    type.properties.map((property) => [
      property.name,
      Object.hasOwn(value, property.name)
        ? storedValue(property.type, value[property.name])
        : initialValue(property),
    ]),
  );
}

/** What a create stores for a property that the client left out. */
export function initialValue(property: Property): Json {
  const { type } = property;
  if (type.kind === 'collection') return [];
  if (property.nullable) return null;
  switch (type.kind) {
    case 'primitive':
      return initialPrimitive[type.name];
    case 'enum':
      return type.initial;
    case 'complex':
      return storedComplex(type, {});
  }
}

const initialPrimitive: Record<PrimitiveName, Json> = {
  'Edm.String': '',
  'Edm.Boolean': false,
  'Edm.Int32': 0,
  'Edm.Int64': 0,
  'Edm.DateTimeOffset': '0001-01-01T00:00:00Z',
  'Edm.Binary': '',
};

/** The JSON text of a stored value. */
export function valueText(type: ValueType, value: Json): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'primitive':
      return JSON.stringify(value);
    case 'enum':
      return `"${enumName(type, value as number)}"`;
    case 'complex':
      return complexText(type, value as Record<string, Json>);
    case 'collection':
      return `[${(value as Json[]).map((element) => valueText(type.of, element)).join(',')}]`;
  }
}

function complexText(type: ComplexType, value: Record<string, Json>): string {
  const members = type.properties.map(
    (property) =>
      `"${property.name}":${valueText(property.type, value[property.name] ?? initialValue(property))}`,
  );
  return `{${members.join(',')}}`;
}
