import { type AuthorizationCode, checkVerifier } from '../authorization-codes.js';
import { entraError } from '../entra-error.js';
import { type IssuerCall, parameter } from '../issuer-call.js';
import type { LocalIssuer } from '../local-issuer.js';
import type { TokenAnswer } from '../token-answer.js';
import type { TokenRequest } from '../token-request.js';
import { grantedAccount, tokensFor, type UserClient, userClient, withRefreshToken } from './user-grant.js';

/** The tokens that a user allowed at the sign-in page (RFC 6749, 4.1.3; RFC 7636, 4.5). */
export async function authorizationCode(
  issuer: LocalIssuer,
  call: IssuerCall,
  request: TokenRequest,
): Promise<TokenAnswer> {
  const client = await userClient(issuer, call, request);
  const code = parameter(request, 'code');
  const content = await issuer.codes.contentOf(code, client.application.clientId);
  checkBinding(client, content, request);
  const { scope, nonce, grantId } = content;
  const allowed = { account: grantedAccount(issuer, call, content), scope, nonce };
  // Made before the code is spent: what is refused here leaves it good.
  const answer = await tokensFor(issuer, client, request, allowed);
  return issuer.codes.redeem(code, content, () => withRefreshToken(issuer, answer, client, allowed, grantId));
}

/** @throws EntraError where the request isn't by whom the code was made for */
function checkBinding(client: UserClient, content: AuthorizationCode, request: TokenRequest): void {
  const redirectUri = parameter(request, 'redirect_uri');
  if (redirectUri !== content.redirectUri) {
    throw entraError('redirectUriDiffers', redirectUri, content.redirectUri);
  }
  const { challenge } = content;
  if (challenge === undefined && client.clientProof === '0') throw entraError('challengeMissing');
  checkVerifier(challenge, request.get('code_verifier'));
}
