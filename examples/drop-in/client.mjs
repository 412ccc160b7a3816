// An ordinary Graph client that names Microsoft's hosts and no others; where they lead is not its business. Who it is
// comes from AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.
import { DefaultAzureCredential } from '@azure/identity';
import { Client } from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';

const scopes = ['https://graph.microsoft.com/.default'];
const authProvider = new TokenCredentialAuthenticationProvider(new DefaultAzureCredential(), { scopes });
const client = Client.initWithMiddleware({ authProvider, defaultVersion: 'beta' });

const apps = '/deviceAppManagement/mobileApps';
const app = `${apps}/drop-in-example`;
const status = `${app}/deviceStatuses/adas-phone`;

async function makeApp() {
  await client.api(apps).post({
    '@odata.type': '#microsoft.graph.iosStoreApp',
    id: 'drop-in-example',
    displayName: 'Contoso Reader',
    deviceStatuses: [{ id: 'adas-phone', deviceName: "Ada's phone" }],
  });
}

try {
  await client.api(app).get();
} catch (error) {
  if (error.statusCode !== 404) throw error;
  await makeApp();
}
await client.api(status).patch({
  installState: 'failed',
  installStateDetail: 'dependencyFailedToInstall',
  errorCode: 9,
  lastSyncDateTime: '2017-01-01T00:02:49.3205976-08:00',
});
const { displayName } = await client.api(app).select('displayName').get();
const { deviceName, installState, errorCode, lastSyncDateTime } = await client.api(status).get();
console.log(`${displayName} on ${deviceName}: ${installState}, error ${errorCode}, seen ${lastSyncDateTime}`);
