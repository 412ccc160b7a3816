import type { Expansion, RowsQuery } from '../odata/bound-query.js';
import { rowAlias } from '../odata/collection-query.js';
import type { Entity } from '../odata/expanded-text.js';
import { limits } from '../odata/limits.js';
import type { Row } from '../odata/serializer.js';
import { type Cursor, rangesAfter } from '../odata/sql/keyset.js';
import { type Reader, withExpanded } from './expansions.js';
import { refusedValue } from './refused-value.js';
import { RowPresence } from './row-presence.js';
import { cursorOf, planned, type RowQuery, rowQuery } from './row-query.js';
import { countRows, selectRange, selectRow, type Statement } from './statements.js';

/** Where a page starts: behind a row, or rows from the beginning. */
interface Start {
  after?: Cursor | undefined;
  skip?: number | undefined;
}

export interface Slice {
  entities: readonly Entity[];
  /** Whether there are more rows than were asked for. */
  more: boolean;
}

/** Reads one tenant's rows at an address. */
export abstract class RowReader extends RowPresence implements Reader {
  /**
   * At most `limit` entities in the order of the query, after the cursor's, in slices, and last whether there are more: who
   * takes them can stop before all are in memory.
   * @throws {GraphError} 404 when an entity on the way isn't there, 400 when the query can't be evaluated
   */
  async *slices(query: RowsQuery, { after, skip = 0 }: Start, limit: number): AsyncGenerator<Slice> {
    await this.requireThrough();
    const rowsQuery = rowQuery(query);
    let cursor = after;
    for (let left = limit; left >= 0;) {
      // One row more than the page holds tells whether there is a next one.
      const size = Math.min(left + 1, limits.slice);
      const rows = await this.page(rowsQuery, cursor, size, cursor === after ? skip : 0);
      const isLast = rows.length < size || left < size;
      const own = rows.slice(0, left).map((row) => this.entity(row));
      const entities = await withExpanded(this, this.address.set, own, query.selection.expansions);
      yield { entities, more: rows.length > left };
      const last = rows.at(-1);
      if (isLast || !last) return;
      cursor = this.cursorOf(last);
      left -= rows.length;
    }
  }

  /** The place of a row in its order. */
  cursorOf(row: Row): Cursor {
    return cursorOf(row, this.address.set.table);
  }

  /** One slice. The ranges behind a cursor are read one by one until it is full: nearly always the first is enough. */
  private async page(
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
      const statement = selectRange(this.place, rowAlias, this.tenantId, rest);
      const found = await this.read(planned(statement, query));
      rows.push(...found);
      if (rows.length >= limit) break;
    }
    if (rows.length === 0) await this.requireAncestors();
    return rows;
  }

  /** @throws {GraphError} 404 when an entity on the way isn't there, 400 when the query can't be evaluated */
  async count(rowsQuery: Pick<RowsQuery, 'filter'>): Promise<string> {
    await this.requireThrough();
    const query = rowQuery({ ...rowsQuery, orderBy: [] });
    const statement = countRows(this.place, rowAlias, this.tenantId, query.where);
    const rows = await this.read(planned(statement, query));
    const count = String(rows[0]?.[0]);
    if (count === '0') await this.requireAncestors();
    return count;
  }

  /** The addressed entity with what is expanded of it. @throws {GraphError} 404 */
  async one(expansions: readonly Expansion[]): Promise<Entity> {
    if (this.address.through.length > 0) await this.requireThrough();
    const entity = this.entity(await this.row());
    if (expansions.length === 0) return entity;
    const [whole] = await withExpanded(this, this.address.set, [entity], expansions);
    return whole ?? entity;
  }

  protected entity(row: Row): Entity {
    return { row, keys: this.address.keys, expanded: [] };
  }

  /** @throws {GraphError} 400 when the statement can't be evaluated */
  async read(statement: Statement): Promise<Row[]> {
    return (await this.store.run(statement).catch(refusedValue)).rows;
  }

  /** @throws as `read` */
  async readWithin(statement: Statement, budget: number): Promise<{ rows: Row[]; isCut: boolean }> {
    return this.store.runWithin(statement, budget).catch(refusedValue);
  }

  protected async row(): Promise<Row> {
    const { rows } = await this.store.run(selectRow(this.place, this.tenantId));
    return rows[0] ?? (await this.missing());
  }
}
