import { entraError } from './entra-error.js';
import { authorizationCode } from './grants/authorization-code.js';
import { clientCredentials } from './grants/client-credentials.js';
import { deviceCode } from './grants/device-code.js';
import { password } from './grants/password.js';
import { refreshToken } from './grants/refresh-token.js';
import { type IssuerCall, parameter } from './issuer-call.js';
import type { LocalIssuer } from './local-issuer.js';
import type { TokenAnswer } from './token-answer.js';
import type { TokenRequest } from './token-request.js';

type Grant = (issuer: LocalIssuer, call: IssuerCall, request: TokenRequest) => Promise<TokenAnswer>;

/** By `grant_type`. Libraries of Microsoft name the device code without its URN. */
const grants: Readonly<Record<string, Grant>> = {
  client_credentials: clientCredentials,
  authorization_code: authorizationCode,
  refresh_token: refreshToken,
  password,
  device_code: deviceCode,
  'urn:ietf:params:oauth:grant-type:device_code': deviceCode,
};

/** What discovery tells of them: the names that are registered. */
export const grantTypes: readonly string[] = Object.keys(grants).filter((name) => name !== 'device_code');

/** What the token endpoint answers. @throws EntraError that says what is wrong with the request */
export async function grantToken(
  issuer: LocalIssuer,
  call: IssuerCall,
  request: TokenRequest,
): Promise<TokenAnswer> {
  const grantType = parameter(request, 'grant_type');
  const grant = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined;
  if (grant === undefined) throw entraError('grantTypeUnsupported', grantType);
  return grant(issuer, call, request);
}
