import { BindFault } from './binding/bind-fault.js';
import { bindCondition } from './binding/bind-expression.js';
import { bindSearch } from './binding/bind-search.js';
import { bindOrderBy, bindSelection, both } from './binding/bind-selection.js';
import type { Scope } from './binding/scope.js';
import { type CollectionQuery, type Selection, wholeSelection } from './bound-query.js';
import { dateTimeOffsetAt } from './date-time-offset.js';
import type { ApiVersion } from './edm.js';
import type { EntitySet } from './entity-set.js';
import { type ErrorKind, graphError } from './errors.js';
import { limits } from './limits.js';
import { servedOptions } from './metadata/served-options.js';
import { readPreferences } from './preferences.js';
import { parseExpand } from './query/expand.js';
import { parseExpression } from './query/expression.js';
import { parseOrderBy } from './query/order-by.js';
import { QuerySyntaxError } from './query/query-syntax-error.js';
import { parseSearch } from './query/search.js';
import { parseSelect } from './query/select.js';
import { aliasesOf, entityOptions, type SystemOption, systemOptions } from './query-options.js';
import { excerpt } from './value-problem.js';

/** The options of each kind of read, without their `$`. */
const ofCollections = servedOptions.map(({ name }) => name.slice(1));
const ofEntities = ['select', 'expand'];
const ofCounts = ['filter', 'search'];
const ofReferences = ofCollections.filter((name) => !ofEntities.includes(name));

/** The alias of the rows that a query is about. */
export const rowAlias = 'row';

/**
 * The options of a list.
 * @param search the raw query string, without `?`
 * @param prefer the `Prefer` header
 * @throws {GraphError} 400 for what is wrong, 501 for what is OData but isn't served
 */
export const collectionQuery = (
  search: string,
  set: EntitySet,
  version: ApiVersion,
  prefer?: string,
): CollectionQuery => boundQuery(systemOptions(search, ofCollections), set, version, prefer);

/** `$count` behind a collection: how many rows pass. @throws {GraphError} as `collectionQuery` */
export const countQuery = (search: string, set: EntitySet, version: ApiVersion): CollectionQuery =>
  boundQuery(systemOptions(search, ofCounts), set, version, undefined);

/** `$ref` behind a collection: the rows' links. @throws {GraphError} as `collectionQuery` */
export const referencesQuery = (
  search: string,
  set: EntitySet,
  version: ApiVersion,
  prefer?: string,
): CollectionQuery => boundQuery(systemOptions(search, ofReferences), set, version, prefer);

/**
 * What `$select` and `$expand` of a single entity ask for.
 * @throws {GraphError} 400 for what is wrong, 501 for what is OData but isn't served
 */
export function entitySelection(search: string, set: EntitySet, version: ApiVersion): Selection {
  const options = entityOptions(search, ofEntities);
  return options.size === 0 ? wholeSelection : selection(options, scopeOf(options, set, version));
}

type Options = ReadonlyMap<string, SystemOption>;

function boundQuery(
  options: Options,
  set: EntitySet,
  version: ApiVersion,
  prefer: string | undefined,
): CollectionQuery {
  const scope = scopeOf(options, set, version);
  const preferred = readPreferences(prefer).maxPageSize;
  const text = (name: string): string | undefined => options.get(name)?.value;
  const filter = bound('invalidFilter', text('filter'), (value) =>
    bindCondition(parseExpression(value), scope),
  );
  const found = bound('invalidSearch', text('search'), (value) => bindSearch(parseSearch(value), scope));
  return {
    top: pageSize(text('top'), preferred),
    isTotal: false,
    preferred: text('top') === undefined ? preferred : undefined,
    skip: skipped(options),
    count: flag('$count', text('count')),
    filter: both(filter, found),
    orderBy:
      bound('invalidOrderBy', text('orderby'), (value) => bindOrderBy(parseOrderBy(value), scope)) ?? [],
    selection: selection(options, scope),
    skipToken: text('skiptoken'),
    // `$skip` is not among them: what it left out lies before the place that the nextLink names.
    repeated: [...options]
      .filter(([name]) => name !== 'skip' && name !== 'skiptoken')
      .map(([, { pair }]) => pair)
      .join('&'),
    ordering: text('orderby') ?? '',
  };
}

function scopeOf(options: Options, set: EntitySet, version: ApiVersion): Scope {
  let aliases = 0;
  return {
    version,
    row: { alias: rowAlias, rows: set },
    variables: new Map(),
    aliases: aliasesOf(options),
    carried: [...options].flatMap(([name, { pair }]) =>
      name === 'format' || name.startsWith('@') ? [pair] : [],
    ),
    now: dateTimeOffsetAt(Date.now()).ticks,
    alias: () => `element${aliases++}`,
  };
}

/**
 * Syntax and sense of one option; both kinds of fault become that option's error.
 * @throws {GraphError} 400 of the kind, or 501
 */
export function bound<T>(
  kind: ErrorKind,
  value: string | undefined,
  bind: (value: string) => T,
): T | undefined {
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

function selection(options: Options, scope: Scope): Selection {
  const text = (name: string): string | undefined => options.get(name)?.value;
  if (text('select') === undefined && text('expand') === undefined) return wholeSelection;
  const select = bound('invalidSelect', text('select'), parseSelect);
  const expand = bound('invalidSelect', text('expand'), parseExpand);
  return bound('invalidSelect', '', () => bindSelection(select, expand, scope)) ?? wholeSelection;
}

/** A nextLink's place is behind what was left out. */
function skipped(options: Options): number {
  const skip = natural('$skip', options.get('skip')?.value);
  if (skip !== undefined && options.has('skiptoken')) throw graphError('optionNotApplicable', '$skip');
  return skip ?? 0;
}

function pageSize(given: string | undefined, preferred: number | undefined): number {
  const size = natural('$top', given) ?? preferred ?? limits.pageSize;
  if (size > limits.maxPageSize) throw graphError('invalidPageSize', String(size));
  return size;
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
