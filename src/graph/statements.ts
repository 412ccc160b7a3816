import type { Keys } from '../odata/address.js';
import type { Preconditions } from '../odata/preconditions.js';
import { orderByText, type OrderTerm } from '../odata/sql/keyset.js';
import { changedSql } from '../odata/sql/merge-sql.js';
import { Parameters, type Sql } from '../odata/sql/parameters.js';
import type { Change } from '../odata/stored-value.js';
import { columnNames, type Link, type Table } from './table.js';

/** SQL text with its parameters in order; values never enter the text. */
export interface Statement {
  text: string;
  values: readonly unknown[];
  /** Planned for its values each time: a plan for any values can't use an index for `startswith`. */
  planned?: 'each time';
}

/** A column and its new value, or how its document changes. */
export interface Assignment extends Change {
  column: string;
}

const quoted = (name: string): string => `"${name}"`;
const list = (names: readonly string[]): string => names.map(quoted).join(', ');

/** The rows of a table that a set, or a cast of it, has under some keys. */
export interface Place {
  table: Table;
  keys: Keys;
  /** Names of the only types that its rows may be of; undefined for all. */
  types: readonly string[] | undefined;
  /** Just the rows that the one with this id is linked to. */
  linked?: { link: Link; id: string } | undefined;
  /** Rows without which it has none: as a part of the statement, as `when` is. */
  through?: readonly Place[];
  /** A Boolean column that has to be false. */
  unless?: string;
  /** What a client wants of the row's state: as a part of the statement, so that nobody comes between the two. */
  when?: Preconditions;
}

/** Every predicate starts from the tenant; then the keys in the order of the primary key. */
function rowsWhere(
  { table, keys, types, linked, through = [], unless, when }: Place,
  tenantId: string,
  parameters: Parameters,
  qualifier = '',
): string {
  const tenant = parameters.add(tenantId);
  const terms = [`${qualifier}"tenantId" = ${tenant}`];
  if (linked) terms.push(linkedTo(linked.link, qualifier, tenant, parameters.add(linked.id)));
  for (const { key } of [...table.parents, { key: 'id' }]) {
    const value = keys[key];
    if (value !== undefined) terms.push(`${qualifier}${quoted(key)} = ${parameters.add(value)}`);
  }
  if (types) terms.push(`${qualifier}"odataType" = ANY(${parameters.add(types)}::text[])`);
  for (const place of through) terms.push(exists(place, tenantId, parameters));
  if (unless !== undefined) terms.push(`NOT ${qualifier}${quoted(unless)}`);
  if (when) terms.push(...stateTerms(when, table, parameters));
  return terms.join(' AND ');
}

const exists = (place: Place, tenantId: string, parameters: Parameters): string =>
  `EXISTS (SELECT 1 FROM ${place.table.name} WHERE ${rowsWhere(place, tenantId, parameters)})`;

/** Whether a row is linked to the one with an id; a link's own key makes a join of it that meets no row twice. */
export const linkedTo = ({ table, from, to }: Link, qualifier: string, tenant: string, id: string): string =>
  `${qualifier}"id" IN (SELECT link.${quoted(to)} FROM ${table} AS link WHERE link."tenantId" = ${tenant} AND link.${quoted(from)} = ${id})`;

/** Preconditions as SQL: what `verdict` says of a row that is read, without the cases of reads. */
function stateTerms(
  { match, noneMatch, unmodifiedSince }: Preconditions,
  table: Table,
  parameters: Parameters,
): string[] {
  const terms: string[] = [];
  const among = (operator: string, quantifier: string, versions: readonly number[]): string =>
    versions.length === 1
      ? `"rowVersion" ${operator} ${parameters.add(versions[0])}`
      : `"rowVersion" ${operator} ${quantifier}(${parameters.add(versions)}::integer[])`;
  if (match && match !== '*') terms.push(among('=', 'ANY', match));
  if (noneMatch === '*') terms.push('false');
  else if (noneMatch && noneMatch.length > 0) terms.push(among('<>', 'ALL', noneMatch));
  const modified = modifiedColumn(table);
  if (unmodifiedSince !== undefined && modified !== undefined) {
    // The whole of the second counts: HTTP's dates have no fractions.
    terms.push(`${quoted(modified)} < ${parameters.add(`${unmodifiedSince + 1 - epoch}0000000`)}`);
  }
  return terms;
}

/** 0001-01-01, from which ticks count, in seconds of Unix time. */
export const epoch = -62_135_596_800;

/** The column with the ticks of a row's last change, where its type has a property for that. */
export function modifiedColumn({ properties }: Table): string | undefined {
  const modified = properties.find(({ computed }) => computed === 'modified');
  return modified && columnNames(modified)[0];
}

/** One row by its keys. */
export function selectRow(place: Place, tenantId: string): Statement {
  const parameters = new Parameters();
  const where = rowsWhere(place, tenantId, parameters);
  const { columns, name } = place.table;
  return { text: `SELECT ${list(columns)} FROM ${name} WHERE ${where}`, values: parameters.values };
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
export function selectRange(place: Place, alias: string, tenantId: string, range: Range): Statement {
  const parameters = new Parameters();
  const columns = rangeColumns(place.table, alias, range, parameters);
  const where = conditions(place, alias, tenantId, range.where, parameters);
  const text = `SELECT ${columns.join(', ')} FROM ${place.table.name} AS ${alias} WHERE ${where} ${rangeTail(range, parameters)}`;
  return { text, values: parameters.values };
}

const rangeColumns = (table: Table, alias: string, range: Range, parameters: Parameters): string[] => [
  ...table.columns.map((name) => `${alias}.${quoted(name)}`),
  ...range.order.slice(0, -1).map(({ sql }) => sql(parameters)),
];

function rangeTail({ order, limit, offset }: Range, parameters: Parameters): string {
  const tail = `ORDER BY ${orderByText(order, parameters)} LIMIT ${parameters.add(limit)}`;
  return offset === 0 ? tail : `${tail} OFFSET ${parameters.add(offset)}`;
}

/** Which keys the rows of one place differ from those of another in; an array of values for each. */
export type KeyLists = Readonly<Record<string, readonly string[]>>;

/**
 * Rows of many places in one statement, those of each in their order and at most `range.limit` of them, in the order of the
 * places; the first column is the number of the place, from 1.
 * @param link with it, a place is what the row with the id among its keys is linked to
 * @param cap rows in all: it ends the work, too, since the places are gone through one by one
 */
export function selectRanges(
  table: Table,
  alias: string,
  tenantId: string,
  places: KeyLists,
  range: Range,
  cap: number,
  link?: Link,
): Statement {
  const parameters = new Parameters();
  const { from, where } = placesFrom(places, alias, tenantId, parameters, link);
  const order = range.order.map((term, index) => ({ ...term, column: `order${index}` }));
  const columns = [
    ...table.columns.map((name) => `${alias}.${quoted(name)}`),
    ...order.map(({ sql, column }) => `${sql(parameters)} AS "${column}"`),
  ];
  const own = conditions({ table, keys: {}, types: undefined }, alias, tenantId, range.where, parameters);
  const rows = `SELECT ${columns.join(', ')} FROM ${table.name} AS ${alias} WHERE ${own} AND ${where} ${rangeTail(range, parameters)}`;
  const outer = order.map(({ column, ...term }) => ({ ...term, sql: () => `found.${quoted(column)}` }));
  const found = [...table.columns, ...order.slice(0, -1).map(({ column }) => column)];
  const text =
    `SELECT place.number::integer, ${found.map((name) => `found.${quoted(name)}`).join(', ')} FROM ${from} CROSS JOIN LATERAL (${rows}) AS found ` +
    `ORDER BY place.number, ${orderByText(outer, parameters)} LIMIT ${parameters.add(cap)}`;
  return { text, values: parameters.values };
}

/** How many rows of each of many places meet the conditions: the place's number, from 1, and the count. */
export function countRanges(
  table: Table,
  alias: string,
  tenantId: string,
  places: KeyLists,
  where: readonly Sql[],
  link?: Link,
): Statement {
  const parameters = new Parameters();
  const joined = placesFrom(places, alias, tenantId, parameters, link);
  const own = conditions({ table, keys: {}, types: undefined }, alias, tenantId, where, parameters);
  const count = `SELECT count(*) AS count FROM ${table.name} AS ${alias} WHERE ${own} AND ${joined.where}`;
  const text = `SELECT place.number::integer, found.count FROM ${joined.from} CROSS JOIN LATERAL (${count}) AS found`;
  return { text, values: parameters.values };
}

function placesFrom(
  places: KeyLists,
  alias: string,
  tenantId: string,
  parameters: Parameters,
  link: Link | undefined,
): { from: string; where: string } {
  const keys = Object.keys(places);
  const arrays = keys.map((key) => `${parameters.add(places[key])}::text[]`);
  const from = `unnest(${arrays.join(', ')}) WITH ORDINALITY AS place(${list(keys)}, number)`;
  if (link) {
    const owner = `place.${quoted(link.from)}`;
    return { from, where: linkedTo(link, `${alias}.`, parameters.add(tenantId), owner) };
  }
  const where = keys.map((key) => `${alias}.${quoted(key)} = place.${quoted(key)}`).join(' AND ');
  return { from, where };
}

/** How many rows of a collection meet the conditions. */
export function countRows(place: Place, alias: string, tenantId: string, where: readonly Sql[]): Statement {
  const parameters = new Parameters();
  const text = `SELECT count(*) FROM ${place.table.name} AS ${alias} WHERE ${conditions(place, alias, tenantId, where, parameters)}`;
  return { text, values: parameters.values };
}

function conditions(
  place: Place,
  alias: string,
  tenantId: string,
  where: readonly Sql[],
  parameters: Parameters,
): string {
  const own = rowsWhere(place, tenantId, parameters, `${alias}.`);
  return [own, ...where.map((sql) => sql(parameters))].join(' AND ');
}

/** A row to be made: the keys that lead to it, and its values. */
export interface NewRow {
  keys: Keys;
  assignments: readonly Assignment[];
}

/**
 * A new row; parents that don't exist are refused by their foreign keys.
 * @param within rows of other tables that come with it
 */
export function insertRow(
  table: Table,
  tenantId: string,
  row: NewRow,
  within: readonly (NewRow & { table: Table })[] = [],
): Statement {
  const parameters = new Parameters();
  const tenant = parameters.add(tenantId);
  const text = `${insertText(table, tenant, row, parameters)} RETURNING ${list(table.columns)}`;
  if (within.length === 0) return { text, values: parameters.values };
  // Foreign keys are looked at behind the whole statement.
  const inner = within.map(
    (own, index) => `within${index} AS (${insertText(own.table, tenant, own, parameters)})`,
  );
  return {
    text: `WITH made AS (${text}), ${inner.join(', ')} SELECT ${list(table.columns)} FROM made`,
    values: parameters.values,
  };
}

function insertText(
  table: Table,
  tenant: string,
  { keys, assignments }: NewRow,
  parameters: Parameters,
): string {
  const all = [...Object.entries(keys).map(([column, value]) => ({ column, value })), ...assignments];
  const columns = list(['tenantId', ...all.map(({ column }) => column)]);
  const values = [tenant, ...all.map(({ value }) => parameters.add(value))].join(', ');
  return `INSERT INTO ${table.name} (${columns}) VALUES (${values})`;
}

/** New rows that have the same columns; what they hold isn't returned. */
export function insertRows(table: Table, tenantId: string, rows: readonly NewRow[]): Statement {
  const parameters = new Parameters();
  const tenant = parameters.add(tenantId);
  const tuples = rows.map(({ keys, assignments }) => {
    const values = [...Object.values(keys), ...assignments.map(({ value }) => value)];
    return `(${[tenant, ...values.map((value) => parameters.add(value))].join(', ')})`;
  });
  const [first] = rows;
  const names = first ? [...Object.keys(first.keys), ...first.assignments.map(({ column }) => column)] : [];
  const columns = list(['tenantId', ...names]);
  return {
    text: `INSERT INTO ${table.name} (${columns}) VALUES ${tuples.join(', ')}`,
    values: parameters.values,
  };
}

/** The whole of a PATCH: sets what was sent and returns the row. */
export function updateRow(place: Place, tenantId: string, assignments: readonly Assignment[]): Statement {
  const parameters = new Parameters();
  const where = rowsWhere(place, tenantId, parameters);
  const { name, columns } = place.table;
  const set = assignments.map(
    ({ column, ...change }) => `${quoted(column)} = ${changedSql(quoted(column), change, parameters)}`,
  );
  const text = `UPDATE ${name} SET ${set.join(', ')}, "rowVersion" = "rowVersion" + 1 WHERE ${where} RETURNING ${list(columns)}`;
  return { text, values: parameters.values };
}

/** Holds a row against other writers until the transaction ends, though not against those who only refer to it. */
export function lockRow(place: Place, tenantId: string): Statement {
  const parameters = new Parameters();
  const where = rowsWhere(place, tenantId, parameters);
  const text = `SELECT 1 FROM ${place.table.name} WHERE ${where} FOR NO KEY UPDATE`;
  return { text, values: parameters.values };
}

/** Removes the rows of a place, one where the keys name it; rows that they contain go with them. */
export function deleteRows(place: Place, tenantId: string): Statement {
  const parameters = new Parameters();
  const where = rowsWhere(place, tenantId, parameters);
  return { text: `DELETE FROM ${place.table.name} WHERE ${where}`, values: parameters.values };
}

/** Links a row to others; those that it is linked to stay so, and those that don't exist are refused by the foreign key. */
export function insertLinks(
  { table, from, to }: Link,
  tenantId: string,
  id: string,
  others: readonly string[],
): Statement {
  return {
    text: `INSERT INTO ${table} (${list(['tenantId', from, to])}) SELECT $1::uuid, $2::text, unnest($3::text[]) ON CONFLICT DO NOTHING`,
    values: [tenantId, id, others],
  };
}

/** Removes one link. */
export function deleteLink(
  { table, from, to }: Link,
  tenantId: string,
  id: string,
  other: string,
): Statement {
  return {
    text: `DELETE FROM ${table} WHERE "tenantId" = $1 AND ${quoted(from)} = $2 AND ${quoted(to)} = $3`,
    values: [tenantId, id, other],
  };
}

/** One boolean per row that is asked for: whether it exists. */
export function rowsExist(tenantId: string, rows: readonly Place[]): Statement {
  const parameters = new Parameters();
  const columns = rows.map((place) => exists(place, tenantId, parameters));
  return { text: `SELECT ${columns.join(', ')}`, values: parameters.values };
}
