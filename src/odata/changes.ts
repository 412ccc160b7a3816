import { declaredTypeName, isAnnotation, isTypeAnnotation, sameTypeName } from './annotations.js';
import { checkedKey } from './address.js';
import {
  allProperties,
  type ApiVersion,
  backendTypeName,
  type EntityType,
  isVisible,
  type Property,
  type ValueType,
} from './edm.js';
import type { EntitySet, LinkedSet } from './entity-set.js';
import { type GraphError, graphError } from './errors.js';
import { excerpt } from './value-problem.js';

/** What a client wants written: the names it sent and no others. */
export interface Changes {
  /**
   * A body that names its type, or only properties that all types share, has one reading. Two types may each declare a
   * property of the same name: then each reading is right for rows of its own types.
   */
  readings: readonly Reading[];
  /** Why the body is wrong for rows of other types, by their names. */
  problems: ReadonlyMap<string, GraphError>;
  /** The `id` that was sent. */
  id: string | undefined;
  /** Entities that are to be made along with the one that contains them (OData 4.01, 11.4.2.2). */
  contained: readonly ContainedChanges[];
  /** Entities that what is made is to be linked to (OData 4.01, 11.4.2.1). */
  links: readonly LinkChanges[];
}

export interface LinkChanges {
  link: LinkedSet;
  ids: readonly string[];
}

export interface ContainedChanges {
  name: string;
  set: EntitySet;
  entities: readonly Changes[];
}

export interface Reading {
  /** The types of row that these values are right for. */
  types: readonly EntityType[];
  /** Checked values as they were sent; computed properties are left out. */
  values: ReadonlyMap<Property, unknown>;
}

/** Checks the values of one type's properties; undefined when all can be taken. */
export type ValueCheck = (
  type: EntityType,
  values: ReadonlyMap<Property, unknown>,
  version: ApiVersion,
) => GraphError | undefined;

/** Reads the URL of an entity of a set: its id. @throws {GraphError} 400 */
export type ReferenceReader = (url: string, target: EntitySet) => string;

/**
 * The changes in a request body. Nothing is known of the stored row: where the body doesn't name its type, the statement
 * names the types that it is right for, and a miss tells why.
 * @throws {GraphError} 400 for what isn't an object, a type that isn't the set's, an unknown property, a wrong value
 */
export function readChanges(
  set: EntitySet,
  version: ApiVersion,
  purpose: 'create' | 'update',
  body: unknown,
  check: ValueCheck,
  referenced?: ReferenceReader,
): Changes {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw graphError('unexpectedNode', Array.isArray(body) ? 'StartArray' : 'PrimitiveValue', 'StartObject');
  }
  const sent = Object.entries(body);
  const nested = sent.filter(([name]) => isNavigation(set, version, name));
  const members = nested.length === 0 ? sent : sent.filter((member) => !nested.includes(member));
  const types = candidateTypes(set, version, purpose, members);
  const { readings, problems } = readingsOf(set, version, purpose, types, members, check);
  if (readings.length === 0) throw [...problems.values()][0] ?? abstractType(set);
  const contained: ContainedChanges[] = [];
  const links: LinkChanges[] = [];
  for (const [name, value] of nested) {
    const link = linkNamed(set, name);
    if (link && referenced && purpose === 'create')
      links.push({ link, ids: boundIds(link, value, referenced) });
    else contained.push(readContained(set, version, purpose, name, value, check));
  }
  return { readings, problems, id: sentId(body), contained, links };
}

function boundIds({ set }: LinkedSet, value: unknown, referenced: ReferenceReader): string[] {
  if (!Array.isArray(value)) throw graphError('unexpectedNode', nodeOf(value), 'StartArray');
  return value.map((url: unknown) => {
    if (typeof url !== 'string') throw graphError('unexpectedNode', nodeOf(url), 'PrimitiveValue');
    return referenced(url, set);
  });
}

const binding = '@odata.bind';

/** The navigation that a member binds to entities that exist. */
const linkNamed = (set: EntitySet, member: string): LinkedSet | undefined =>
  set.linked.find(({ name }) => member === name + binding);

const isNavigation = (set: EntitySet, version: ApiVersion, name: string): boolean =>
  [...set.contained, ...set.linked, ...set.references].some(
    (navigation) => navigation.name === name.split('@', 1)[0] && isVisible(navigation.set, version),
  ) && !isControl(name);

/** What full metadata says of a navigation, which clients send back; a binding to another entity is no such thing. */
const isControl = (name: string): boolean => name.includes('@') && !name.endsWith(binding);

function readContained(
  set: EntitySet,
  version: ApiVersion,
  purpose: 'create' | 'update',
  name: string,
  value: unknown,
  check: ValueCheck,
): ContainedChanges {
  const found = set.contained.find((candidate) => candidate.name === name);
  if (!found || purpose === 'update')
    throw graphError('expressionNotSupported', `'${excerpt(name)}' in a body`);
  if (!Array.isArray(value)) throw graphError('unexpectedNode', nodeOf(value), 'StartArray');
  const entities = value.map((entity: unknown) => readChanges(found.set, version, purpose, entity, check));
  return { name, set: found.set, entities };
}

const nodeOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? 'StartObject' : 'PrimitiveValue';

/** How many entities are to be made within one, or linked to it. */
export const containedCount = ({ contained, links }: Changes): number =>
  contained
    .flatMap(({ entities }) => entities)
    .reduce((sum, entity) => sum + 1 + containedCount(entity), links.flatMap(({ ids }) => ids).length);

/** The `$expand` that shows what was made within an entity. */
export const expandOf = ({ contained }: Changes): string =>
  contained
    .map(({ name, entities }) => {
      const inner = [...new Set(entities.map(expandOf))].find((text) => text !== '');
      return inner === undefined ? name : `${name}($expand=${inner})`;
    })
    .join(',');

type Members = readonly (readonly [string, unknown])[];

const abstractType = (set: EntitySet): GraphError => graphError('abstractType', backendTypeName(set.type));

function candidateTypes(
  set: EntitySet,
  version: ApiVersion,
  purpose: 'create' | 'update',
  members: Members,
): readonly EntityType[] {
  const annotation = members.find(([name]) => isTypeAnnotation(name));
  if (!annotation) return purpose === 'update' ? set.types : set.types.filter((type) => type === set.type);
  const given = declaredTypeName(annotation[1]);
  const named = set.types.filter((type) => isVisible(type, version) && sameTypeName(given, type.name));
  if (named.length > 0) return named;
  throw sameTypeName(given, set.type.name)
    ? abstractType(set)
    : graphError('typeMismatch', excerpt(given), set.type.name);
}

/** One reading for all types that take the same of what was sent, and why each of the others can't take it. */
function readingsOf(
  set: EntitySet,
  version: ApiVersion,
  purpose: 'create' | 'update',
  types: readonly EntityType[],
  members: Members,
  check: ValueCheck,
): Pick<Changes, 'readings' | 'problems'> {
  const readings: { types: EntityType[]; values: Map<Property, unknown> }[] = [];
  const unknown = new Map<string, GraphError>();
  for (const type of types) {
    // What the version doesn't know it shows as the declared type.
    const shown = isVisible(type, version) ? type : set.type;
    const values = readValues(shown, version, purpose, members);
    const same = !(values instanceof Error) && readings.find((reading) => isAlike(reading.values, values));
    if (values instanceof Error) unknown.set(type.name, values);
    else if (same) same.types.push(type);
    else readings.push({ types: [type], values });
  }
  const judged = readings.map((reading) => ({
    reading,
    problem: check(reading.types[0] as EntityType, reading.values, version),
  }));
  const wrong = judged.flatMap(({ reading, problem }) =>
    problem ? reading.types.map(({ name }) => [name, problem] as const) : [],
  );
  return {
    readings: judged.flatMap(({ reading, problem }) => (problem ? [] : [reading])),
    // A wrong value says more than an unknown property, so it stands first.
    problems: new Map([...wrong, ...unknown]),
  };
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

function readValues(
  type: EntityType,
  version: ApiVersion,
  purpose: 'create' | 'update',
  members: Members,
): Map<Property, unknown> | GraphError {
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

function sentId(body: object): string | undefined {
  if (!Object.hasOwn(body, 'id')) return undefined;
  const { id } = body as { id: unknown };
  if (typeof id !== 'string') throw graphError(id === null ? 'nullValue' : 'literal', ...idProblem(id));
  return checkedKey(id);
}

const idProblem = (id: unknown): [string, string] =>
  id === null ? ['id', 'Edm.String'] : [excerpt(JSON.stringify(id)), 'Edm.String'];

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
