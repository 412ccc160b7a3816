import type { StoredTable } from './stored-tables.js';

/**
 * A backup is the gzip of lines. First the header; then per table one line that names it and its columns, its rows as
 * PostgreSQL's COPY writes text, and the line `\.`; last the end, without which the file is not whole.
 */
export interface BackupHeader {
  format: 'understudy-backup';
  version: 1;
  /** Names of the migrations that the database had, in the order they were applied. */
  migrations: readonly string[];
}

/** One line before a table's rows. */
export interface BackupTable {
  table: string;
  columns: readonly string[];
}

/** The last line; `rows` counts those of all tables. */
export interface BackupEnd {
  end: true;
  rows: number;
}

export const endOfRows = '\\.\n';

export function headerLine(migrations: readonly string[]): string {
  return line({ format: 'understudy-backup', version: 1, migrations } satisfies BackupHeader);
}

export function tableLine({ name, columns }: StoredTable): string {
  return line({ table: name, columns } satisfies BackupTable);
}

export function endLine(rows: number): string {
  return line({ end: true, rows } satisfies BackupEnd);
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;

/** Why a backup is not made or not taken: one sentence for the operator; nothing was changed. */
export class BackupRefusal extends Error {
  override readonly name = 'BackupRefusal';
}

/** Error codes by which the system refuses a file. */
export const fileFaults: readonly string[] = (
  'ENOENT ENOTDIR EISDIR EEXIST EACCES EPERM EROFS ELOOP ENAMETOOLONG ' +
  'ENOSPC EDQUOT EFBIG EIO EBUSY EXDEV EMFILE'
).split(' ');
