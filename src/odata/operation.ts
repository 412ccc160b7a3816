import type { Keys } from './address.js';
import { type ApiVersion } from './edm.js';
import type { Segment } from './entity-set.js';
import { type GraphError, graphError } from './errors.js';
import type { Permissions } from './permissions.js';

export type Verb = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** What a path below the version does that isn't reading and writing the rows of an entity set. */
export interface Operation {
  /** An action's name may be qualified in a URL (OData URL 4.01, 4.5); it takes nothing behind it. */
  kind: 'action' | 'resource';
  /** Segments of its URL below the version; a key may be the last. */
  segments: readonly Segment[];
  verbs: readonly Verb[];
  versions: readonly ApiVersion[];
  permissions: Permissions;
}

/** What a URL addresses, whatever its spelling was. */
export interface OperationAddress {
  version: ApiVersion;
  operation: Operation;
  keys: Keys;
}

/** `deviceManagement/reports/exportJobs/{id}`, for a log line. */
export const operationTemplate = ({ segments }: Operation): string =>
  segments.map(({ kind, name }) => (kind === 'key' ? `{${name}}` : name)).join('/');

/** Stands before an action's name in the router's paths: no route of another kind can take it for its key. */
export const actionMark = '$action';

/** The one path of an operation, as the router knows it. */
export function operationPath({ operation, keys }: OperationAddress): string {
  const last = operation.segments.length - 1;
  return operation.segments
    .map(({ kind, name }, index) => {
      if (kind === 'key') return `/${encodeURIComponent(keys[name] ?? '')}`;
      return operation.kind === 'action' && index === last ? `/${actionMark}/${name}` : `/${name}`;
    })
    .join('');
}

/** The error for a verb that an operation doesn't take, in the words for what has no route. */
export function noOperationRoute({ operation, keys }: OperationAddress, verb: string): GraphError {
  const words = operation.segments.map(({ kind }, index) => {
    if (kind === 'key') return 'key';
    if (operation.kind === 'action' && index === operation.segments.length - 1) return 'action';
    return index === 0 ? 'singleton' : 'navigation';
  });
  const path = operation.segments
    .map(({ kind, name }) =>
      kind === 'key' ? `('${encodeURIComponent((keys[name] ?? '').replaceAll("'", "''"))}')` : `/${name}`,
    )
    .join('');
  return graphError('noRoute', `~/${words.join('/')}`, verb, path);
}
