import { randomUUID } from 'node:crypto';
import { accountNamed } from '../accounts.js';
import { entraError } from '../entra-error.js';
import { type IssuerCall, parameter } from '../issuer-call.js';
import type { LocalIssuer } from '../local-issuer.js';
import type { TokenAnswer } from '../token-answer.js';
import type { TokenRequest } from '../token-request.js';
import { tokensFor, userClient, withRefreshToken } from './user-grant.js';

/** The tokens of a user whose password the client has (RFC 6749, 4.3): for tests without a browser. */
export async function password(
  issuer: LocalIssuer,
  call: IssuerCall,
  request: TokenRequest,
): Promise<TokenAnswer> {
  const client = await userClient(issuer, call, request);
  const name = parameter(request, 'username');
  // As it was sent: white space is a part of it.
  const given = request.get('password') || parameter(request, 'password');
  const scope = parameter(request, 'scope');
  const account = accountNamed(issuer.directory, call.tenantId, name);
  if (account === undefined) throw entraError('userNotFound', call.tenantId ?? call.segment);
  await issuer.passwords.check(account, given);
  const allowed = { account, scope };
  const answer = await tokensFor(issuer, client, request, allowed);
  return withRefreshToken(issuer, answer, client, allowed, randomUUID());
}
