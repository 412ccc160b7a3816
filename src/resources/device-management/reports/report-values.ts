import { formatDateTimeOffset } from '../../../odata/date-time-offset.js';
import type { Row } from '../../../odata/serializer.js';
import type { Column, ColumnType } from './report.js';

export type ReportValue = string | number | boolean | null;

/** What is shown of a selected column. */
export interface ShownColumn {
  name: string;
  type: ColumnType;
  /** Its value in a row of the statement. */
  value: (row: Row) => ReportValue;
}

/** How numbers with a meaning are shown: with it in a column behind theirs, or by it alone. */
export type Localization = 'localizedValuesAsAdditionalColumn' | 'replaceLocalizableValues';

/** @param first where the first column's value stands in a row */
export function shownColumns(
  columns: readonly Column[],
  localization: Localization,
  first: number,
): ShownColumn[] {
  let at = first;
  return columns.flatMap((column) => {
    const place = at;
    at += column.written === undefined ? 1 : 2;
    const value = (row: Row): ReportValue => valueAt(column, row, place);
    const own: ShownColumn = { name: column.name, type: column.type, value };
    const { text } = column;
    if (!text) return [own];
    const meaning = (row: Row): ReportValue => text(value(row) as number);
    if (localization === 'replaceLocalizableValues') return [{ ...own, type: 'String', value: meaning }];
    return [own, { name: `${column.name}_loc`, type: 'String', value: meaning }];
  });
}

function valueAt({ type }: Column, row: Row, place: number): ReportValue {
  const value = row[place] as ReportValue;
  if (value === null) return null;
  switch (type) {
    case 'String':
    case 'Int32':
    case 'Boolean':
      return value;
    case 'Int64':
    case 'Double':
      return Number(value);
    case 'DateTime':
      return formatDateTimeOffset({ ticks: String(value), written: row[place + 1] as number });
  }
}
