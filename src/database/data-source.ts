import { readdir } from 'node:fs/promises';
import { Client } from 'pg';
import { DataSource, MigrationExecutor, type MixedList } from 'typeorm';
import { DatabaseRefusal } from './database-refusal.js';
import type { PostgresServer } from './embedded-postgres.js';

/** Where a Postgres is: a URL, or the embedded server's socket. */
export type Connection = { url: string } | PostgresServer['connection'];

type Class = abstract new () => object;

const poolSize = 10;
/** Milliseconds: after this a statement is cancelled and the client reads 503. */
const statementTimeout = 30_000;

/**
 * Whose connection is lost hears of it by its statement, or by its next one. The event is for nobody, but would end the
 * process if it came unheard: between two owners a pool's client has no listener.
 */
class PooledClient extends Client {
  constructor(...options: ConstructorParameters<typeof Client>) {
    super(...options);
    this.on('error', () => undefined);
  }
}

/** @returns a data source that is not yet connected */
export async function makeDataSource(
  connection: Connection,
  entities: readonly Class[],
): Promise<DataSource> {
  const target = 'url' in connection ? connection : { ...connection, username: connection.user };
  return new DataSource({
    type: 'postgres',
    ...target,
    entities: entities as MixedList<never>,
    migrations: await migrationClasses(),
    migrationsTableName: 'migrations',
    synchronize: false,
    poolSize,
    extra: {
      Client: PooledClient,
      statement_timeout: statementTimeout,
      // A pool that is exhausted for this long answers 503 rather than let clients wait.
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 60_000,
      application_name: 'understudy',
    },
  });
}

const migrations = new URL('../../migrations/', import.meta.url);

/** Every migration in the folder, so that a new one needs no line anywhere. */
async function migrationClasses(): Promise<(new () => never)[]> {
  const files = (await readdir(migrations)).filter((file) => /^\d+-[\w-]+\.(ts|js)$/.test(file)).toSorted();
  const modules = await Promise.all(
    files.map((file) => import(new URL(file, migrations).href) as Promise<object>),
  );
  return modules.flatMap((module) => Object.values(module) as (new () => never)[]);
}

/** Whoever changes the schema or replaces the store holds this advisory lock. Any number will do, the same everywhere. */
export const migrationLock = 0x756e6465;

/** Applies pending migrations, however long they take. Instances that start at once take turns; the later ones find nothing to do. */
export async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SET statement_timeout = 0');
    await runner.query(`SELECT pg_advisory_lock(${migrationLock})`);
    // The same connection migrates and holds the lock: a lost one can't leave a migration running without it.
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    await executor.executePendingMigrations();
    await runner.query(`SELECT pg_advisory_unlock(${migrationLock})`);
    await runner.query('RESET statement_timeout');
  } finally {
    await runner.release();
  }
}

/** Names of migrations that the database lacks. */
export async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const rows = await dataSource.query<{ name: string }[]>('SELECT "name" FROM "migrations"');
  const applied = new Set(rows.map(({ name }) => name));
  return dataSource.migrations
    .map((migration) => migration.name ?? migration.constructor.name)
    .filter((name) => !applied.has(name));
}

const oldestPostgres = 150_000;

/** @throws {DatabaseRefusal} when the server is older than what the statements need, or can't hold every text */
export async function requireServer(dataSource: DataSource): Promise<void> {
  const [server] = await dataSource.query<[{ version: string; encoding: string }]>(
    `SELECT current_setting('server_version_num') AS "version", current_setting('server_encoding') AS "encoding"`,
  );
  if (Number(server.version) < oldestPostgres) {
    throw new DatabaseRefusal(`DATABASE_URL leads to PostgreSQL ${server.version}: 15 or newer is needed.`);
  }
  if (server.encoding !== 'UTF8') {
    throw new DatabaseRefusal(
      `DATABASE_URL leads to a database in ${server.encoding}: make one with ENCODING 'UTF8'.`,
    );
  }
}
