import type { DataSource } from 'typeorm';
import type { Configuration } from '../configuration.js';
import { makeDataSource, migrate, requireServer } from './data-source.js';
import { DatabaseRefusal } from './database-refusal.js';
import { joinPostgres, type PostgresServer } from './embedded-postgres.js';
import { keepPostgres } from './kept-postgres.js';

/** Told what happens to the embedded server while a gateway lives. */
export type Report = (event: string, error?: unknown) => void;

/** An open, migrated database; `close` ends its connections and then the server, if this process started it. */
export interface Database {
  dataSource: DataSource;
  close(): Promise<void>;
}

/**
 * Opens the configured Postgres, or the embedded one.
 * @param report is told when the embedded server goes away and comes back
 * @param role a gateway owns the embedded server and is alone with it; a tool joins a running one
 * @throws {PostgresRefusal} with one sentence that says what to do
 */
export async function openDatabase(
  configuration: Configuration,
  role: 'gateway' | 'tool',
  entities: readonly (abstract new () => object)[],
  report: Report = () => undefined,
): Promise<Database> {
  const server = await embeddedServer(configuration, role, report);
  try {
    const connection = server?.connection ?? { url: configuration.databaseUrl ?? '' };
    const dataSource = await makeDataSource(connection, entities);
    await connect(dataSource, server === undefined);
    const close = async (): Promise<void> => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await server?.stop();
    };
    await prepare(dataSource).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    return { dataSource, close };
  } catch (error) {
    await server?.stop();
    throw error;
  }
}

async function embeddedServer(
  configuration: Configuration,
  role: 'gateway' | 'tool',
  report: Report,
): Promise<Pick<PostgresServer, 'connection' | 'stop'> | undefined> {
  if (configuration.databaseUrl !== undefined) return undefined;
  return role === 'gateway'
    ? keepPostgres(configuration.dataDir, report)
    : joinPostgres(configuration.dataDir);
}

async function prepare(dataSource: DataSource): Promise<void> {
  await requireServer(dataSource);
  await migrate(dataSource);
}

async function connect(dataSource: DataSource, isGiven: boolean): Promise<void> {
  try {
    await dataSource.initialize();
  } catch (error) {
    if (!isGiven) throw error;
    throw new DatabaseRefusal(`DATABASE_URL leads to no usable database: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}
