import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { joinPostgres, PostgresRefusal, type PostgresServer, startPostgres } from './embedded-postgres.js';
import { postmasterPid } from './postmaster-pid.js';

const asRoot = process.getuid?.() === 0;

/** A data folder with a clean cluster in it, copied by the tests that do not need a new one. */
let stock: string;
let dataDir: string;
let started: PostgresServer[];

beforeAll(async () => {
  stock = await newFolder();
  await (await startPostgres(stock)).stop();
});
afterAll(() => rm(stock, { recursive: true }));
beforeEach(async () => {
  dataDir = await newFolder();
  started = [];
});
afterEach(async () => {
  for (const server of started.toReversed()) await server.stop();
  await rm(dataDir, { recursive: true });
});

describe('a cluster of its own', () => {
  it('is made on the first start, with UTF8, fsync and no TCP', async () => {
    const server = await start();
    expect(await ask(server, 'show server_encoding')).toBe('UTF8');
    expect(await ask(server, 'show fsync')).toBe('on');
    expect(await ask(server, 'show listen_addresses')).toBe('');
    expect(await ask(server, 'show max_connections')).toBe('100');
    expect(await ask(server, 'show server_version')).toMatch(/^18\./);
    expect(await ask(server, 'select current_database()')).toBe('understudy');
    expect(await readdir(dataDir)).toEqual(['postgres']);
  });

  it('keeps its data over a stop and a start', async () => {
    await useStock();
    const first = await start();
    await remember(first, 'kept');
    await first.stop();
    expect(await serverPid()).toBeUndefined();
    expect(await recall(await start())).toBe('kept');
  });

  it('is made once when two start at the same time, and one of them is refused', async () => {
    const [one, other] = await Promise.allSettled([start(), start()]);
    expect([one.status, other.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(one.status === 'rejected' ? one.reason : (other as PromiseRejectedResult).reason).toBeInstanceOf(
      PostgresRefusal,
    );
    expect(await readdir(dataDir)).toEqual(['postgres']);
  });

  it('clears the drafts of dead starters away', async () => {
    await useStock();
    await mkdir(join(dataDir, 'postgres.new-4194305-abcdef'));
    await start();
    expect(await readdir(dataDir)).toEqual(['postgres']);
  });

  it('has its socket in a short folder when its own path is too long', async () => {
    const long = join(dataDir, 'x'.repeat(100));
    const server = await start(long);
    expect(dirname(server.connection.host)).toBe(tmpdir());
    expect(await ask(server, 'show unix_socket_permissions')).toBe('0700');
    const beside = await joinPostgres(long);
    expect(beside.connection).toEqual(server.connection);
    await server.stop();
    await rm(server.connection.host, { recursive: true });
  });
});

describe('a running server', () => {
  it('is refused to a second gateway', async () => {
    await useStock();
    await start();
    await expect(start()).rejects.toThrow(
      `Another live gateway, or one of its commands, holds ${dataDir}/postgres`,
    );
  });

  it('is joined by a command, which leaves it alone', async () => {
    await useStock();
    const server = await start();
    await remember(server, 'shared');
    const joined = await joinPostgres(dataDir);
    expect(await recall(joined)).toBe('shared');
    await joined.stop();
    expect(await recall(server)).toBe('shared');
  });

  it('is started and stopped by a command when none runs', async () => {
    await useStock();
    const joined = await joinPostgres(dataDir);
    expect(await ask(joined, 'select 1 as one')).toBe(1);
    await joined.stop();
    expect(await serverPid()).toBeUndefined();
  });

  it('is taken over when its gateway was killed, and then belongs to the new one', async () => {
    await useStock();
    const killed = await start();
    const pid = await serverPid();
    await loseOwner(killed);
    const heir = await start();
    expect(await serverPid()).toBe(pid);
    await killed.stop();
    expect(await ask(heir, 'select 1 as one')).toBe(1);
    await heir.stop();
    expect(await serverPid()).toBeUndefined();
  });

  it('is stopped by its gateway also after the connection with the lock was lost', async () => {
    await useStock();
    const server = await start();
    await loseOwner(server);
    await server.stop();
    expect(await serverPid()).toBeUndefined();
  });

  it('is used and left by a command when its gateway was killed', async () => {
    await useStock();
    const killed = await start();
    await loseOwner(killed);
    const joined = await joinPostgres(dataDir);
    await joined.stop();
    expect(await ask(killed, 'select 1 as one')).toBe(1);
  });
});

describe('a crashed server', () => {
  it('recovers with its data, though its backends outlive it for a while', async () => {
    await useStock();
    const server = await start();
    await remember(server, 'recovered');
    const busy = new Client(server.connection);
    busy.on('error', () => undefined);
    await busy.connect();
    const query = busy.query('select count(*) from generate_series(1, 6000000)').catch(() => undefined);
    await sleep(100);
    process.kill(Number(await serverPid()), 'SIGKILL');
    expect(await recall(await start())).toBe('recovered');
    await query;
    await busy.end();
  });

  it('starts again when its pid by now is of an unrelated process', async () => {
    await useStock();
    const unrelated = spawn('sleep', ['60'], asRoot ? await clusterOwner() : {});
    const stale = `${unrelated.pid}\n${dataDir}/postgres\n1\n5432\n${dataDir}/postgres\n\n`;
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), stale);
    await writeFile(join(dataDir, 'postgres', '.s.PGSQL.5432.lock'), stale);
    expect(await ask(await start(), 'select 1 as one')).toBe(1);
    unrelated.kill('SIGKILL');
  });

  it('tells what its log says when it does not start', async () => {
    await useStock();
    await writeFile(join(dataDir, 'postgres', 'postgresql.auto.conf'), 'work_mem = nonsense\n');
    await expect(start()).rejects.toThrow(/does not start; its log says: .*work_mem/);
  });
});

describe('a folder that does not fit is refused', () => {
  it('with a cluster of another version', async () => {
    await useStock();
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '16\n');
    await expect(start()).rejects.toThrow(
      `${dataDir}/postgres is a cluster of PostgreSQL 16 and this release brings PostgreSQL 18`,
    );
  });

  it('with something else in it', async () => {
    await mkdir(join(dataDir, 'postgres'));
    await writeFile(join(dataDir, 'postgres', 'notes.txt'), 'mine');
    await expect(start()).rejects.toThrow(
      `${dataDir}/postgres holds something else than a PostgreSQL cluster`,
    );
    expect(await readdir(join(dataDir, 'postgres'))).toEqual(['notes.txt']);
  });

  it('that is a file', async () => {
    await writeFile(join(dataDir, 'postgres'), '');
    await expect(start()).rejects.toThrow(PostgresRefusal);
  });

  (asRoot ? it : it.skip)('below one that the account of PostgreSQL cannot enter', async () => {
    const closed = join(dataDir, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await expect(start(join(closed, 'data'))).rejects.toThrow(
      new RegExp(
        `^PostgreSQL does not run as root, .* cannot enter ${closed}: choose another DATA_DIR, [^.]*\\.$`,
      ),
    );
    expect(await readdir(closed)).toEqual([]);
  });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-spec-'));
  await chmod(folder, 0o755);
  return folder;
}

/** Gives the test's data folder a cluster without the second that initdb takes. */
async function useStock(): Promise<void> {
  await promisify(execFile)('cp', ['-a', join(stock, 'postgres'), dataDir]);
}

async function start(folder = dataDir): Promise<PostgresServer> {
  const server = await startPostgres(folder);
  started.push(server);
  return server;
}

/** The first column of the first row. */
async function ask(server: PostgresServer, sql: string): Promise<unknown> {
  const client = new Client(server.connection);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

async function remember(server: PostgresServer, word: string): Promise<void> {
  await ask(server, 'create table memory (word text)');
  await ask(server, `insert into memory values ('${word}')`);
}

function recall(server: PostgresServer): Promise<unknown> {
  return ask(server, 'select word from memory');
}

/** What the server sees when its gateway is killed: the connection that holds the lock is gone. */
async function loseOwner(server: PostgresServer): Promise<void> {
  const owner = "from pg_stat_activity where application_name = 'understudy owner'";
  expect(await ask(server, `select pg_terminate_backend(pid, 5000) ${owner}`)).toBe(true);
}

function serverPid(): Promise<number | undefined> {
  return postmasterPid(join(dataDir, 'postgres'));
}

async function clusterOwner(): Promise<{ uid: number; gid: number }> {
  const { uid, gid } = await stat(join(dataDir, 'postgres'));
  return { uid, gid };
}
