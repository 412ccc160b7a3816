import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Directory } from '../directory/directory.js';
import type { RegisteredApplication } from '../directory/registered.js';
import { delegatedPermissions, grantedScope, readScopes } from './scopes.js';

const [tenant, otherTenant, api, localApi, nobody] = Array.from({ length: 5 }, () => randomUUID()) as [
  string,
  string,
  string,
  string,
  string,
];
const graph = 'https://graph.microsoft.com';
const graphId = '00000003-0000-0000-c000-000000000000';

/** An application that may have these permissions of its users. */
const anApplication = (...names: string[]): RegisteredApplication => ({
  clientId: api,
  displayName: 'An application',
  tenants: undefined,
  secrets: [],
  certificates: [],
  isPublicClient: true,
  redirectUris: [],
  delegatedPermissions: names,
  applicationPermissions: [],
});
const directory = new Directory({
  tenants: [],
  users: [],
  applications: [anApplication(), { ...anApplication(), clientId: localApi, tenants: [tenant] }],
});

const read = (scope: string, tenantId: string | undefined = tenant) => readScopes(scope, directory, tenantId);

/** The audience, and the permissions without their resource, as one text. */
function sense(scope: string): string {
  const { audience, permissions, isDefault, openid } = read(scope);
  const asked = isDefault ? ['.default'] : permissions;
  return [`${audience}:`, ...asked, ...openid.map((name) => `(${name})`)].join(' ');
}

describe('a scope asks for', () => {
  it.each([
    ['User.Read', `${graph}: User.Read`],
    ['User.Read Mail.Read', `${graph}: User.Read Mail.Read`],
    ['  User.Read   Mail.Read ', `${graph}: User.Read Mail.Read`],
    ['User.Read User.Read', `${graph}: User.Read`],
    ['User.Read user.READ', `${graph}: User.Read`],
    [`${graph}/User.Read`, `${graph}: User.Read`],
    [`${graph.toUpperCase()}/User.Read`, `${graph}: User.Read`],
    [`${graph}//User.Read`, `${graph}: User.Read`],
    [`${graphId}/User.Read`, `${graph}: User.Read`],
    [`${graph}/User.Read ${graph}/Mail.Read`, `${graph}: User.Read Mail.Read`],
    [`User.Read ${graph}/Mail.Read`, `${graph}: User.Read Mail.Read`],
    [`${graph}/User.Read ${graphId}/Mail.Read Files.Read`, `${graph}: User.Read Mail.Read Files.Read`],
    [`${graph}/User.Read User.Read`, `${graph}: User.Read`],
    [`${graph}/.default`, `${graph}: .default`],
    [`${graph}//.default`, `${graph}: .default`],
    [`${graph}/.DEFAULT`, `${graph}: .default`],
    ['.default', `${graph}: .default`],
    [`${graph}/.default ${graph}//.default`, `${graph}: .default`],
    ['openid', `${graph}: (openid)`],
    ['openid profile email offline_access', `${graph}: (openid) (profile) (email) (offline_access)`],
    ['OpenID openid OPENID', `${graph}: (openid)`],
    [`openid ${graph}/.default`, `${graph}: .default (openid)`],
    [`offline_access User.Read openid`, `${graph}: User.Read (offline_access) (openid)`],
    [`api://${api}/.default`, `${api}: .default`],
    [`API://${api.toUpperCase()}/.default`, `${api}: .default`],
    [`${api}/.default`, `${api}: .default`],
    [`api://${api}//.default`, `${api}: .default`],
    [`api://${api}/Things.Read ${api}/Things.Write openid`, `${api}: Things.Read Things.Write (openid)`],
    [`api://${localApi}/Things.Read`, `${localApi}: Things.Read`],
  ])('%s: %s', (scope, asked) => {
    expect(sense(scope)).toBe(asked);
  });
});

describe('a scope is refused', () => {
  it.each([
    [`User.Read api://${api}/Things.Read`, 'scopeInvalid'],
    [`api://${api}/Things.Read User.Read`, 'scopeInvalid'],
    [`api://${api}/Things.Read api://${localApi}/Things.Read`, 'scopeInvalid'],
    [`${graph}/.default User.Read`, 'scopeInvalid'],
    [`User.Read .default`, 'scopeInvalid'],
    [`${graph}/.default api://${api}/.default`, 'scopeInvalid'],
    [`api://${api}/.default api://${api}/Things.Read`, 'scopeInvalid'],
    [`api://${nobody}/.default`, 'resourceNotFound'],
    [`${nobody}/Things.Read`, 'resourceNotFound'],
    ['https://vault.azure.net/.default', 'resourceNotFound'],
    ['https://graph.microsoft.com.example/.default', 'resourceNotFound'],
    ['http://graph.microsoft.com/.default', 'resourceNotFound'],
    ['https://graph.microsoft.com/v1.0/User.Read', 'resourceNotFound'],
    [`https://${api}/Things.Read`, 'resourceNotFound'],
    [graph, 'resourceNotFound'],
    [`${graph}/`, 'scopeInvalid'],
    ['/User.Read', 'resourceNotFound'],
    ['User.Read/', 'resourceNotFound'],
  ])('%s: %s', (scope, kind) => {
    expect(() => read(scope)).toThrow(expect.objectContaining({ kind }));
  });

  it('for an application that the tenant doesn’t know; where no tenant is named, any does', () => {
    const scope = `api://${localApi}/.default`;
    expect(() => read(scope, otherTenant)).toThrow(expect.objectContaining({ kind: 'resourceNotFound' }));
    expect(readScopes(scope, directory, undefined).audience).toBe(localApi);
  });
});

describe('of User.Read and Mail.Read a client', () => {
  const application = anApplication('User.Read', 'Mail.Read');
  it.each(['User.Read', 'user.read MAIL.READ', '.default', 'openid', `api://${api}/User.Read`])(
    'gets both by %s',
    (scope) => {
      expect(delegatedPermissions(read(scope), application)).toEqual(['User.Read', 'Mail.Read']);
    },
  );

  it.each(['Files.Read', 'User.Read Files.Read', 'User.Read.All', `api://${api}/Files.Read`])(
    'gets nothing by %s',
    (scope) => {
      expect(() => delegatedPermissions(read(scope), application)).toThrow(
        expect.objectContaining({ kind: 'consentMissing' }),
      );
    },
  );
});

it('a client that was granted nothing gets nothing by .default, and may sign users in', () => {
  expect(() => delegatedPermissions(read('.default'), anApplication())).toThrow(
    expect.objectContaining({ kind: 'consentMissing' }),
  );
  expect(delegatedPermissions(read('openid profile'), anApplication())).toEqual([]);
});

describe('the answer to', () => {
  it.each([
    ['User.Read', 'User.Read Mail.Read'],
    ['user.read', 'User.Read Mail.Read'],
    [`${graph}/Mail.Read`, `${graph}/User.Read ${graph}/Mail.Read`],
    [`${graphId}/Mail.Read`, `${graphId}/User.Read ${graphId}/Mail.Read`],
    [`${graph}//Mail.Read`, `${graph}//User.Read ${graph}//Mail.Read`],
    [`Mail.Read ${graph}/User.Read`, `${graph}/User.Read Mail.Read`],
    [`${graph}/User.Read User.Read`, `${graph}/User.Read User.Read ${graph}/Mail.Read`],
    [`${graph}/.default`, `${graph}/User.Read ${graph}/Mail.Read ${graph}/.default`],
    ['.default', 'User.Read Mail.Read .default'],
    ['openid profile offline_access', 'openid profile User.Read Mail.Read'],
    [`Email ${graph}/User.Read`, `email ${graph}/User.Read ${graph}/Mail.Read`],
    [`api://${api}/.default`, `api://${api}/User.Read api://${api}/Mail.Read api://${api}/.default`],
  ])('%s says %s', (scope, answer) => {
    expect(grantedScope(read(scope), ['User.Read', 'Mail.Read'])).toBe(answer);
  });
});
