import { bindCondition } from '../../../odata/binding/bind-expression.js';
import { bindSearch } from '../../../odata/binding/bind-search.js';
import { both } from '../../../odata/binding/bind-selection.js';
import type { Scope } from '../../../odata/binding/scope.js';
import type { Typed } from '../../../odata/binding/typed.js';
import { bound, rowAlias } from '../../../odata/collection-query.js';
import { dateTimeOffsetAt } from '../../../odata/date-time-offset.js';
import { graphError } from '../../../odata/errors.js';
import { queryLimits } from '../../../odata/limits.js';
import { parseExpression } from '../../../odata/query/expression.js';
import { excerpt } from '../../../odata/value-problem.js';
import type { Column, Report } from './report.js';
import { appFilter, unquoted } from './report-filter.js';

/** What is asked for of a report, all names known and all operands fitting. */
export interface ReportQuery {
  columns: readonly Column[];
  /** Of a report that is of one. */
  app: string | undefined;
  filter: Typed | undefined;
  orderBy: readonly ColumnOrder[];
}

export interface ColumnOrder {
  column: Column;
  descending: boolean;
}

/** As a client sends it: text that is empty counts as absent. */
export interface SentQuery {
  select: readonly string[];
  filter: string;
  search: string;
  orderBy: readonly string[];
}

/** @throws {GraphError} 400 for what is wrong, 501 for what is OData but isn't served */
export function reportQuery(report: Report, sent: SentQuery): ReportQuery {
  const scope = scopeOf(report);
  const given = bound('invalidFilter', sent.filter.trim() || undefined, parseExpression);
  const { app, rest } = report.isPerApp ? appFilter(given) : { app: undefined, rest: given };
  const filter =
    rest && bound('invalidFilter', sent.filter, () => bindCondition(unquoted(rest, report), scope));
  const text = sent.search.trim();
  const found = text === '' ? undefined : bindSearch({ kind: 'phrase', at: 0, text }, scope);
  return {
    columns: selected(report, sent.select),
    app,
    filter: both(filter, found),
    orderBy: ordered(report, sent.orderBy),
  };
}

function scopeOf({ set }: Report): Scope {
  let aliases = 0;
  return {
    version: 'beta',
    row: { alias: rowAlias, rows: set },
    variables: new Map(),
    aliases: new Map(),
    carried: [],
    now: dateTimeOffsetAt(Date.now()).ticks,
    alias: () => `element${aliases++}`,
  };
}

function selected(report: Report, names: readonly string[]): readonly Column[] {
  if (names.length === 0) return report.columns.filter(({ onRequest }) => !onRequest);
  return [...new Set(names)].map((name) => columnNamed(report, name));
}

/** Names of columns match to the letter, as on the live service. @throws {GraphError} 400 */
function columnNamed(report: Report, name: string): Column {
  const found = report.columns.find((column) => column.name === name);
  if (!found) throw graphError('unknownColumn', excerpt(name), report.name);
  return found;
}

const orderForm = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i;

function ordered(report: Report, terms: readonly string[]): ColumnOrder[] {
  if (terms.length > queryLimits.orderBy)
    throw graphError('invalidParameter', 'orderBy', `there are more than ${queryLimits.orderBy} sort keys`);
  return terms.map((term) => {
    const [, name, direction] = orderForm.exec(term) ?? [];
    if (name === undefined)
      throw graphError('invalidParameter', 'orderBy', `'${excerpt(term)}' is not a column with asc or desc`);
    return { column: columnNamed(report, name), descending: direction?.toLowerCase() === 'desc' };
  });
}
