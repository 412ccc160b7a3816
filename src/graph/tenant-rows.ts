import { randomUUID } from 'node:crypto';
import { ConstraintViolation } from '../database/postgres-errors.js';
import { type Changes, containedCount } from '../odata/changes.js';
import { graphError } from '../odata/errors.js';
import type { Entity } from '../odata/expanded-text.js';
import { limits } from '../odata/limits.js';
import { type Preconditions, unconditional } from '../odata/preconditions.js';
import type { Reading } from '../odata/readings.js';
import type { Row } from '../odata/serializer.js';
import { insertAll, insertBound, insertContained, newAssignments, singleRows } from './deep-insert.js';
import { type Doing, type Following, withFollowing, type Write } from './follows.js';
import { RowChanges } from './row-changes.js';
import { deleteRows, insertRow, lockRow } from './statements.js';
import type { Statements } from './store.js';

/** How a write is done by the rows of a transaction, or by itself. */
interface Steps<T> {
  work: (rows: TenantRows, entities: readonly Changes[], following?: Following) => Promise<T>;
  again?: (rows: TenantRows, result: T) => Promise<T>;
  alone?: Doing<T>['alone'];
}

/** The rows at one address that belong to one tenant, read and written: the only way to a row. */
export class TenantRows extends RowChanges {
  /**
   * What the URL goes through is looked at before, as reads do it: a lock on it would be taken in the other order than by
   * who deletes what contains it, and what is made doesn't depend on it.
   * @throws {GraphError} 404 for a parent, 409 for an id that is taken, 412
   */
  async create(changes: Changes, { match }: Preconditions = unconditional): Promise<Entity> {
    await this.requireThrough();
    await this.requireNoTag(match);
    const { set, linked } = this.address;
    const isAlone = changes.contained.length + changes.links.length === 0 && !linked;
    if (containedCount(changes) > limits.deepInsert) throw graphError('deepInsert', limits.deepInsert);
    return this.followed(
      { kind: 'create', entities: [changes] },
      {
        work: (rows, [made = changes]) => (isAlone ? rows.insert(made) : rows.insertDeep(made)),
        again: (rows, { row }) => rows.created(set.text.id(row)),
      },
    );
  }

  private async created(id: string): Promise<Entity> {
    const { keys } = this.address;
    const made = new TenantRows(this.store, this.tenantId, { ...this.address, keys: { ...keys, id } });
    return { ...this.entity(await made.row()), keys };
  }

  private insertDeep(changes: Changes): Promise<Entity> {
    return this.store.transaction(async (statements) => {
      const result = await this.by(statements).insertWhole(changes);
      return { result, keep: true };
    });
  }

  /** With all that comes with it. What is made behind a navigation is linked there (OData 4.01, 11.4.2). */
  private async insertWhole(changes: Changes): Promise<Entity> {
    const entity = await this.insert(changes);
    const { keys, set, linked } = this.address;
    const container = { set, keys, id: set.text.id(entity.row), changes };
    await insertContained(this.store, this.tenantId, [container]);
    await insertBound(this.store, this.tenantId, container);
    if (linked) await this.insertLink(container.id);
    return entity;
  }

  /** Makes the collection hold these entities and no others. @throws {GraphError} 404, 409 for an id that comes twice */
  async replace(entities: readonly Changes[]): Promise<void> {
    await this.requireThrough();
    const { set, keys } = this.address;
    await this.followed(
      { kind: 'replace', entities },
      {
        work: (rows, made, following) =>
          rows.store.transaction(async (statements) => {
            await this.by(statements).holdContainer();
            await statements.run(following?.cleared ?? deleteRows(this.place, this.tenantId));
            await insertAll(statements, this.tenantId, set, keys, made);
            return { result: undefined, keep: true };
          }),
      },
    );
  }

  /** Two who replace a collection at a time would each leave their entities beside the other's. */
  private async holdContainer(): Promise<void> {
    await this.requireThrough();
    const container = this.container();
    const { rows } = await this.store.run(lockRow(container, this.tenantId));
    if (rows.length === 0) await this.missing();
  }

  /** A write with what follows from it. */
  private followed<T>(
    write: Pick<Write, 'kind'> & Partial<Pick<Write, 'entities'>> & { readings?: readonly Reading[] },
    { work, again, alone }: Steps<T>,
  ): Promise<T> {
    const { set, keys } = this.address;
    const { kind, entities = [], readings = [] } = write;
    // Ahead of the rest: it is what nearly all writes have.
    if (!set.follows) return work(this, entities);
    const properties = readings.flatMap(({ values }) => [...values.keys()].map(({ name }) => name));
    const whole = { kind, tenantId: this.tenantId, keys, entities, properties };
    return withFollowing(this.store, set, whole, {
      work: (statements, made, following) => work(this.by(statements), made, following),
      again: async (statements, result) => again?.(this.by(statements), result) ?? result,
      ...(alone && { alone }),
    });
  }

  private by(statements: Statements): TenantRows {
    return statements === this.store ? this : new TenantRows(statements, this.tenantId, this.address);
  }

  private async insert(changes: Changes): Promise<Entity> {
    const { table, keys } = this.place;
    const id = changes.id ?? randomUUID();
    try {
      const row = { keys, assignments: newAssignments(table, id, changes) };
      const within = singleRows({ set: this.address.set, keys, id, changes }, this.tenantId);
      const { rows } = await this.store.run(insertRow(table, this.tenantId, row, within));
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
  update(changes: Changes, when: Preconditions): Promise<Entity> {
    return this.followed(
      { kind: 'update', readings: changes.readings },
      {
        work: (rows) => rows.updateRow(changes, when),
        alone: (column) => this.updateOnce(changes, { ...this.placeWhen(when), unless: column }, when),
      },
    );
  }

  /** @throws {GraphError} 404, 412 */
  async remove(when: Preconditions): Promise<void> {
    await this.followed(
      { kind: 'remove' },
      {
        work: (rows) => rows.removeRow(when),
        alone: (column) => this.removeOnce({ ...this.placeWhen(when), unless: column }, when),
      },
    );
  }

  private async refusedInsert(violation: ConstraintViolation, id: string): Promise<Error> {
    if (violation.kind === 'duplicate') {
      // It stands for itself, so that it may be there without the one that it was to be linked to.
      if (this.address.linked) await this.requireAncestors();
      return graphError('conflict', id);
    }
    await this.requireAncestors();
    // A parent that was deleted and made again in between: the client may retry.
    return graphError('unavailable');
  }
}
