import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { makeDataSource, migrate } from '../../src/database/data-source.js';
import { entitiesOf } from '../../src/gateway.js';
import { Store } from '../../src/graph/store.js';
import { recordUse } from '../../src/identity/tenants/tenant-records.js';
import { seedTenant } from '../../src/workbench/seed.js';
import { emptyDatabase } from './postgres.js';
import { model } from './sets.js';

/** A migrated database of one test file on the run's server. */
export interface OwnDatabase {
  url: string;
  dataSource: DataSource;
  /** A session of its own, which can hold what others want. */
  session(): Promise<Client>;
  /** The ids of the tenants that have a record. */
  recorded(): Promise<string[]>;
  close(): Promise<void>;
}

/** @param settings those of the data source's sessions, such as `-c deadlock_timeout=2s` */
export async function openOwnDatabase(settings = ''): Promise<OwnDatabase> {
  const url = await emptyDatabase();
  const options = settings === '' ? '' : `&options=${encodeURIComponent(settings)}`;
  const dataSource = await makeDataSource({ url: `${url}${options}` }, entitiesOf(model));
  await dataSource.initialize();
  await migrate(dataSource);
  const sessions: Client[] = [];
  return {
    url,
    dataSource,
    session: async () => {
      const session = new Client({ connectionString: url });
      sessions.push(session);
      await session.connect();
      return session;
    },
    recorded: async () => {
      const rows = await dataSource.query<{ id: string }[]>('SELECT "id" FROM "tenants" ORDER BY "id"');
      return rows.map(({ id }) => id);
    },
    close: async () => {
      for (const session of sessions) await session.end();
      await dataSource.destroy();
    },
  };
}

/** How many rows a seeded tenant has, the single ones of its 10 apps and 2 configurations included. */
export const seededRows = 243;

/** Makes a seeded tenant that was first and last used so long ago. */
export async function usedBefore({ dataSource }: OwnDatabase, tenantId: string, age: string): Promise<void> {
  await seedTenant(new Store(dataSource), model, tenantId);
  await recordUse(dataSource, tenantId);
  await dataSource.query(
    `UPDATE tenants SET "firstUsed" = now() - $2::interval, "lastUsed" = now() - $2::interval WHERE id = $1`,
    [tenantId, age],
  );
}

/** Waits until so many statements of the database's gateways and data sources wait for a lock. */
export async function waiting(session: Client, count = 1): Promise<void> {
  const sql = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'understudy' AND wait_event_type = 'Lock'`;
  // A transaction would see the same activity again and again.
  const look = async () => (await session.query('SELECT pg_stat_clear_snapshot()')) && session.query(sql);
  while ((await look()).rowCount !== count) await sleep(5);
}
