import { type Address, checkedKey } from './address.js';
import { type ApiVersion, allProperties, apiVersions } from './edm.js';
import type { EntitySet, Segment } from './entity-set.js';
import { graphError } from './errors.js';
import { excerpt } from './value-problem.js';

/** The names that may follow one another in a URL; one tree per API version, made once. */
interface Node<S> {
  names: Map<string, { name: string; node: Node<S> }>;
  key: { name: string; node: Node<S> } | undefined;
  set: S | undefined;
  isEntity: boolean;
}

export interface ResourceTree<S extends EntitySet> {
  version: ApiVersion;
  root: Node<S>;
}

const emptyNode = <S>(isEntity: boolean): Node<S> => ({
  names: new Map(),
  key: undefined,
  set: undefined,
  isEntity,
});

/** The tree of all sets that exist in a version. */
export function resourceTree<S extends EntitySet>(sets: readonly S[], version: ApiVersion): ResourceTree<S> {
  const root = emptyNode<S>(false);
  for (const set of sets.filter((candidate) => candidate.versions.includes(version))) {
    const node = set.segments.reduce(child, root);
    node.set = set;
    node.key ??= { name: 'id', node: emptyNode(true) };
    node.key.node.set = set;
  }
  return { version, root };
}

function child<S>(node: Node<S>, segment: Segment): Node<S> {
  if (segment.kind === 'key') {
    node.key ??= { name: segment.name, node: emptyNode(true) };
    return node.key.node;
  }
  const known = node.names.get(segment.name.toLowerCase());
  if (known) return known.node;
  const made = emptyNode<S>(false);
  node.names.set(segment.name.toLowerCase(), { name: segment.name, node: made });
  return made;
}

/** The API version that a path's first segment names, in any case. */
export function versionOf(segment: string): ApiVersion | undefined {
  return apiVersions.find((version) => version === segment.toLowerCase());
}

/**
 * Follows the segments below the version. Names match without regard to case; keys are `/{key}` or `('{key}')`.
 * @throws {GraphError} 400 for an unknown segment, a malformed escape or key, or a path that addresses no set.
 */
export function resolvePath<S extends EntitySet>(
  tree: ResourceTree<S>,
  path: string,
  verb: string,
): Address<S> {
  const walk: Walk<S> = { node: tree.root, keys: [], words: [], canonical: '', isCount: false };
  for (const part of path.split('/')) {
    if (part !== '') step(walk, decodeSegment(part));
  }
  const { set, isEntity } = walk.node;
  if (!set)
    throw graphError(
      'noRoute',
      `~${walk.words.map((word) => `/${word}`).join('')}`,
      verb,
      walk.canonical || '/',
    );
  return { version: tree.version, set, isEntity, isCount: walk.isCount, keys: namedKeys(set, walk.keys) };
}

interface Walk<S> {
  node: Node<S>;
  keys: string[];
  words: string[];
  canonical: string;
  isCount: boolean;
}

function step<S extends EntitySet>(walk: Walk<S>, segment: string): void {
  const { node } = walk;
  if (walk.isCount) throw graphError('segmentNotFound', excerpt(segment));
  if (node.key) {
    walk.isCount = node.set !== undefined && segment.toLowerCase() === '$count';
    if (walk.isCount) return;
    if (isReserved(segment)) throw graphError('segmentNotSupported', excerpt(segment));
    return takeKey(walk, segment);
  }
  const { name, key } = splitKey(segment);
  const next = node.names.get(name.toLowerCase());
  if (!next) throw unknownSegment(node, segment);
  walk.words.push(walk.words.length === 0 ? 'singleton' : 'navigation');
  walk.canonical += `/${next.name}`;
  walk.node = next.node;
  if (key !== undefined) takeKey(walk, key);
}

function takeKey<S extends EntitySet>(walk: Walk<S>, key: string): void {
  const { node } = walk;
  if (!node.key) throw graphError('segmentNotFound', excerpt(key));
  walk.keys.push(checkedKey(key));
  walk.words.push('key');
  walk.canonical += `('${key.replaceAll("'", "''")}')`;
  walk.node = node.key.node;
}

function unknownSegment<S extends EntitySet>(node: Node<S>, segment: string): Error {
  const name = segment.toLowerCase();
  const isProperty = node.set?.types.some((type) =>
    allProperties(type).some((p) => p.name.toLowerCase() === name),
  );
  const isServed = isReserved(segment) || name === 'id' || isProperty;
  return graphError(isServed ? 'segmentNotSupported' : 'segmentNotFound', excerpt(segment));
}

/** `$count`, `$ref`, casts and the like: OData's own segments, never names or keys of ours. */
const isReserved = (segment: string): boolean => /^(\$|microsoft\.graph\.)/i.test(segment);

const withKey = /^([^(]+)\((?:id=)?(?:'((?:[^']|'')*)'|([^']*))\)$/i;

/** `mobileApps('x')`, `mobileApps(id='x')` and, since scripts write it, `mobileApps(x)`; a quote in a key is doubled. */
function splitKey(segment: string): { name: string; key: string | undefined } {
  const match = withKey.exec(segment);
  if (!match) return { name: segment, key: undefined };
  return { name: match[1] ?? '', key: match[2]?.replaceAll("''", "'") ?? match[3] };
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw graphError('malformedUrl', 'a percent sign does not start an escape of UTF-8');
  }
}

function namedKeys(set: EntitySet, values: readonly string[]): Record<string, string> {
  const keys: Record<string, string> = {};
  let index = 0;
  for (const segment of set.segments) {
    if (segment.kind === 'key') keys[segment.name] = values[index++] ?? '';
  }
  const own = values[index];
  if (own !== undefined) keys['id'] = own;
  return keys;
}
