import type { RowsQuery } from '../odata/bound-query.js';
import { rowAlias } from '../odata/collection-query.js';
import type { Typed } from '../odata/binding/typed.js';
import { limits } from '../odata/limits.js';
import type { Row } from '../odata/serializer.js';
import { ExpressionSql, sqlTypeOf } from '../odata/sql/expression-sql.js';
import type { Cursor, OrderTerm } from '../odata/sql/keyset.js';
import type { Sql } from '../odata/sql/parameters.js';
import { rowStore } from './row-store.js';
import type { Statement } from './statements.js';
import type { Table } from './table.js';

/** What a list's statements are written from. */
export interface RowQuery {
  where: readonly Sql[];
  order: readonly OrderTerm[];
}

/** A bound query as SQL over the rows of its set. */
export function rowQuery({ filter, orderBy }: Pick<RowsQuery, 'filter' | 'orderBy'>): RowQuery {
  const where: Sql[] = filter
    ? [(parameters) => new ExpressionSql(rowStore, parameters).condition(filter)]
    : [];
  const terms: OrderTerm[] = [];
  for (const { expression, descending } of orderBy) {
    if (isOwnKey(expression)) return { where, order: [...terms, key(descending)] };
    // All rows are equal in it.
    if (expression.type.kind === 'null') continue;
    terms.push({
      sql: (parameters) =>
        ordered(expression, new ExpressionSql(rowStore, parameters).comparable(expression)),
      // Computed numbers can be larger than any column's.
      type:
        expression.kind === 'call' && expression.type.kind === 'number'
          ? 'numeric'
          : sqlTypeOf(expression.type),
      descending,
      nullable: expression.nullable,
    });
  }
  // In the direction of the last term, so that one index serves both ways.
  return { where, order: [...terms, key(orderBy.at(-1)?.descending ?? false)] };
}

/** Text decides by its beginning, unless an index holds all of it: a nextLink carries the values of the order. */
const ordered = (expression: Typed, sql: string): string =>
  expression.type.kind === 'string' && !isIndexed(expression) ? `left(${sql}, ${limits.orderedText})` : sql;

const isIndexed = (expression: Typed): boolean =>
  expression.kind === 'property' &&
  (expression.path.steps === 'id' || (expression.path.steps.at(-1)?.maxLength ?? 0) <= limits.indexedText);

/** Nothing behind it decides anything: no two rows of the collection have the same. */
const isOwnKey = (expression: Typed): boolean =>
  expression.kind === 'property' &&
  expression.path.steps === 'id' &&
  !expression.path.onlyOf &&
  !expression.path.source.reached;

const key = (descending: boolean): OrderTerm => ({
  sql: () => `${rowAlias}."id"`,
  type: 'text',
  descending,
  nullable: false,
});

/** The place of a row in an order: the values behind its columns, and its key. */
export function cursorOf(row: Row, table: Table): Cursor {
  return [...row.slice(table.columns.length), row[0]] as Cursor;
}

/** What a client composed is rarely sent twice, and its best plan depends on its values. */
export const planned = (statement: Statement, { where, order }: RowQuery): Statement =>
  where.length === 0 && order.length === 1 ? statement : { ...statement, planned: 'each time' };
