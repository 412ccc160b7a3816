import { type IssuerCall, parameter } from '../issuer-call.js';
import type { LocalIssuer } from '../local-issuer.js';
import type { TokenAnswer } from '../token-answer.js';
import type { TokenRequest } from '../token-request.js';
import { accountAt, tokensFor, userClient } from './user-grant.js';

/** New tokens of a user who isn't asked again (RFC 6749, 6); as on Entra, also for other permissions, another resource or another tenant. */
export async function refreshToken(
  issuer: LocalIssuer,
  call: IssuerCall,
  request: TokenRequest,
): Promise<TokenAnswer> {
  const client = await userClient(issuer, call, request);
  const token = parameter(request, 'refresh_token');
  const grant = await issuer.refreshGrants.grantOf(token, client.application.clientId);
  const scope = request.get('scope')?.trim() || grant.scope;
  const account = accountAt(issuer, call.tenantId ?? grant.tenantId, grant);
  // Made before the token is used up: what is refused here leaves it good.
  const answer = await tokensFor(issuer, client, request, { account, scope });
  return { ...answer, refresh_token: await issuer.refreshGrants.rotate(token) };
}
