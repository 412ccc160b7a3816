import { randomUUID } from 'node:crypto';
import { ConstraintViolation } from '../database/postgres-errors.js';
import type { Through } from '../odata/address.js';
import { type Changes, containedCount } from '../odata/changes.js';
import { type GraphError, graphError } from '../odata/errors.js';
import type { Entity } from '../odata/expanded-text.js';
import { limits } from '../odata/limits.js';
import { type Preconditions, unconditional, verdict } from '../odata/preconditions.js';
import type { Reading } from '../odata/readings.js';
import type { Row } from '../odata/serializer.js';
import { assignmentsOf, modifiedValues } from './column-values.js';
import { insertBound, insertContained, newAssignments } from './deep-insert.js';
import { RowReader } from './row-reader.js';
import type { ServedLink, ServedSet } from './served-set.js';
import { deleteLink, deleteRow, insertLinks, insertRow, selectRow, updateRow } from './statements.js';
import type { Link } from './table.js';

/** The rows at one address that belong to one tenant, read and written: the only way to a row. */
export class TenantRows extends RowReader {
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
    const problem = changes.problems.get(actual.name);
    if (problem) return problem;
    return graphError('typeMismatch', changes.readings[0]?.types[0]?.name ?? '', actual.name);
  }

  private async refusedInsert(violation: ConstraintViolation, id: string): Promise<Error> {
    if (violation.kind === 'duplicate') return graphError('conflict', id);
    await this.requireAncestors();
    // A parent that was deleted and made again in between: the client may retry.
    return graphError('unavailable');
  }
}
