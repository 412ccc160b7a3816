import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';

/**
 * Lends one connection for a transaction that may take as long as it takes: no statement in it is timed.
 * @param mode such as `READ COMMITTED` or `REPEATABLE READ READ ONLY`
 * @param signal breaks the work off, amid a statement too: then nothing of it is kept, and the promise is broken
 */
export async function inLongTransaction<T>(
  dataSource: DataSource,
  mode: string,
  work: (client: PoolClient) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const client = await (dataSource.driver as unknown as { master: Pool }).master.connect();
  client.on('error', ignore);
  try {
    await client.query(`BEGIN ISOLATION LEVEL ${mode}`);
    await client.query('SET LOCAL statement_timeout = 0');
    const result = await (signal ? unlessAborted(client, signal, work) : work(client));
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

/** Only a connection that ends doesn't wait for the end of its statement. */
async function unlessAborted<T>(
  client: PoolClient,
  signal: AbortSignal,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const breakOff = (): void => void client.end().catch(ignore);
  signal.throwIfAborted();
  signal.addEventListener('abort', breakOff);
  try {
    return await work(client);
  } finally {
    signal.removeEventListener('abort', breakOff);
  }
}

/** The pool listens only to idle connections; one that is lost in use also fails the statement that runs. */
function ignore(): void {}
