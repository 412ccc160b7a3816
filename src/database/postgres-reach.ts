import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Cluster } from './postgres-cluster.js';
import { logTail, spawnPostgres } from './postgres-process.js';
import { codeOf, hasCode, messageOf, PostgresRefusal } from './postgres-refusal.js';
import { newSocketFolder, openSocketFolder, socketPort } from './postgres-socket.js';
import { postmasterPid } from './postmaster-pid.js';

/** A connection to the database `postgres` of a running server. */
export interface Connected {
  client: Client;
  socketFolder: string;
}

export interface Reached extends Connected {
  /** By this call, not found running. */
  started: boolean;
}

/**
 * Connects to the cluster's server and starts one when none runs.
 * @param deadline in milliseconds of `Date.now()`
 * @throws {PostgresRefusal} when the server exits, or is not ready by then
 */
export async function reach(cluster: Cluster, deadline: number): Promise<Reached> {
  let child: ChildProcess | undefined;
  for (; Date.now() < deadline; await sleep(30)) {
    const answer = await knock(cluster);
    if (typeof answer === 'object') return { ...answer, started: await isServer(child, cluster) };
    if (answer === 'absent') child = await ensureServer(cluster, child);
  }
  throw new PostgresRefusal(
    `The PostgreSQL server of ${cluster.folder} is not ready yet: start again later, or end it by hand; ` +
      `its log says: ${await logTail(cluster)}`,
  );
}

/** One try: the connection, or `busy` when a server starts up or shuts down, or `absent` when none listens. */
export async function knock(cluster: Cluster): Promise<Connected | 'busy' | 'absent'> {
  const socketFolder = await openSocketFolder(cluster);
  if (socketFolder === undefined) return 'absent';
  try {
    return { client: await connect(socketFolder), socketFolder };
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ECONNREFUSED')) return 'absent';
    if (isPassing(error)) return 'busy';
    throw error;
  }
}

/** Whether an error comes of a server that starts up, shuts down, went away or has no connection left: it will pass. */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  // pg gives no code when a connection ends or takes too long.
  if (code === undefined) return /Connection terminated|timeout expired|not queryable/.test(messageOf(error));
  return /^(57P0[1-3]|53300|08...|EAGAIN|ECONNRESET|EPIPE)$/.test(code);
}

async function connect(host: string): Promise<Client> {
  const client = new Client({
    host,
    port: socketPort,
    user: 'postgres',
    database: 'postgres',
    ssl: false,
    application_name: 'understudy owner',
    connectionTimeoutMillis: 5_000,
  });
  // The server may go away at any time, and an unheard error event would end this process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function ensureServer(
  cluster: Cluster,
  child: ChildProcess | undefined,
): Promise<ChildProcess | undefined> {
  if (child !== undefined && isRunning(child)) return child;
  if ((await postmasterPid(cluster.folder)) !== undefined) return child;
  if (child !== undefined) await requirePassing(cluster);
  return spawnPostgres(cluster, await newSocketFolder(cluster));
}

/** A server may be at its end still, or its backends may: they outlive a killed postmaster until they notice. */
async function requirePassing(cluster: Cluster): Promise<void> {
  const tail = await logTail(cluster);
  if (/lock file .* already exists|pre-existing shared memory block/.test(tail)) return;
  throw new PostgresRefusal(
    `The PostgreSQL server of ${cluster.folder} does not start; its log says: ${tail}`,
  );
}

async function isServer(child: ChildProcess | undefined, { folder }: Cluster): Promise<boolean> {
  return child !== undefined && child.pid === (await postmasterPid(folder));
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
