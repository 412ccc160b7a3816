import { declaredTypeName, isAnnotation, isTypeAnnotation, sameTypeName } from './annotations.js';
import {
  allProperties,
  type ApiVersion,
  backendTypeName,
  type EntityType,
  isVisible,
  type Property,
  type ValueType,
} from './edm.js';
import type { EntitySet } from './entity-set.js';
import { type GraphError, graphError } from './errors.js';
import { excerpt } from './value-problem.js';

export interface Reading {
  /** The types of row that these values are right for. */
  types: readonly EntityType[];
  /** Checked values as they were sent; computed properties are left out. */
  values: ReadonlyMap<Property, unknown>;
}

export interface Readings {
  /**
   * A body that names its type, or only properties that all types share, has one reading. Two types may each declare a
   * property of the same name: then each reading is right for rows of its own types.
   */
  readings: readonly Reading[];
  /** Why the body is wrong for rows of other types, by their names. */
  problems: ReadonlyMap<string, GraphError>;
}

/** Checks the values of one type's properties; undefined when all can be taken. */
export type ValueCheck = (
  type: EntityType,
  values: ReadonlyMap<Property, unknown>,
  version: ApiVersion,
) => GraphError | undefined;

/** A body that was sent to a set, without what it says of other entities. */
export interface SentMembers {
  set: EntitySet;
  version: ApiVersion;
  purpose: 'create' | 'update';
  members: readonly (readonly [string, unknown])[];
}

/**
 * What a body means for rows of each type that it may be for.
 * @throws {GraphError} 400 when it is right for none
 */
export function readingsOf(sent: SentMembers, check: ValueCheck): Readings {
  const { read, unknown } = readByType(sent);
  const readings: Reading[] = [];
  const wrong = new Map<string, GraphError>();
  for (const reading of read) {
    const problem = check(reading.types[0] as EntityType, reading.values, sent.version);
    if (problem) for (const { name } of reading.types) wrong.set(name, problem);
    else readings.push(reading);
  }
  if (readings.length === 0) throw rejection(sent, wrong, unknown);
  return { readings, problems: new Map([...wrong, ...unknown]) };
}

type Problems = ReadonlyMap<string, GraphError>;

/** A wrong value says more than an unknown property; of one that no type has, the declared type's name is enough. */
function rejection(sent: SentMembers, wrong: Problems, unknown: Problems): GraphError {
  const [first = unknown.values().next().value] = wrong.values();
  const declared = wrong.size === 0 && unknown.size > 1 ? valuesOf(sent.set.type, sent) : undefined;
  return declared instanceof Error ? declared : (first ?? abstractType(sent.set));
}

const abstractType = (set: EntitySet): GraphError => graphError('abstractType', backendTypeName(set.type));

function candidateTypes({ set, version, purpose, members }: SentMembers): readonly EntityType[] {
  const annotation = members.find(([name]) => isTypeAnnotation(name));
  if (!annotation) return purpose === 'update' ? set.types : set.types.filter((type) => type === set.type);
  const given = declaredTypeName(annotation[1]);
  const named = set.types.filter((type) => isVisible(type, version) && sameTypeName(given, type.name));
  if (named.length > 0) return named;
  throw sameTypeName(given, set.type.name)
    ? abstractType(set)
    : graphError('typeMismatch', excerpt(given), set.type.name);
}

/** One reading for all types that take the same of what was sent, and why others can't take it. */
function readByType(sent: SentMembers): { read: Reading[]; unknown: Problems } {
  const read: { types: EntityType[]; values: Values }[] = [];
  const unknown = new Map<string, GraphError>();
  for (const type of candidateTypes(sent)) {
    // What the version doesn't know it shows as the declared type.
    const values = valuesOf(isVisible(type, sent.version) ? type : sent.set.type, sent);
    const same = !(values instanceof Error) && read.find((reading) => isAlike(reading.values, values));
    if (values instanceof Error) unknown.set(type.name, values);
    else if (same) same.types.push(type);
    else read.push({ types: [type], values });
  }
  return { read, unknown };
}

type Values = ReadonlyMap<Property, unknown>;

/** Whether two types would check and store the same values alike. */
function isAlike(a: Values, b: Values): boolean {
  const others = [...b];
  return (
    a.size === b.size &&
    [...a].every(([property, value], index) => {
      const [other] = others[index] as [Property, unknown];
      return property === other || isSameProperty(property, other, value);
    })
  );
}

const isSameProperty = (a: Property, b: Property, value: unknown): boolean =>
  a.name === b.name &&
  isSameType(a.type, b.type) &&
  a.maxLength === b.maxLength &&
  // Else both take it or neither.
  (a.nullable === b.nullable || value !== null);

function isSameType(a: ValueType, b: ValueType): boolean {
  if (a.kind === 'primitive') return b.kind === 'primitive' && a.name === b.name;
  return a === b || (a.kind === 'collection' && b.kind === 'collection' && isSameType(a.of, b.of));
}

function valuesOf(type: EntityType, { version, purpose, members }: SentMembers): Values | GraphError {
  const properties = propertiesByName(type, version);
  const values = new Map<Property, unknown>();
  for (const [name, value] of members) {
    if (isAnnotation(name) || name === 'id') continue;
    const property = properties.get(name);
    if (!property) return graphError('propertyDoesNotExist', excerpt(name), backendTypeName(type));
    const isIgnored = property.computed ?? (property.immutable && purpose === 'update');
    if (!isIgnored) values.set(property, value);
  }
  return values;
}

const byName = new WeakMap<EntityType, Map<ApiVersion, ReadonlyMap<string, Property>>>();

/** The properties that a version shows, by name; made once per type and version. */
export function propertiesByName(type: EntityType, version: ApiVersion): ReadonlyMap<string, Property> {
  const versions = byName.get(type) ?? new Map<ApiVersion, ReadonlyMap<string, Property>>();
  byName.set(type, versions);
  const known = versions.get(version);
  if (known) return known;
  const visible = allProperties(type).filter((property) => isVisible(property, version));
  const made = new Map(visible.map((property) => [property.name, property]));
  versions.set(version, made);
  return made;
}
