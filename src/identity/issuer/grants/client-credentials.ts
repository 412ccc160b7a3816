import { signAccessToken } from '../access-token.js';
import { authenticateClient } from '../client-authentication.js';
import { entraError } from '../entra-error.js';
import { applicationOf, type IssuerCall, parameter } from '../issuer-call.js';
import type { LocalIssuer } from '../local-issuer.js';
import { readScopes } from '../scopes.js';
import { type TokenAnswer, tokenLifetime } from '../token-answer.js';
import type { TokenRequest } from '../token-request.js';

/** The token of an application itself (RFC 6749, 4.4). Entra checks the application before the scope. */
export async function clientCredentials(
  issuer: LocalIssuer,
  call: IssuerCall,
  request: TokenRequest,
): Promise<TokenAnswer> {
  const { tenantId } = call;
  if (tenantId === undefined) throw entraError('tenantUnnamed');
  const application = applicationOf(issuer.directory, call, request);
  const scope = parameter(request, 'scope');
  if (!request.get('client_secret') && !request.get('client_assertion')) throw entraError('secretMissing');
  const clientProof = await authenticateClient(application, request, call);
  const requested = readScopes(scope, issuer.directory, tenantId);
  if (requested.permissions.length > 0) throw entraError('scopeNotDefault', scope);
  if (!requested.isDefault) throw entraError('scopeInvalid', scope);
  const accessToken = await signAccessToken(issuer.key, {
    tenantId,
    clientId: application.clientId,
    audience: requested.audience,
    applicationName: application.displayName,
    clientProof,
    // As Entra: without a permission there is no such claim.
    roles: application.applicationPermissions.length > 0 ? application.applicationPermissions : undefined,
    expiresIn: tokenLifetime,
  });
  return {
    token_type: 'Bearer',
    expires_in: tokenLifetime,
    ext_expires_in: tokenLifetime,
    access_token: accessToken,
  };
}
