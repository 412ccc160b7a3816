import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';

/**
 * Lends one connection for a transaction that may take as long as it takes: no statement in it is timed.
 * @param mode such as `READ COMMITTED` or `REPEATABLE READ READ ONLY`
 */
export async function inLongTransaction<T>(
  dataSource: DataSource,
  mode: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await (dataSource.driver as unknown as { master: Pool }).master.connect();
  client.on('error', ignore);
  try {
    await client.query(`BEGIN ISOLATION LEVEL ${mode}`);
    await client.query('SET LOCAL statement_timeout = 0');
    const result = await work(client);
    await client.query('COMMIT');
    client.off('error', ignore);
    client.release();
    return result;
  } catch (error) {
    // A COPY that was broken off leaves the connection amid its data: closed, and so rolled back.
    client.release(true);
    throw error;
  }
}

/** The pool listens only to idle connections; one that is lost in use also fails the statement that runs. */
function ignore(): void {}
