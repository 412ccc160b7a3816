import { execFile } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from './postgres-refusal.js';

/** The pid of the server that has this cluster open, or undefined. */
export async function postmasterPid(folder: string): Promise<number | undefined> {
  const pid = await pidIn(join(folder, 'postmaster.pid'));
  return pid !== undefined && (await isPostmaster(pid, folder)) ? pid : undefined;
}

/** PostgreSQL does not start while a pid file of a crashed server names a living process, whatever that process is. */
export async function removeUnrelated(pidFile: string, folder: string): Promise<void> {
  const pid = await pidIn(pidFile);
  if (pid === undefined || !isAlive(pid) || (await isPostmaster(pid, folder))) return;
  // Read again: a server that started meanwhile has put its own file there.
  if ((await pidIn(pidFile)) === pid) await rm(pidFile, { force: true });
}

async function pidIn(file: string): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(file, 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Whether a process lives, is no zombie, and is the main process of a server of this cluster. */
export async function isPostmaster(pid: number, folder: string): Promise<boolean> {
  const command = await commandOf(pid);
  if (basename(command[0] ?? '') !== 'postgres') return false;
  const option = command.indexOf('-D');
  const other = option === -1 ? undefined : command[option + 1];
  return other === undefined || (await isSameFolder(other, folder));
}

/** A folder that cannot be looked at counts as the same: it may have been moved below its server. */
async function isSameFolder(a: string, b: string): Promise<boolean> {
  try {
    const [one, two] = await Promise.all([stat(a), stat(b)]);
    return one.dev === two.dev && one.ino === two.ino;
  } catch {
    return true;
  }
}

/** A process's words; none when there is no such process. Only Linux tells where one word ends. */
async function commandOf(pid: number): Promise<string[]> {
  try {
    if (process.platform === 'linux') return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]);
    return stdout.includes('postgres') ? ['postgres'] : [];
  } catch {
    return [];
  }
}

/** Whether there is such a process; a zombie counts. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}
