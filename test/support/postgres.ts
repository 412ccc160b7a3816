import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

interface TestPostgres {
  host: string;
  port: number;
  user: string;
  /** The cluster's folder: its log is there. */
  folder: string;
}

/** The server of the whole run; `test/global-setup.mjs` started it. */
export function testPostgres(): TestPostgres {
  return JSON.parse(process.env['TEST_POSTGRES'] ?? '') as TestPostgres;
}

/** A `DATABASE_URL`; the files of a run share one database, which is how a staging backend is used. */
export function databaseUrl(database = 'understudy', options: Record<string, string> = {}): string {
  const { host, port, user } = testPostgres();
  const search = new URLSearchParams({ host, port: String(port), user, ...options });
  return `postgresql:///${database}?${search.toString()}`;
}

/** Makes an empty database and gives its URL. */
export async function emptyDatabase(): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const client = new Client({ ...testPostgres(), database: 'understudy' });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return databaseUrl(name);
}
