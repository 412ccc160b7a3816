// Pages of a large app beside the same pages of a small one: for what the README names as indexed, the place of a page and
// the size of the app must not matter. Prints a table of medians and their ratio, and the exact count apart: that is linear.
//   npm run bench:reading -- [--rows 400000] [--rounds 15]
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { withBench, fillApp, token } from './setting.mjs';

const { values: options } = parseArgs({
  options: { rows: { type: 'string', default: '400000' }, rounds: { type: 'string', default: '15' } },
});
const sizes = { small: 1000, large: Number(options.rows) };
const queries = {
  'first page': '',
  'ordered by name': '$orderby=deviceName',
  'ordered by name, descending': '$orderby=deviceName desc',
  'filtered by user, ordered by user':
    "$filter=startswith(userPrincipalName,'user9')&$orderby=userPrincipalName",
  'name prefix': "$filter=startswith(deviceName,'DEVICE 99')&$orderby=deviceName",
  'name equals': "$filter=deviceName eq 'device 500'",
};
const depths = { small: [1], large: [1, 10, 3000] };

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

async function get(url, headers) {
  const started = performance.now();
  const response = await fetch(url, { headers });
  const body = await response.json();
  if (response.status !== 200) throw new Error(`${url}: ${JSON.stringify(body)}`);
  return { milliseconds: performance.now() - started, next: body['@odata.nextLink'] };
}

/** The URL of a page some pages on, or undefined where there are not so many. */
async function pageAt(url, depth, headers) {
  let at = url;
  for (let page = 1; page < depth && at !== undefined; page++) at = (await get(at, headers)).next;
  return at;
}

async function timed(url, headers) {
  const times = [];
  for (let warm = 0; warm < 3; warm++) await get(url, headers);
  for (let round = 0; round < Number(options.rounds); round++)
    times.push((await get(url, headers)).milliseconds);
  return Number(median(times).toFixed(2));
}

/** What a page takes of the table: the index that is read, and the rows that are. */
async function scanned(client, url, headers) {
  // A session tells its counts when it has run a statement, and once a second at most.
  const told = async () => {
    await sleep(1200);
    await get(url, headers);
    await sleep(100);
    return statistics(client);
  };
  const before = await told();
  const after = await told();
  const used = [...after.indexes].filter(([name, scans]) => scans > (before.indexes.get(name) ?? 0));
  return { index: used.map(([name]) => name).join() || 'none', rows: after.rows - before.rows };
}

async function statistics(client) {
  const table = 'mobile_app_install_statuses';
  await client.query('SELECT pg_stat_clear_snapshot()');
  const rows = 'SELECT seq_tup_read + idx_tup_fetch AS rows FROM pg_stat_user_tables WHERE relname = $1';
  const indexes = 'SELECT indexrelname, idx_scan FROM pg_stat_user_indexes WHERE relname = $1';
  const read = await client.query(rows, [table]);
  const scans = await client.query(indexes, [table]);
  return {
    rows: Number(read.rows[0].rows),
    indexes: new Map(scans.rows.map(({ indexrelname, idx_scan: count }) => [indexrelname, Number(count)])),
  };
}

await withBench(async ({ url, env, connection }) => {
  const headers = { authorization: `Bearer ${await token(env)}` };
  const base = (size) => `${url}/beta/deviceAppManagement/mobileApps/${size}/deviceStatuses`;
  for (const [size, rows] of Object.entries(sizes)) await fillApp(connection, size, rows);
  const client = new Client(connection);
  await client.connect();
  const table = [];
  for (const [name, query] of Object.entries(queries)) {
    const row = { query: name };
    for (const size of Object.keys(sizes)) {
      for (const depth of depths[size]) {
        const page = await pageAt(`${base(size)}?$top=100&${query.replaceAll(' ', '%20')}`, depth, headers);
        if (page !== undefined) row[`${size}, page ${depth}, ms`] = await timed(page, headers);
      }
    }
    const large = Object.entries(row).filter(([key]) => key.startsWith('large'));
    row['worst ratio'] = Number(
      (Math.max(...large.map(([, ms]) => ms)) / row['small, page 1, ms']).toFixed(2),
    );
    const { index, rows } = await scanned(
      client,
      `${base('large')}?$top=100&${query.replaceAll(' ', '%20')}`,
      headers,
    );
    Object.assign(row, { 'index read': index, 'rows read': rows });
    table.push(row);
  }
  await client.end();
  const counted = await timed(`${base('large')}?$top=1&$count=true`, headers);
  // eslint-disable-next-line no-console -- the table is what the command is for
  console.table(table);
  // eslint-disable-next-line no-console -- as above
  console.log(`exact $count of ${sizes.large} rows: ${counted} ms`);
});
