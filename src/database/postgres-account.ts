import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './postgres-binaries.js';
import { hasCode, PostgresRefusal } from './postgres-refusal.js';

const run = promisify(execFile);

/** Who runs PostgreSQL and owns its cluster. */
export interface Account {
  uid: number;
  gid: number;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Options for `child_process` that run a program as the account. */
export function runAs({ uid, gid }: Account): { uid?: number; gid?: number; cwd: string } {
  // The account may not be allowed to enter the folder that this process stands in.
  return isRoot() ? { uid, gid, cwd: '/' } : { cwd: '/' };
}

/** The owner of a path, or undefined when there is no such path. */
export async function ownerOf(path: string): Promise<Account | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * The account for a cluster folder, which need not exist yet: this process's own, except that PostgreSQL refuses to run as
 * root; under root it is the folder's owner, else `postgres`, else `nobody`.
 * @throws {PostgresRefusal} when the folder belongs to someone else
 */
export async function accountFor(cluster: string): Promise<Account> {
  const owner = await ownerOf(cluster);
  if (isRoot()) return owner !== undefined && owner.uid !== 0 ? owner : unprivilegedAccount();
  const self = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  if (owner === undefined || owner.uid === self.uid) return self;
  throw new PostgresRefusal(
    `${cluster} belongs to uid ${owner.uid} and this process runs as uid ${self.uid}: ` +
      `run it as uid ${owner.uid}, or choose another DATA_DIR.`,
  );
}

async function unprivilegedAccount(): Promise<Account> {
  for (const name of ['postgres', 'nobody']) {
    const account = await accountNamed(name);
    if (account !== undefined) return account;
  }
  throw new PostgresRefusal(
    'PostgreSQL does not run as root and there is no account postgres or nobody here: run as an ordinary user.',
  );
}

async function accountNamed(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

/**
 * @param home the nearest folder above the cluster that exists, without symbolic links
 * @throws {PostgresRefusal} when the account cannot enter a folder on the way to the cluster or to the programs
 */
export async function requireReach(
  account: Account,
  home: string,
  binaries: PostgresBinaries,
): Promise<void> {
  if (!isRoot()) return;
  const closed = await firstClosed(account, home);
  if (closed !== undefined) throw outOfReach(account, closed, 'choose another DATA_DIR');
  const barred = await firstClosed(account, binaries.postgres);
  if (barred !== undefined) throw outOfReach(account, barred, 'move the checkout');
}

/** Asks the kernel as the account, because mode bits alone do not tell about access lists. */
async function firstClosed(account: Account, path: string): Promise<string | undefined> {
  const script = 'for p; do [ -x "$p" ] || { printf %s "$p"; exit 0; }; done';
  const { stdout } = await run('/bin/sh', ['-c', script, 'sh', ...wayTo(path)], runAs(account));
  return stdout === '' ? undefined : stdout;
}

function wayTo(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...wayTo(parent), path];
}

function outOfReach({ uid }: Account, path: string, remedy: string): PostgresRefusal {
  return new PostgresRefusal(
    `PostgreSQL does not run as root, and uid ${uid}, which it would run as, cannot enter ${path}: ` +
      `${remedy}, run \`chmod o+x ${path}\`, or run as an ordinary user.`,
  );
}
