import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { type Cluster, openCluster } from './postgres-cluster.js';
import { stopPostmaster } from './postgres-process.js';
import { isPassing, knock, type Reached, reach } from './postgres-reach.js';
import { codeOf, hasCode, messageOf, PostgresRefusal } from './postgres-refusal.js';
import { socketPort } from './postgres-socket.js';
import { postmasterPid } from './postmaster-pid.js';

export { PostgresRefusal } from './postgres-refusal.js';

const database = 'understudy';

/** `pg_try_advisory_lock` in the database `postgres`: whoever holds it is responsible for the server. */
const ownerLock = 7_364_115_092;

/** How long a killed owner's backend may take to notice, and how long a server may take to get ready; milliseconds. */
const lockPatience = 2_000;
const readyPatience = 60_000;

export interface PostgresServer {
  /** Options for pg and TypeORM; `ssl` is named so that PGSSLMODE cannot ask for what a socket does not have. */
  connection: { host: string; port: number; user: string; database: string; ssl: false };
  /**
   * Stops the server and returns when it is gone, if this process is responsible for it; otherwise does nothing.
   * @throws {PostgresRefusal} when the server does not stop
   */
  stop(): Promise<void>;
  /** Resolves when this process can no longer vouch for a server it was responsible for: it went away, or the lock was lost. */
  lost: Promise<void>;
}

/**
 * The gateway's way: starts the cluster in `<dataDir>/postgres`, made when there is none, or takes over the server that a
 * killed gateway left behind.
 * @throws {PostgresRefusal} when the folder cannot be used, or another living process is responsible for it
 */
export function startPostgres(dataDir: string): Promise<PostgresServer> {
  return withServer(dataDir, async (cluster, reached) => {
    if (await obtainLock(reached.client)) return ownedServer(cluster, reached);
    throw new PostgresRefusal(
      `Another live gateway, or one of its commands, holds ${cluster.folder}: stop it, or choose another DATA_DIR.`,
    );
  });
}

/**
 * A command-line tool's way: joins the server of the folder and leaves it alone; when none runs, starts it, and stops it in
 * `stop()`.
 * @throws {PostgresRefusal} when the folder cannot be used
 */
export function joinPostgres(dataDir: string): Promise<PostgresServer> {
  return withServer(dataDir, async (cluster, reached) => {
    if (reached.started && (await obtainLock(reached.client))) return ownedServer(cluster, reached);
    await ensureDatabase(reached.client);
    await reached.client.end();
    return {
      connection: connectionTo(reached),
      stop: () => Promise.resolve(),
      lost: new Promise(() => undefined),
    };
  });
}

type Use = (cluster: Cluster, reached: Reached) => Promise<PostgresServer>;

async function withServer(dataDir: string, use: Use): Promise<PostgresServer> {
  try {
    const cluster = await openCluster(dataDir);
    return await untilSettled(cluster, use);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw new PostgresRefusal(
      `PostgreSQL cannot use ${join(resolve(dataDir), 'postgres')} (${messageOf(error)}): ` +
        'correct that, or choose another DATA_DIR.',
      { cause: error },
    );
  }
}

/** A server found in its last moments goes away while it is asked; then the next is looked for or started. */
async function untilSettled(cluster: Cluster, use: Use): Promise<PostgresServer> {
  const deadline = Date.now() + readyPatience;
  for (;;) {
    const reached = await reach(cluster, deadline);
    try {
      return await use(cluster, reached);
    } catch (error) {
      await reached.client.end();
      if (error instanceof PostgresRefusal || !isPassing(error)) throw error;
    }
  }
}

async function ownedServer(cluster: Cluster, reached: Reached): Promise<PostgresServer> {
  let holder: Client | undefined = reached.client;
  const lost = new Promise<void>((ended) => {
    reached.client.once('end', () => {
      holder = undefined;
      ended();
    });
  });
  await ensureDatabase(reached.client);
  return {
    connection: connectionTo(reached),
    stop: async () => stopOwned(cluster, holder ?? (await lockAgain(cluster))),
    lost,
  };
}

/** The lock is kept until the server is gone, so that nobody takes over a server in its last moments. */
async function stopOwned({ folder }: Cluster, holder: Client | undefined): Promise<void> {
  if (holder === undefined) return;
  const pid = await postmasterPid(folder);
  if (pid !== undefined) await stopPostmaster(pid, folder);
  await holder.end();
}

/** After the lock's connection was lost, the server may be gone, or by now be someone else's. */
async function lockAgain(cluster: Cluster): Promise<Client | undefined> {
  const answer = await knock(cluster);
  if (typeof answer === 'string') return undefined;
  if (await tryLock(answer.client)) return answer.client;
  await answer.client.end();
  return undefined;
}

async function obtainLock(client: Client): Promise<boolean> {
  for (const deadline = Date.now() + lockPatience; Date.now() < deadline; await sleep(50)) {
    if (await tryLock(client)) return true;
  }
  return false;
}

async function tryLock(client: Client): Promise<boolean> {
  const sql = 'select pg_try_advisory_lock($1) as held';
  const { rows } = await client.query<{ held: boolean }>(sql, [ownerLock]);
  return rows[0]?.held === true;
}

async function ensureDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
  if (rowCount === 1) return;
  try {
    await client.query(`create database ${database}`);
  } catch (error) {
    // duplicate_database, or unique_violation: another process was making it at the same time.
    if (!hasCode(error, '42P04', '23505')) throw error;
  }
}

function connectionTo({ socketFolder }: Reached): PostgresServer['connection'] {
  return { host: socketFolder, port: socketPort, user: 'postgres', database, ssl: false };
}
