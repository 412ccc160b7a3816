import type { Store } from '../../../../graph/store.js';
import type { Row } from '../../../../odata/serializer.js';
import { allStatement } from '../report-statement.js';
import { type ReportValue, type ShownColumn, shownColumns } from '../report-values.js';
import { type ExportDefinition, exportQuery } from './export-request.js';

/** Rows in memory at a time. */
const slice = 1000;

/** The bytes of a job's file, a piece for each slice of rows. */
export async function* exportText(
  store: Store,
  tenantId: string,
  definition: ExportDefinition,
): AsyncGenerator<Buffer> {
  const { report, query } = exportQuery(definition);
  const columns = shownColumns(query.columns, definition.localizationType, 0);
  const slices = store.slices(allStatement(report, tenantId, query), slice);
  const write = definition.format === 'csv' ? csv : json;
  for await (const text of write(columns, slices)) yield Buffer.from(text);
}

/** RFC 4180, behind a byte order mark as the live service's files. A cell that a spreadsheet would run is left as it is. */
async function* csv(columns: readonly ShownColumn[], slices: AsyncIterable<Row[]>): AsyncGenerator<string> {
  let start = `\uFEFF${line(columns.map(({ name }) => name))}`;
  for await (const rows of slices) {
    yield start + rows.map((row) => line(columns.map(({ value }) => value(row)))).join('');
    start = '';
  }
  yield start;
}

const line = (cells: readonly ReportValue[]): string => `${cells.map(cellText).join(',')}\r\n`;

function cellText(value: ReportValue): string {
  if (typeof value !== 'string') return value === null ? '' : plainText(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** As .NET writes them. */
const plainText = (value: number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);

async function* json(columns: readonly ShownColumn[], slices: AsyncIterable<Row[]>): AsyncGenerator<string> {
  const object = (row: Row): string =>
    JSON.stringify(Object.fromEntries(columns.map(({ name, value }) => [name, value(row)])));
  let start = '{"values":[';
  for await (const rows of slices) {
    yield start + rows.map(object).join(',');
    start = ',';
  }
  yield start === ',' ? ']}' : `${start}]}`;
}
