// One embedded Postgres for the whole run: started here, shared by all test files, removed at the end.
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';

const root = fileURLToPath(new URL('../', import.meta.url));

export default async function setup() {
  const build = spawnSync(process.execPath, ['src/cli/run.mjs', '--build'], { cwd: root, encoding: 'utf8' });
  if (build.status !== 0) throw new Error(`the build failed:\n${build.stderr}`);
  const { startPostgres } = await import('../dist/src/database/embedded-postgres.js');
  const dataDir = await mkdtemp(join(tmpdir(), 'understudy-test-'));
  await chmod(dataDir, 0o755);
  const server = await startPostgres(dataDir);
  await forgetful(server.connection);
  const { host, port, user } = server.connection;
  process.env.TEST_POSTGRES = JSON.stringify({ host, port, user, folder: join(dataDir, 'postgres') });
  globalThis.testPostgres = { server, dataDir };
}

/** Nobody looks for this cluster's data after the run; what survives a crash is tested with clusters of their own. */
async function forgetful(connection) {
  const client = new Client(connection);
  await client.connect();
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes'])
    await client.query(`ALTER SYSTEM SET ${name} = off`);
  await client.query('SELECT pg_reload_conf()');
  await client.end();
}
