import { basename } from 'node:path';

/** Why there is no embedded PostgreSQL to be had: one sentence for the operator, with the folder and the remedy. */
export class PostgresRefusal extends Error {
  override readonly name = 'PostgresRefusal';
}

/** Whether an error carries one of these codes: an errno name such as `ENOENT`, or an SQLSTATE. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(codeOf(error) ?? '');
}

/** An errno name or SQLSTATE; undefined for what is no coded error. */
export function codeOf(error: unknown): string | undefined {
  const code = field(error, 'code');
  return typeof code === 'string' ? code : undefined;
}

export function messageOf(error: unknown): string {
  return String(field(error, 'message') ?? error);
}

/** Not by `instanceof`: under Jest, Node's own errors are of another realm's Error. */
function field(error: unknown, name: 'code' | 'message'): unknown {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[name] : undefined;
}

/** The refusal for a PostgreSQL program that the system could not start at all. */
export function cannotRun(program: string, error: unknown): PostgresRefusal {
  return new PostgresRefusal(
    `${basename(program)} in ${program} cannot be run on this system (${codeOf(error) ?? messageOf(error)}; ` +
      'there is no build for Alpine and other musl systems): set DATABASE_URL to a PostgreSQL server of your own.',
  );
}
