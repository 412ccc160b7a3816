import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresServer, startPostgres } from './embedded-postgres.js';

/** Milliseconds between attempts to start a server that won't. */
const pause = 1_000;

/**
 * The embedded server, started again whenever it goes away while the gateway lives: connections find the new one at the
 * same socket.
 * @param report is told each time, with the reason when a start fails
 * @throws {PostgresRefusal} when the first start is refused
 */
export async function keepPostgres(
  dataDir: string,
  report: (event: string, error?: unknown) => void,
): Promise<Pick<PostgresServer, 'connection' | 'stop'>> {
  let server = await startPostgres(dataDir);
  const { connection } = server;
  let isStopping = false;
  const keep = async (): Promise<void> => {
    for (;;) {
      await server.lost;
      if (isStopping) return;
      report('the embedded Postgres went away and is started again');
      server = await startedAgain();
      // Stopped meanwhile: nobody else knows of this one.
      if (isStopping) return server.stop();
    }
  };
  const startedAgain = async (): Promise<PostgresServer> => {
    for (;;) {
      try {
        return await startPostgres(dataDir);
      } catch (error) {
        if (isStopping) return server;
        report('the embedded Postgres could not be started again', error);
        await sleep(pause);
      }
    }
  };
  const kept = keep();
  return {
    connection,
    stop: async () => {
      isStopping = true;
      await server.stop();
      await kept;
    },
  };
}
