import { checkedKey } from './address.js';
import { type ApiVersion, isVisible } from './edm.js';
import type { EntitySet, LinkedSet } from './entity-set.js';
import { graphError } from './errors.js';
import { type Readings, readingsOf, type ValueCheck } from './readings.js';
import { excerpt } from './value-problem.js';

/** What a client wants written: the names it sent and no others. */
export interface Changes extends Readings {
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
  const { readings, problems } = readingsOf({ set, version, purpose, members }, check);
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
  [...set.contained, ...set.singles, ...set.linked, ...set.references].some(
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
  const found = [...set.contained, ...set.singles].find((candidate) => candidate.name === name);
  if (!found || purpose === 'update')
    throw graphError('expressionNotSupported', `'${excerpt(name)}' in a body`);
  const sent = found.set.isSingle ? [value] : value;
  if (!Array.isArray(sent)) throw graphError('unexpectedNode', nodeOf(value), 'StartArray');
  const entities = sent.map((entity: unknown) => readChanges(found.set, version, purpose, entity, check));
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

function sentId(body: object): string | undefined {
  if (!Object.hasOwn(body, 'id')) return undefined;
  const { id } = body as { id: unknown };
  if (typeof id !== 'string') throw graphError(id === null ? 'nullValue' : 'literal', ...idProblem(id));
  return checkedKey(id);
}

const idProblem = (id: unknown): [string, string] =>
  id === null ? ['id', 'Edm.String'] : [excerpt(JSON.stringify(id)), 'Edm.String'];
