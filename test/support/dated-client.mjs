// One program that is run at every base path: nothing in it but its base URL differs. It prints what it saw as JSON.
// Argument: { root, token, dates } as JSON; a date is what stands before the version, such as `/2018-11`.
import {
  BatchRequestContent,
  BatchResponseContent,
  Client,
  PageIterator,
} from '@microsoft/microsoft-graph-client';

const { root, token, dates } = JSON.parse(process.argv[2]);
const apps = '/deviceAppManagement/mobileApps';

const outcome = (promise) =>
  promise.then(
    (body) => body,
    ({ statusCode, message }) => ({ statusCode, message }),
  );

async function run(date) {
  const client = Client.initWithMiddleware({
    baseUrl: `${root}${date}/`,
    defaultVersion: 'beta',
    customHosts: new Set([new URL(root).hostname]),
    authProvider: { getAccessToken: async () => token },
  });
  const id = `app${date.replace('/', '-')}`;
  const statuses = `${apps}/${id}/deviceStatuses`;
  const app = await client.api(apps).post({ '@odata.type': '#microsoft.graph.iosStoreApp', id });
  for (const row of ['a', 'b', 'c']) await outcome(client.api(statuses).post({ id: row }));
  const patched = await outcome(client.api(`${statuses}/a`).patch({ deviceName: 'PC', errorCode: 9 }));
  const got = await outcome(client.api(`${statuses}/a`).get());
  const ids = [];
  const page = await client.api(apps).top(1).get();
  await new PageIterator(client, page, (item) => ids.push(item.id) > 0).iterate();
  const request = new Request(`${root}${apps}/${id}`, { method: 'GET' });
  const batch = new BatchRequestContent([{ id: '1', request }]);
  const answers = new BatchResponseContent(await client.api('/$batch').post(await batch.getContent()));
  const batched = await answers.getResponseById('1').json();
  return { app, patched, got, walked: ids, nextLink: page['@odata.nextLink'], batched };
}

const seen = {};
for (const date of dates) seen[date] = await run(date);
process.stdout.write(JSON.stringify(seen));
