import { BindFault } from './binding/bind-fault.js';
import { bindCondition, bindExpression } from './binding/bind-expression.js';
import type { Scope } from './binding/scope.js';
import { bindSearch } from './binding/bind-search.js';
import { booleanType, type Typed } from './binding/typed.js';
import { dateTimeOffsetAt } from './date-time-offset.js';
import { allProperties, type ApiVersion, isVisible, namespace, type Property } from './edm.js';
import type { EntitySet } from './entity-set.js';
import { type ErrorKind, graphError } from './errors.js';
import { limits } from './limits.js';
import { parseExpression } from './query/expression.js';
import { parseOrderBy } from './query/order-by.js';
import { QuerySyntaxError } from './query/query-syntax-error.js';
import { parseSearch } from './query/search.js';
import { parseSelect } from './query/select.js';
import type { SelectItem } from './query/syntax.js';
import { servedOptions } from './metadata/served-options.js';
import { entityOptions, type SystemOption, systemOptions } from './query-options.js';
import { excerpt } from './value-problem.js';

/** What a list was asked for: every name in it is known and every operand fits. */
export interface CollectionQuery {
  /** Rows on the page. */
  top: number;
  /** The page size of a `Prefer` header that was heeded: `$top` goes before it. */
  preferred: number | undefined;
  skip: number;
  /** Whether all rows that the filter passes are to be counted. */
  count: boolean;
  /** What `$filter` and `$search` ask for together. */
  filter: Typed | undefined;
  orderBy: readonly OrderedBy[];
  /** Names of the properties to send; undefined for all. */
  select: Selection;
  /** The opaque text of a nextLink, not yet verified. */
  skipToken: string | undefined;
  /** The options that a nextLink repeats, as they were sent, and those that decide the order of rows. */
  repeated: string;
  ordering: string;
}

/** Names of properties; undefined for all of them. */
export type Selection = ReadonlySet<string> | undefined;

export interface OrderedBy {
  expression: Typed;
  descending: boolean;
}

const served = servedOptions.map(({ name }) => name.slice(1));

/** `$count` behind a collection: how many rows pass. @throws {GraphError} as `collectionQuery` */
export function countQuery(search: string, set: EntitySet, version: ApiVersion): CollectionQuery {
  return boundQuery(systemOptions(search, ['filter', 'search']), set, version, undefined);
}

/**
 * The names that `$select` of a single entity asks for; undefined for all.
 * @throws {GraphError} 400 for what is wrong, 501 for what is OData but isn't served
 */
export function entitySelection(search: string, set: EntitySet, version: ApiVersion): Selection {
  const select = entityOptions(search, ['select']).get('select')?.value;
  return bound('invalidSelect', select, (value) => selected(parseSelect(value), set, version));
}

/** The alias of the rows that a query is about. */
export const rowAlias = 'row';

/**
 * The options of a list.
 * @param search the raw query string, without `?`
 * @param prefer the `Prefer` header
 * @throws {GraphError} 400 for what is wrong, 501 for what is OData but isn't served
 */
export function collectionQuery(
  search: string,
  set: EntitySet,
  version: ApiVersion,
  prefer?: string,
): CollectionQuery {
  return boundQuery(systemOptions(search, served), set, version, prefer);
}

function boundQuery(
  options: ReadonlyMap<string, SystemOption>,
  set: EntitySet,
  version: ApiVersion,
  prefer: string | undefined,
): CollectionQuery {
  const scope = scopeOf(set, version);
  const preferred = preferredPageSize(prefer);
  const text = (name: string): string | undefined => options.get(name)?.value;
  const filter = bound('invalidFilter', text('filter'), (value) =>
    bindCondition(parseExpression(value), scope),
  );
  const found = bound('invalidSearch', text('search'), (value) => bindSearch(parseSearch(value), scope));
  return {
    top: pageSize(text('top'), preferred),
    preferred: text('top') === undefined ? preferred : undefined,
    skip: natural('$skip', text('skip')) ?? 0,
    count: flag('$count', text('count')),
    filter: both(filter, found),
    orderBy: bound('invalidOrderBy', text('orderby'), (value) => orderedBy(value, scope)) ?? [],
    select: bound('invalidSelect', text('select'), (value) => selected(parseSelect(value), set, version)),
    skipToken: text('skiptoken'),
    // `$skip` is not among them: what it left out lies before the place that the nextLink names.
    repeated: ['top', 'count', 'filter', 'search', 'orderby', 'select']
      .flatMap((name) => options.get(name)?.pair ?? [])
      .join('&'),
    ordering: text('orderby') ?? '',
  };
}

function both(filter: Typed | undefined, found: Typed | undefined): Typed | undefined {
  if (!filter || !found) return filter ?? found;
  return { kind: 'and', type: booleanType, nullable: filter.nullable, operands: [filter, found] };
}

function scopeOf(set: EntitySet, version: ApiVersion): Scope {
  let aliases = 0;
  return {
    version,
    row: { alias: rowAlias, rows: set },
    variables: new Map(),
    aliases: new Map(),
    now: dateTimeOffsetAt(Date.now()).ticks,
    alias: () => `element${aliases++}`,
  };
}

/** Syntax and sense of one option; both kinds of fault become that option's error. */
function bound<T>(kind: ErrorKind, value: string | undefined, bind: (value: string) => T): T | undefined {
  if (value === undefined) return undefined;
  try {
    return bind(value);
  } catch (error) {
    if (error instanceof BindFault && error.kind === 'unsupported') {
      throw graphError('expressionNotSupported', error.message);
    }
    if (error instanceof BindFault || error instanceof QuerySyntaxError) {
      throw graphError(kind as 'invalidFilter', error.message);
    }
    throw error;
  }
}

function orderedBy(value: string, scope: Scope): OrderedBy[] {
  return parseOrderBy(value).map(({ expression, descending }) => ({
    expression: bindExpression(expression, scope),
    descending,
  }));
}

/** @throws {BindFault} for a property that the set's type doesn't have, or a form that isn't served */
function selected(items: readonly SelectItem[], set: EntitySet, version: ApiVersion): Selection {
  if (items.some(({ kind }) => kind === 'all')) return undefined;
  const properties = allProperties(set.type).filter((property) => isVisible(property, version));
  return new Set(items.map((item) => selectedName(item, properties, set.type.name)));
}

function selectedName(item: SelectItem, properties: readonly Property[], typeName: string): string {
  const [step, ...rest] = item.kind === 'path' ? item.steps : [];
  if (item.kind !== 'path' || step?.kind !== 'name' || rest.length > 0 || item.options.length > 0) {
    throw new BindFault('unsupported', 'A path in $select');
  }
  const lower = step.name.toLowerCase();
  if (lower === 'id') return 'id';
  const found = properties.find(({ name }) => name.toLowerCase() === lower);
  if (!found) {
    const name = excerpt(step.name);
    throw new BindFault(
      'wrong',
      `Could not find a property named '${name}' on type '${namespace}.${typeName}'.`,
    );
  }
  return found.name;
}

function pageSize(given: string | undefined, preferred: number | undefined): number {
  const size = natural('$top', given) ?? preferred ?? limits.pageSize;
  if (size > limits.maxPageSize) throw graphError('invalidPageSize', String(size));
  return size;
}

/** `odata.maxpagesize`, also without its prefix (OData 4.01, 8.2.8.6); a preference can be lowered, so it is never an error. */
function preferredPageSize(prefer: string | undefined): number | undefined {
  const size = /(?:^|[,;\s])(?:odata\.)?maxpagesize\s*=\s*"?(\d{1,9})/i.exec(prefer ?? '')?.[1];
  return size === undefined || Number(size) === 0 ? undefined : Math.min(Number(size), limits.maxPageSize);
}

function natural(option: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (!/^\d{1,9}$/.test(given)) throw graphError('invalidOptionValue', option, excerpt(given));
  return Number(given);
}

function flag(option: string, given: string | undefined): boolean {
  if (given === undefined) return false;
  if (!/^(true|false)$/i.test(given)) throw graphError('invalidOptionValue', option, excerpt(given));
  return given.toLowerCase() === 'true';
}
