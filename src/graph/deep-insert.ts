import { randomInt, randomUUID } from 'node:crypto';
import { ConstraintViolation } from '../database/postgres-errors.js';
import { containedKeys, type Keys } from '../odata/address.js';
import type { Changes, ContainedChanges } from '../odata/changes.js';
import type { EntityType } from '../odata/edm.js';
import { graphError } from '../odata/errors.js';
import type { Reading } from '../odata/readings.js';
import { excerpt } from '../odata/value-problem.js';
import { assignmentsOf, freshValues } from './column-values.js';
import type { ServedLink, ServedSet } from './served-set.js';
import { type Assignment, insertLinks, insertRows, type NewRow } from './statements.js';
import type { Statements } from './store.js';
import type { Table } from './table.js';

/** An entity that is there, and what is to be made within it. */
export interface Container {
  set: ServedSet;
  keys: Keys;
  id: string;
  changes: Changes;
}

/** A statement takes 65,535 parameters at most. */
const rowsAtOnce = 500;

/**
 * Makes what entities are to contain, and what that contains: all of one collection in one statement, or in few.
 * @param statements those of the transaction that made the entities
 * @throws {GraphError} 409 for an id that is taken
 */
export async function insertContained(
  statements: Statements,
  tenantId: string,
  containers: readonly Container[],
): Promise<void> {
  const bySet = new Map<ServedSet, Group[]>();
  for (const container of containers) {
    for (const { set, entities } of container.changes.contained) {
      const keys = containedKeys(set, container.keys, container.id);
      const groups = bySet.get(set as ServedSet) ?? [];
      groups.push({ container, keys, entities });
      bySet.set(set as ServedSet, groups);
    }
  }
  for (const [set, groups] of bySet) await insertGroups(statements, tenantId, set, groups);
}

/** What one container is to have of a set. */
interface Group {
  container: Container;
  keys: Keys;
  entities: readonly Changes[];
}

async function insertGroups(
  statements: Statements,
  tenantId: string,
  set: ServedSet,
  groups: readonly Group[],
): Promise<void> {
  const alone: Container[] = [];
  for (const { container, keys, entities } of groups) {
    const made = (changes: readonly Changes[]): Container[] =>
      changes.map((entity) => within(container, set, keys, entity, tenantId));
    const following = set.follows?.({ kind: 'create', tenantId, keys, entities, properties: [] });
    if (following)
      await following.around(statements, (more) => insertMade(statements, tenantId, set, made(more)));
    else alone.push(...made(entities));
  }
  await insertMade(statements, tenantId, set, alone);
}

async function insertMade(
  statements: Statements,
  tenantId: string,
  set: ServedSet,
  made: readonly Container[],
): Promise<void> {
  for (let start = 0; start < made.length; start += rowsAtOnce)
    await insert(statements, tenantId, set, made.slice(start, start + rowsAtOnce));
  await insertContained(statements, tenantId, made.map(withSingles));
}

/**
 * Makes entities in one collection, with what they are to contain.
 * @param statements those of a transaction
 * @param keys of the collection's container
 * @throws {GraphError} 409 for an id that is taken
 */
export function insertAll(
  statements: Statements,
  tenantId: string,
  set: ServedSet,
  keys: Keys,
  entities: readonly Changes[],
): Promise<void> {
  const made = entities.map((changes) => ({ set, keys, id: changes.id ?? randomUUID(), changes }));
  return insertMade(statements, tenantId, set, made);
}

function within(
  container: Container,
  set: ServedSet,
  keys: Keys,
  changes: Changes,
  tenantId: string,
): Container {
  const id = set.isSingle ? singleId(tenantId, container.id) : (changes.id ?? randomUUID());
  if (changes.id !== undefined && changes.id !== id) throw graphError('keyMismatch');
  return { set, keys, id, changes };
}

/** The id of what an entity contains as the only one of its kind, in the form that the live service's summaries have. */
export const singleId = (tenantId: string, container: string): string => `${tenantId}_${container}`;

/** What is there as long as its container, whether a client sends it along or not. */
const unsentSingles = ({ set, changes }: Container): ContainedChanges[] =>
  set.singles
    .filter(({ name }) => !changes.contained.some((sent) => sent.name === name))
    .map((single) => ({ ...single, entities: [nothing(single.set.type)] }));

const withSingles = (container: Container): Container => {
  const { changes } = container;
  const contained = [...changes.contained, ...unsentSingles(container)];
  return { ...container, changes: { ...changes, contained } };
};

/** The rows of what is there as long as its container, where a client sends nothing of it. */
export const singleRows = (container: Container, tenantId: string): (NewRow & { table: Table })[] =>
  unsentSingles(container).flatMap(({ set, entities: [changes] }) => {
    const { table } = set as ServedSet;
    const keys = containedKeys(set, container.keys, container.id);
    const id = singleId(tenantId, container.id);
    return changes ? [{ table, keys, assignments: newAssignments(table, id, changes) }] : [];
  });

const nothing = (type: EntityType): Changes => ({
  readings: [{ types: [type], values: new Map() }],
  problems: new Map(),
  id: undefined,
  contained: [],
  links: [],
});

/** Links what was made to what it was bound to. @throws {GraphError} 404 when that isn't there */
export async function insertBound(
  statements: Statements,
  tenantId: string,
  { id, changes }: Container,
): Promise<void> {
  for (const { link, ids } of changes.links) {
    try {
      await statements.run(insertLinks((link as ServedLink).link, tenantId, id, ids));
    } catch (error) {
      if (!(error instanceof ConstraintViolation)) throw error;
      throw (link as ServedLink).set.missing(excerpt(ids.join(', ')));
    }
  }
}

async function insert(
  statements: Statements,
  tenantId: string,
  { table }: ServedSet,
  made: readonly Container[],
): Promise<void> {
  const rows = made.map(({ keys, id, changes }) => ({
    keys,
    assignments: newAssignments(table, id, changes),
  }));
  try {
    await statements.run({ ...insertRows(table, tenantId, rows), planned: 'each time' });
  } catch (error) {
    // Their container was made in the same transaction, so that only an id can be in the way.
    if (!(error instanceof ConstraintViolation)) throw error;
    throw graphError('conflict', excerpt(made.map(({ id }) => id).join(', ')));
  }
}

/**
 * Rows start at a random version, so that one that is made again under the id of a deleted one doesn't have its tags; and
 * this far below the largest integer.
 */
const maxFirstVersion = 2 ** 30;

/** The columns of a new row: what was sent, and the initial values of everything else. */
export function newAssignments(table: Table, id: string, changes: Changes): Assignment[] {
  const [reading] = changes.readings as [Reading];
  const [type] = reading.types as [Reading['types'][number]];
  const values = freshValues(type, reading.values, Date.now());
  const assignments: Assignment[] = [
    { column: 'id', value: id },
    { column: 'rowVersion', value: randomInt(1, maxFirstVersion + 1) },
    ...assignmentsOf(table, values, false),
  ];
  if (table.derived) assignments.push({ column: 'odataType', value: type.name });
  return assignments;
}
