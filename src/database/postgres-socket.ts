import { createHash } from 'node:crypto';
import { chown, lstat, mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRoot } from './postgres-account.js';
import type { Cluster } from './postgres-cluster.js';
import { hasCode, PostgresRefusal } from './postgres-refusal.js';

/** Only names the socket: nothing listens on TCP. */
export const socketPort = 5432;

/** The system's limit is 104 to 108 bytes, with the terminating zero. */
const longestSocketPath = 99;

/** The folder for a new server's socket: the cluster's own, or a private one when its path is too long; it exists. */
export async function newSocketFolder(cluster: Cluster): Promise<string> {
  if (fits(cluster.folder)) return cluster.folder;
  const digest = createHash('sha256').update(cluster.folder).digest('hex').slice(0, 16);
  const name = `understudy-${digest}`;
  const folder = join(fits(join(tmpdir(), name)) ? tmpdir() : '/tmp', name);
  await makePrivate(folder, cluster);
  await requirePrivate(folder, cluster);
  return folder;
}

/**
 * The folder of the socket that the last server of the cluster opened, as line 5 of `postmaster.pid` tells: it may have had
 * another TMPDIR. Undefined when no server got so far.
 */
export async function openSocketFolder(cluster: Cluster): Promise<string | undefined> {
  try {
    const lines = (await readFile(join(cluster.folder, 'postmaster.pid'), 'utf8')).split('\n');
    const folder = lines[4] === '' ? undefined : lines[4];
    if (folder !== undefined && folder !== cluster.folder) await requirePrivate(folder, cluster);
    return folder;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${socketPort}`)) <= longestSocketPath;
}

async function makePrivate(folder: string, { account }: Cluster): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
    if (isRoot()) await chown(folder, account.uid, account.gid);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

/** Anyone can make folders below the temporary one, also before us and with our name. */
async function requirePrivate(folder: string, { account }: Cluster): Promise<void> {
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === account.uid && (found.mode & 0o077) === 0) return;
  throw new PostgresRefusal(
    `${folder}, for the socket of PostgreSQL, is not a folder that only uid ${account.uid} can enter: ` +
      'remove it, or choose a DATA_DIR with a shorter path.',
  );
}
