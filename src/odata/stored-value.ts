import type { SelectedMember } from './bound-query.js';
import { isPolymorphic, shownType, storedTypeMember, typeOfValue } from './complex-types.js';
import { type DateTimeOffset, formatDateTimeOffset, parseDateTimeOffset } from './date-time-offset.js';
import {
  type ApiVersion,
  type ComplexType,
  isVisible,
  namespace,
  type PrimitiveName,
  type Property,
  type ValueType,
} from './edm.js';
import { isA } from './entity-set.js';
import { enumName, enumNumber } from './enums.js';
import type { Format } from './format.js';

/** What a JSON document can hold; also how complex values and collections are stored. An instant is a `DateTimeOffset`. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What is kept of a checked value: enums as numbers, instants by their ticks, complex values whole, the rest as sent. */
export function storedValue(type: ValueType, value: unknown): Json {
  if (type.kind === 'collection') {
    return Array.isArray(value) ? value.map((element) => storedValue(type.of, element)) : [];
  }
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'primitive':
      return type.name === 'Edm.DateTimeOffset' ? storedInstant(value as string) : (value as Json);
    case 'enum':
      return enumNumber(type, value) ?? null;
    case 'complex':
      return storedComplex(type, value as Record<string, unknown>);
  }
}

function storedInstant(text: string): DateTimeOffset {
  const instant = parseDateTimeOffset(text);
  if (!instant) throw new RangeError(`not a checked DateTimeOffset: ${text}`);
  return instant;
}

function storedComplex(declared: ComplexType, value: Record<string, unknown>): Json {
  const type = typeOfValue(declared, value) ?? declared;
  const members = type.properties.map((property): [string, Json] => [
    property.name,
    Object.hasOwn(value, property.name)
      ? storedValue(property.type, value[property.name])
      : storedInitial(property),
  ]);
  return Object.fromEntries([...typeMembers(declared, type), ...members]);
}

/** The member that says which of a declared type's types a value is of, where there are several. */
const typeMembers = (declared: ComplexType, { name }: ComplexType): [string, string][] =>
  isPolymorphic(declared) ? [[storedTypeMember, name]] : [];

/** What a write does to a stored value: replaces it, or changes some members of a document. */
export interface Change {
  /** The new value; of a merge the members that are replaced, as a JSON text. */
  value: unknown;
  merge?: Merge;
}

/** What a merge takes beside the members that are replaced. */
export interface Merge {
  /** What a complex value has of itself: it may have been null, or stored before a member was declared. */
  initial?: Json;
  /** The type that the new value is of, where others are possible: nothing is taken over from a value of another. */
  type?: string;
  /** Members that are merged themselves. */
  inner: readonly MemberChange[];
}

type MemberChange = Change & { name: string };

/**
 * Changes of a document's members: complex values are merged, anything else is replaced (OData 4.01, 11.4.3).
 * @param complex what the document of a complex value starts with, and which type that is of
 */
export function mergedMembers(
  values: readonly (readonly [Property, unknown])[],
  complex: Pick<Merge, 'initial' | 'type'> = {},
): Change {
  const replaced = values.filter(([property, value]) => !isMerged(property, value));
  const merged = values.filter(([property, value]) => isMerged(property, value));
  const members = replaced.map(([{ name, type }, value]) => [name, storedValue(type, value)]);
  const inner = merged.map(([{ name, type }, value]) => ({
    name,
    ...mergedComplex(type as ComplexType, value as Record<string, unknown>),
  }));
  return {
    value: JSON.stringify(Object.fromEntries(members)),
    merge: {
      ...complex,
      // One order whatever the client's: bodies with the same names share a prepared statement.
      inner: inner.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    },
  };
}

export const isMerged = ({ type }: Property, value: unknown): boolean =>
  type.kind === 'complex' && value !== null;

/** A change of the members that were sent. */
export function mergedComplex(declared: ComplexType, value: Record<string, unknown>): Change {
  const type = typeOfValue(declared, value) ?? declared;
  const sent = type.properties.filter(({ name }) => Object.hasOwn(value, name));
  return mergedMembers(
    sent.map((property) => [property, value[property.name]] as const),
    {
      initial: storedComplex(declared, { [storedTypeMember]: type.name }),
      ...(isPolymorphic(declared) && { type: type.name }),
    },
  );
}

/** What a create stores for a property that the client left out. */
export const storedInitial = (property: Property): Json => storedValue(property.type, initialValue(property));

/** What a create takes for a property that the client left out, as it might have been sent. */
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
      return { [storedTypeMember]: type.name };
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

/** How values are written. */
export interface ValueStyle {
  version: ApiVersion;
  format: Format;
  /** What is sent of complex values; undefined for everything. */
  inner: readonly SelectedMember[] | undefined;
}

/** The JSON text of a stored value. */
export function valueText(type: ValueType, value: Json, style: ValueStyle): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'primitive':
      return primitiveText(type.name, value, style);
    case 'enum':
      return `"${enumName(type, value as number)}"`;
    case 'complex':
      return complexText(type, value as Record<string, Json>, style);
    case 'collection':
      return `[${(value as Json[]).map((element) => valueText(type.of, element, style)).join(',')}]`;
  }
}

function primitiveText(name: PrimitiveName, value: Json, { format }: ValueStyle): string {
  if (name === 'Edm.DateTimeOffset') return `"${formatDateTimeOffset(value as DateTimeOffset)}"`;
  const text = JSON.stringify(value);
  return name === 'Edm.Int64' && format.ieee754Compatible ? `"${text}"` : text;
}

function complexText(declared: ComplexType, value: Record<string, Json>, style: ValueStyle): string {
  const type = shownType(declared, value, style.version);
  const { metadata } = style.format;
  const isTyped = metadata === 'full';
  // An abstract type was named by who wrote the value, and has to be where it is sent back.
  const isAbstract = type.abstract && value[storedTypeMember] === type.name;
  const isNamed = isTyped || (metadata !== 'none' && (type !== declared || isAbstract));
  const members = isNamed ? [`"@odata.type":"#${namespace}.${type.name}"`] : [];
  for (const property of type.properties.filter((own) => isVisible(own, style.version))) {
    const selected = style.inner?.find(
      (own) => own.property === property && (!own.castTo || isA(type, own.castTo)),
    );
    if (style.inner && !selected) continue;
    if (isTyped) members.push(...typeMember(property));
    const text = valueText(property.type, value[property.name] ?? storedInitial(property), {
      ...style,
      inner: selected?.inner,
    });
    members.push(`"${property.name}":${text}`);
  }
  return `{${members.join(',')}}`;
}

/** The annotation that full metadata has before a property whose type its JSON doesn't tell (OData JSON 4.01, 4.6.3). */
export function typeMember({ name, type }: Property): string[] {
  const typeName = annotatedType(type);
  return typeName === undefined ? [] : [`"${name}@odata.type":"#${typeName}"`];
}

/** Text, Booleans and whole numbers of 32 bits tell theirs, and complex values have it inside. */
function annotatedType(type: ValueType): string | undefined {
  switch (type.kind) {
    case 'primitive':
      return ['Edm.String', 'Edm.Boolean', 'Edm.Int32'].includes(type.name)
        ? undefined
        : unprefixed(type.name);
    case 'enum':
      return `${namespace}.${type.name}`;
    case 'complex':
      return undefined;
    case 'collection':
      return `Collection(${type.of.kind === 'primitive' ? unprefixed(type.of.name) : `${namespace}.${type.of.name}`})`;
  }
}

/** A type of OData's own goes without its namespace. */
const unprefixed = (name: string): string => name.slice('Edm.'.length);
