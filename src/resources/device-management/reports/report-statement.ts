import { rowAlias } from '../../../odata/collection-query.js';
import { graphError } from '../../../odata/errors.js';
import { ExpressionSql } from '../../../odata/sql/expression-sql.js';
import { orderByText, type OrderTerm } from '../../../odata/sql/keyset.js';
import { Parameters } from '../../../odata/sql/parameters.js';
import type { PropertyPath } from '../../../odata/binding/typed.js';
import type { RowStore } from '../../../odata/sql/source-sql.js';
import type { Statement } from '../../../graph/statements.js';
import type { Column, Report } from './report.js';
import type { ReportQuery } from './report-query.js';

const nothingElse = (): never => {
  throw graphError('expressionNotSupported', 'Anything but columns in the filter of a report');
};

/** A report's rows as expressions read them: columns by their names, and nothing behind them. */
const columnStore: RowStore = {
  property: (path) => `${rowAlias}."${nameOf(path)}"`,
  written: (path) => `${rowAlias}."${nameOf(path)}Written"`,
  contained: nothingElse,
  referenced: nothingElse,
  typeColumn: nothingElse,
};

function nameOf({ steps }: PropertyPath): string {
  const name = steps === 'id' ? undefined : steps[0]?.name;
  // The names of other entities' keys are no column's.
  if (name === undefined) throw graphError('invalidFilter', "Could not find a property named 'id'.");
  return name;
}

/** The name that nothing else has: columns begin in upper case. */
const keyName = 'key';

/** A column's places in a row: two of a DateTime. */
export const placesOf = ({ name, written }: Column): string[] =>
  written === undefined ? [name] : [name, `${name}Written`];

/**
 * One page and how many rows there are in all, of one moment: the count stands first in each row, and a page without rows is
 * one row of nulls, whose last value says so.
 */
export function pageStatement(
  report: Report,
  tenantId: string,
  query: ReportQuery,
  { skip, top }: { skip: number; top: number },
): Statement {
  const parameters = new Parameters();
  const matched = matchedRows(report, tenantId, query, parameters);
  const terms = orderTerms(query);
  const columns = query.columns.flatMap(placesOf).map((name) => `${rowAlias}."${name}"`);
  const order = terms.map((term, index) => ({ ...term, column: `order${index}` }));
  const ordering = order.map(({ sql, column }) => `${sql(parameters)} AS "${column}"`);
  const outer = order.map((term) => ({ ...term, sql: () => `page."${term.column}"` }));
  const values = query.columns.flatMap(placesOf).map((name) => `page."${name}"`);
  const text = `WITH matched AS ${report.isComputed ? '' : 'NOT '}MATERIALIZED (${matched})
    SELECT (SELECT count(*) FROM matched), ${values.join(', ')}, page."isRow"
      FROM (SELECT TRUE) AS once LEFT JOIN LATERAL (
        SELECT ${[...columns, ...ordering].join(', ')}, TRUE AS "isRow" FROM matched AS ${rowAlias}
         ORDER BY ${orderByText(terms, parameters)} LIMIT ${parameters.add(top)} OFFSET ${parameters.add(skip)}
      ) AS page ON TRUE ORDER BY ${orderByText(outer, parameters)}`;
  return { text, values: parameters.values, planned: 'each time' };
}

/** All rows, in the order of their key. */
export function allStatement(report: Report, tenantId: string, query: ReportQuery): Statement {
  const parameters = new Parameters();
  const matched = matchedRows(report, tenantId, query, parameters);
  const columns = query.columns.flatMap(placesOf).map((name) => `${rowAlias}."${name}"`);
  const text = `SELECT ${columns.join(', ')} FROM (${matched}) AS ${rowAlias} ORDER BY ${rowAlias}."${keyName}"`;
  return { text, values: parameters.values, planned: 'each time' };
}

function matchedRows(
  report: Report,
  tenantId: string,
  { app, filter }: ReportQuery,
  parameters: Parameters,
): string {
  const tenant = parameters.add(tenantId);
  const rows = report.rows(tenant, app === undefined ? '' : parameters.add(app));
  const columns = report.columns.flatMap(({ name, sql, written }) => [
    `${sql} AS "${name}"`,
    ...(written === undefined ? [] : [`${written} AS "${name}Written"`]),
  ]);
  const condition = filter ? new ExpressionSql(columnStore, parameters).condition(filter) : 'TRUE';
  const all = `SELECT ${columns.join(', ')}, ${report.key} AS "${keyName}" FROM ${rows}`;
  return `SELECT * FROM (${all}) AS ${rowAlias} WHERE ${condition}`;
}

function orderTerms({ orderBy }: ReportQuery): OrderTerm[] {
  const terms = orderBy.map(({ column: { name, type }, descending }): OrderTerm => {
    const value = `${rowAlias}."${name}"`;
    return {
      sql: () => (type === 'String' ? `fold(${value})` : value),
      type: '',
      descending,
      nullable: true,
    };
  });
  return [
    ...terms,
    { sql: () => `${rowAlias}."${keyName}"`, type: 'text', descending: false, nullable: false },
  ];
}
