import type { ApiVersion } from './edm.js';
import type { EntitySet } from './entity-set.js';
import { graphError } from './errors.js';
import { limits } from './limits.js';
import { characterProblem } from './value-problem.js';

/** What a URL addresses, whatever its spelling was. */
export interface Address<S extends EntitySet = EntitySet> {
  version: ApiVersion;
  set: S;
  /** Values of the keys in the URL by their names; an entity's own is `id`. */
  keys: Readonly<Record<string, string>>;
  isEntity: boolean;
  /** Whether `$count` follows the collection. */
  isCount: boolean;
}

/** @throws {GraphError} 400 when the text can't be a key: empty, too long, or not Unicode text. */
export function checkedKey(key: string): string {
  if (key === '') throw graphError('invalidKey', 'it is empty');
  if (key.length > limits.key) throw graphError('invalidKey', `it is longer than ${limits.key} characters`);
  const problem = characterProblem(key);
  if (problem) throw graphError('invalidKey', problem);
  return key;
}

/** The one URL path of an address, as the router knows it: names in their own case, keys as segments. */
export function canonicalPath(address: Address): string {
  let path = '';
  for (const segment of address.set.segments) {
    path += `/${segment.kind === 'name' ? segment.name : encodeURIComponent(address.keys[segment.name] ?? '')}`;
  }
  if (address.isCount) return `${path}/$count`;
  return address.isEntity ? `${path}/${encodeURIComponent(address.keys['id'] ?? '')}` : path;
}

/** `~/singleton/navigation/key`, as the service's router describes a path that it has no method for. */
export function routeTemplate(address: Address): string {
  const words = address.set.segments.map((segment, index) =>
    segment.kind === 'key' ? 'key' : index === 0 ? 'singleton' : 'navigation',
  );
  return `~/${[...words, ...(address.isEntity ? ['key'] : [])].join('/')}`;
}

/** The set's path with keys in parentheses, as contexts, Location headers and the service's errors print it; `own` is an entity's key. */
export function parenthesizedPath(address: Address, own?: string): string {
  let path = '';
  for (const segment of address.set.segments) {
    path +=
      segment.kind === 'name'
        ? `${path === '' ? '' : '/'}${segment.name}`
        : `('${encodeKey(address.keys[segment.name] ?? '')}')`;
  }
  return own === undefined ? path : `${path}('${encodeKey(own)}')`;
}

const encodeKey = (key: string): string => encodeURIComponent(key.replaceAll("'", "''"));
