// What every benchmark stands on: a Postgres of its own, a gateway on it with everything on, and rows made by SQL.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../dist/src/database/embedded-postgres.js';

export const tenant = '00000000-0000-4000-8000-00000000bead';

const root = new URL('../', import.meta.url).pathname;
const children = [];

/** Starts a Node child and waits for what `ready` matches in its output. */
export async function start(args, env, ready) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  let output = '';
  for await (const chunk of child.stdout) {
    output += chunk;
    const match = ready.exec(output);
    if (match) return match[1];
  }
  throw new Error(`${args.join(' ')} ended:\n${output}`);
}

/** A token for the gateway on the database that `env` names. */
export async function token(env) {
  const child = spawn(process.execPath, ['src/cli/run.mjs', 'token', '--tenant', tenant], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await once(child, 'close');
  return output.trim();
}

/** An app with that many statuses, named and dated by their number. */
export async function fillApp(connection, app, rows) {
  const client = new Client(connection);
  await client.connect();
  await client.query(
    `INSERT INTO mobile_apps ("tenantId", "id", "createdDateTimeTicks", "createdDateTimeWritten", "lastModifiedDateTimeTicks",
       "lastModifiedDateTimeWritten", "isFeatured", "uploadState", "publishingState", "isAssigned", "roleScopeTagIds",
       "dependentAppCount", "supersedingAppCount", "supersededAppCount", "odataType", "derived")
     VALUES ($1, $2, 0, 9000, 0, 9000, false, 0, 0, false, '[]', 0, 0, 0, 'iosStoreApp', '{}')`,
    [tenant, app],
  );
  await client.query(
    `INSERT INTO mobile_app_install_statuses ("tenantId", "mobileAppId", "id", "deviceName", "deviceId", "lastSyncDateTimeTicks",
       "lastSyncDateTimeWritten", "mobileAppInstallStatusValue", "installState", "installStateDetail", "errorCode", "osVersion",
       "osDescription", "userName", "userPrincipalName", "displayVersion")
     SELECT $1, $2, 'status-' || lpad(n::text, 6, '0'), 'Device ' || n, gen_random_uuid()::text, 636188257693205976 + n, 9007, 2, 2,
       1, n, '10.0.19045', 'Windows 10', 'User ' || n, 'user' || n || '@example.com', '1.2.3'
       FROM generate_series(1, $3::int) AS n`,
    [tenant, app, rows],
  );
  await client.query('VACUUM ANALYZE');
  await client.end();
}

/** Lends a started gateway to `work`, and clears everything away. */
export async function withBench(work) {
  const dataDir = await mkdtemp(join(tmpdir(), 'understudy-bench-'));
  await chmod(dataDir, 0o755);
  const server = await startPostgres(dataDir);
  try {
    const { connection } = server;
    const search = new URLSearchParams({
      host: connection.host,
      port: String(connection.port),
      user: connection.user,
    });
    const DATABASE_URL = `postgresql:///${connection.database}?${search}`;
    const env = { DATABASE_URL, PORT: '0', PUBLIC_URL: '', NODE_ENV: '' };
    const url = await start(['src/cli/run.mjs', 'serve'], env, /listening on (\S+)/);
    await work({ url, env, connection });
  } finally {
    for (const child of children) {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    }
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
