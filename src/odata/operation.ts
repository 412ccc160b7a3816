import type { Address, Keys } from './address.js';
import type { ApiVersion, Property, ValueType } from './edm.js';
import type { EntitySet, Segment } from './entity-set.js';
import { type GraphError, graphError } from './errors.js';
import type { Permissions } from './permissions.js';

export type Verb = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** What a path below the version does that isn't reading and writing the rows of an entity set. */
export interface Operation {
  /**
   * An action's or function's name may be qualified in a URL (OData URL 4.01, 4.5 and 4.6); nothing goes behind it but the
   * function's parentheses.
   */
  kind: 'action' | 'function' | 'resource';
  /** Segments of its URL below the version; a key may be the last. */
  segments: readonly Segment[];
  verbs: readonly Verb[];
  versions: readonly ApiVersion[];
  permissions: Permissions;
  /** Of an action's body, or between a function's parentheses; undefined where its handler reads what it is sent. */
  parameters?: readonly Parameter[];
  /** What it answers. */
  returns?: Returned;
}

/** A value, or entities as a collection that the bound entity contains would take them. */
export type Parameter = Property | EntitiesParameter;

export interface EntitiesParameter {
  name: string;
  /** The collection's navigation property. */
  entitiesOf: string;
}

/** A value, or entities of the set that the operation is bound to. */
export type Returned = { kind: 'value'; type: ValueType } | { kind: 'entities' };

/** What a URL addresses, whatever its spelling was. */
export interface OperationAddress<S extends EntitySet = EntitySet> {
  version: ApiVersion;
  operation: Operation;
  keys: Keys;
  /** The entity or collection that it is bound to, where a set has that. */
  bound: Address<S> | undefined;
  /** What stands between a function's parentheses. */
  given: string | undefined;
}

/** `deviceManagement/reports/exportJobs/{id}`, for a log line. */
export const operationTemplate = ({ segments }: Operation): string =>
  segments.map(({ kind, name }) => (kind === 'key' ? `{${name}}` : name)).join('/');

/** Stands before an operation's name in the router's paths: no route of another kind can take it for its key. */
export const operationMark = '$operation';

/** The one path of an operation, as the router knows it. */
export function operationPath({ operation, keys }: Pick<OperationAddress, 'operation' | 'keys'>): string {
  const last = operation.segments.length - 1;
  return operation.segments
    .map(({ kind, name }, index) => {
      if (kind === 'key') return `/${encodeURIComponent(keys[name] ?? '')}`;
      return operation.kind !== 'resource' && index === last ? `/${operationMark}/${name}` : `/${name}`;
    })
    .join('');
}

/** The error for a verb that an operation doesn't take, in the words for what has no route. */
export function noOperationRoute(
  { operation, keys }: Pick<OperationAddress, 'operation' | 'keys'>,
  verb: string,
): GraphError {
  const words = operation.segments.map(({ kind }, index) => {
    if (kind === 'key') return 'key';
    if (operation.kind !== 'resource' && index === operation.segments.length - 1) return operation.kind;
    return index === 0 ? 'singleton' : 'navigation';
  });
  const path = operation.segments
    .map(({ kind, name }) =>
      kind === 'key' ? `('${encodeURIComponent((keys[name] ?? '').replaceAll("'", "''"))}')` : `/${name}`,
    )
    .join('');
  return graphError('noRoute', `~/${words.join('/')}`, verb, path);
}
