import type { Address } from './address.js';
import { isAnnotation } from './annotations.js';
import { basePathOf } from './base-path.js';
import type { ApiVersion } from './edm.js';
import { type EntitySet, templateOf } from './entity-set.js';
import { GraphError, graphError } from './errors.js';
import { parsedUrl } from './parsed-url.js';
import { type ResourceTree, resolvePath } from './resource-tree.js';
import { excerpt } from './value-problem.js';

/** What the URLs of entities are read by. */
export interface ReferenceScope {
  trees: Readonly<Record<ApiVersion, ResourceTree<EntitySet>>>;
  /** Absolute, without a slash at its end: what the version stands behind. */
  base: string;
  /** That of URLs that name none. */
  version: ApiVersion;
}

/** The URL in the body that links an entity (OData JSON 4.01, 14), by its 4.0 or 4.01 name. @throws {GraphError} 400 */
export function sentReference(body: unknown): string {
  const members =
    typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.entries(body) : [];
  const isOther = members.some(([name]) => !isAnnotation(name));
  const url: unknown = members.find(([name]) => name === '@odata.id' || name === '@id')?.[1];
  if (typeof url !== 'string' || isOther)
    throw graphError('invalidReference', "the body has to be an object with an '@odata.id' and nothing else");
  return url;
}

/**
 * The id of the entity of a set that a URL names: absolute, or relative to the service root, with or without a version.
 * @throws {GraphError} 400 for a URL of anything else
 */
export function referencedId(url: string, target: EntitySet, scope: ReferenceScope): string {
  const address = addressOf(url, scope);
  const isWhole = address?.isEntity && address.part.kind === 'whole' && address.through.length === 0;
  if (address?.set !== target || !isWhole || address.linked)
    throw graphError(
      'invalidReference',
      `'${excerpt(url)}' does not name an entity of ${templateOf(target)}`,
    );
  return address.keys['id'] ?? '';
}

function addressOf(url: string, { trees, base, version }: ReferenceScope): Address | undefined {
  const path = pathBelow(base, url);
  if (path === undefined) return undefined;
  const given = basePathOf(path);
  try {
    return resolvePath(trees[given?.version ?? version], given?.rest ?? path, 'GET');
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

/** The path as it was written, since a parsed one has lost escapes; undefined where the URL is of another service. */
function pathBelow(base: string, url: string): string | undefined {
  if (/[?#]/.test(url)) return undefined;
  const [, origin, path] = /^([a-z][a-z\d+.-]*:\/\/[^/\\]*|\/\/[^/\\]*)(.*)$/is.exec(url) ?? [];
  if (origin === undefined || path === undefined) return url;
  const own = new URL(base);
  const ownPath = own.pathname.replace(/\/$/, '');
  const isOwn = !origin.includes('@') && parsedUrl(origin)?.origin === own.origin;
  return isOwn && path.startsWith(`${ownPath}/`) ? path.slice(ownPath.length) : undefined;
}
