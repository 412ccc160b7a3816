import { defaultTenantId } from '../../configuration.js';
import { clientRoles, type LocalClient } from './local-client.js';
import type { Registered, RegisteredApplication, RegisteredTenant, RegisteredUser } from './registered.js';

/** Known with and without a file, unless the file describes it itself. */
export const defaultTenant: RegisteredTenant = {
  id: defaultTenantId,
  displayName: 'Understudy',
  domains: ['understudy.example'],
};

const defaultUsers: readonly RegisteredUser[] = ['Alex', 'Riley'].map((displayName) => ({
  tenantId: undefined,
  userPrincipalName: `${displayName.toLowerCase()}@understudy.example`,
  displayName,
  objectId: undefined,
  password: undefined,
}));

/** What is registered when no file is named. */
export function defaultRegistrations(client: LocalClient): Registered {
  return {
    tenants: [defaultTenant],
    users: defaultUsers,
    applications: [registrationOf(client)],
  };
}

/** What is registered with a file: its users alone, its tenants and applications beside the default ones. */
export function registrationsWith(file: Registered, defaults: Registered): Registered {
  const described = new Set(file.tenants.map(({ id }) => id));
  return {
    tenants: [...defaults.tenants.filter(({ id }) => !described.has(id)), ...file.tenants],
    users: file.users,
    applications: [...defaults.applications, ...file.applications],
  };
}

/** The client of `LOCAL_CLIENT_ID`, of every kind: a service, and an app where people sign in. */
function registrationOf({ clientId, secret }: LocalClient): RegisteredApplication {
  return {
    clientId,
    displayName: 'Local client',
    tenants: undefined,
    secrets: [secret],
    certificates: [],
    isPublicClient: true,
    redirectUris: [
      'http://localhost/*',
      'https://localhost/*',
      'http://127.0.0.1/*',
      'https://login.microsoftonline.com/common/oauth2/nativeclient',
      'https://oauth.pstmn.io/v1/callback',
      'https://oauth.pstmn.io/v1/browser-callback',
    ],
    delegatedPermissions: [...clientRoles, 'User.Read'],
    applicationPermissions: clientRoles,
  };
}
