import { graphError } from '../odata/errors.js';

/** A statement broke a constraint: the caller knows what that means. */
export class ConstraintViolation extends Error {
  constructor(readonly kind: 'duplicate' | 'missingParent') {
    super(kind);
  }
}

/** A value that a query computes can't be had: a division by zero, a pattern that is none, a number out of range. */
export class DataFault extends Error {}

const violations: Readonly<Record<string, ConstraintViolation['kind']>> = {
  '23505': 'duplicate',
  '23503': 'missingParent',
};

// Classes of SQLSTATE (PostgreSQL documentation, appendix A) and single codes after which a retry can succeed:
// connection, insufficient resources, operator intervention (with the statement timeout); serialization, deadlock, lock timeout.
const passing = /^(08|53|57|40001|40P01|55000|55P03|25006)/;
const networkErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** The one door by which Postgres's errors come in. What it doesn't know it gives back: that is a fault of ours. */
export function postgresError(error: unknown): unknown {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const sqlState = typeof code === 'string' ? code : '';
  const violation = violations[sqlState];
  if (violation) return new ConstraintViolation(violation);
  if (sqlState.startsWith('22')) return new DataFault(String(message));
  const isPassing =
    passing.test(sqlState) || networkErrors.has(sqlState) || lostConnection.test(String(message));
  return isPassing ? graphError('unavailable') : error;
}

/** `pg` reports these by text alone. */
const lostConnection =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed)|Cannot use a pool after|Query read timeout)/;
