// The gateway, with everything on, beside what Node and Postgres can do without it: one Postgres, the same rows, rounds by
// turns in one run, 20 connections, random rows of 10,000. Read the ratios; the absolute numbers are the machine's.
//   npm run bench -- [--seconds 3] [--rounds 5] [--only get,page,patch]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { Client } from 'pg';
import { startPostgres } from '../dist/src/database/embedded-postgres.js';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'patch,get,page' },
  },
});

const rows = 10_000;
const tenant = '00000000-0000-4000-8000-00000000bead';
const app = 'benchmark-app';
const aims = { patch: 0.6, get: 0.6, page: 0.8 };

const root = new URL('../', import.meta.url).pathname;
const children = [];

async function start(args, env, ready) {
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

async function token(env) {
  const child = spawn(process.execPath, ['src/cli/run.mjs', 'token', '--tenant', tenant], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await once(child, 'close');
  return output.trim();
}

async function fill(connection) {
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

const randomId = () => `status-${String(1 + Math.floor(Math.random() * rows)).padStart(6, '0')}`;
const states = ['installed', 'failed', 'notInstalled', 'uninstallFailed', 'pendingInstall'];

function changes(asNumber) {
  const state = Math.floor(Math.random() * states.length);
  const errorCode = Math.floor(Math.random() * 1e6);
  return JSON.stringify({
    installState: asNumber ? state + 1 : states[state],
    errorCode,
    osVersion: `10.0.${errorCode}`,
  });
}

/** What is sent to each of the two for each kind of request. */
function request(kind, target) {
  const headers = {
    'content-type': 'application/json',
    ...(target.token && { authorization: `Bearer ${target.token}` }),
  };
  return {
    method: kind === 'patch' ? 'PATCH' : 'GET',
    headers,
    setupRequest: (sent) => ({
      ...sent,
      path: kind === 'page' ? target.list : `${target.entity}/${randomId()}`,
      ...(kind === 'patch' && { body: changes(target.isCeiling) }),
    }),
  };
}

async function measure(kind, target, seconds) {
  const result = await autocannon({
    url: target.url,
    connections: 20,
    duration: seconds,
    requests: [request(kind, target)],
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${target.name} failed at ${kind}: ${result.non2xx} not 2xx, ${result.errors} errors`);
  return result.requests.total / result.duration;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

async function compare(kind, targets) {
  const rates = targets.map(() => []);
  for (const target of targets) await measure(kind, target, 2);
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [index, target] of targets.entries())
      rates[index].push(await measure(kind, target, Number(options.seconds)));
  }
  const [ceiling, gateway] = rates.map(median);
  return {
    request: kind,
    'ceiling /s': Math.round(ceiling),
    'gateway /s': Math.round(gateway),
    ratio: Number((gateway / ceiling).toFixed(2)),
    aim: aims[kind],
  };
}

const dataDir = await mkdtemp(join(tmpdir(), 'understudy-bench-'));
await chmod(dataDir, 0o755);
const server = await startPostgres(dataDir);
try {
  const { host, port, user, database } = server.connection;
  const search = new URLSearchParams({ host, port: String(port), user });
  const env = {
    DATABASE_URL: `postgresql:///${database}?${search}`,
    PORT: '0',
    PUBLIC_URL: '',
    NODE_ENV: '',
  };
  const url = await start(['src/cli/run.mjs', 'serve'], env, /listening on (\S+)/);
  await fill(server.connection);
  const ceilingPort = await start(
    ['bench/ceiling.mjs', JSON.stringify({ connection: server.connection, tenant, app })],
    {},
    /(\d+)\n/,
  );
  const path = `/beta/deviceAppManagement/mobileApps/${app}/deviceStatuses`;
  const targets = [
    { name: 'ceiling', isCeiling: true, url: `http://127.0.0.1:${ceilingPort}`, entity: '', list: '/' },
    { name: 'gateway', url, entity: path, list: path, token: await token(env) },
  ];
  const table = [];
  for (const kind of options.only.split(',')) table.push(await compare(kind, targets));
  // eslint-disable-next-line no-console -- the table is what the command is for
  console.table(table);
} finally {
  for (const child of children) {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
