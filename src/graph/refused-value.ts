import { DataFault } from '../database/postgres-errors.js';
import { graphError } from '../odata/errors.js';

/** A value that a client's query computes and that can't be had is the query's fault. @throws {GraphError} 400, or the error */
export function refusedValue(error: unknown): never {
  throw error instanceof DataFault ? graphError('invalidOperation', error.message) : error;
}
