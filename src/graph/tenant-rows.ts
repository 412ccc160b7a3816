import { randomUUID } from 'node:crypto';
import { ConstraintViolation, DataFault } from '../database/postgres-errors.js';
import { type Changes, type Reading } from '../odata/changes.js';
import { allProperties, backendTypeName } from '../odata/edm.js';
import { type GraphError, graphError } from '../odata/errors.js';
import { rowAlias } from '../odata/collection-query.js';
import { limits } from '../odata/limits.js';
import type { Row } from '../odata/serializer.js';
import { type Cursor, rangesAfter } from '../odata/sql/keyset.js';
import { assignmentsOf, freshValues, modifiedValues } from './column-values.js';
import type { Ancestor, ServedSet } from './served-set.js';
import { cursorOf, type RowQuery } from './row-query.js';
import {
  countRows,
  deleteRow,
  insertRow,
  type Keys,
  rowsExist,
  selectRange,
  selectRow,
  type Statement,
  updateRow,
} from './statements.js';
import type { Store } from './store.js';

/** The rows of one set that belong to one tenant: the only way to a row. */
export class TenantRows {
  constructor(
    private readonly store: Store,
    private readonly tenantId: string,
    private readonly set: ServedSet,
    private readonly ancestors: readonly Ancestor[],
  ) {}

  /** One slice. The ranges behind a cursor are read one by one until it is full: nearly always the first is enough. */
  private async page(
    keys: Keys,
    query: RowQuery,
    cursor: Cursor | undefined,
    limit: number,
    skip: number,
  ): Promise<Row[]> {
    const rows: Row[] = [];
    const ranges = cursor ? rangesAfter(query.order, cursor) : [undefined];
    for (const range of ranges) {
      const where = range ? [...query.where, range] : query.where;
      const rest = { where, order: query.order, limit: limit - rows.length, offset: skip };
      const statement = selectRange(this.set.table, rowAlias, this.tenantId, keys, rest);
      const found = await this.read(planned(statement, query));
      rows.push(...found);
      if (rows.length >= limit) break;
    }
    if (rows.length === 0) await this.requireAncestors(keys);
    return rows;
  }

  /**
   * At most `limit` rows in the order of the query, after the cursor's, in slices: who takes them can stop before all are in
   * memory.
   * @throws {GraphError} 404 when an entity on the way isn't there, 400 when the query can't be evaluated
   */
  async *slices(
    keys: Keys,
    query: RowQuery,
    cursor: Cursor | undefined,
    limit: number,
    skip: number,
  ): AsyncGenerator<Row[]> {
    let after = cursor;
    for (let left = limit; left > 0;) {
      const size = Math.min(left, limits.slice);
      const rows = await this.page(keys, query, after, size, after === cursor ? skip : 0);
      yield rows;
      const last = rows.at(-1);
      if (rows.length < size || !last) return;
      after = cursorOf(last, this.set.table);
      left -= rows.length;
    }
  }

  /** @throws {GraphError} 404 when an entity on the way isn't there, 400 when the query can't be evaluated */
  async count(keys: Keys, query: RowQuery): Promise<string> {
    const statement = countRows(this.set.table, rowAlias, this.tenantId, keys, query.where);
    const rows = await this.read(planned(statement, query));
    const count = String(rows[0]?.[0]);
    if (count === '0') await this.requireAncestors(keys);
    return count;
  }

  private async read(statement: Statement): Promise<Row[]> {
    try {
      return (await this.store.run(statement)).rows;
    } catch (error) {
      throw error instanceof DataFault ? graphError('invalidOperation', error.message) : error;
    }
  }

  /** @throws {GraphError} 404 */
  async row(keys: Keys): Promise<Row> {
    const { rows } = await this.store.run(selectRow(this.set.table, this.tenantId, keys));
    return rows[0] ?? (await this.missing(keys));
  }

  /** @throws {GraphError} 404 for a parent, 409 for an id that is taken */
  async create(parentKeys: Keys, changes: Changes): Promise<Row> {
    const [reading] = changes.readings as [Reading];
    const [type] = reading.types as [Reading['types'][number]];
    const id = changes.id ?? randomUUID();
    const values = freshValues(allProperties(type), reading.values, Date.now());
    const assignments = [{ column: 'id', value: id }, ...assignmentsOf(this.set.table, values, false)];
    if (this.set.table.derived) assignments.push({ column: 'odataType', value: type.name });
    try {
      const { rows } = await this.store.run(
        insertRow(this.set.table, this.tenantId, parentKeys, assignments),
      );
      return rows[0] as Row;
    } catch (error) {
      throw error instanceof ConstraintViolation ? await this.refusedInsert(error, parentKeys, id) : error;
    }
  }

  /**
   * One statement that sets what was sent, and nothing else. A row of a type that the changes aren't right for is missed,
   * and only a miss costs a second statement, which tells why.
   * @throws {GraphError} 404, or 400 when the row is of another type than the changes are for
   */
  async update(keys: Keys, changes: Changes): Promise<Row> {
    for (const reading of changes.readings) {
      const row = await this.updateAs(reading, keys);
      if (row) return row;
    }
    if (!this.set.table.derived) return this.missing(keys);
    const row = await this.row(keys);
    const isRight = changes.readings.some(({ types }) =>
      types.some(({ name }) => name === this.typeNameOf(row)),
    );
    // Made between the two statements: it is there now.
    if (isRight) return this.update(keys, changes);
    throw this.wrongType(row, changes);
  }

  /** @throws {GraphError} 404 */
  async remove(keys: Keys): Promise<void> {
    const { count } = await this.store.run(deleteRow(this.set.table, this.tenantId, keys));
    if (count === 0) await this.missing(keys);
  }

  private async updateAs(reading: Reading, keys: Keys): Promise<Row | undefined> {
    const { table } = this.set;
    const types = table.derived ? reading.types.map((type) => type.name) : undefined;
    if (reading.values.size === 0) {
      const { rows } = await this.store.run(selectRow(table, this.tenantId, keys));
      return rows.find((row) => types?.includes(this.typeNameOf(row)) ?? true);
    }
    const values = new Map([...reading.values, ...modifiedValues(table, Date.now())]);
    const restriction = types?.length === this.set.types.length ? undefined : types;
    const assignments = assignmentsOf(table, values, true);
    const { rows } = await this.store.run(updateRow(table, this.tenantId, keys, assignments, restriction));
    return rows[0];
  }

  private typeNameOf(row: Row): string {
    return row[this.set.table.columns.indexOf('odataType')] as string;
  }

  private wrongType(row: Row, changes: Changes): GraphError {
    const actual = this.set.types.find((type) => type.name === this.typeNameOf(row)) ?? this.set.type;
    const known = allProperties(actual);
    const sent = changes.readings.flatMap((reading) => [...reading.values.keys()]);
    const foreign = sent.find((property) => !known.includes(property));
    if (foreign) return graphError('propertyDoesNotExist', foreign.name, backendTypeName(actual));
    return graphError('typeMismatch', changes.readings[0]?.types[0]?.name ?? '', actual.name);
  }

  private async refusedInsert(violation: ConstraintViolation, parentKeys: Keys, id: string): Promise<Error> {
    if (violation.kind === 'duplicate') return graphError('conflict', id);
    await this.requireAncestors(parentKeys);
    // A parent that was deleted and made again in between: the client may retry.
    return graphError('unavailable');
  }

  private async missing(keys: Keys): Promise<never> {
    await this.requireAncestors(keys);
    throw this.set.missing(keys['id'] ?? '');
  }

  private async requireAncestors(keys: Keys): Promise<void> {
    if (this.ancestors.length === 0) return;
    const rows = this.ancestors.map(({ set, key }) => ({
      table: set.table,
      keys: { ...keys, id: keys[key] ?? '' },
    }));
    const result = await this.store.run(rowsExist(this.tenantId, rows));
    const exists = result.rows[0] as boolean[];
    const absent = this.ancestors[exists.indexOf(false)];
    if (absent) throw absent.set.missing(keys[absent.key] ?? '');
  }
}

/** What a client composed is rarely sent twice, and its best plan depends on its values. */
const planned = (statement: Statement, { where, order }: RowQuery): Statement =>
  where.length === 0 && order.length === 1 ? statement : { ...statement, planned: 'each time' };
