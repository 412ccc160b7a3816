import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clientRoles } from '../src/identity/directory/local-client.js';
import { aClientCertificate } from './support/client-certificate.js';
import { documentExamples } from './support/documents.js';
import { request } from './support/gateway.js';
import * as processes from './support/process.js';

interface Seen {
  claims: Record<string, unknown>;
  read: Record<string, unknown>;
  account?: Record<string, unknown>;
  failure?: string;
}

const [tenant, clientId, publicClient, secret] = Array.from({ length: 4 }, () => randomUUID());
const user = { name: 'ada@contoso.example', password: 'correct horse' };
const example = documentExamples[0]!.sent;
const app = '/deviceAppManagement/mobileApps/app';

const applications = [
  'ClientSecretCredential',
  'ClientCertificateCredential',
  'ClientCertificateCredential with its chain',
  'DefaultAzureCredential',
  'MSAL, client credentials',
  'MSAL, certificate',
];
const users = [
  'DeviceCodeCredential',
  'MSAL, code and PKCE',
  'MSAL, code of a confidential client',
  'MSAL, device code',
  'MSAL, interactive',
  'MSAL, user name and password',
  'MSAL, silent',
];

let seen: Record<string, Seen>;

const identityFile = (certificate: string): string => `
tenants:
  - id: ${tenant}
    domains: [contoso.example]
    users:
      - { userPrincipalName: ${user.name}, displayName: Ada, password: ${user.password} }
applications:
  - clientId: ${clientId}
    displayName: A service
    secrets: ['${secret}']
    certificates: [${certificate}]
    redirectUris: ['http://localhost/*']
    delegatedPermissions: [${clientRoles.join(', ')}]
    applicationPermissions: [${clientRoles.join(', ')}]
  - clientId: ${publicClient}
    displayName: An app
    publicClient: true
    redirectUris: ['http://localhost/*']
    delegatedPermissions: [${clientRoles.join(', ')}]
`;

async function makeRows(url: string, dataDir: string): Promise<void> {
  const command = [process.execPath, 'src/cli/run.mjs', 'token', '--tenant', tenant as string] as const;
  const token = (await processes.printed({ DATA_DIR: dataDir }, ...command)).stdout.trim();
  const rows = [...applications, ...users].map((_name, index) => ({ id: `row-${index}` }));
  const body = { '@odata.type': '#microsoft.graph.iosStoreApp', id: 'app', deviceStatuses: rows };
  const headers = { Authorization: `Bearer ${token}` };
  const made = await request(`${url}/beta/deviceAppManagement/mobileApps`, 'POST', body, headers);
  expect(made.status).toBe(201);
}

beforeAll(async () => {
  const dataDir = await processes.newDataDir();
  const { certificate, privateKey } = await aClientCertificate();
  const pem = join(dataDir, 'client.pem');
  await writeFile(pem, `${certificate}\n${privateKey}`);
  await writeFile(join(dataDir, 'public.pem'), certificate);
  await writeFile(join(dataDir, 'identity.yaml'), identityFile('public.pem'));
  const gateway = await processes.startProcess({
    DATA_DIR: dataDir,
    TLS: 'on',
    HTTPS_PORT: '0',
    IDENTITY_FILE: join(dataDir, 'identity.yaml'),
  });
  await makeRows(gateway.url, dataDir);
  const base = `https://localhost:${new URL(gateway.urls[1] ?? '').port}`;
  const confidential = { clientId, secret, certificate: pem };
  const settings = JSON.stringify({ base, tenant, confidential, publicClient, user, app, example });
  const environment = { NODE_EXTRA_CA_CERTS: join(dataDir, 'tls', 'ca.pem') };
  const script = 'test/support/identity-clients.mjs';
  const { stdout } = await processes.printed(environment, process.execPath, script, settings);
  seen = JSON.parse(stdout) as typeof seen;
}, 60_000);

afterAll(processes.endProcesses);

describe.each([...applications, ...users])("Microsoft's own %s, with settings alone", (name) => {
  it('signs in, PATCHes a documented row and reads it back through the official Graph client', () => {
    expect(seen[name]).not.toHaveProperty('failure');
    expect(seen[name]?.read).toMatchObject({ ...example, id: expect.stringMatching(/^row-\d+$/) });
  });
});

it.each(applications)('%s has the token of an application', (name) => {
  expect(seen[name]?.claims).toMatchObject({
    tid: tenant,
    appid: clientId,
    idtyp: 'app',
    roles: [...clientRoles],
    azpacr: /ertificate/.test(name) ? '2' : '1',
  });
});

it.each(users)('%s has the token of the user', (name) => {
  expect(seen[name]?.claims).toMatchObject({
    tid: tenant,
    upn: user.name,
    name: 'Ada',
    idtyp: 'user',
    scp: `openid profile ${clientRoles.join(' ')}`,
  });
});

it.each(users.filter((name) => name.startsWith('MSAL')))('%s knows the account', (name) => {
  const { claims, account } = seen[name]!;
  expect(account).toMatchObject({
    homeAccountId: `${String(claims['oid'])}.${tenant}`,
    username: user.name,
    name: 'Ada',
    tenantId: tenant,
  });
});
