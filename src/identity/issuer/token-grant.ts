import { graphAudiences } from '../../configuration.js';
import { signAccessToken } from './access-token.js';
import type { Directory } from '../directory/directory.js';
import type { RegisteredApplication } from '../directory/registered.js';
import { entraError } from './entra-error.js';
import type { LocalIssuer } from './local-issuer.js';
import type { TokenRequest } from './token-request.js';

/** RFC 6749, 5.1, with Entra's `ext_expires_in`. Lifetimes in seconds. */
export interface TokenAnswer {
  token_type: 'Bearer';
  expires_in: number;
  ext_expires_in: number;
  access_token: string;
}

const lifetime = 3599;

/** Libraries add these to every request (MSAL for Go does): Entra passes over them where there is no user. */
const userScopes: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];
const graphScopes = graphAudiences.map((audience) => `${audience}/.default`);

/**
 * The token of a registered client for a tenant, with its application permissions (RFC 6749, 4.4).
 * @param tenantId a GUID; every GUID is a tenant.
 * @throws EntraError that says what is wrong with the request, checked in Entra's order.
 */
export async function grantToken(
  issuer: LocalIssuer,
  directory: Directory,
  tenantId: string,
  request: TokenRequest,
): Promise<TokenAnswer> {
  const grantType = parameter(request, 'grant_type');
  if (grantType !== 'client_credentials') throw entraError('grantTypeUnsupported', grantType);
  const clientId = parameter(request, 'client_id').toLowerCase();
  const scope = parameter(request, 'scope');
  const roles = checkClient(directory, tenantId, clientId, request).applicationPermissions;
  checkScope(scope, tenantId);
  // As Entra: without a permission there is no such claim.
  const options = { tenantId, clientId, expiresIn: lifetime, ...(roles.length > 0 && { roles }) };
  return {
    token_type: 'Bearer',
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: await signAccessToken(issuer.key, options),
  };
}

function parameter(request: TokenRequest, name: string): string {
  const value = request.get(name)?.trim();
  if (value === undefined || value === '') throw entraError('parameterMissing', name);
  return value;
}

function checkClient(
  directory: Directory,
  tenantId: string,
  clientId: string,
  request: TokenRequest,
): RegisteredApplication {
  const application = directory.application(clientId, tenantId);
  if (application === undefined) throw entraError('applicationNotFound', clientId, tenantId);
  const secret = request.get('client_secret') ?? '';
  if (secret === '') {
    throw entraError(request.has('client_assertion') ? 'assertionUnsupported' : 'secretMissing');
  }
  if (!application.secrets.some((known) => known.is(secret))) throw entraError('secretInvalid', clientId);
  return application;
}

function checkScope(scope: string, tenantId: string): void {
  const scopes = scope.split(' ').filter((name) => name !== '' && !userScopes.includes(name.toLowerCase()));
  const [only] = scopes;
  if (only === undefined || scopes.length > 1) throw entraError('scopeInvalid', scope);
  if (graphScopes.includes(only.toLowerCase())) return;
  const resource = /^(.+)\/\.default$/i.exec(only)?.[1];
  if (resource === undefined) throw entraError('scopeNotDefault', only);
  throw entraError('resourceNotFound', resource, tenantId);
}
