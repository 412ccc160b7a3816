// Clients of Microsoft's own libraries as their authors write them, in a process of their own: NODE_EXTRA_CA_CERTS is read when
// Node starts. Each signs in, PATCHes a documented row, and reads it back through the official Graph client. It prints what
// each saw as JSON. Argument: { base, tenant, confidential, public, user, app, example } as JSON.
import {
  ClientCertificateCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  DeviceCodeCredential,
} from '@azure/identity';
import { ConfidentialClientApplication, PublicClientApplication } from '@azure/msal-node';
import { Client } from '@microsoft/microsoft-graph-client';
import { readFileSync } from 'node:fs';
import { createHash, randomBytes, X509Certificate } from 'node:crypto';

const { base, tenant, confidential, publicClient, user, app, example } = JSON.parse(process.argv[2]);
const graph = 'https://graph.microsoft.com/.default';
const scopes = [graph];
const authority = `${base}/${tenant}`;
const knownAuthorities = [new URL(base).host];
const options = { authorityHost: base, disableInstanceDiscovery: true };
const redirectUri = 'http://localhost:53682/callback';

/** The request that the form of a page makes. */
function formOf(html, page, fields) {
  const action = new URL(/<form method="post" action="([^"]*)"/.exec(html)[1], page);
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  const kept = hidden.map(([, name, value]) => [name, value.replaceAll('&amp;', '&')]);
  const body = new URLSearchParams({ ...Object.fromEntries(kept), ...fields });
  return [action, { method: 'POST', body, redirect: 'manual' }];
}

/** What a person does at the sign-in page, with a browser that runs no scripts: choose a user, and accept. */
async function signIn(page, fields) {
  const html = await (await fetch(page)).text();
  const shown = [...html.matchAll(/name="account"\s+value="([^"]*)"/g)].map(([, value]) => value);
  const account = shown.find((value) => value.endsWith(` ${user.name}`));
  const answer = account && { account, password: user.password, answer: 'accept' };
  return fetch(...formOf(html, page, { ...answer, ...fields }));
}

/** The page behind the code has the users. */
async function signInDevice({ verificationUri, userCode }) {
  const html = await (await signIn(verificationUri, { user_code: userCode })).text();
  const account = `${tenant} ${user.name}`;
  if (!html.includes(account)) throw new Error('the page of device codes does not show the user');
  const answer = { user_code: userCode, account, password: user.password, answer: 'accept' };
  const response = await fetch(verificationUri, { method: 'POST', body: new URLSearchParams(answer) });
  if (response.status !== 200) throw new Error(await response.text());
}

const confidentialApplication = (proof) =>
  new ConfidentialClientApplication({
    auth: { clientId: confidential.clientId, authority, knownAuthorities, ...proof },
  });
const publicApplication = () =>
  new PublicClientApplication({ auth: { clientId: publicClient, authority, knownAuthorities } });

function certificateOf(path) {
  const pem = readFileSync(path, 'utf8');
  const thumbprintSha256 = new X509Certificate(pem).fingerprint256.replaceAll(':', '');
  return { thumbprintSha256, privateKey: pem.slice(pem.indexOf('-----BEGIN PRIVATE KEY')) };
}

async function byCode(application) {
  const verifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
  const pkce = { codeChallenge, codeChallengeMethod: 'S256' };
  const url = await application.getAuthCodeUrl({ scopes, redirectUri, state: 'as sent', ...pkce });
  const response = await signIn(url, {});
  const answer = new URL(response.headers.get('location')).searchParams;
  if (answer.get('state') !== 'as sent') throw new Error(answer.get('error_description'));
  return application.acquireTokenByCode({
    scopes,
    redirectUri,
    code: answer.get('code'),
    codeVerifier: verifier,
  });
}

/** The token's user or application, as MSAL and the token say. */
const facts = ({ accessToken, account, fromCache }) => ({ accessToken, account, fromCache });

const clients = {
  ClientSecretCredential: async () => {
    const { clientId, secret } = confidential;
    return new ClientSecretCredential(tenant, clientId, secret, options).getToken(scopes);
  },
  ClientCertificateCredential: async () => {
    const { clientId, certificate } = confidential;
    return new ClientCertificateCredential(tenant, clientId, certificate, options).getToken(scopes);
  },
  'ClientCertificateCredential with its chain': async () => {
    const { clientId, certificate } = confidential;
    const chain = { ...options, sendCertificateChain: true };
    return new ClientCertificateCredential(tenant, clientId, certificate, chain).getToken(scopes);
  },
  DeviceCodeCredential: async () => {
    const prompt = { userPromptCallback: (info) => void signInDevice(info) };
    return new DeviceCodeCredential({
      tenantId: tenant,
      clientId: publicClient,
      ...options,
      ...prompt,
    }).getToken(scopes);
  },
  DefaultAzureCredential: async () => {
    const { clientId, secret } = confidential;
    const settings = { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret };
    Object.assign(process.env, settings, { AZURE_AUTHORITY_HOST: base });
    return new DefaultAzureCredential({ disableInstanceDiscovery: true }).getToken(scopes);
  },
  'MSAL, client credentials': async () =>
    confidentialApplication({ clientSecret: confidential.secret }).acquireTokenByClientCredential({ scopes }),
  'MSAL, certificate': async () =>
    confidentialApplication({
      clientCertificate: certificateOf(confidential.certificate),
    }).acquireTokenByClientCredential({ scopes }),
  'MSAL, code and PKCE': async () => byCode(publicApplication()),
  'MSAL, code of a confidential client': async () =>
    byCode(confidentialApplication({ clientSecret: confidential.secret })),
  'MSAL, device code': async () =>
    publicApplication().acquireTokenByDeviceCode({
      scopes,
      deviceCodeCallback: (info) => void signInDevice(info),
    }),
  'MSAL, interactive': async () =>
    publicApplication().acquireTokenInteractive({
      scopes,
      openBrowser: async (url) => {
        // It asks for a form, whose script sends it to the client.
        const answer = await signIn(url, {});
        await fetch(...formOf(await answer.text(), url, {}));
      },
    }),
  'MSAL, user name and password': async () =>
    publicApplication().acquireTokenByUsernamePassword({
      scopes,
      username: user.name,
      password: user.password,
    }),
  'MSAL, silent': async () => {
    const application = publicApplication();
    const first = await byCode(application);
    const cached = await application.acquireTokenSilent({ scopes, account: first.account });
    if (!cached.fromCache || cached.accessToken !== first.accessToken) throw new Error('not from the cache');
    const forced = { scopes, account: first.account, forceRefresh: true };
    await application.acquireTokenSilent(forced);
    // The token that came with the refresh is used up in its turn.
    return application.acquireTokenSilent(forced);
  },
};

/** One row for each client, by its place. */
async function use(token, index) {
  const client = Client.initWithMiddleware({
    baseUrl: `${base}/`,
    defaultVersion: 'beta',
    customHosts: new Set([new URL(base).hostname]),
    authProvider: { getAccessToken: async () => token },
  });
  const row = `${app}/deviceStatuses/row-${index}`;
  await client.api(row).patch({ ...example, id: `row-${index}` });
  return client.api(row).get();
}

async function seen([name, signInWith], index) {
  try {
    const { token, ...result } = await signInWith();
    const accessToken = token ?? result.accessToken;
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString());
    return [name, { claims, read: await use(accessToken, index), ...facts({ ...result, accessToken: '' }) }];
  } catch (error) {
    return [name, { failure: String(error) }];
  }
}

process.stdout.write(
  JSON.stringify(Object.fromEntries(await Promise.all(Object.entries(clients).map(seen)))),
);
