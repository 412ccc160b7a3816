import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientRoles } from '../../src/identity/directory/local-client.js';
import { startTestGateway, type TestGateway } from './gateway.js';

/** Everybody that the specs of the issuer speak of, under ids that no other spec has. */
export interface People {
  tenant: string;
  otherTenant: string;
  /** Ada belongs to the tenant and has a password, Bob has none; Eve is in every tenant; Olga belongs to the other one. */
  users: Record<'ada' | 'bob' | 'eve' | 'olga', string>;
  password: string;
  /** A service has a secret; an app and a stranger have none; a local app is known in the tenant alone. */
  clients: Record<'service' | 'app' | 'stranger' | 'localApp', string>;
  secret: string;
  /** What the applications registered. */
  redirectUri: string;
  /** What they were granted. */
  permissions: readonly string[];
}

/** The content of an identity file. */
export interface Registrations {
  tenants: Record<string, unknown>[];
  users: Record<string, unknown>[];
  applications: Record<string, unknown>[];
}

export function somePeople(): People {
  const run = randomUUID().slice(0, 8);
  const [tenant, otherTenant, service, app, stranger, localApp] = Array.from({ length: 6 }, () =>
    randomUUID(),
  ) as [string, string, string, string, string, string];
  const name = (who: string): string => `${who}-${run}@contoso.example`;
  return {
    tenant,
    otherTenant,
    users: { ada: name('Ada'), bob: name('bob'), eve: name('eve'), olga: name('olga') },
    password: `password of ${run}`,
    clients: { service, app, stranger, localApp },
    secret: `secret-${randomUUID()}`,
    redirectUri: 'http://localhost/callback',
    permissions: [...clientRoles, 'User.Read'],
  };
}

export function registrationsOf(people: People): Registrations {
  const { tenant, otherTenant, users, password, clients, secret, redirectUri, permissions } = people;
  const application = (clientId: string, members: object) => ({
    clientId,
    redirectUris: [redirectUri],
    delegatedPermissions: permissions,
    ...members,
  });
  const ada = { userPrincipalName: users.ada, displayName: 'Ada', password };
  return {
    tenants: [
      { id: tenant, users: [ada, { userPrincipalName: users.bob }] },
      { id: otherTenant, users: [{ userPrincipalName: users.olga }] },
    ],
    users: [{ userPrincipalName: users.eve }],
    applications: [
      application(clients.service, { displayName: 'A service', secrets: [secret] }),
      application(clients.app, { displayName: 'An app', publicClient: true }),
      application(clients.stranger, { publicClient: true }),
      application(clients.localApp, { publicClient: true, tenants: [tenant] }),
    ],
  };
}

/** A gateway with an identity file in a folder of its own. */
export interface TestIssuer extends TestGateway {
  /** Writes the identity file anew, and waits until the gateway has taken it. */
  register(registrations: Registrations): Promise<void>;
}

export async function startIssuer(
  registrations: Registrations,
  environment: Record<string, string> = {},
): Promise<TestIssuer> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-issuer-'));
  const file = join(folder, 'identity.yaml');
  const write = (content: Registrations): Promise<void> => writeFile(file, JSON.stringify(content));
  await write(registrations);
  const gateway = await startTestGateway({ IDENTITY_FILE: file, ...environment });
  const timesTaken = (): number => gateway.log.filter((line) => line.includes('IDENTITY_FILE')).length;
  const register = async (content: Registrations): Promise<void> => {
    const before = timesTaken();
    await write(content);
    for (const deadline = Date.now() + 20_000; timesTaken() === before; await sleep(20))
      if (Date.now() > deadline) throw new Error('the identity file was not taken within 20 seconds');
  };
  const close = async (): Promise<void> => {
    await gateway.close();
    await rm(folder, { recursive: true });
  };
  return { ...gateway, register, close };
}
