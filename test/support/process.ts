import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stopPostmaster } from '../../src/database/postgres-process.js';
import { isPostmaster, postmasterPid } from '../../src/database/postmaster-pid.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

/** Variables beside the tests' own. */
export type Environment = Record<string, string>;

/** A gateway as its users start it: a process of its own. */
export interface GatewayProcess {
  /** Its address over http. */
  url: string;
  /** All of its addresses; with TLS=on the second is the one over https. */
  urls: string[];
  child: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  /** Sends a signal, waits for the end, and gives the exit code; null when the signal killed it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const folders: string[] = [];
const launches: Launch[] = [];

/** A `DATA_DIR` that the account of Postgres can enter; with `stock`, a copy of that one's database. */
export async function newDataDir(stock?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-process-'));
  await chmod(folder, 0o755);
  folders.push(folder);
  if (stock !== undefined) await run('cp', ['-a', join(stock, 'postgres'), folder]);
  return folder;
}

/** Starts a gateway on a free port and waits until it is ready. */
export function startProcess(environment: Environment): Promise<GatewayProcess> {
  return ready(serve(environment));
}

/** The same by `npm start` in a process group of its own, as a terminal does it: signals go to the whole group. */
export function startWithNpm(environment: Environment): Promise<GatewayProcess> {
  return ready(launch(environment, 'npm', ['start'], true));
}

/** A gateway that is not meant to become ready: what it says, and its exit code. */
export async function refusedProcess(
  environment: Environment,
): Promise<{ code: number | null; output: string; errors: string }> {
  const { output, errors, ended } = serve(environment);
  const code = await ended;
  return { code, output: output(), errors: errors() };
}

/** What a command prints in the project's folder. */
export function printed(
  environment: Environment,
  command: string,
  ...args: string[]
): Promise<{ stdout: string; stderr: string }> {
  return run(command, args, { cwd: root, env: environmentWith(environment), timeout: 30_000 });
}

/** A token of the default tenant, as the command prints it. */
export async function printedToken(environment: Environment): Promise<string> {
  const { stdout } = await printed(environment, process.execPath, 'src/cli/run.mjs', 'token');
  return stdout.trim();
}

/** The pid of the embedded Postgres of a `DATA_DIR`; undefined when none runs. */
export function postgresPid(dataDir: string): Promise<number | undefined> {
  return postmasterPid(join(dataDir, 'postgres'));
}

/** Whether the embedded Postgres that had this pid still runs. */
export function isPostgres(pid: number | undefined, dataDir: string): Promise<boolean> {
  return isPostmaster(pid ?? 0, join(dataDir, 'postgres'));
}

/** Ends whatever this file's tests left running, and removes their folders. */
export async function endProcesses(): Promise<void> {
  for (const { kill, ended } of launches) {
    kill('SIGKILL');
    await ended;
  }
  for (const folder of folders) {
    const pid = await postgresPid(folder);
    if (pid !== undefined) await stopPostmaster(pid, join(folder, 'postgres'));
    await rm(folder, { recursive: true, force: true });
  }
}

interface Launch {
  child: ChildProcess;
  /** What it has printed so far. */
  output: () => string;
  errors: () => string;
  /** The exit code, when nobody is left who could print: also after a gateway below npm. */
  ended: Promise<number | null>;
  kill: (signal: NodeJS.Signals) => void;
}

const serve = (environment: Environment): Launch =>
  launch(environment, process.execPath, ['src/cli/run.mjs', 'serve'], false);

function launch(
  environment: Environment,
  command: string,
  args: readonly string[],
  detached: boolean,
): Launch {
  const env = environmentWith(environment);
  const child = spawn(command, args, { cwd: root, env, detached, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = [heard(child.stdout), heard(child.stderr)];
  let over = false;
  const ended = once(child, 'close').then(([code]) => {
    over = true;
    return code as number | null;
  });
  const target = detached ? -Number(child.pid) : Number(child.pid);
  // Nobody is signalled after the end: the pid may be another's by then.
  const kill = (signal: NodeJS.Signals): void => void (over || process.kill(target, signal));
  launches.push({ child, output, errors, ended, kill });
  return { child, output, errors, ended, kill };
}

/** Without what would lead to another database. */
function environmentWith(environment: Environment): NodeJS.ProcessEnv {
  const { DATABASE_URL: _other, ...own } = process.env;
  return { ...own, PORT: '0', LOG_LEVEL: 'warn', ...environment };
}

/** Collects what a stream brings from now on. */
function heard(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text;
}

async function ready({ child, output, errors, ended, kill }: Launch): Promise<GatewayProcess> {
  const line = new Promise<string>((resolve) => {
    child.stdout?.on('data', () => {
      const urls = /^Understudy listening on (.*)\n/m.exec(output())?.[1];
      if (urls !== undefined) resolve(urls);
    });
  });
  const urls = (await Promise.race([line, ended.then(() => '')])).split(' and ');
  if (urls[0] === '') throw new Error(`the gateway did not become ready:\n${errors()}`);
  const stop: GatewayProcess['stop'] = (signal = 'SIGTERM') => {
    kill(signal);
    return ended;
  };
  return { url: urls[0] as string, urls, child, output, stop };
}
