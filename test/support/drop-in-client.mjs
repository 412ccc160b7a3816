// What programs that name Microsoft's hosts do beside the example, in a process of its own. It prints what it saw as JSON.
import { EnvironmentCredential } from '@azure/identity';
import {
  BatchRequestContent,
  BatchResponseContent,
  Client,
  PageIterator,
} from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';

const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = process.env;
const scope = 'https://graph.microsoft.com/.default';
const apps = '/deviceAppManagement/mobileApps';
const ios = '#microsoft.graph.iosStoreApp';
const statuses = `${apps}/drop-in/deviceStatuses`;
const ids = (count) => Array.from({ length: count }, (_, index) => `status-${index}`);

/** With the Graph client as it is when nobody has told it anything. */
async function throughGraphClient() {
  const authProvider = new TokenCredentialAuthenticationProvider(new EnvironmentCredential(), {
    scopes: [scope],
  });
  const client = new Client({ authProvider });
  const beta = (path) => client.api(path).version('beta');
  await beta(apps).post({ '@odata.type': ios, id: 'drop-in', deviceStatuses: ids(7).map((id) => ({ id })) });
  const ofDefault = await client.api(`${apps}/drop-in`).get();
  const page = await beta(statuses).select('id').top(3).get();
  const walked = [];
  await new PageIterator(client, page, ({ id }) => walked.push(id) > 0).iterate();
  const category = await beta('/deviceAppManagement/mobileAppCategories').post({ displayName: 'Tools' });
  const link = `https://graph.microsoft.com/beta/deviceAppManagement/mobileAppCategories/${category.id}`;
  await beta(`${apps}/drop-in/categories/$ref`).post({ '@odata.id': link });
  const { value: linked } = await beta(`${apps}/drop-in/categories`).get();
  return {
    contexts: [ofDefault['@odata.context'], page['@odata.context']],
    nextLink: page['@odata.nextLink'],
    walked,
    linked: linked.map(({ displayName }) => displayName),
    batch: await batch(client),
  };
}

async function batch(client) {
  const url = `https://graph.microsoft.com${statuses}`;
  const [first, second] = [`${url}?$top=1&$select=id`, `${url}/status-1`];
  const body = JSON.stringify({ errorCode: 9 });
  const patch = { method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body };
  const content = new BatchRequestContent([
    { id: '1', request: new Request(first) },
    { id: '2', request: new Request(second, patch) },
  ]);
  const answered = await client
    .api('/$batch')
    .version('beta')
    .post(await content.getContent());
  const answers = new BatchResponseContent(answered);
  const list = await answers.getResponseById('1').json();
  const patched = await answers.getResponseById('2').json();
  return {
    nextLink: list['@odata.nextLink'],
    errorCode: patched.errorCode,
    context: patched['@odata.context'],
  };
}

/** With nothing but what Node brings. */
async function throughFetch() {
  const authority = `https://login.microsoftonline.com/${tenant}`;
  const form = { client_id: AZURE_CLIENT_ID, client_secret: AZURE_CLIENT_SECRET, scope };
  const discovery = await (await fetch(`${authority}/v2.0/.well-known/openid-configuration`)).json();
  const granted = await fetch(discovery.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
  });
  const headers = { Authorization: `Bearer ${(await granted.json()).access_token}` };
  const links = [];
  const walked = [];
  let next = `https://graph.microsoft.com/beta${statuses}?$top=4&$select=id`;
  while (next) {
    const page = await (await fetch(next, { headers })).json();
    walked.push(...page.value.map(({ id }) => id));
    next = page['@odata.nextLink'];
    if (next) links.push(next);
  }
  return { tokenEndpoint: discovery.token_endpoint, links, walked };
}

const graphClient = await throughGraphClient();
process.stdout.write(JSON.stringify({ graphClient, fetch: await throughFetch() }));
