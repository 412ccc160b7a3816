// A client as its authors write it, in a process of its own: NODE_EXTRA_CA_CERTS is read when Node starts. It prints what it
// saw as JSON. Argument: { base, tenant, clientId, clientSecret, example } as JSON.
import { ConfidentialClientApplication } from '@azure/msal-node';
import { Client, GraphError, PageIterator } from '@microsoft/microsoft-graph-client';

const { base, tenant, clientId, clientSecret, example } = JSON.parse(process.argv[2]);
const scope = 'https://graph.microsoft.com/.default';
const apps = '/deviceAppManagement/mobileApps';

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

const clientWith = (getAccessToken) =>
  Client.initWithMiddleware({
    baseUrl: `${base}/`,
    customHosts: new Set([new URL(base).hostname]),
    authProvider: { getAccessToken },
  });

async function everyRow(client, path) {
  const ids = [];
  const page = await client.api(path).version('beta').top(3).get();
  const iterator = new PageIterator(client, page, ({ id }) => ids.push(id) > 0);
  await iterator.iterate();
  return { ids, firstPage: page.value.length };
}

async function errorOf(promise) {
  try {
    return { answer: await promise };
  } catch (error) {
    const { statusCode, code, requestId, message } = error;
    return { isGraphError: error instanceof GraphError, statusCode, code, requestId, message };
  }
}

const client = clientWith(tokenOfEndpoint);
const beta = (path) => client.api(path).version('beta');
const app = await beta(apps).post({ '@odata.type': '#microsoft.graph.iosStoreApp', displayName: 'An app' });
const statuses = `${apps}/${app.id}/deviceStatuses`;
const status = await beta(statuses).post({ id: 'status-0' });
const patched = await beta(`${statuses}/${status.id}`).patch(example);
const got = await beta(`${statuses}/${status.id}`).get();
for (let n = 1; n < 8; n++) await beta(statuses).post({ id: `status-${n}` });
const listed = await everyRow(client, statuses);
const missing = await errorOf(beta(`${statuses}/nothing`).get());
const withMsal = await clientWith(tokenOfMsal).api(`${statuses}/${status.id}`).version('beta').get();
const category = await beta('/deviceAppManagement/mobileAppCategories').post({ displayName: 'Tools' });
const categories = `${apps}/${app.id}/categories`;
const url = `${base}/beta/deviceAppManagement/mobileAppCategories/${category.id}`;
await beta(`${categories}/$ref`).post({ '@odata.id': url });
const linked = (await beta(categories).get()).value;
await beta(`${categories}/${category.id}/$ref`).delete();
const unlinked = (await beta(categories).get()).value;
await beta(`${apps}/${app.id}`).delete();
const removed = await errorOf(beta(`${apps}/${app.id}`).get());

process.stdout.write(
  JSON.stringify({ app, status, patched, got, listed, missing, withMsal, linked, unlinked, removed }),
);
