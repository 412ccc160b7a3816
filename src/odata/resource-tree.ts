import {
  type Address,
  checkedKey,
  keyProperty,
  type Keys,
  type Linked,
  type Part,
  partType,
  type PropertyPart,
  type Through,
} from './address.js';
import { relativeNamed } from './complex-types.js';
import { allProperties, type ApiVersion, type ComplexType, isVisible, type Property } from './edm.js';
import { type EntitySet, parentKeys, type Segment } from './entity-set.js';
import { graphError } from './errors.js';
import type { Operation, OperationAddress } from './operation.js';
import { excerpt } from './value-problem.js';

/** The names that may follow one another in a URL; one tree per API version, made once. */
interface Node<S> {
  names: Map<string, Node<S>>;
  key: Node<S> | undefined;
  set: S | undefined;
  operation: Operation | undefined;
  isEntity: boolean;
  /** How the service's router describes the way to a node without a set, and its path. */
  template: string;
  path: string;
}

export interface ResourceTree<S extends EntitySet> {
  version: ApiVersion;
  root: Node<S>;
  /** Where each set is, without its casts. */
  places: ReadonlyMap<EntitySet, Node<S>>;
}

const newNode = <S>(template: string, path: string, isEntity = false): Node<S> => ({
  names: new Map(),
  key: undefined,
  set: undefined,
  operation: undefined,
  isEntity,
  template,
  path,
});

/** The tree of all sets and operations that exist in a version. */
export function resourceTree<S extends EntitySet>(
  sets: readonly S[],
  version: ApiVersion,
  operations: readonly Operation[] = [],
): ResourceTree<S> {
  const root = newNode<S>('~', '');
  const places = new Map<EntitySet, Node<S>>();
  for (const set of sets.filter((candidate) => isVisible(candidate, version))) {
    const node = set.segments.reduce(child, root);
    node.set = set;
    if (set.isSingle) node.isEntity = true;
    else keyNode(node).set = set;
    places.set(set, node);
  }
  for (const operation of operations.filter((candidate) => isVisible(candidate, version))) {
    operation.segments.reduce(child, root).operation = operation;
  }
  return { version, root, places };
}

function child<S>(node: Node<S>, segment: Segment): Node<S> {
  if (segment.kind === 'key') return keyNode(node);
  const lower = segment.name.toLowerCase();
  const word = node.template === '~' ? 'singleton' : 'navigation';
  const next =
    node.names.get(lower) ?? newNode<S>(`${node.template}/${word}`, `${node.path}/${segment.name}`);
  node.names.set(lower, next);
  return next;
}

function keyNode<S>(node: Node<S>): Node<S> {
  node.key ??= newNode(`${node.template}/key`, node.path, true);
  return node.key;
}

/** Either what an entity set has at a path, or what else is done there. */
type Target<S extends EntitySet> = { address: Address<S> } | { operation: OperationAddress<S> };

/**
 * As `resolvePath`, but a path may lead to an operation, too.
 * @throws as `resolvePath`
 */
export function resolveTarget<S extends EntitySet>(
  tree: ResourceTree<S>,
  path: string,
  verb: string,
): Target<S> {
  const end = walkTo(tree, path);
  const { operation } = end.node;
  if (!operation) return { address: addressOf(end, verb) };
  const keys = keysAlong(operation.segments, end.keys);
  const { bound, given } = end;
  return { operation: { version: tree.version, operation, keys, bound, given } };
}

/**
 * Follows the segments below the version. Names match without regard to case; keys are `/{key}` or `('{key}')`; types
 * are qualified by the namespace or its alias.
 * @throws {GraphError} 400 for an unknown segment, a malformed escape or key, or a path that addresses no set.
 */
export function resolvePath<S extends EntitySet>(
  tree: ResourceTree<S>,
  path: string,
  verb: string,
): Address<S> {
  return addressOf(walkTo(tree, path), verb);
}

function walkTo<S extends EntitySet>(tree: ResourceTree<S>, path: string): Walk<S> {
  const walk: Walk<S> = {
    tree,
    node: tree.root,
    set: undefined,
    keys: [],
    part: whole,
    linked: undefined,
    through: none,
    bound: undefined,
    given: undefined,
  };
  for (const part of path.split('/')) {
    if (part !== '') step(walk, decodeSegment(part));
  }
  return walk;
}

function addressOf<S extends EntitySet>(walk: Walk<S>, verb: string): Address<S> {
  const { tree, set, node, part, linked, through } = walk;
  if (!set) throw graphError('noRoute', node.template, verb, node.path || '/');
  const { isEntity } = node;
  return { version: tree.version, set, isEntity, part, linked, through, keys: namedKeys(set, walk.keys) };
}

const whole: Part = { kind: 'whole' };
const none: readonly never[] = [];

interface Walk<S extends EntitySet> {
  tree: ResourceTree<S>;
  node: Node<S>;
  /** The node's set, or what a cast left of it. */
  set: S | undefined;
  keys: string[];
  part: Part;
  linked: Linked<S> | undefined;
  through: readonly Through<S>[];
  /** What an operation at the end is bound to, and what stands between its parentheses. */
  bound: Address<S> | undefined;
  given: string | undefined;
}

function step<S extends EntitySet>(walk: Walk<S>, segment: string): void {
  const { set, node, part } = walk;
  if (part !== whole) return behindPart(walk, segment);
  // Ahead of the rest: it is what nearly all requests have.
  if (toName(walk, segment) || toOperation(walk, segment)) return;
  if (isReserved(segment)) return toReserved(walk, segment);
  if (!node.isEntity) return takeKey(walk, segment);
  const isKnown =
    set &&
    (toReference(walk, set, segment) || toLinked(walk, set, segment) || toProperty(walk, set, segment));
  if (!isKnown) throw graphError('segmentNotFound', excerpt(segment));
}

/** OData's own segments, never names or keys of ours: options, types, operations. */
const isReserved = (segment: string): boolean => /^(\$|(microsoft\.)?graph\.)/i.test(segment);

function toName<S extends EntitySet>(walk: Walk<S>, segment: string): boolean {
  if (walk.node.names.size === 0) return false;
  const { name, key } = splitKey(segment);
  const next = walk.node.names.get(name.toLowerCase());
  if (!next || isInvoked(next)) return false;
  // The keys don't say that the entity has the type which the URL casts it to, or that another is linked to it.
  if (walk.set?.castTo || walk.linked) leave(walk);
  walk.node = next;
  walk.set = next.set;
  if (key !== undefined) takeKey(walk, key);
  return true;
}

const isInvoked = <S>({ operation }: Node<S>): boolean =>
  operation?.kind === 'action' || operation?.kind === 'function';

const invocation = /^([\w.]+)(?:\((.*)\))?$/s;

/** An action, or a function with what it is given. Either is called for what stands before it. */
function toOperation<S extends EntitySet>(walk: Walk<S>, segment: string): boolean {
  if (walk.node.names.size === 0) return false;
  const [, name = '', given] = invocation.exec(segment) ?? [];
  const next = walk.node.names.get(unqualified(name));
  if (!next || !isInvoked(next)) return false;
  if (given !== undefined && next.operation?.kind === 'action')
    throw graphError('segmentNotFound', excerpt(splitKey(segment).key ?? given));
  if (walk.set) walk.bound = addressOf(walk, '');
  walk.node = next;
  walk.set = undefined;
  walk.given = given;
  return true;
}

const unqualified = (name: string): string => name.toLowerCase().replace(/^(microsoft\.)?graph\./, '');

function toReserved<S extends EntitySet>(walk: Walk<S>, segment: string): void {
  const { set, node } = walk;
  const lower = segment.toLowerCase();
  if (set && lower === '$count' && !node.isEntity) walk.part = { kind: 'count' };
  else if (set && lower === '$ref') walk.part = { kind: 'reference' };
  else if (lower.startsWith('$')) throw graphError('segmentNotSupported', excerpt(segment));
  else if (!set || !castTo(walk, set, segment)) throw graphError('segmentNotFound', excerpt(segment));
}

function takeKey<S extends EntitySet>(walk: Walk<S>, key: string): void {
  if (!walk.node.key) throw graphError('segmentNotFound', excerpt(key));
  walk.keys.push(checkedKey(key));
  walk.node = walk.node.key;
}

function castTo<S extends EntitySet>(walk: Walk<S>, set: S, segment: string): boolean {
  const { name, key } = splitKey(segment);
  const typeName = unqualified(name);
  const cast = [set, ...set.casts].find(
    ({ type }) => type.name.toLowerCase() === typeName && isVisible(type, walk.tree.version),
  );
  if (!cast) return false;
  // A set's casts are of the set's own kind.
  walk.set = cast as S;
  if (key !== undefined) takeKey(walk, key);
  return true;
}

function toProperty<S extends EntitySet>(walk: Walk<S>, set: S, segment: string): boolean {
  const isNamed = named(segment, walk.tree.version);
  const property = [keyProperty, ...allProperties(set.type)].find(isNamed);
  if (property) walk.part = { kind: 'property', steps: [property], as: 'json' };
  return property !== undefined;
}

function named(name: string, version: ApiVersion): (property: Property) => boolean {
  const lower = name.toLowerCase();
  return (property) => property.name.toLowerCase() === lower && isVisible(property, version);
}

function behindPart<S extends EntitySet>(walk: Walk<S>, segment: string): void {
  const { part } = walk;
  const lower = segment.toLowerCase();
  if (part.kind !== 'property' || part.as !== 'json') throw graphError('segmentNotFound', excerpt(segment));
  const type = partType(part);
  if (type.kind === 'complex') walk.part = inComplex(part, type, segment, walk.tree.version);
  else if (type.kind === 'collection' && lower === '$count') walk.part = { ...part, as: 'count' };
  else if (type.kind !== 'collection' && lower === '$value') walk.part = { ...part, as: 'raw' };
  else throw graphError('segmentNotFound', excerpt(segment));
}

/** A member of a complex value, or the value as one of another type. */
function inComplex(
  part: PropertyPart,
  type: ComplexType,
  segment: string,
  version: ApiVersion,
): PropertyPart {
  const inner = type.properties.find(named(segment, version));
  if (inner) return { ...part, steps: [...part.steps, inner] };
  const cast = isReserved(segment) ? relativeNamed(type, unqualified(segment), version) : undefined;
  if (!cast) throw graphError('segmentNotFound', excerpt(segment));
  if (cast === type) return part;
  return { ...part, casts: [...(part.casts ?? []), { behind: part.steps.length, type: cast }] };
}

/** A navigation to an entity that contains this one: its keys are the first of this one's. */
function toReference<S extends EntitySet>(walk: Walk<S>, set: S, segment: string): boolean {
  const lower = segment.toLowerCase();
  const reference = set.references.find(({ name }) => name.toLowerCase() === lower);
  const entity = reference && walk.tree.places.get(reference.set)?.key;
  if (!reference || !entity) return false;
  leave(walk);
  walk.keys = walk.keys.slice(0, parentKeys(reference.set).length + 1);
  walk.node = entity;
  walk.set = entity.set;
  return true;
}

/** A navigation to entities of another set: its keys begin anew. */
function toLinked<S extends EntitySet>(walk: Walk<S>, set: S, segment: string): boolean {
  const { name, key } = splitKey(segment);
  const link = set.linked.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  const place = link && walk.tree.places.get(link.set);
  if (!link || !place) return false;
  const from = here(walk, set);
  if (set.castTo || walk.linked) leave(walk);
  walk.linked = { link, from };
  walk.keys = [];
  walk.node = place;
  walk.set = place.set;
  if (key !== undefined) takeKey(walk, key);
  return true;
}

/** What the URL goes on from has to be there, too. */
function leave<S extends EntitySet>(walk: Walk<S>): void {
  if (walk.set) walk.through = [...walk.through, here(walk, walk.set)];
  walk.linked = undefined;
}

const here = <S extends EntitySet>({ keys, linked }: Walk<S>, set: S): Through<S> => ({
  set,
  keys: namedKeys(set, keys),
  ...(linked && { linked }),
});

const withKey = /^([^(]+)\((?:id=)?(?:'((?:[^']|'')*)'|([^']*))\)$/i;

/** `mobileApps('x')`, `mobileApps(id='x')` and, since scripts write it, `mobileApps(x)`; a quote in a key is doubled. */
function splitKey(segment: string): { name: string; key: string | undefined } {
  const match = withKey.exec(segment);
  if (!match) return { name: segment, key: undefined };
  return { name: match[1] ?? '', key: match[2]?.split("''").join("'") ?? match[3] };
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw graphError('malformedUrl', 'a percent sign does not start an escape of UTF-8');
  }
}

function namedKeys(set: EntitySet, values: readonly string[]): Keys {
  const keys = keysAlong(set.segments, values);
  const own = values[Object.keys(keys).length];
  return own === undefined ? keys : { ...keys, id: own };
}

function keysAlong(segments: readonly Segment[], values: readonly string[]): Keys {
  const keys: Record<string, string> = {};
  let index = 0;
  for (const segment of segments) {
    if (segment.kind === 'key') keys[segment.name] = values[index++] ?? '';
  }
  return keys;
}
