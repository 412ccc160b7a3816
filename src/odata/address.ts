import {
  type ApiVersion,
  apiVersions,
  type ComplexType,
  namespace,
  type Property,
  type ValueType,
} from './edm.js';
import { type EntitySet, type LinkedSet, parentKeys, type Reference, templateOf } from './entity-set.js';
import { type GraphError, graphError } from './errors.js';
import { limits } from './limits.js';
import { characterProblem } from './value-problem.js';

/** Values of keys by their names; an entity's own is `id`. */
export type Keys = Readonly<Record<string, string>>;

/** What a URL addresses, whatever its spelling was. */
export interface Address<S extends EntitySet = EntitySet> {
  version: ApiVersion;
  /** Where the URL casts, just the part of the set that has the type. */
  set: S;
  keys: Keys;
  isEntity: boolean;
  part: Part;
  /** Just those entities of the set that another is linked to, where the URL comes from there. */
  linked: Linked<S> | undefined;
  /** Entities that the URL goes through and that the keys alone don't require: they have to be there too. */
  through: readonly Through<S>[];
}

export interface Through<S extends EntitySet = EntitySet> {
  set: S;
  keys: Keys;
  linked?: Linked<S> | undefined;
}

/** A navigation and the entity that has it. */
export interface Linked<S extends EntitySet = EntitySet> {
  link: LinkedSet;
  from: Through<S>;
}

/** What is asked for of a collection or an entity. */
export type Part = { kind: 'whole' | 'count' | 'reference' } | PropertyPart;

/** One property, `id` among them, perhaps through complex values. */
export interface PropertyPart {
  kind: 'property';
  /** At least one. */
  steps: readonly Property[];
  /** Casts of complex values: how many steps lead to each, and the type. */
  casts?: readonly { behind: number; type: ComplexType }[];
  /** `raw` behind `/$value`, `count` behind `/$count`. */
  as: 'json' | 'raw' | 'count';
}

/** The type of what a part is: that of its last property, or the one that this is cast to. */
export function partType({ steps, casts }: PropertyPart): ValueType {
  const last = casts?.at(-1);
  return last?.behind === steps.length ? last.type : (steps.at(-1) as Property).type;
}

/** The key, as it is declared for every type. */
export const keyProperty: Property = {
  name: 'id',
  type: { kind: 'primitive', name: 'Edm.String' },
  nullable: false,
  computed: undefined,
  immutable: false,
  versions: apiVersions,
  maxLength: limits.key,
};

/** @throws {GraphError} 400 when the text can't be a key: empty, too long, or not Unicode text. */
export function checkedKey(key: string): string {
  if (key === '') throw graphError('invalidKey', 'it is empty');
  if (key.length > limits.key) throw graphError('invalidKey', `it is longer than ${limits.key} characters`);
  const problem = characterProblem(key);
  if (problem) throw graphError('invalidKey', problem);
  return key;
}

const routes: Readonly<Record<Part['kind'], string>> = {
  whole: '',
  count: '/$count',
  reference: '/$ref',
  property: '/$property',
};

/** Stands in the router's paths where the only entity of its kind has no key. */
const singleMark = '$single';

/** The one path of an address, as the router knows it: names in their own case, keys as segments, no casts. */
export function canonicalPath({ set, keys, isEntity, part }: Address): string {
  let path = '';
  for (const segment of set.segments) {
    path += `/${segment.kind === 'name' ? segment.name : encodeURIComponent(keys[segment.name] ?? '')}`;
  }
  if (isEntity) path += `/${set.isSingle ? singleMark : encodeURIComponent(keys['id'] ?? '')}`;
  return path + routes[part.kind];
}

/** What an address looks like whatever its keys: `deviceAppManagement/mobileApps/{id}/displayName`. */
export function addressTemplate(address: Address): string {
  const { set, isEntity, linked } = address;
  const id = isEntity && !set.isSingle ? '/{id}' : '';
  const rows = linked ? `${templateOf(linked.from.set)}/{id}/${linked.link.name}` : templateOf(set);
  return `${rows}${id}${tailOf(address)}`;
}

const behind: Readonly<Record<PropertyPart['as'], string>> = { json: '', raw: '/$value', count: '/$count' };

function propertyPath({ steps, casts = [], as }: PropertyPart): string {
  const names = steps.flatMap(({ name }, index) => [
    name,
    ...casts.filter((cast) => cast.behind === index + 1).map(({ type }) => `${namespace}.${type.name}`),
  ]);
  return `/${names.join('/')}${behind[as]}`;
}

/** `~/singleton/navigation/key`, as the service's router describes a path that it has no method for. */
export function routeTemplate({ set, isEntity, part, linked }: Address): string {
  const words: string[] = (linked?.from.set ?? set).segments.map((segment, index) =>
    segment.kind === 'key' ? 'key' : index === 0 ? 'singleton' : 'navigation',
  );
  if (linked) words.push('key', 'navigation');
  if (isEntity && !set.isSingle) words.push('key');
  if (set.castTo) words.push('cast');
  return `~/${words.join('/')}${part.kind === 'property' ? `/property${behind[part.as]}` : routes[part.kind]}`;
}

/** The path of a set's rows with keys in parentheses, as contexts, links and the service's errors print it. */
export function pathOf(set: EntitySet, keys: Keys): string {
  let path = '';
  for (const segment of set.segments) {
    path +=
      segment.kind === 'name'
        ? `${path === '' ? '' : '/'}${segment.name}`
        : `('${encodeKey(keys[segment.name] ?? '')}')`;
  }
  return path;
}

/** The path of a collection: all of a set's rows, or those that an entity is linked to; casts included. */
export const collectionPath = ({ set, keys, linked }: Through): string =>
  (linked ? linkedPath(linked) : pathOf(set, keys)) + castSegment(set);

const linkedPath = ({ link, from }: Linked): string =>
  `${entityPath(from.set, from.keys, from.keys['id'] ?? '')}/${link.name}`;

/** The path of one entity of a set, in its canonical form: without casts. */
export const entityPath = (set: EntitySet, keys: Keys, id: string): string =>
  pathOf(set, keys) + (set.isSingle ? '' : keySegment(id));

const keySegment = (id: string): string => `('${encodeKey(id)}')`;

/** The keys that lead to what an entity contains in another set. */
export function containedKeys(set: EntitySet, container: Keys, id: string): Keys {
  const names = parentKeys(set);
  const own = names.at(-1);
  return Object.fromEntries(names.map((name) => [name, name === own ? id : (container[name] ?? '')]));
}

/** The keys of the container, its own among them, that a navigation leads to from what it contains. */
export function containerKeys({ set, key }: Pick<Reference, 'set' | 'key'>, contained: Keys): Keys {
  const outer = parentKeys(set).map((name) => [name, contained[name] ?? '']);
  return { ...Object.fromEntries(outer), id: contained[key] ?? '' };
}

/** The path of what an address means, casts included. */
export function addressPath(address: Address): string {
  const { set, keys, isEntity } = address;
  const rows = isEntity ? entityPath(set, keys, keys['id'] ?? '') : pathOf(set, keys);
  return rows + tailOf(address);
}

/** What stands behind the rows of an address: casts and parts. */
const tailOf = ({ set, part }: Address): string =>
  castSegment(set) + (part.kind === 'property' ? propertyPath(part) : routes[part.kind]);

/** `/microsoft.graph.win32LobApp` where a set is cast to that type; else nothing. */
export const castSegment = ({ castTo }: EntitySet): string => (castTo ? `/${namespace}.${castTo.name}` : '');

const encodeKey = (key: string): string => encodeURIComponent(key.replaceAll("'", "''"));

/** The error for a verb that an address doesn't take. */
export const noRoute = (address: Address, verb: string): GraphError =>
  graphError('noRoute', routeTemplate(address), verb, `/${routePath(address)}`);

/** The path of an address as it was asked for, where `addressPath` says what it leads to. */
function routePath(address: Address): string {
  const { keys, isEntity, linked } = address;
  if (!linked) return addressPath(address);
  return `${linkedPath(linked)}${isEntity ? keySegment(keys['id'] ?? '') : ''}${tailOf(address)}`;
}
