import type { Table } from './table.js';

/** SQL text with its parameters in order; values never enter the text. */
export interface Statement {
  text: string;
  values: readonly unknown[];
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

/** Collects parameters while a text is written. */
class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/** Every predicate starts from the tenant; then the keys in the order of the primary key. */
function rowsWhere(table: Table, tenantId: string, keys: Keys, parameters: Parameters): string {
  const terms = [`"tenantId" = ${parameters.add(tenantId)}`];
  for (const { key } of [...table.parents, { key: 'id' }]) {
    const value = keys[key];
    if (value !== undefined) terms.push(`${quoted(key)} = ${parameters.add(value)}`);
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

/** A page in key order: at most `limit` rows after the one with id `after`. */
export function selectPage(
  table: Table,
  tenantId: string,
  keys: Keys,
  after: string | undefined,
  limit: number,
): Statement {
  const parameters = new Parameters();
  const where = rowsWhere(table, tenantId, keys, parameters);
  const rest = after === undefined ? '' : ` AND "id" > ${parameters.add(after)}`;
  const text = `SELECT ${list(table.columns)} FROM ${table.name} WHERE ${where}${rest} ORDER BY "id" LIMIT ${parameters.add(limit)}`;
  return { text, values: parameters.values };
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
