import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRoot, runAs } from './postgres-account.js';
import { type Cluster, postgresEnvironment } from './postgres-cluster.js';
import { cannotRun, hasCode, PostgresRefusal } from './postgres-refusal.js';
import { socketPort } from './postgres-socket.js';
import { isPostmaster, removeUnrelated } from './postmaster-pid.js';

/** How long stop() waits for a fast, and then for an immediate shutdown; milliseconds. */
const fastShutdown = 30_000;
const immediateShutdown = 10_000;

/**
 * Starts a server in a session of its own, where a Ctrl-C at this process's terminal does not reach it.
 * @returns the child, which may still exit early, for instance because another server was faster
 */
export async function spawnPostgres(cluster: Cluster, socketFolder: string): Promise<ChildProcess> {
  await removeUnrelated(join(cluster.folder, 'postmaster.pid'), cluster.folder);
  await removeUnrelated(join(socketFolder, `.s.PGSQL.${socketPort}.lock`), cluster.folder);
  const log = await openLog(cluster);
  try {
    const child = spawn(cluster.binaries.postgres, ['-D', cluster.folder, ...settings(socketFolder)], {
      ...runAs(cluster.account),
      env: postgresEnvironment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    child.unref();
    return child;
  } catch (error) {
    throw cannotRun(cluster.binaries.postgres, error);
  } finally {
    await log.close();
  }
}

function settings(socketFolder: string): string[] {
  const values = {
    listen_addresses: '',
    port: socketPort,
    // A list whose entries may hold commas and spaces only between quotes.
    unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    max_connections: 100,
    shared_buffers: '128MB',
    log_destination: 'stderr',
    logging_collector: 'off',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The last lines that the server wrote, in one line; a server that was started by hand may have written none. */
export async function logTail({ folder }: Cluster): Promise<string> {
  const lines = (await readFile(logFile(folder), 'utf8').catch(() => '')).trim().split('\n');
  return lines.slice(-5).join(' | ');
}

/** Stops a server and returns when it is gone, without waiting for its clients. */
export async function stopPostmaster(pid: number, folder: string): Promise<void> {
  if (await stopWith('SIGINT', pid, folder, fastShutdown)) return;
  if (await stopWith('SIGQUIT', pid, folder, immediateShutdown)) return;
  throw new PostgresRefusal(`The PostgreSQL server of ${folder}, pid ${pid}, does not stop: end it by hand.`);
}

async function stopWith(
  signal: NodeJS.Signals,
  pid: number,
  folder: string,
  patience: number,
): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
  for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(10)) {
    if (!(await isPostmaster(pid, folder))) return true;
  }
  return false;
}

function logFile(folder: string): string {
  return join(folder, 'postgres.log');
}

async function openLog({ folder, account }: Cluster): Promise<FileHandle> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND, O_NOFOLLOW } = constants;
  // Not through a link: the folder belongs to the account, and root must not be led to truncate another file.
  const log = await open(logFile(folder), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW, 0o600);
  if (isRoot()) await log.chown(account.uid, account.gid);
  return log;
}
