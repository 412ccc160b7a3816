import { orderByText, type OrderTerm } from '../odata/sql/keyset.js';
import { Parameters, type Sql } from '../odata/sql/parameters.js';
import type { Table } from './table.js';

/** SQL text with its parameters in order; values never enter the text. */
export interface Statement {
  text: string;
  values: readonly unknown[];
  /** Planned for its values each time: a plan for any values can't use an index for `startswith`. */
  planned?: 'each time';
}

/** A column and its new value; `merge` joins a jsonb object to the stored one. */
export interface Assignment {
  column: string;
  value: unknown;
  merge?: boolean;
}

/** Where a row is: the parents' keys that the URL names, and the row's own `id` if it names one. */
export type Keys = Readonly<Record<string, string>>;

const quoted = (name: string): string => `"${name}"`;
const list = (names: readonly string[]): string => names.map(quoted).join(', ');

/** Every predicate starts from the tenant; then the keys in the order of the primary key. */
function rowsWhere(
  table: Table,
  tenantId: string,
  keys: Keys,
  parameters: Parameters,
  qualifier = '',
): string {
  const terms = [`${qualifier}"tenantId" = ${parameters.add(tenantId)}`];
  for (const { key } of [...table.parents, { key: 'id' }]) {
    const value = keys[key];
    if (value !== undefined) terms.push(`${qualifier}${quoted(key)} = ${parameters.add(value)}`);
  }
  return terms.join(' AND ');
}

/** One row by its keys. */
export function selectRow(table: Table, tenantId: string, keys: Keys): Statement {
  const parameters = new Parameters();
  const where = rowsWhere(table, tenantId, keys, parameters);
  return {
    text: `SELECT ${list(table.columns)} FROM ${table.name} WHERE ${where}`,
    values: parameters.values,
  };
}

/** Which rows of a collection, and in which order. */
export interface Range {
  /** Conditions that all have to hold. */
  where: readonly Sql[];
  /** The last term is the key. */
  order: readonly OrderTerm[];
  limit: number;
  offset: number;
}

/** Rows in order. Behind the table's columns stand the values of the order, for the place after the last row. */
export function selectRange(
  table: Table,
  alias: string,
  tenantId: string,
  keys: Keys,
  range: Range,
): Statement {
  const parameters = new Parameters();
  const columns = [
    ...table.columns.map((name) => `${alias}.${quoted(name)}`),
    ...range.order.slice(0, -1).map(({ sql }) => sql(parameters)),
  ];
  const from = `${table.name} AS ${alias}`;
  const where = conditions(table, alias, tenantId, keys, range.where, parameters);
  const order = orderByText(range.order, parameters);
  const limit = `LIMIT ${parameters.add(range.limit)}`;
  const offset = range.offset === 0 ? '' : ` OFFSET ${parameters.add(range.offset)}`;
  return {
    text: `SELECT ${columns.join(', ')} FROM ${from} WHERE ${where} ORDER BY ${order} ${limit}${offset}`,
    values: parameters.values,
  };
}

/** How many rows of a collection meet the conditions. */
export function countRows(
  table: Table,
  alias: string,
  tenantId: string,
  keys: Keys,
  where: readonly Sql[],
): Statement {
  const parameters = new Parameters();
  const text = `SELECT count(*) FROM ${table.name} AS ${alias} WHERE ${conditions(table, alias, tenantId, keys, where, parameters)}`;
  return { text, values: parameters.values };
}

function conditions(
  table: Table,
  alias: string,
  tenantId: string,
  keys: Keys,
  where: readonly Sql[],
  parameters: Parameters,
): string {
  const own = rowsWhere(table, tenantId, keys, parameters, `${alias}.`);
  return [own, ...where.map((sql) => sql(parameters))].join(' AND ');
}

/** A new row; parents that don't exist are refused by their foreign keys. */
export function insertRow(
  table: Table,
  tenantId: string,
  keys: Keys,
  assignments: readonly Assignment[],
): Statement {
  const all = [
    { column: 'tenantId', value: tenantId },
    ...Object.entries(keys).map(([column, value]) => ({ column, value })),
    ...assignments,
  ];
  const parameters = new Parameters();
  const values = all.map(({ value }) => parameters.add(value)).join(', ');
  const columns = list(all.map(({ column }) => column));
  return {
    text: `INSERT INTO ${table.name} (${columns}) VALUES (${values}) RETURNING ${list(table.columns)}`,
    values: parameters.values,
  };
}

/** The whole of a PATCH: sets what was sent and returns the row. `types` restricts it to rows of these types. */
export function updateRow(
  table: Table,
  tenantId: string,
  keys: Keys,
  assignments: readonly Assignment[],
  types: readonly string[] | undefined,
): Statement {
  const parameters = new Parameters();
  const where = rowsWhere(table, tenantId, keys, parameters);
  const ofTypes = types === undefined ? '' : ` AND "odataType" = ANY(${parameters.add(types)}::text[])`;
  const set = assignments.map(({ column, value, merge }) => {
    const parameter = parameters.add(value);
    return merge
      ? `${quoted(column)} = ${quoted(column)} || ${parameter}::jsonb`
      : `${quoted(column)} = ${parameter}`;
  });
  const text = `UPDATE ${table.name} SET ${set.join(', ')}, "rowVersion" = "rowVersion" + 1 WHERE ${where}${ofTypes} RETURNING ${list(table.columns)}`;
  return { text, values: parameters.values };
}

/** Removes one row; rows that it contains go with it. */
export function deleteRow(table: Table, tenantId: string, keys: Keys): Statement {
  const parameters = new Parameters();
  const where = rowsWhere(table, tenantId, keys, parameters);
  return { text: `DELETE FROM ${table.name} WHERE ${where}`, values: parameters.values };
}

/** One boolean per row that is asked for: whether it exists. */
export function rowsExist(tenantId: string, rows: readonly { table: Table; keys: Keys }[]): Statement {
  const parameters = new Parameters();
  const columns = rows.map(({ table, keys }) => {
    const where = rowsWhere(table, tenantId, keys, parameters);
    return `EXISTS (SELECT 1 FROM ${table.name} WHERE ${where})`;
  });
  return { text: `SELECT ${columns.join(', ')}`, values: parameters.values };
}
