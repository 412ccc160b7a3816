import { randomUUID } from 'node:crypto';
import { type IssuerCall, parameter } from '../issuer-call.js';
import type { LocalIssuer } from '../local-issuer.js';
import type { TokenAnswer } from '../token-answer.js';
import type { TokenRequest } from '../token-request.js';
import { grantedAccount, tokensFor, userClient, withRefreshToken } from './user-grant.js';

/** The tokens that a user allowed on another device (RFC 8628, 3.4). */
export async function deviceCode(
  issuer: LocalIssuer,
  call: IssuerCall,
  request: TokenRequest,
): Promise<TokenAnswer> {
  const client = await userClient(issuer, call, request);
  // Older libraries of Microsoft send it as `code`.
  const code = request.get('device_code') ?? request.get('code') ?? parameter(request, 'device_code');
  const grant = await issuer.deviceCodes.granted(code, client.application.clientId);
  const allowed = { account: grantedAccount(issuer, call, grant), scope: grant.scope };
  const answer = await tokensFor(issuer, client, request, allowed);
  await issuer.deviceCodes.redeem(code);
  return withRefreshToken(issuer, answer, client, allowed, randomUUID());
}
