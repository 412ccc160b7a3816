import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { postgresError } from './postgres-errors.js';

/** SQL text with its parameters in order. */
interface Asked {
  text: string;
  values: readonly unknown[];
}

/**
 * All rows of a statement as arrays, as they are at one moment, at most `size` at a time: a cursor keeps them in Postgres.
 * Whoever stops taking them sets the connection free.
 * @throws {GraphError} 503 when a retry may succeed
 */
export async function* rowSlices(
  dataSource: DataSource,
  { text, values }: Asked,
  size: number,
): AsyncGenerator<unknown[][]> {
  const client = await (dataSource.driver as unknown as { master: Pool }).master.connect().catch(refused);
  client.on('error', ignore);
  let isOver = false;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY').catch(refused);
    await client.query(`DECLARE slices NO SCROLL CURSOR FOR ${text}`, [...values]).catch(refused);
    for (;;) {
      const fetched = { text: `FETCH ${size} FROM slices`, rowMode: 'array' as const };
      const { rows } = await client.query<unknown[]>(fetched).catch(refused);
      if (rows.length === 0) break;
      yield rows;
    }
    await client.query('COMMIT').catch(refused);
    isOver = true;
  } finally {
    client.off('error', ignore);
    // A transaction that is open is undone by the end of its connection.
    client.release(!isOver);
  }
}

function refused(error: unknown): never {
  throw postgresError(error);
}

/** The pool listens only to idle connections; one that is lost in use also fails the statement that runs. */
function ignore(): void {}
