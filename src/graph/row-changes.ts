import type { Changes } from '../odata/changes.js';
import { type GraphError, graphError } from '../odata/errors.js';
import type { Entity } from '../odata/expanded-text.js';
import { type Preconditions, verdict } from '../odata/preconditions.js';
import type { Reading } from '../odata/readings.js';
import type { Row } from '../odata/serializer.js';
import { assignmentsOf, modifiedValues } from './column-values.js';
import { RowLinks } from './row-links.js';
import { deleteRows, type Place, selectRow, updateRow } from './statements.js';

/** Changes and removes one tenant's row at an address: a statement, and a second one where it meets none. */
export abstract class RowChanges extends RowLinks {
  protected async updateRow(changes: Changes, when: Preconditions): Promise<Entity> {
    // Another request may come between the two statements: then the next time it is as it should be.
    const entity = await this.updateOnce(changes, this.placeWhen(when), when);
    return entity ?? this.updateRow(changes, when);
  }

  /** @returns undefined for a row that the place lacks, though it is as the client wants it */
  protected async updateOnce(
    changes: Changes,
    place: Place,
    when: Preconditions,
  ): Promise<Entity | undefined> {
    for (const reading of changes.readings) {
      const row = await this.updateAs(reading, place);
      if (row) return this.entity(row);
    }
    await (this.place.table.derived ? this.requireRight(changes, when) : this.requireState(when));
    return undefined;
  }

  protected async removeRow(when: Preconditions): Promise<true> {
    return (await this.removeOnce(this.placeWhen(when), when)) ?? this.removeRow(when);
  }

  protected async removeOnce(place: Place, when: Preconditions): Promise<true | undefined> {
    const { count } = await this.store.run(deleteRows(place, this.tenantId));
    if (count > 0) return true;
    await this.requireState(when);
    return undefined;
  }

  private async updateAs(reading: Reading, place: Place): Promise<Row | undefined> {
    const { table } = place;
    const types = table.derived ? reading.types.map((type) => type.name) : undefined;
    if (reading.values.size === 0) {
      const { rows } = await this.store.run(selectRow(place, this.tenantId));
      return rows.find((row) => types?.includes(this.typeNameOf(row)) ?? true);
    }
    const values = new Map([...reading.values, ...modifiedValues(table, Date.now())]);
    const isAny = types?.length === this.address.set.types.length;
    const typed = isAny ? place : { ...place, types };
    const { rows } = await this.store.run(
      updateRow(typed, this.tenantId, assignmentsOf(table, values, true)),
    );
    return rows[0];
  }

  /** @throws {GraphError} 404, 400 for a row of another type than the changes are for, 412 */
  private async requireRight(changes: Changes, when: Preconditions): Promise<void> {
    await this.requireThrough();
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
}
