import { ConfigurationError } from '../configuration.js';
import { BackupRefusal } from '../database/backup-format.js';
import { DatabaseRefusal } from '../database/database-refusal.js';
import { PostgresRefusal } from '../database/postgres-refusal.js';
import { IdentityFileError } from '../identity/directory/identity-file-error.js';
import { TlsRefusal } from '../operations/tls-refusal.js';

/** One line on standard output: what a command was asked for. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A fault of whoever calls the command: told in one line, without a stack. */
export class UsageError extends Error {}

/** Runs a command to its end; failures go to standard error, and the exit code says so. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
    process.exitCode = 0;
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = 1;
  }
}

function describe(error: unknown): string {
  const expected = [
    BackupRefusal,
    ConfigurationError,
    DatabaseRefusal,
    IdentityFileError,
    PostgresRefusal,
    TlsRefusal,
    UsageError,
  ].some((kind) => error instanceof kind);
  if (!(error instanceof Error)) return String(error);
  return expected || isNetworkError(error) ? error.message : (error.stack ?? error.message);
}

const isNetworkError = (error: Error): boolean =>
  'syscall' in error && ['listen', 'connect', 'getaddrinfo'].includes(String(error.syscall));
