// Input that wants to hold the gateway up: what becomes of it, for how long it holds the event loop, what memory it costs.
// First the readers themselves, with what a body of 4 MiB holds, then a gateway over HTTP, with what a URL of 16 KiB holds.
// A time is the least of some rounds: what the input causes comes back in each, what else the machine does seldom.
//   npm run bench:hostile -- [--rounds 3] [--requests 2000] [--only http]
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { GraphModel } from '../dist/src/graph/graph-model.js';
import { collectionQuery } from '../dist/src/odata/collection-query.js';
import { templateOf } from '../dist/src/odata/entity-set.js';
import { parseJsonBody } from '../dist/src/odata/json-body.js';
import { limits } from '../dist/src/odata/limits.js';
import { parseExpand } from '../dist/src/odata/query/expand.js';
import { parseExpression } from '../dist/src/odata/query/expression.js';
import { parseOrderBy } from '../dist/src/odata/query/order-by.js';
import { parseSearch } from '../dist/src/odata/query/search.js';
import { parseSelect } from '../dist/src/odata/query/select.js';
import { resolvePath } from '../dist/src/odata/resource-tree.js';
import { resources } from '../dist/src/resources/index.js';
import { fillApp, token, withBench } from './setting.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    requests: { type: 'string', default: '2000' },
    only: { type: 'string', default: 'readers,http' },
  },
});
const rounds = Number(options.rounds);
const slow = 50;

const times = (count, piece) => piece.repeat(count);
const joined = (count, piece, separator) => `${times(count - 1, piece + separator)}${piece}`;

/** Kind of input, what it is, how often the requirement names its piece, and the text with that many. */
const inputs = [
  ['filter', 'parentheses', 3000, (n) => `${times(n, '(')}errorCode eq 1${times(n, ')')}`],
  ['filter', 'open parentheses', 3000, (n) => times(n, '(')],
  ['filter', 'not', 5000, (n) => `${times(n, 'not ')}isof('x')`],
  ['filter', 'minus', 5000, (n) => `${times(n, '-')}errorCode eq 1`],
  ['filter', 'terms of or', 2000, (n) => joined(n, 'errorCode eq 1', ' or ')],
  ['filter', 'terms of or that are not too many', 90, (n) => joined(n, contains, ' or ')],
  ['filter', 'terms of add', 2000, (n) => `errorCode eq ${joined(n, '1', ' add ')}`],
  ['filter', 'nested tolower', 500, (n) => `${times(n, 'tolower(')}deviceName${times(n, ')')} eq 'a'`],
  [
    'filter',
    'nested trim that are not too many',
    48,
    (n) => `${times(n, 'trim(')}deviceName${times(n, ')')} eq 'a'`,
  ],
  ['filter', 'nested substring', 48, (n) => `${times(n, 'substring(')}deviceName${times(n, ',0)')} eq 'a'`],
  [
    'filter',
    'nested indexof',
    24,
    (n) => `${times(n, "indexof('a',cast(")}errorCode${times(n, ',Edm.String))')} eq 1`,
  ],
  ['filter', 'nested cast', 48, (n) => `${times(n, 'cast(')}deviceName${times(n, ',Edm.String)')} eq 'a'`],
  ['filter', 'nested comparisons', 46, (n) => `${times(n, '(')}errorCode eq 1${times(n, ') ne null')}`],
  ['filter', 'nested case', 24, (n) => `${times(n, 'case(true:')}errorCode${times(n, ')')} eq 1`],
  ['filter', 'divisions', 47, (n) => `errorCode${times(n, ' div 3')} eq 1`],
  ['filter', 'remainders', 47, (n) => `errorCode${times(n, ' mod 3')} eq 1`],
  ['filter', 'nested round', 48, (n) => `${times(n, 'round(')}errorCode div 2.5${times(n, ')')} eq 1`],
  ['filter', 'characters in a string', 102_400, (n) => `deviceName eq '${times(n, 'x')}'`],
  ['filter', 'characters in an open string', 102_400, (n) => `deviceName eq '${times(n, 'x')}`],
  ['filter', 'doubled quotes in a string', 51_200, (n) => `deviceName eq '${times(n, "''")}'`],
  ['filter', 'quotes', 5000, (n) => times(n, "'")],
  ['filter', 'commas', 5000, (n) => times(n, ',')],
  ['filter', 'a/', 5000, (n) => times(n, 'a/')],
  ['filter', 'garbage', 1, (n) => times(n, '((((EAEAEAE(((EAEA((AE(((EAEAEEE')],
  ['filter', 'unknown variables', 1, (n) => joined(n, 'Name eq $foo', ' or ')],
  ['filter', 'values of in', 200, (n) => `deviceName in (${joined(n, "'a'", ',')})`],
  ['filter', 'blanks', 5000, (n) => `errorCode${times(n, ' ')}eq 1`],
  ['filter', 'characters in a name', 5000, (n) => `${times(n, 'a')} eq 1`],
  ['filter', 'é in a name', 1000, (n) => `${times(n, 'é')} eq 1`],
  ['filter', 'parts of a name with dots', 5000, (n) => `${joined(n, 'a', '.')} eq 1`],
  ['filter', 'characters in a function', 5000, (n) => `${times(n, 'a')}(deviceName) eq 1`],
  ['filter', 'characters in a type', 5000, (n) => `isof('${times(n, 'a')}')`],
  ['filter', 'characters in an alias', 5000, (n) => `@${times(n, 'a')} eq 1`],
  ['filter', 'characters in a member', 5000, (n) => `installState eq '${times(n, 'a')}'`],
  [
    'filter',
    'counts in a pattern',
    40,
    (n) => `matchesPattern(deviceName,'${times(n, '(')}a${times(n, '){9}')}')`,
  ],
  ['filter', 'long products', 40, (n) => `errorCode eq ${joined(n, '1e3000', ' mul ')} sub errorCode`],
  ['filter', 'characters in a pattern', 5000, (n) => `matchesPattern(deviceName,'${times(n, '(a')}')`],
  ['apps filter', 'members of a flags type', 1000, (n) => `${flags} has '${joined(n, 'x86', ',')}'`],
  ['filter', 'digits', 5000, (n) => `errorCode eq ${times(n, '1')}`],
  ['filter', 'zeros before a digit', 5000, (n) => `errorCode eq ${times(n, '0')}1`],
  ['filter', 'digits behind a point', 5000, (n) => `errorCode eq 1.${times(n, '1')}`],
  ['filter', 'digits of an exponent', 5000, (n) => `errorCode eq 1e${times(n, '1')}`],
  ['filter', 'digits of a year', 5000, (n) => `lastSyncDateTime gt ${times(n, '1')}-01-01`],
  ['filter', 'digits of a second', 5000, (n) => `lastSyncDateTime gt 2017-01-01T00:00:00.${times(n, '1')}Z`],
  ['filter', 'digits of a duration', 5000, (n) => `lastSyncDateTime gt duration'P${times(n, '1')}D'`],
  ['filter', 'nested arrays', 5000, (n) => `errorCode in ${times(n, '[')}${times(n, ']')}`],
  ['filter', 'nested objects', 3000, (n) => `errorCode eq ${times(n, '{"a":')}1${times(n, '}')}`],
  ['filter', 'escapes in double quotes', 5000, (n) => `deviceName in ["${times(n, '\\"')}"]`],
  ['apps filter', 'nested any', 50, (n) => `${times(n, 'deviceStatuses/any(a:')}1 eq 1${times(n, ')')}`],
  ['apps filter', 'any', 50, (n) => joined(n, 'deviceStatuses/any(d:d/errorCode lt 0)', ' or ')],
  ['search', 'characters in a word', 5000, (n) => times(n, 'a')],
  ['search', 'words', 398, (n) => joined(n, 'a', ' ')],
  ['search', 'terms of OR', 200, (n) => joined(n, 'a', ' OR ')],
  ['search', 'NOT', 5000, (n) => `${times(n, 'NOT ')}a`],
  ['search', 'parentheses', 3000, (n) => `${times(n, '(')}a${times(n, ')')}`],
  ['search', 'characters in a phrase', 5000, (n) => `"${times(n, 'a')}"`],
  ['search', 'escapes in a phrase', 5000, (n) => `"${times(n, '\\"')}"`],
  ['search', 'blanks', 5000, (n) => `a${times(n, ' ')}b`],
  ['select', 'names', 400, (n) => joined(n, 'deviceName', ',')],
  ['select', 'commas', 5000, (n) => times(n, ',')],
  ['select', 'characters in a name', 5000, (n) => times(n, 'a')],
  ['apps select', 'nested selections', 50, (n) => `${times(n, 'largeIcon($select=')}type${times(n, ')')}`],
  ['orderby', 'sort keys', 5, (n) => joined(n, 'deviceName', ',')],
  ['orderby', 'characters in a name', 5000, (n) => times(n, 'a')],
  ['expand', 'names', 400, (n) => joined(n, 'app', ',')],
  ['expand', 'nested expansions', 3, (n) => `${times(n, 'app($expand=')}app${times(n, ')')}`],
  ['apps expand', 'aliases', 300, (n) => `deviceStatuses(${numbered(n, (i) => `@p${i}=1`, ';')})`],
  ['apps expand', 'levels', 5000, (n) => `deviceStatuses($levels=${times(n, '1')})`],
  ['query', 'percent signs', 5000, (n) => `$filter=${times(n, '%')}`],
  ['query', 'escaped percent signs', 5000, (n) => `$filter=${times(n, '%25')}`],
  ['query', 'ampersands', 5000, (n) => times(n, '&')],
  ['query', 'custom options', 3000, (n) => times(n, 'a=1&')],
  ['query', 'aliases', 1000, (n) => `$filter=errorCode%20eq%20@p0&${numbered(n, (i) => `@p${i}=1`, '&')}`],
  ['query', 'aliases in a row', 1000, (n) => `$filter=@p0&${numbered(n, (i) => `@p${i}=@p${i + 1}`, '&')}`],
  ['query', 'aliases that double', 30, (n) => `$filter=@p0&${numbered(n, doubling, '&')}&@p${n}=true`],
  [
    'query',
    'uses of a long alias',
    130,
    (n) => `$filter=${joined(n, 'deviceName%20eq%20@p', '%20or%20')}&@p='${times(9000, 'x')}'`,
  ],
  ['query', 'aliases in a ring', 1, (n) => times(n, '$filter=@p&@p=@q&@q=not%20@p')],
  ['query', 'page of rows, each expanded to many', 1, () => `$top=999&$expand=${rowsOfApp}`],
  ['query', 'digits of $top', 5000, (n) => `$top=${times(n, '1')}`],
  ['query', 'characters of a $skiptoken', 5000, (n) => `$skiptoken=${times(n, 'a')}`],
  ['path', 'segments', 5000, (n) => times(n, 'a/')],
  ['path', 'slashes', 5000, (n) => times(n, '/')],
  ['path', 'quotes in a key', 5000, (n) => `deviceAppManagement/mobileApps('${times(n, "''")}')`],
  ['path', 'parentheses', 3000, (n) => `deviceAppManagement/mobileApps${times(n, '(')}`],
  ['path', 'percent signs', 5000, (n) => `deviceAppManagement/mobileApps/${times(n, '%')}`],
  ['body', 'nested arrays', 5000, (n) => times(n, '[')],
  ['body', 'empty arrays', 5000, (n) => `[${joined(n, '[]', ',')}]`],
  ['body', 'names', 5000, (n) => `{${numbered(n, (i) => `"${i}":0`, ',')}}`],
  ['body', 'digits', 5000, (n) => `[${times(n, '1')}]`],
].map(([kind, what, named, text]) => ({ kind: String(kind), what: String(what), named, text }));

const contains = "contains(tolower(deviceName),'no')";
const rowsOfApp = 'app($expand=deviceStatuses($top=999))';
const flags = 'microsoft.graph.win32LobApp/applicableArchitectures';
const numbered = (count, piece, separator) =>
  Array.from({ length: count }, (_, i) => piece(i)).join(separator);
const doubling = (i) => `@p${i}=@p${i + 1}%20and%20@p${i + 1}`;

/** As it stands in a URL; what is a `query` already does. */
const escaped = ({ kind, text }, count) =>
  ['query', 'path', 'body'].includes(kind)
    ? text(count)
    : text(count).replaceAll(/[^\w.,:;@$'()[\]/*=-]/g, (character) =>
        character === ' ' ? '+' : encodeURIComponent(character),
      );

/** How many pieces of an input a size holds. */
function most(input, size) {
  const [one, more] = [escaped(input, 1).length, escaped(input, 101).length];
  if (more === one) return 1;
  let count = Math.max(1, Math.floor((size - one) / ((more - one) / 100)));
  while (count > 1 && escaped(input, count).length > size) count = Math.floor(count * 0.95);
  return count;
}

const named = ({ kind, what }, count) => `${kind}: ${count} ${what}`;
const option = ({ kind }) => kind.replace('apps ', '');
/** The part of the URL behind `?`. */
const searchOf = (input, count) =>
  `${input.kind === 'query' ? '' : `$${option(input)}=`}${escaped(input, count)}`;

const rounded = (number) => Number(number.toFixed(1));
const megabytes = (bytes) => rounded(bytes / 2 ** 20);
const shortened = (text) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const readers = {
  filter: parseExpression,
  search: parseSearch,
  select: parseSelect,
  orderby: parseOrderBy,
  expand: parseExpand,
};

/** What a call says of its input, the least time it takes, and the memory that it takes meanwhile and afterwards. */
function measured(call) {
  const result = { outcome: '', ms: Infinity, taken: 0, kept: 0 };
  for (let round = 0; round < rounds; round++) {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const began = performance.now();
    try {
      call();
      result.outcome = 'read';
    } catch (error) {
      result.outcome = shortened(`${error.status ?? error.name}: ${error.reason ?? error.message}`);
    }
    result.ms = Math.min(result.ms, performance.now() - began);
    result.taken = Math.max(result.taken, process.memoryUsage().heapUsed - before);
    collectGarbage();
    result.kept = process.memoryUsage().heapUsed - before;
  }
  return result;
}

/** Flat, so that no reader pays for how the text was put together. */
const flat = (text) => Buffer.from(text).toString();

function calls(input, count, model) {
  const { kind, text } = input;
  const given = flat(text(count));
  if (kind === 'path') return { resolvePath: () => resolvePath(model.trees.beta, given, 'GET') };
  if (kind === 'body') return { parseJsonBody: () => parseJsonBody(given) };
  const template = `deviceAppManagement/mobileApps${kind.startsWith('apps') ? '' : '/{mobileAppId}/deviceStatuses'}`;
  const set = model.sets.find((candidate) => templateOf(candidate) === template);
  const search = flat(searchOf(input, count));
  const read = readers[option(input)];
  return {
    ...(read && { [read.name]: () => read(given) }),
    collectionQuery: () => collectionQuery(search, set, 'beta'),
  };
}

function benchReaders() {
  const model = new GraphModel(resources);
  const table = [];
  for (const input of inputs) {
    for (const count of new Set([input.named, most(input, limits.body)])) {
      for (const [reader, call] of Object.entries(calls(input, count, model))) {
        const { outcome, ms, taken, kept } = measured(call);
        table.push({
          input: named(input, count),
          reader,
          outcome,
          'held ms': rounded(ms),
          'taken MB': megabytes(taken),
          'kept MB': megabytes(kept),
          '': ms > slow ? '<<<' : '',
        });
      }
    }
  }
  show(`Readers, of what ${limits.body / 1024} KiB hold`, table);
}

function show(title, table) {
  const worst = Math.max(...table.map((row) => row['held ms']));
  const over = table.filter((row) => row['held ms'] > slow).length;
  // eslint-disable-next-line no-console -- the tables are what the command is for
  console.log(`\n${title}: at most ${worst} ms, ${over} of ${table.length} above ${slow} ms`);
  // eslint-disable-next-line no-console -- as above
  console.table(table);
}

/** Runs in the gateway's process: how long its event loop was held at most since the last time it was asked. */
const sampler = `
  import { createServer } from 'node:http';
  import { monitorEventLoopDelay } from 'node:perf_hooks';
  import { setFlagsFromString } from 'node:v8';
  import { runInNewContext } from 'node:vm';
  if (process.argv[2] === 'serve') {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc');
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    createServer((request, response) => setTimeout(() => {
      const held = delay.max / 1e6;
      if (request.url === '/memory') collectGarbage();
      const { rss, heapUsed } = process.memoryUsage();
      response.end(JSON.stringify({ held, rss, heapUsed }));
      delay.reset();
    }, 5)).listen(process.env.SAMPLER_SOCKET).unref();
  }`;

const agent = new Agent({ keepAlive: true });

/** Status and message of an answer; \`send\` is . */
function send(sent, body = '') {
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, ...sent }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode, text });
    });
    outgoing.on('error', reject).end(body);
  });
}

/** Requests with as many pieces as the requirement names and as the URL or the body holds. */
function requestsOf(input, headers, base) {
  const apps = '/beta/deviceAppManagement/mobileApps';
  const path = input.kind.startsWith('apps') ? apps : `${apps}/hostile/deviceStatuses`;
  if (input.kind === 'body') {
    const count = most(input, limits.body);
    return [{ input, count, sent: { ...base, method: 'POST', path, headers }, body: input.text(count) }];
  }
  const held = most(input, limits.url - path.length - 20);
  return [...new Set([Math.min(held, input.named), held])].map((count) => {
    const url =
      input.kind === 'path' ? `/beta/${escaped(input, count)}` : `${path}?${searchOf(input, count)}`;
    return { input, count, sent: { ...base, path: url, headers } };
  });
}

async function answered({ sent, body }, sample) {
  const least = { held: Infinity, ms: Infinity, status: 0, said: '' };
  for (let round = 0; round < rounds; round++) {
    await sample('/');
    const began = performance.now();
    const { status, text } = await send(sent, body);
    least.ms = Math.min(least.ms, performance.now() - began);
    least.held = Math.min(least.held, (await sample('/')).held);
    least.status = status;
    least.said = status < 400 ? `${text.length} characters` : JSON.parse(text).error.message;
  }
  return least;
}

async function benchHttp() {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-hostile-'));
  const socketPath = join(folder, 'sampler');
  process.env.SAMPLER_SOCKET = socketPath;
  process.env.NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(sampler)}`;
  const sample = async (path) => JSON.parse((await send({ socketPath, path })).text);
  await withBench(async ({ url, env, connection }) => {
    await fillApp(connection, 'hostile', 1000);
    const { hostname, port } = new URL(url);
    const headers = { authorization: `Bearer ${await token(env)}`, 'content-type': 'application/json' };
    const requests = inputs.flatMap((input) => requestsOf(input, headers, { hostname, port }));
    const table = [];
    for (const { input, count, sent, body } of requests) {
      const { held, ms, status, said } = await answered({ sent, body }, sample);
      table.push({
        input: named(input, count),
        status,
        said: shortened(said),
        'held ms': rounded(held),
        'answered ms': rounded(ms),
        '': held > slow ? '<<<' : '',
      });
    }
    show('Over HTTP', table);
    await benchMemory(requests, sample);
  });
  await rm(folder, { recursive: true });
}

/** Of a process that has served all of it already: what grows is kept. */
async function benchMemory(requests, sample) {
  const table = [];
  for (let served = 0; served <= 3; served++) {
    const { rss, heapUsed } = await sample('/memory');
    table.push({
      'requests before': served * Number(options.requests),
      'RSS MB': megabytes(rss),
      'heap MB': megabytes(heapUsed),
    });
    const urls = requests.filter(({ body }) => body === undefined);
    let next = 0;
    const client = async () => {
      while (next < Number(options.requests)) await send(urls[next++ % urls.length].sent);
    };
    if (served < 3) await Promise.all(Array.from({ length: 10 }, client));
  }
  // eslint-disable-next-line no-console -- the tables are what the command is for
  console.table(table);
}

if (options.only.includes('readers')) benchReaders();
if (options.only.includes('http')) await benchHttp();
agent.destroy();
