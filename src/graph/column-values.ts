import { type DateTimeOffset, dateTimeOffsetAt, formatDateTimeOffset } from '../odata/date-time-offset.js';
import { allProperties, type ComplexType, type EntityType, type Property } from '../odata/edm.js';
import { lineage } from '../odata/entity-set.js';
import { enumName } from '../odata/enums.js';
import type { Validators } from '../odata/preconditions.js';
import type { Row, RowText } from '../odata/serializer.js';
import {
  type Change,
  initialValue,
  isMerged,
  type Json,
  mergedComplex,
  mergedMembers,
  storedInitial,
  storedValue,
  type ValueStyle,
  valueText,
} from '../odata/stored-value.js';
import { type Assignment, epoch, modifiedColumn } from './statements.js';
import { columnNames, isDateTimeOffset, type Table } from './table.js';

/**
 * What a write stores. Columns take the base type's properties; a derived type's own go together into `derived`.
 * @param values checked values by property, as they were sent
 * @param merge whether members of documents that weren't sent stay as they are
 */
export function assignmentsOf(
  table: Table,
  values: ReadonlyMap<Property, unknown>,
  merge: boolean,
): Assignment[] {
  const own = [...values].filter(([property]) => table.properties.includes(property));
  const derived = [...values].filter(([property]) => !table.properties.includes(property));
  const assignments = own.flatMap(([property, value]) =>
    merge && isMerged(property, value)
      ? [{ column: property.name, ...mergedComplex(property.type as ComplexType, value as Sent) }]
      : columnAssignments(property, storedValue(property.type, value)),
  );
  if (table.derived && (!merge || derived.length > 0)) {
    assignments.push({ column: 'derived', ...(merge ? mergedMembers(derived) : document(derived)) });
  }
  // One order whatever the client's: bodies with the same names share a prepared statement.
  return assignments.toSorted((a, b) => (a.column < b.column ? -1 : 1));
}

type Sent = Record<string, unknown>;

function document(values: readonly (readonly [Property, unknown])[]): Change {
  const members = values.map(([{ name, type }, value]) => [name, storedValue(type, value)]);
  return { value: JSON.stringify(Object.fromEntries(members)) };
}

function columnAssignments(property: Property, stored: Json): Assignment[] {
  if (isDateTimeOffset(property.type)) {
    const value = stored as DateTimeOffset | null;
    const [ticks, written] = columnNames(property) as [string, string];
    return [
      { column: ticks, value: value?.ticks ?? null },
      { column: written, value: value?.written ?? null },
    ];
  }
  const isDocument = property.type.kind === 'complex' || property.type.kind === 'collection';
  return [{ column: property.name, value: isDocument && stored !== null ? JSON.stringify(stored) : stored }];
}

/** The values of a fresh row: what was sent, the clock's, and the initial value of everything else. */
export function freshValues(
  type: EntityType,
  sent: ReadonlyMap<Property, unknown>,
  now: number,
): Map<Property, unknown> {
  const given = new Map([...sent.keys()].map((view) => [keptBy(view), view]));
  const kept = allProperties(type).filter((property) => !property.of);
  return new Map(
    kept.map((property) => {
      const view = given.get(property);
      return view
        ? [view, sent.get(view)]
        : [property, clockValue(property, now) ?? initialOf(type, property.name) ?? initialValue(property)];
    }),
  );
}

/** What the type says, or the nearest of those that it derives from. */
const initialOf = (type: EntityType, name: string): string | number | boolean | undefined =>
  lineage(type).find(({ initial }) => initial?.[name] !== undefined)?.initial?.[name];

const keptBy = (property: Property): Property => property.of ?? property;

/** What changes in a row whenever anything does: the time of its last modification. */
export function modifiedValues(table: Table, now: number): Map<Property, unknown> {
  const touched = table.properties.filter((property) => property.computed === 'modified');
  return new Map(touched.map((property) => [property, clockValue(property, now)]));
}

function clockValue(property: Property, now: number): string | undefined {
  const followsClock = property.computed === 'created' || property.computed === 'modified';
  return followsClock ? formatDateTimeOffset(dateTimeOffsetAt(now)) : undefined;
}

/** How a table's rows become JSON. */
export function rowText(table: Table, type: EntityType): RowText {
  const at = (column: string): number => table.columns.indexOf(column);
  const typeColumn = at('odataType');
  const valueOf = (property: Property): ((row: Row) => Json) =>
    table.properties.includes(property) ? columnValue(property, at) : derivedValue(property, at('derived'));
  return {
    id: (row) => row[0] as string,
    typeName: typeColumn < 0 ? () => type.name : (row) => row[typeColumn] as string,
    property: (property, style) =>
      columnText(property, at, style) ?? anyText(property, valueOf(property), style),
    value: (property) => (property.name === 'id' ? (row) => row[0] as string : valueOf(property)),
    validators: validatorsOf(table, at),
  };
}

function validatorsOf(
  table: Table,
  at: (column: string) => number,
): (row: Row) => Validators & { version: number } {
  const [version, modified] = [at('rowVersion'), at(modifiedColumn(table) ?? '')];
  return (row) => ({
    version: row[version] as number,
    ...(modified >= 0 && { modified: Number((row[modified] as string).slice(0, -7)) + epoch }),
  });
}

const anyText =
  ({ type }: Property, value: (row: Row) => Json, style: ValueStyle) =>
  (row: Row): string =>
    valueText(type, value(row), style);

function derivedValue(property: Property, column: number): (row: Row) => Json {
  return (row) => {
    const value = (row[column] as Record<string, Json>)[property.name];
    return value === undefined ? storedInitial(property) : value;
  };
}

function columnValue(property: Property, at: (column: string) => number): (row: Row) => Json {
  if (isDateTimeOffset(property.type)) return dateValue(property, at);
  const column = at(property.name);
  return (row) => row[column] as Json;
}

function dateValue(property: Property, at: (column: string) => number): (row: Row) => DateTimeOffset | null {
  const [ticksColumn, writtenColumn] = columnNames(property).map(at) as [number, number];
  return (row) => {
    const ticks = row[ticksColumn] as string | null;
    return ticks === null ? null : { ticks, written: row[writtenColumn] as number };
  };
}

/** The short ways to the text of the most frequent columns; undefined for the others. */
function columnText(
  property: Property,
  at: (column: string) => number,
  style: ValueStyle,
): ((row: Row) => string) | undefined {
  const { type } = property;
  const column = at(property.name);
  if (isDateTimeOffset(type) && at(`${property.name}Ticks`) >= 0) return dateText(dateValue(property, at));
  if (column < 0) return undefined;
  if (type.kind === 'enum') {
    const texts = new Map([...type.names].map(([number]) => [number, `"${enumName(type, number)}"`]));
    return (row) => texts.get(row[column] as number) ?? valueText(type, row[column] as Json, style);
  }
  if (type.kind !== 'primitive') return undefined;
  switch (type.name) {
    case 'Edm.String':
    case 'Edm.Binary':
      return (row) => JSON.stringify(row[column]);
    case 'Edm.Boolean':
    case 'Edm.Int32':
      return (row) => String(row[column]);
    case 'Edm.Int64':
      // Postgres gives it as text, and JSON.stringify would quote it.
      return style.format.ieee754Compatible
        ? (row) => JSON.stringify(row[column])
        : (row) => String(row[column]);
    case 'Edm.DateTimeOffset':
      return undefined;
  }
}

const dateText =
  (value: (row: Row) => DateTimeOffset | null) =>
  (row: Row): string => {
    const instant = value(row);
    return instant === null ? 'null' : `"${formatDateTimeOffset(instant)}"`;
  };
