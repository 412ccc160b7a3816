// A batch of 20 beside the same 20 requests one by one over a kept-alive connection, in turns within one run, and beside them
// over 5 connections at once, which is how many parts of a batch run at a time. Prints medians and their ratios; below 1 the
// batch is the cheaper one. `group` are PATCHes of one atomic group.
//   npm run bench:batch -- [--rounds 300] [--only get,patch,group]
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { text } from 'node:stream/consumers';
import { fillApp, token, withBench } from './setting.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '300' },
    only: { type: 'string', default: 'get,patch,group' },
  },
});

const rows = 10_000;
const size = 20;
const app = 'benchmark-app';
const statuses = `/deviceAppManagement/mobileApps/${app}/deviceStatuses`;
const agent = new Agent({ keepAlive: true });
const json = { 'content-type': 'application/json' };

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
/** In a moving window, so that no two of a round are the same row. */
const idAt = (number) => `status-${String(1 + (number % rows)).padStart(6, '0')}`;

/** The requests of a round, as parts of a batch. */
const partsOf = (kind, round) =>
  Array.from({ length: size }, (_, index) => ({
    id: String(index),
    method: kind === 'get' ? 'GET' : 'PATCH',
    url: `${statuses}/${idAt(round * size + index)}`,
    ...(kind !== 'get' && { headers: json, body: { errorCode: round, osVersion: `10.0.${round}` } }),
    ...(kind === 'group' && { atomicityGroup: 'all' }),
  }));

/** One request, and the time of its whole answer. */
async function send(target, method, path, body) {
  const headers = { authorization: `Bearer ${target.token}`, ...(body !== undefined && json) };
  const sent = request(`${target.url}${path}`, { method, agent, headers });
  sent.end(body);
  const answer = await new Promise((resolve, reject) => sent.on('response', resolve).on('error', reject));
  const read = await text(answer);
  if (answer.statusCode !== 200) throw new Error(`${method} ${path}: ${answer.statusCode} ${read}`);
  return read;
}

const sendPart = (target, { method, url, body }) =>
  send(target, method, `/beta${url}`, body && JSON.stringify(body));

const ways = {
  'one by one': async (target, parts) => {
    for (const part of parts) await sendPart(target, part);
  },
  'five at once': async (target, parts) => {
    const left = [...parts];
    const lane = async () => {
      for (let part = left.shift(); part; part = left.shift()) await sendPart(target, part);
    };
    await Promise.all(Array.from({ length: 5 }, lane));
  },
  'in a batch': async (target, parts) => {
    const answer = await send(target, 'POST', '/beta/$batch', JSON.stringify({ requests: parts }));
    const bad = JSON.parse(answer).responses.filter(({ status }) => status !== 200);
    if (bad.length > 0) throw new Error(`in a batch: ${JSON.stringify(bad)}`);
  },
};

async function compare(kind, target) {
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  const rounds = Number(options.rounds);
  for (let round = 0; round < rounds + 50; round++) {
    for (const [index, [name, run]] of Object.entries(ways).entries()) {
      const parts = partsOf(kind, round * 3 + index);
      const started = performance.now();
      await run(target, parts);
      // The first are for warming up.
      if (round >= 50) times[name].push(performance.now() - started);
    }
  }
  const [single, lanes, batch] = Object.values(times).map(median);
  return {
    [`${size} of`]: kind,
    'one by one, ms': Number(single.toFixed(2)),
    'five at once, ms': Number(lanes.toFixed(2)),
    'in a batch, ms': Number(batch.toFixed(2)),
    'to one by one': Number((batch / single).toFixed(2)),
    'to five at once': Number((batch / lanes).toFixed(2)),
  };
}

await withBench(async ({ url, env, connection }) => {
  await fillApp(connection, app, rows);
  const target = { url, token: await token(env) };
  const table = [];
  for (const kind of options.only.split(',')) table.push(await compare(kind, target));
  agent.destroy();
  // eslint-disable-next-line no-console -- the table is what the command is for
  console.table(table);
});
