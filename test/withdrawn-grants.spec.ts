import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answerDevice,
  askToken,
  codeFor,
  type Fields,
  type IssuerReply,
  outcomeOf,
  postForm,
} from './support/issuer-client.js';
import {
  type Registrations,
  registrationsOf,
  somePeople,
  startIssuer,
  type TestIssuer,
} from './support/issuer.js';

const people = somePeople();
const { tenant, users, password, clients, redirectUri } = people;
const ada = { tenant, user: users.ada, password };
const bob = { tenant, user: users.bob };

let issuer: TestIssuer;

/** Without Bob and the stranger; the app may only read users; the local app is of another tenant. */
function withdrawn(): Registrations {
  const { tenants, users: everywhere, applications } = registrationsOf(people);
  const changes: Record<string, object> = {
    [clients.app]: { delegatedPermissions: ['User.Read'] },
    [clients.localApp]: { tenants: [people.otherTenant] },
  };
  return {
    tenants: [
      { id: tenant, users: [{ userPrincipalName: users.ada, displayName: 'Ada', password }] },
      ...tenants.slice(1),
    ],
    users: everywhere,
    applications: applications
      .filter(({ clientId }) => clientId !== clients.stranger)
      .map((application) => ({ ...application, ...changes[String(application['clientId'])] })),
  };
}

interface Case {
  title: string;
  by: typeof bob & { password?: string };
  clientId: string;
  scope: string;
  /** Where it is redeemed. */
  segment: string;
  outcome: string;
}

const cases: Case[] = [
  {
    title: 'a user who is gone',
    by: bob,
    clientId: clients.app,
    scope: 'User.Read',
    segment: tenant,
    outcome: '400 invalid_grant 50034',
  },
  {
    title: 'an application that is gone',
    by: ada,
    clientId: clients.stranger,
    scope: 'User.Read',
    segment: tenant,
    outcome: '400 unauthorized_client 700016',
  },
  {
    title: 'an application that the tenant doesn’t know any more',
    by: ada,
    clientId: clients.localApp,
    scope: 'User.Read',
    segment: tenant,
    outcome: '400 unauthorized_client 700016',
  },
  {
    title: 'the same, at common',
    by: ada,
    clientId: clients.localApp,
    scope: 'User.Read',
    segment: 'common',
    outcome: '400 unauthorized_client 700016',
  },
  {
    title: 'a permission that was withdrawn',
    by: ada,
    clientId: clients.app,
    scope: 'DeviceManagementApps.Read.All',
    segment: tenant,
    outcome: '400 invalid_grant 65001',
  },
  {
    title: 'a permission that was left',
    by: ada,
    clientId: clients.app,
    scope: 'User.Read',
    segment: tenant,
    outcome: '200',
  },
];

type Grant = 'code' | 'refresh token' | 'device code';

/** What stands for the consent of a user, as fields that redeem it. */
const held: Record<Grant, (of: Case) => Promise<Fields>> = {
  code: async ({ by, clientId, scope }) => {
    const request = { client_id: clientId, redirect_uri: redirectUri, scope, ...challenge };
    const code = await codeFor(issuer, by, request);
    const verifier = challenge.code_challenge;
    return { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  },
  'refresh token': async ({ by: { user, password: given = 'any' }, clientId, scope }) => {
    const form = { client_id: clientId, username: user, password: given, scope: `offline_access ${scope}` };
    const { body } = await askToken(issuer, tenant, { grant_type: 'password', ...form });
    return { grant_type: 'refresh_token', refresh_token: body.refresh_token };
  },
  'device code': async ({ by, clientId, scope }) => {
    const url = `${issuer.url}/common/oauth2/v2.0/devicecode`;
    const { body } = await postForm(url, { client_id: clientId, scope });
    await answerDevice(issuer, by, body.user_code);
    return { grant_type: 'device_code', device_code: body.device_code };
  },
};
const grants = Object.keys(held) as Grant[];
const challenge = { code_challenge: 'a-verifier-of-a-test'.repeat(3), code_challenge_method: 'plain' };

const redeemers = new Map<string, () => Promise<IssuerReply>>();

beforeAll(async () => {
  issuer = await startIssuer(registrationsOf(people));
  for (const grant of grants)
    for (const one of cases) {
      const fields = { ...(await held[grant](one)), client_id: one.clientId };
      redeemers.set(`${grant} ${one.title}`, () => askToken(issuer, one.segment, fields));
    }
  await issuer.register(withdrawn());
});
afterAll(() => issuer.close());

describe.each(grants)('after the registrations have changed, a %s of', (grant) => {
  it.each(cases.map(({ title, outcome }) => [title, outcome]))('%s: %s', async (title, outcome) => {
    expect(outcomeOf(await redeemers.get(`${grant} ${title}`)!())).toBe(outcome);
  });
});

describe('when all is registered again', () => {
  beforeAll(() => issuer.register(registrationsOf(people)));

  it.each(grants.flatMap((grant) => cases.slice(0, -1).map(({ title }) => [grant, title])))(
    'the %s of %s is good: nothing that was refused has been spent',
    async (grant, title) => {
      expect(outcomeOf(await redeemers.get(`${grant} ${title}`)!())).toBe('200');
    },
  );
});
