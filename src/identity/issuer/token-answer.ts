import type { RegisteredApplication } from '../directory/registered.js';
import { signAccessToken, signIdToken } from './access-token.js';
import type { Account } from './accounts.js';
import type { ClientProof } from './client-authentication.js';
import type { LocalIssuer } from './local-issuer.js';
import { delegatedPermissions, grantedScope, namesInTokens, type RequestedScopes } from './scopes.js';

/** RFC 6749, 5.1, and OpenID Connect Core, 3.1.3.3, with Entra's `ext_expires_in` and `client_info`. Lifetimes in seconds. */
export interface TokenAnswer {
  token_type: 'Bearer';
  scope?: string;
  expires_in: number;
  ext_expires_in: number;
  access_token: string;
  refresh_token?: string;
  id_token?: string;
  client_info?: string;
}

export const tokenLifetime = 3599;

/** Whose tokens, for whom, for what. */
export interface UserTokens {
  account: Account;
  application: RegisteredApplication;
  clientProof: ClientProof;
  requested: RequestedScopes;
  nonce?: string | undefined;
  /** Whether the client wants to know the user by Entra's `client_info`. */
  wantsClientInfo: boolean;
}

/** The tokens of a user. @throws EntraError `consentMissing` */
export async function userTokens(issuer: LocalIssuer, tokens: UserTokens): Promise<TokenAnswer> {
  const { account, application, clientProof, requested, nonce, wantsClientInfo } = tokens;
  const granted = delegatedPermissions(requested, application);
  const common = {
    tenantId: account.tenantId,
    clientId: application.clientId,
    user: { ...account.user, objectId: account.objectId },
    expiresIn: tokenLifetime,
  };
  const accessToken = await signAccessToken(issuer.key, {
    ...common,
    audience: requested.audience,
    applicationName: application.displayName,
    clientProof,
    scopes: [...namesInTokens(requested.openid), ...granted],
  });
  return {
    token_type: 'Bearer',
    scope: grantedScope(requested, granted),
    expires_in: tokenLifetime,
    ext_expires_in: tokenLifetime,
    access_token: accessToken,
    ...(requested.openid.includes('openid') && {
      id_token: await signIdToken(issuer.key, { ...common, nonce }),
    }),
    ...(wantsClientInfo && { client_info: clientInfo(account) }),
  };
}

/** By this MSAL knows the account in its cache. */
export function clientInfo({ objectId, tenantId }: Account): string {
  return Buffer.from(JSON.stringify({ uid: objectId, utid: tenantId })).toString('base64url');
}
