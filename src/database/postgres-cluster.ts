import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Account, accountFor, isRoot, ownerOf, requireReach, runAs } from './postgres-account.js';
import { majorVersion, type PostgresBinaries, postgresBinaries } from './postgres-binaries.js';
import { cannotRun, codeOf, hasCode, messageOf, PostgresRefusal } from './postgres-refusal.js';
import { isAlive } from './postmaster-pid.js';

const run = promisify(execFile);

/** A cluster on disk, complete and of our version. */
export interface Cluster {
  /** Absolute, `<dataDir>/postgres`. */
  folder: string;
  account: Account;
  binaries: PostgresBinaries;
}

/** The children's whole environment: nothing of LANG, LC_* or PG* may reach them. */
export const postgresEnvironment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };

/**
 * The cluster of a data folder, made when there is none.
 * @throws {PostgresRefusal} when the account, the folder or the cluster's version does not fit
 */
export async function openCluster(dataDir: string): Promise<Cluster> {
  const binaries = postgresBinaries();
  const { existing, home } = await realHome(resolve(dataDir));
  const folder = join(home, 'postgres');
  const account = await accountFor(folder);
  await requireReach(account, existing, binaries);
  await makeHome(home);
  await removeDrafts(folder);
  const cluster = { folder, account, binaries };
  if (!(await isCluster(cluster))) await createCluster(cluster);
  return cluster;
}

/** The data folder without symbolic links, and the deepest part of it that exists. */
async function realHome(path: string): Promise<{ existing: string; home: string }> {
  try {
    const real = await realpath(path);
    return { existing: real, home: real };
  } catch (error) {
    if (!hasCode(error, 'ENOENT') || dirname(path) === path) throw error;
    const { existing, home } = await realHome(dirname(path));
    return { existing, home: join(home, path.slice(dirname(path).length)) };
  }
}

async function makeHome(home: string): Promise<void> {
  const first = await mkdir(home, { recursive: true });
  if (first === undefined || !isRoot()) return;
  // Whatever root's umask is, the account has to get through the folders that were just made.
  for (let made = home; made.length >= first.length; made = dirname(made)) await chmod(made, 0o755);
}

async function isCluster({ folder, account }: Cluster): Promise<boolean> {
  const owner = await ownerOf(folder);
  const entries = owner === undefined ? [] : await readdir(folder);
  if (entries.length === 0) return false;
  if (!entries.includes('PG_VERSION')) {
    throw new PostgresRefusal(
      `${folder} holds something else than a PostgreSQL cluster: choose another DATA_DIR.`,
    );
  }
  if (owner?.uid !== account.uid) {
    throw new PostgresRefusal(
      `${folder} belongs to root and PostgreSQL does not run as root: ` +
        `run \`chown -R ${account.uid}:${account.gid} ${folder}\`, or choose another DATA_DIR.`,
    );
  }
  await requireVersion(folder);
  return true;
}

async function requireVersion(folder: string): Promise<void> {
  const found = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim();
  if (found === majorVersion) return;
  throw new PostgresRefusal(
    `${folder} is a cluster of PostgreSQL ${found} and this release brings PostgreSQL ${majorVersion}: ` +
      `back it up with a release that brings ${found} and restore it here, or choose another DATA_DIR.`,
  );
}

/** Drafts that this process is at; others with its pid are of an earlier process, as pids repeat in containers. */
const drafts = new Set<string>();

/** Makes the cluster aside and renames it, so that neither a crash nor a second starter leaves half of one. */
async function createCluster({ folder, account, binaries }: Cluster): Promise<void> {
  const draft = await mkdtemp(`${folder}.new-${process.pid}-`);
  drafts.add(draft);
  try {
    if (isRoot()) await chown(draft, account.uid, account.gid);
    await initialise(draft, account, binaries.initdb);
    await adopt(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
    drafts.delete(draft);
  }
}

async function initialise(draft: string, account: Account, initdb: string): Promise<void> {
  const options = [
    '--encoding=UTF8',
    '--locale=C',
    '--auth=trust',
    '--username=postgres',
    '--no-instructions',
  ];
  try {
    await run(initdb, ['-D', draft, ...options], { ...runAs(account), env: postgresEnvironment });
  } catch (error) {
    if (codeOf(error) !== undefined) throw cannotRun(initdb, error);
    const reason = messageOf(error).trim().split('\n').slice(-3).join(' | ');
    throw new PostgresRefusal(`initdb could not make a cluster in ${dirname(draft)}: ${reason}`, {
      cause: error,
    });
  }
}

async function adopt(draft: string, folder: string): Promise<void> {
  try {
    await rename(draft, folder);
  } catch (error) {
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) return; // Another starter was first.
    throw error;
  }
  // Until the new name is on disk, a power failure would bring back the draft, and with it lose what was committed.
  const home = await open(dirname(folder));
  await home.sync().finally(() => home.close());
}

async function removeDrafts(folder: string): Promise<void> {
  const home = dirname(folder);
  for (const entry of await readdir(home)) {
    const pid = /^postgres\.new-(\d+)-/.exec(entry)?.[1];
    const draft = join(home, entry);
    if (pid === undefined || drafts.has(draft)) continue;
    if (Number(pid) === process.pid || !isAlive(Number(pid)))
      await rm(draft, { recursive: true, force: true });
  }
}
