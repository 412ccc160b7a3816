import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Browser, type Seen } from './browser.js';
import { startTestGateway, type TestGateway } from './gateway.js';
import { elements, hiddenFields } from './html-page.js';

export const read = 'DeviceManagementApps.Read.All';
export const write = 'DeviceManagementApps.ReadWrite.All';
export const password = 'correct horse';
/** What an attacker, or a person with an apostrophe, is called. */
export const hostileName = `<script>alert("1")</script> & 'co'`;
/** A good name of a user, by the rules of the identity file. */
export const hostileUser = `b<i>"&'@everywhere.example`;
export const redirectUris = [
  'http://localhost/*',
  'https://app.example/cb',
  'https://app.example/cb?fixed=1',
  'https://192.168.7.7/cb',
  'http://127.0.0.1/cb',
  'http://[::1]/cb',
  'myapp://auth',
];

type Applications = 'publicClient' | 'confidential' | 'ofFabrikam' | 'powerless';

/** Ids of one file's tenants and applications: fresh, since the tests of a run share one database. */
const newIds = (): Record<'contoso' | 'fabrikam' | Applications, string> => ({
  contoso: randomUUID(),
  fabrikam: randomUUID(),
  publicClient: randomUUID(),
  confidential: randomUUID(),
  ofFabrikam: randomUUID(),
  powerless: randomUUID(),
});

export type Ids = ReturnType<typeof newIds>;

/** What IDENTITY_FILE says: JSON is YAML. */
export interface Registrations {
  tenants: { id: string; domains: string[]; users: { userPrincipalName: string }[] }[];
  users: object[];
  applications: object[];
}

const registrations = (ids: Ids): Registrations => ({
  tenants: [
    {
      id: ids.contoso,
      domains: ['contoso.example'],
      users: [
        user('ada@contoso.example', { displayName: hostileName }),
        user('grace@contoso.example', { displayName: 'Grace', password }),
        user('linus@contoso.example', { password }),
      ],
    },
    { id: ids.fabrikam, domains: ['fabrikam.example'], users: [user('edsger@fabrikam.example')] },
  ],
  users: [user(hostileUser), user('niklaus@everywhere.example', { password })],
  applications: [
    application(ids.publicClient, { displayName: `App "<i>" & 'sons'`, publicClient: true, redirectUris }),
    application(ids.confidential, { displayName: 'A service', secrets: ['a secret'], redirectUris }),
    application(ids.ofFabrikam, { publicClient: true, redirectUris, tenants: [ids.fabrikam] }),
    application(ids.powerless, { publicClient: true, redirectUris, delegatedPermissions: [] }),
  ],
});

const user = (userPrincipalName: string, members: object = {}) => ({ userPrincipalName, ...members });
const application = (clientId: string, members: object) => ({
  clientId,
  delegatedPermissions: [read, write],
  ...members,
});

/** A gateway with users who can sign in. */
export interface SignInGateway extends TestGateway {
  ids: Ids;
  /** The value by which a form names a user of a tenant. */
  account(name: string, tenantId?: string): string;
  /** Path and query of an authorization request; undefined leaves a parameter out. */
  authorizePath(change?: Change, tenant?: string): string;
  /** The same as the query alone. */
  search(change?: Change): string;
  /** Writes the identity file anew and waits until the gateway has taken it. */
  rewrite(change: (registered: Registrations) => Registrations): Promise<void>;
  /** What another gateway on the same database and file is started with. */
  environment: Record<string, string>;
}

export type Change = Record<string, string | undefined>;

export async function startSignInGateway(environment: Record<string, string> = {}): Promise<SignInGateway> {
  const ids = newIds();
  const folder = await mkdtemp(join(tmpdir(), 'understudy-sign-in-'));
  const file = join(folder, 'identity.yaml');
  await writeFile(file, JSON.stringify(registrations(ids)));
  const all = { IDENTITY_FILE: file, DATA_DIR: folder, ...environment };
  const gateway = await startTestGateway(all);
  const search = (change: Change = {}): string => queryOf({ ...asked(ids), ...change });
  return {
    ...gateway,
    ids,
    account: (name, tenantId = ids.contoso) => `${tenantId} ${name}`,
    search,
    authorizePath: (change, tenant = ids.contoso) => `/${tenant}/oauth2/v2.0/authorize?${search(change)}`,
    rewrite: async (change) => {
      const taken = linesOf(gateway);
      await writeFile(file, JSON.stringify(change(registrations(ids))));
      await until(() => linesOf(gateway) > taken);
    },
    environment: all,
    close: async () => {
      await gateway.close();
      await rm(folder, { recursive: true });
    },
  };
}

const linesOf = ({ log }: TestGateway): number =>
  log.filter((line) => line.includes('IDENTITY_FILE has changed and was read')).length;

/** What every request sends, to have it back. */
export const state = `as "sent" & <so> 'on'`;

/** The least that is a good request. */
const asked = (ids: Ids): Record<string, string> => ({
  client_id: ids.publicClient,
  response_type: 'code',
  redirect_uri: 'https://app.example/cb',
  scope: `openid https://graph.microsoft.com/${read}`,
  state,
});

const queryOf = (parameters: Change): string =>
  new URLSearchParams(
    Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined),
  ).toString();

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await holds()); await sleep(20)) {
    if (Date.now() > deadline) throw new Error('it did not come to that within 20 seconds');
  }
}

/** What a person does at the sign-in page. */
export async function signIn(
  gateway: SignInGateway,
  change: Change = {},
  fields: Change = {},
  tenant: string = gateway.ids.contoso,
): Promise<Seen> {
  const browser = new Browser(gateway.url);
  const page = (await browser.open(gateway.authorizePath(change, tenant))).page();
  const answer = { account: gateway.account('ada@contoso.example'), answer: 'accept', ...fields };
  const sent = Object.entries(answer).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const [form] = elements(page, 'form');
  return browser.submit(form?.['action'] ?? '', { ...hiddenFields(page), ...Object.fromEntries(sent) });
}
