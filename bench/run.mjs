// The gateway, with everything on, beside what Node and Postgres can do without it: one Postgres, the same rows, rounds by
// turns in one run, 20 connections, random rows of 10,000. Read the ratios; the absolute numbers are the machine's.
//   npm run bench -- [--seconds 3] [--rounds 5] [--only get,page,patch]
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { fillApp, start, tenant, token, withBench } from './setting.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'patch,get,page' },
  },
});

const rows = 10_000;
const app = 'benchmark-app';
const aims = { patch: 0.6, get: 0.6, page: 0.8 };

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

await withBench(async ({ url, env, connection }) => {
  await fillApp(connection, app, rows);
  const facts = JSON.stringify({ connection, tenant, app });
  const ceilingPort = await start(['bench/ceiling.mjs', facts], {}, /(\d+)\n/);
  const path = `/beta/deviceAppManagement/mobileApps/${app}/deviceStatuses`;
  const targets = [
    { name: 'ceiling', isCeiling: true, url: `http://127.0.0.1:${ceilingPort}`, entity: '', list: '/' },
    { name: 'gateway', url, entity: path, list: path, token: await token(env) },
  ];
  const table = [];
  for (const kind of options.only.split(',')) table.push(await compare(kind, targets));
  // eslint-disable-next-line no-console -- the table is what the command is for
  console.table(table);
});
