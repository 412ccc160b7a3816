import { deviceInterval, deviceLifetime } from './device-codes.js';
import { applicationOf, type IssuerCall, parameter } from './issuer-call.js';
import type { LocalIssuer } from './local-issuer.js';
import { readScopes } from './scopes.js';
import type { TokenRequest } from './token-request.js';

/** RFC 8628, 3.2, with Entra's `message`. Seconds. */
export interface DeviceAuthorization {
  user_code: string;
  device_code: string;
  verification_uri: string;
  expires_in: number;
  interval: number;
  message: string;
}

/** Gives a device the codes to wait with. @throws EntraError for an unknown application and a bad scope */
export async function authorizeDevice(
  issuer: LocalIssuer,
  call: IssuerCall,
  request: TokenRequest,
): Promise<DeviceAuthorization> {
  const { clientId } = applicationOf(issuer.directory, call, request);
  const scope = parameter(request, 'scope');
  readScopes(scope, issuer.directory, call.tenantId);
  const { deviceCode, userCode } = await issuer.deviceCodes.issue({
    clientId,
    scope,
    tenantId: call.tenantId,
  });
  const page = `${call.base}/common/oauth2/deviceauth`;
  return {
    user_code: userCode,
    device_code: deviceCode,
    verification_uri: page,
    expires_in: deviceLifetime,
    interval: deviceInterval,
    message: `To sign in, use a web browser to open the page ${page} and enter the code ${userCode} to authenticate.`,
  };
}
