import { type BatchPart, invalidPart } from './batch-part.js';

/** What runs, and fails, as one: a part by itself, or all parts of an atomicity group. */
export interface Unit {
  /** In an order in which none comes ahead of what it depends on. */
  readonly parts: readonly BatchPart[];
  /** Where each of `parts` stands in the batch. */
  readonly positions: readonly number[];
  /** Indexes of the units that must have ended, and well, before this one starts. */
  readonly waitsFor: readonly number[];
}

/**
 * The units of a batch, in the order of their first parts.
 * @param parts as `readBatch` gives them
 * @throws {GraphError} 400 for parts of a group, or units, that wait for one another
 */
export function planOf(parts: readonly BatchPart[]): Unit[] {
  const members = new Map<string, number[]>();
  for (const [position, { id, group }] of parts.entries()) {
    const name = group ?? id;
    members.set(name, [...(members.get(name) ?? []), position]);
  }
  const unitOf = unitsByName(parts, members);
  const units = [...members.values()].map((positions, index) => unit(parts, positions, index, unitOf));
  ordered(
    units.map((_, index) => index),
    (index) => units[index]?.waitsFor ?? [],
    (index) => circle(units[index]?.parts[0]),
  );
  return units;
}

/** The index of a part's or a group's unit, by id and by name. */
function unitsByName(
  parts: readonly BatchPart[],
  members: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, number> {
  const indexes = new Map([...members.keys()].map((name, index) => [name, index]));
  for (const { id, group } of parts) indexes.set(id, indexes.get(group ?? id) as number);
  return indexes;
}

function unit(
  parts: readonly BatchPart[],
  members: readonly number[],
  index: number,
  unitOf: ReadonlyMap<string, number>,
): Unit {
  const partAt = (position: number): BatchPart => parts[position] as BatchPart;
  const positions = ordered(
    members,
    (position) => members.filter((other) => partAt(position).dependsOn.includes(partAt(other).id)),
    (position) => circle(partAt(position)),
  );
  const before = positions.flatMap((position) =>
    partAt(position).dependsOn.map((name) => unitOf.get(name) as number),
  );
  return {
    parts: positions.map(partAt),
    positions,
    waitsFor: [...new Set(before)].filter((other) => other !== index),
  };
}

const circle = (part: BatchPart | undefined) =>
  invalidPart(part?.id ?? '', 'depends on what, by way of others or its group, depends on it');

/** The items, each behind all that it waits for, otherwise as they were; `problem` of one that waits for itself is thrown. */
function ordered(
  items: readonly number[],
  waitsFor: (item: number) => readonly number[],
  problem: (item: number) => Error,
): number[] {
  const done = new Set<number>();
  const isHeld = (item: number): boolean => waitsFor(item).some((other) => !done.has(other));
  while (done.size < items.length) {
    const rest = items.filter((item) => !done.has(item));
    const next = rest.find((item) => !isHeld(item));
    if (next === undefined) throw problem(inCircle(rest, waitsFor));
    done.add(next);
  }
  return [...done];
}

/** Of items that all wait for another of them: going on as often as there are items ends in a circle. */
const inCircle = (rest: readonly number[], waitsFor: (item: number) => readonly number[]): number =>
  rest.reduce((item) => waitsFor(item).find((other) => rest.includes(other)) as number, rest[0] as number);
