import { randomUUID } from 'node:crypto';
import { ConstraintViolation, DataFault } from '../database/postgres-errors.js';
import type { Address, Through } from '../odata/address.js';
import type { Expansion, RowsQuery } from '../odata/bound-query.js';
import { type Changes, containedCount, type Reading } from '../odata/changes.js';
import { rowAlias } from '../odata/collection-query.js';
import { allProperties, backendTypeName } from '../odata/edm.js';
import { type GraphError, graphError } from '../odata/errors.js';
import type { Entity } from '../odata/expanded-text.js';
import { limits } from '../odata/limits.js';
import { type Preconditions, unconditional, verdict } from '../odata/preconditions.js';
import type { Row } from '../odata/serializer.js';
import { type Cursor, rangesAfter } from '../odata/sql/keyset.js';
import { assignmentsOf, modifiedValues } from './column-values.js';
import { insertBound, insertContained, newAssignments } from './deep-insert.js';
import { type Reader, withExpanded } from './expansions.js';
import { cursorOf, planned, type RowQuery, rowQuery } from './row-query.js';
import type { ServedLink, ServedSet } from './served-set.js';
import {
  countRows,
  deleteLink,
  deleteRow,
  insertLinks,
  insertRow,
  type Place,
  rowsExist,
  selectRange,
  selectRow,
  type Statement,
  updateRow,
} from './statements.js';
import type { Statements } from './store.js';
import type { Link } from './table.js';

/** The rows at one address that belong to one tenant: the only way to a row. */
export class TenantRows implements Reader {
  private readonly place: Place;

  constructor(
    private readonly store: Statements,
    readonly tenantId: string,
    private readonly address: RowsAddress,
  ) {
    this.place = placeOf(address);
  }

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

  private entity(row: Row): Entity {
    return { row, keys: this.address.keys, expanded: [] };
  }

  /** @throws {GraphError} 400 when the statement can't be evaluated */
  async read(statement: Statement): Promise<Row[]> {
    return (await this.evaluated(this.store.run(statement))).rows;
  }

  /** @throws as `read` */
  async readWithin(statement: Statement, budget: number): Promise<{ rows: Row[]; isCut: boolean }> {
    return this.evaluated(this.store.runWithin(statement, budget));
  }

  private async evaluated<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      throw error instanceof DataFault ? graphError('invalidOperation', error.message) : error;
    }
  }

  private async row(): Promise<Row> {
    const { rows } = await this.store.run(selectRow(this.place, this.tenantId));
    return rows[0] ?? (await this.missing());
  }

  /** @throws {GraphError} 404 for a parent, 409 for an id that is taken, 412 */
  async create(changes: Changes, { match }: Preconditions = unconditional): Promise<Entity> {
    await this.requireNoTag(match);
    if (changes.contained.length === 0 && changes.links.length === 0) return this.insert(changes);
    if (containedCount(changes) > limits.deepInsert) throw graphError('deepInsert', limits.deepInsert);
    return this.store.transaction(async (statements) => {
      const entity = await new TenantRows(statements, this.tenantId, this.address).insert(changes);
      const container = { keys: this.address.keys, id: this.address.set.text.id(entity.row), changes };
      await insertContained(statements, this.tenantId, [container]);
      await insertBound(statements, this.tenantId, container);
      return { result: entity, keep: true };
    });
  }

  /** What is asked for is the collection: it is there, and has no tag that could match (RFC 9110, 13.1.1). */
  private async requireNoTag(match: Preconditions['match']): Promise<void> {
    if (!match || match === '*') return;
    await this.requireAncestors();
    throw graphError('preconditionFailed');
  }

  private async insert(changes: Changes): Promise<Entity> {
    const { table, keys } = this.place;
    const id = changes.id ?? randomUUID();
    try {
      const { rows } = await this.store.run(
        insertRow(table, this.tenantId, keys, newAssignments(table, id, changes)),
      );
      return this.entity(rows[0] as Row);
    } catch (error) {
      throw error instanceof ConstraintViolation ? await this.refusedInsert(error, id) : error;
    }
  }

  /**
   * One statement that sets what was sent, and nothing else. A row that isn't as the client wants it, or of a type that
   * the changes aren't right for, is missed, and only a miss costs a second statement, which tells why.
   * @throws {GraphError} 404, 412, or 400 when the row is of another type than the changes are for
   */
  async update(changes: Changes, when: Preconditions): Promise<Entity> {
    for (const reading of changes.readings) {
      const row = await this.updateAs(reading, when);
      if (row) return this.entity(row);
    }
    await (this.place.table.derived ? this.requireRight(changes, when) : this.requireState(when));
    // Another request came between the two statements: now it is as it should be.
    return this.update(changes, when);
  }

  /** @throws {GraphError} 404, 412 */
  async remove(when: Preconditions): Promise<void> {
    const { count } = await this.store.run(deleteRow({ ...this.place, when }, this.tenantId));
    if (count > 0) return;
    await this.requireState(when);
    return this.remove(when);
  }

  /** Links the entity that the address comes from to one of the set; it may be so already. @throws {GraphError} 404, 412 */
  async link(id: string, { match }: Preconditions): Promise<void> {
    await this.requireThrough();
    await this.requireNoTag(match);
    const { link, from } = this.linked();
    try {
      await this.store.run(insertLinks(link, this.tenantId, from.keys['id'] ?? '', [id]));
    } catch (error) {
      if (!(error instanceof ConstraintViolation)) throw error;
      await this.require([from, { set: this.address.set, keys: { id } }]);
      // It was deleted and made again in between: the client may retry.
      throw graphError('unavailable');
    }
  }

  /** @throws {GraphError} 404 when there is no such link, 412 */
  async unlink(id: string, { match }: Preconditions): Promise<void> {
    await this.requireThrough();
    await this.requireNoTag(match);
    const { link, from } = this.linked();
    const { count } = await this.store.run(deleteLink(link, this.tenantId, from.keys['id'] ?? '', id));
    if (count > 0) return;
    await this.requireAncestors();
    throw this.address.set.missing(id);
  }

  private linked(): { link: Link; from: Through<ServedSet> } {
    const { linked } = this.address;
    if (!linked) throw graphError('internal');
    return { link: (linked.link as ServedLink).link, from: linked.from };
  }

  private async updateAs(reading: Reading, when: Preconditions): Promise<Row | undefined> {
    const { table } = this.place;
    const types = table.derived ? reading.types.map((type) => type.name) : undefined;
    if (reading.values.size === 0) {
      const { rows } = await this.store.run(selectRow({ ...this.place, when }, this.tenantId));
      return rows.find((row) => types?.includes(this.typeNameOf(row)) ?? true);
    }
    const values = new Map([...reading.values, ...modifiedValues(table, Date.now())]);
    const isAny = types?.length === this.address.set.types.length;
    const place = { ...this.place, types: isAny ? this.place.types : types, when };
    const { rows } = await this.store.run(
      updateRow(place, this.tenantId, assignmentsOf(table, values, true)),
    );
    return rows[0];
  }

  /** @throws {GraphError} 404, 400 for a row of another type than the changes are for, 412 */
  private async requireRight(changes: Changes, when: Preconditions): Promise<void> {
    const row = await this.row();
    const name = this.typeNameOf(row);
    const isRight = changes.readings.some(({ types }) => types.some((type) => type.name === name));
    if (!isRight) throw this.wrongType(row, changes);
    const state = this.address.set.text.validators(row);
    if (verdict(when, state) !== 'met') throw graphError('preconditionFailed');
  }

  private typeNameOf(row: Row): string {
    return this.address.set.text.typeName(row);
  }

  private wrongType(row: Row, changes: Changes): GraphError {
    const { set } = this.address;
    const actual = set.types.find((type) => type.name === this.typeNameOf(row)) ?? set.type;
    const known = allProperties(actual);
    const sent = changes.readings.flatMap((reading) => [...reading.values.keys()]);
    const foreign = sent.find((property) => !known.includes(property));
    if (foreign) return graphError('propertyDoesNotExist', foreign.name, backendTypeName(actual));
    return graphError('typeMismatch', changes.readings[0]?.types[0]?.name ?? '', actual.name);
  }

  private async refusedInsert(violation: ConstraintViolation, id: string): Promise<Error> {
    if (violation.kind === 'duplicate') return graphError('conflict', id);
    await this.requireAncestors();
    // A parent that was deleted and made again in between: the client may retry.
    return graphError('unavailable');
  }

  private async missing(): Promise<never> {
    await this.requireAncestors();
    throw this.address.set.missing(this.address.keys['id'] ?? '');
  }

  private async requireAncestors(): Promise<void> {
    await this.require(this.ancestors());
  }

  private ancestors(): Through<ServedSet>[] {
    const { set, keys, linked } = this.address;
    if (linked) return [linked.from];
    return set.ancestors.map(({ set: ancestor, key }) => ({
      set: ancestor,
      keys: { ...keys, id: keys[key] ?? '' },
    }));
  }

  /** @throws {GraphError} 404 for what isn't there, 412 for a row that isn't as the client wants it */
  private async requireState(when: Preconditions): Promise<void> {
    const states = when === unconditional ? [] : [{ ...this.place, when }];
    await this.require([...this.ancestors(), this.address], states);
  }

  /** What the URL goes through must be there first: a row behind it could be reached without. */
  private async requireThrough(): Promise<void> {
    await this.require(this.address.through);
  }

  private async require(
    entities: readonly Through<ServedSet>[],
    states: readonly Place[] = [],
  ): Promise<void> {
    if (entities.length === 0) return;
    const places = [...entities.map(placeOf), ...states];
    const result = await this.store.run(rowsExist(this.tenantId, places));
    const exists = result.rows[0] as boolean[];
    const absent = entities[exists.indexOf(false)];
    if (absent) throw absent.set.missing(absent.keys['id'] ?? '');
    if (exists.includes(false)) throw graphError('preconditionFailed');
  }
}

/** The rows that a URL addresses, and what it goes through to them. */
type RowsAddress = Through<ServedSet> & Pick<Address<ServedSet>, 'through'>;

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

const placeOf = ({ set, keys, linked }: Through<ServedSet>): Place => ({
  table: set.table,
  keys,
  types: set.castTo && set.types.map(({ name }) => name),
  linked: linked && { link: (linked.link as ServedLink).link, id: linked.from.keys['id'] ?? '' },
});
