// A client as its authors write it, in a process of its own: NODE_EXTRA_CA_CERTS is read when Node starts. It prints what it
// saw as JSON, by scenario. Argument: { base, proxy, tenant, clientId, clientSecret, reader, example } as JSON.
import { ConfidentialClientApplication } from '@azure/msal-node';
import {
  BatchRequestContent,
  BatchResponseContent,
  Client,
  GraphError,
  PageIterator,
  ResponseType,
  RetryHandlerOptions,
} from '@microsoft/microsoft-graph-client';

const { base, proxy, tenant, clientId, clientSecret, reader, example } = JSON.parse(process.argv[2]);
const scope = 'https://graph.microsoft.com/.default';
const apps = '/deviceAppManagement/mobileApps';
const ios = '#microsoft.graph.iosStoreApp';
const win32 = '#microsoft.graph.win32LobApp';

async function tokenOfEndpoint() {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope };
  const response = await fetch(`${base}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const { access_token } = await response.json();
  return access_token;
}

async function tokenOfMsal() {
  const authority = `${base}/${tenant}`;
  const knownAuthorities = [new URL(base).host];
  const application = new ConfidentialClientApplication({
    auth: { clientId, clientSecret, authority, knownAuthorities },
  });
  const { accessToken } = await application.acquireTokenByClientCredential({ scopes: [scope] });
  return accessToken;
}

const clientWith = (getAccessToken, baseUrl = base) =>
  Client.initWithMiddleware({
    baseUrl: `${baseUrl}/`,
    customHosts: new Set([new URL(baseUrl).hostname]),
    authProvider: { getAccessToken },
  });

const token = await tokenOfEndpoint();
const client = clientWith(async () => token);
const beta = (path) => client.api(path).version('beta');

async function errorOf(promise) {
  try {
    return { answer: (await promise) ?? null };
  } catch (error) {
    const { statusCode, code, requestId, message, date, body, headers } = error;
    const ofHeader = headers?.get('request-id');
    const age = Math.abs(Date.now() - date.getTime());
    const isGraphError = error instanceof GraphError;
    return { isGraphError, statusCode, code, requestId, ofHeader, message, body, age };
  }
}

/** An app of a scenario's own, with `count` statuses of devices below it. */
async function anApp(id, count = 0) {
  await beta(apps).post({ '@odata.type': ios, id, displayName: `App ${id}` });
  const statuses = `${apps}/${id}/deviceStatuses`;
  await inBatches(count, (n) => [
    'POST',
    statuses,
    { id: rowId(n), deviceName: `PC-${n % 4}`, errorCode: n },
  ]);
  return statuses;
}

const rowId = (n) => `row-${String(n).padStart(4, '0')}`;

async function inBatches(count, requestOf) {
  for (let start = 0; start < count; start += 20) {
    const steps = Array.from({ length: Math.min(20, count - start) }, (_, index) =>
      step(`${start + index}`, ...requestOf(start + index)),
    );
    const answers = await sendBatch(new BatchRequestContent(steps));
    const failed = answers.find(({ status }) => status >= 300);
    if (failed) throw new Error(JSON.stringify(failed));
  }
}

/** A step as the client's documents make it: a fetch request, whose host the client cuts off. */
function step(id, method, path, body, headers = {}) {
  const content = body === undefined ? headers : { 'Content-Type': 'application/json', ...headers };
  const init = { method, headers: content, ...(body !== undefined && { body: JSON.stringify(body) }) };
  return { id, request: new Request(`${base}${path}`, init) };
}

async function sendBatch(content, faults = {}, through = client) {
  const request = through.api('/$batch').version('beta').headers(faults);
  const answered = new BatchResponseContent(await request.post(await content.getContent()));
  const answers = [];
  for (const [id, response] of answered.getResponsesIterator()) {
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    answers.push({ id, status: response.status, body: isJson ? JSON.parse(text) : text });
  }
  return answers;
}

const raw = (request) => request.responseType(ResponseType.RAW);
const isApp = (text) => JSON.parse(text).id === 'types';
const idsOf = ({ value }) => value.map(({ id }) => id);

async function documents() {
  const app = await beta(apps).post({ '@odata.type': ios, displayName: 'An app' });
  const statuses = `${apps}/${app.id}/deviceStatuses`;
  const status = await beta(statuses).create({ id: 'status-0' });
  const patched = await beta(`${statuses}/${status.id}`).patch(example);
  const got = await beta(`${statuses}/${status.id}`).get();
  const withMsal = await clientWith(tokenOfMsal).api(`${statuses}/${status.id}`).version('beta').get();
  return { app, patched, got, withMsal };
}

async function verbs() {
  const statuses = await anApp('verbs', 2);
  const row = `${statuses}/${rowId(0)}`;
  const updated = await beta(row).update({ deviceName: 'updated' });
  const called = await new Promise((resolve) => {
    void beta(row).get((error, body) => resolve({ error, body }));
  });
  const deleted = [await beta(row).delete(), await beta(`${statuses}/${rowId(1)}`).del()];
  const [put, putStream] = [
    await errorOf(beta(row).put({})),
    await errorOf(beta(row).putStream(Buffer.from('x'))),
  ];
  const gone = await errorOf(beta(row).get());
  return { updated, called, deleted: deleted.map((answer) => answer ?? null), put, putStream, gone };
}

async function queries() {
  const statuses = await anApp('queries', 12);
  await beta(`${apps}/queries/userStatuses`).post({ id: 'user', userName: "O'Brien & Söhne +1" });
  const list = () => beta(statuses);
  const users = () => beta(`${apps}/queries/userStatuses`);
  return {
    filter: idsOf(await list().filter("deviceName eq 'PC-1' and errorCode gt 1").get()),
    escaped: idsOf(
      await users()
        .filter(`userName eq 'O''Brien ${encodeURIComponent('& Söhne +1')}'`)
        .get(),
    ),
    ordered: idsOf(await list().orderby(['deviceName desc', 'errorCode']).top(4).get()),
    skipped: idsOf(await list().skip(10).get()),
    selected: (await list().select(['id', 'errorCode']).select('deviceName').top(1).get()).value,
    counted: (await list().count().top(0).get())['@odata.count'],
    searched: idsOf(await list().search('"PC-3"').get()),
    expanded: await beta(`${apps}/queries`)
      .select('id')
      .expand('deviceStatuses($select=id;$top=2;$orderby=errorCode desc),userStatuses($select=id)')
      .get(),
    byText: idsOf(await list().query('$filter=errorCode lt 2&$orderby=id desc').get()),
    byObject: idsOf(await list().query({ $filter: 'errorCode lt 2', top: '1' }).get()),
    inPath: idsOf(await beta(`${statuses}?$filter=errorCode eq 7`).get()),
    cast: idsOf(await beta(`${apps}/microsoft.graph.iosStoreApp`).filter("id eq 'queries'").get()),
  };
}

async function headerFields() {
  const statuses = await anApp('headers', 3);
  const row = `${statuses}/${rowId(0)}`;
  const page = await beta(statuses).header('Prefer', 'odata.maxpagesize=2').get();
  const minimal = await raw(beta(row).header('Prefer', 'return=minimal')).patch({ errorCode: 9 });
  const created = await beta(statuses).headers({ Prefer: 'return=minimal' }).post({ id: 'minimal' });
  const got = await raw(beta(row)).get();
  const known = await raw(beta(row).header('If-None-Match', got.headers.get('etag'))).get();
  const traced = await raw(
    beta(row).header('client-request-id', '7b0f4c55-0000-4000-8000-000000000001'),
  ).get();
  const full = await beta(row).header('Accept', 'application/json;odata.metadata=full').get();
  const eventual = await beta(`${statuses}/$count`).header('ConsistencyLevel', 'eventual').get();
  return {
    page: idsOf(page),
    next: idsOf(await client.api(page['@odata.nextLink']).get()),
    minimal: [minimal.status, minimal.headers.get('preference-applied'), (await beta(row).get()).errorCode],
    created: created ?? null,
    known: known.status,
    traced: traced.headers.get('client-request-id'),
    full: full['@odata.id'],
    eventual,
  };
}

async function versions() {
  await beta(apps).post({ '@odata.type': win32, id: 'versions', displayVersion: '1.2' });
  const app = `${apps}/versions`;
  const older = Client.initWithMiddleware({
    baseUrl: base,
    defaultVersion: 'beta',
    customHosts: new Set(['localhost']),
    authProvider: { getAccessToken: async () => token },
  });
  return {
    beta: await beta(app).get(),
    v1: await client.api(app).version('v1.0').get(),
    asDefault: '@odata.context' in (await client.api(app).get()),
    ofClient: (await older.api(app).get()).displayVersion,
    none: await errorOf(client.api(app).version('v3').get()),
  };
}

async function responseTypes() {
  const value = Buffer.from([0, 1, 254, 255]).toString('base64');
  await beta(apps).post({ '@odata.type': ios, id: 'types', largeIcon: { type: 'image/png', value } });
  const app = `${apps}/types`;
  const of = (path, type) => beta(path).responseType(type);
  const whole = await of(app, ResponseType.RAW).get();
  return {
    raw: [whole.status, whole.headers.get('odata-version'), (await whole.json()).id],
    json: (await of(app, ResponseType.JSON).get()).id,
    text: isApp(await of(app, ResponseType.TEXT).get()),
    blob: isApp(await (await of(app, ResponseType.BLOB).get()).text()),
    arrayBuffer: isApp(Buffer.from(await of(app, ResponseType.ARRAYBUFFER).get()).toString()),
    stream: isApp(await new Response(await beta(app).getStream()).text()),
    document: (await new Response(await of('/$metadata', ResponseType.DOCUMENT).get()).text()).slice(0, 5),
    count: await beta(`${apps}/$count`).filter("id eq 'types'").get(),
    value: await beta(`${app}/largeIcon/type/$value`).get(),
    bytes: Buffer.from(await of(`${app}/largeIcon/value/$value`, ResponseType.ARRAYBUFFER).get()).toString(
      'base64',
    ),
    rawError: (await of(`${apps}/nobody`, ResponseType.RAW).get()).status,
  };
}

async function batches() {
  const statuses = await anApp('batches', 3);
  const users = `${apps}/batches/userStatuses`;
  const parallel = new BatchRequestContent([
    step('one', 'GET', `${statuses}/${rowId(1)}?$select=id`),
    step('filtered', 'GET', `${statuses}?$filter=errorCode gt 0&$select=id`),
    step('count', 'GET', `${statuses}/$count`),
    step('missing', 'GET', `${apps}/nobody`),
    step('refused', 'PATCH', `${statuses}/${rowId(2)}`, { nope: 1 }),
    step('quiet', 'PATCH', `${statuses}/${rowId(2)}`, { errorCode: 5 }, { Prefer: 'return=minimal' }),
    step('versioned', 'GET', `/v1.0${apps}/batches?$select=id`),
  ]);
  const serial = new BatchRequestContent([
    step('user', 'POST', users, { id: 'ada' }),
    step('status', 'POST', `${users}/ada/deviceStatuses`, { id: 'nested' }),
    step('patch', 'PATCH', `${users}/ada/deviceStatuses/nested`, { installState: 'failed' }),
    step('get', 'GET', `${statuses}/nested?$select=id,installState`),
    step('delete', 'DELETE', `${users}/ada`),
  ]);
  for (const id of ['status', 'patch', 'get', 'delete']) serial.addDependency(id);
  const same = new BatchRequestContent([
    step('first', 'PATCH', `${statuses}/nobody`, {}),
    step('second', 'DELETE', `${statuses}/${rowId(0)}`),
    step('third', 'GET', statuses),
  ]);
  for (const id of ['second', 'third']) same.addDependency(id, 'first');
  return {
    parallel: await sendBatch(parallel),
    serial: await sendBatch(serial),
    same: await sendBatch(same),
    kept: idsOf(await beta(statuses).select('id').get()),
    refused: await errorOf(beta('/$batch').post({ requests: [] })),
  };
}

async function pages() {
  const statuses = await anApp('pages', 1000);
  const ids = [];
  const first = await beta(statuses).select('id').get();
  const iterator = new PageIterator(client, first, ({ id }) => ids.push(id) !== 250);
  await iterator.iterate();
  const [paused, atPause] = [ids.length, iterator.isComplete()];
  await iterator.resume();
  return { ids, firstPage: first.value.length, paused, isComplete: [atPause, iterator.isComplete()] };
}

async function errors() {
  const statuses = await anApp('errors', 1);
  const row = `${statuses}/${rowId(0)}`;
  const withToken = (other) =>
    clientWith(async () => other)
      .api(statuses)
      .version('beta');
  return {
    filter: await errorOf(beta(statuses).filter('nope eq 1').get()),
    body: await errorOf(beta(row).patch({ errorCode: '9' })),
    token: await errorOf(withToken('nonsense').get()),
    permission: await errorOf(withToken(reader).post({})),
    readable: idsOf(await withToken(reader).get()),
    missing: await errorOf(beta(`${statuses}/nothing`).get()),
    exists: await errorOf(beta(statuses).post({ id: rowId(0) })),
    accept: await errorOf(beta(row).header('Accept', 'text/html').get()),
    stale: await errorOf(beta(row).header('If-Match', 'W/"77"').patch({})),
    mediaType: await errorOf(beta(row).header('Content-Type', 'text/plain').patch('x')),
    notServed: await errorOf(beta(statuses).query({ $apply: 'x' }).get()),
  };
}

async function retries() {
  const statuses = await anApp('faults', 250);
  const through = clientWith(async () => token, proxy);
  const failing = (list, path) => through.api(path).version('beta').header('faults', list);
  const row = `${statuses}/${rowId(0)}`;
  // Instead of the three seconds that it waits where no header says how long.
  const soon = [new RetryHandlerOptions(0.1)];
  const runs = {
    throttled: failing('429 0', row).get(),
    unavailable: failing('503 1', `${statuses}/${rowId(1)}`).get(),
    dated: failing('503 date', `${statuses}/${rowId(2)}`).get(),
    unsaid: failing('429', `${statuses}/${rowId(3)}`)
      .middlewareOptions(soon)
      .get(),
    unsaidByDefault: failing('503', `${statuses}/${rowId(4)}`).get(),
    again: failing('429 0, 503 0, 429 0', `${statuses}/${rowId(5)}`).get(),
    patched: failing('503 0', `${statuses}/${rowId(6)}`).patch({ deviceName: 'patched' }),
    patchedTwice: failing('lost', `${statuses}/${rowId(7)}`).patch({ deviceName: 'patched' }),
    created: failing('429 0', statuses).post({ id: 'created' }),
    createdTwice: failing('lost', statuses).post({ id: 'twice' }),
    deletedTwice: failing('lost', `${statuses}/${rowId(249)}`).delete(),
    never: failing('429 0, 429 0, 429 0, 429 0', `${statuses}/${rowId(8)}`).get(),
  };
  const settled = Object.entries(runs).map(async ([name, run]) => [name, await errorOf(run)]);
  const outcomes = Object.fromEntries(await Promise.all(settled));
  const headersOfAll = { headers: { faults: '503 0' } };
  const ids = [];
  const first = await failing('503 0', statuses).filter("errorCode lt 240 and startswith(id,'row-')").get();
  await new PageIterator(through, first, ({ id }) => ids.push(id) > 0, headersOfAll).iterate();
  const batch = new BatchRequestContent([step('1', 'POST', statuses, { id: 'batched' })]);
  return {
    ...outcomes,
    pages: ids,
    batched: await sendBatch(batch, { faults: '429 0, 503 0' }, through),
    kept: idsOf(await beta(statuses).filter("not startswith(id,'row-')").get()),
  };
}

/** What a client links it names by its URL. */
async function links() {
  const category = await beta('/deviceAppManagement/mobileAppCategories').post({ displayName: 'Tools' });
  await anApp('linked');
  const categories = `${apps}/linked/categories`;
  const url = `${base}/beta/deviceAppManagement/mobileAppCategories/${category.id}`;
  await beta(`${categories}/$ref`).post({ '@odata.id': url });
  const linked = (await beta(categories).get()).value;
  await beta(`${categories}/${category.id}/$ref`).delete();
  return { linked, unlinked: (await beta(categories).get()).value };
}

/** What an app is assigned to is replaced as a whole. */
async function assignments() {
  await anApp('assigned');
  const target = { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: 'everyone' };
  const body = { mobileAppAssignments: [{ intent: 'required', target }] };
  const answer = await beta(`${apps}/assigned/microsoft.graph.assign`).post(body);
  return { answer: answer ?? null, app: await beta(`${apps}/assigned`).expand('assignments').get() };
}

const scenarios = {
  links,
  assignments,
  documents,
  verbs,
  queries,
  headerFields,
  versions,
  responseTypes,
  batches,
  pages,
  errors,
  retries,
};
const seen = Object.entries(scenarios).map(async ([name, run]) => [name, await run()]);
process.stdout.write(JSON.stringify(Object.fromEntries(await Promise.all(seen))));
