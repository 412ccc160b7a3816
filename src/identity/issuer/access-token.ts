import { createHash, randomBytes } from 'node:crypto';

import { SignJWT } from 'jose';

import { graphAudiences } from '../../configuration.js';
import type { SigningKey } from './signing-key.js';

/**
 * What a token shall say. With `scopes` or `user` it is a delegated token (`scp`, a user), else one of an
 * application (`roles`); `roles` of a delegated token are not written.
 */
export interface AccessTokenOptions {
  /** A GUID. */
  tenantId: string;
  clientId: string;
  roles?: readonly string[] | undefined;
  scopes?: readonly string[] | undefined;
  /** A user principal name; a delegated token without one is of `defaultUser`. */
  user?: string | undefined;
  /** Seconds from now; negative makes an expired token. */
  expiresIn: number;
  now?: Date | undefined;
}

export const defaultUser = 'user@understudy.example';

/** As Entra: `iat` and `nbf` lie five minutes back, so that a verifier whose clock is behind accepts the token at once. */
const backdated = 300;

/** The one issuer of a tenant's local tokens, whatever host the token was asked from: MSAL accepts it from any. */
export function issuerOf(tenantId: string): string {
  return `https://login.microsoftonline.com/${tenantId}/v2.0`;
}

/** A signed access token with the claims of Entra's v2 tokens for Microsoft Graph. */
export async function signAccessToken(key: SigningKey, options: AccessTokenOptions): Promise<string> {
  const tenantId = options.tenantId.toLowerCase();
  const now = Math.floor((options.now?.getTime() ?? Date.now()) / 1000);
  return new SignJWT({
    ...principalClaims(tenantId, options),
    tid: tenantId,
    azp: options.clientId,
    appid: options.clientId,
    uti: randomBytes(16).toString('base64url'),
    ver: '2.0',
  })
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: key.kid })
    .setAudience(graphAudiences[0]!)
    .setIssuer(issuerOf(tenantId))
    .setIssuedAt(now - backdated)
    .setNotBefore(now - backdated)
    .setExpirationTime(now + options.expiresIn)
    .sign(key.privateKey);
}

function principalClaims(tenantId: string, options: AccessTokenOptions): Record<string, unknown> {
  if (options.scopes === undefined && options.user === undefined) {
    const id = objectId(tenantId, `application ${options.clientId}`);
    return { oid: id, sub: id, idtyp: 'app', ...(options.roles && { roles: options.roles }) };
  }
  const user = options.user ?? defaultUser;
  const id = objectId(tenantId, `user ${user}`);
  const scp = (options.scopes ?? []).join(' ');
  return { oid: id, sub: id, scp, upn: user, preferred_username: user, name: user.split('@')[0] };
}

/** Names are not case-sensitive; the hash has the shape of a UUID of version 8, made for such ids (RFC 9562, 5.8). */
function objectId(tenantId: string, principal: string): string {
  const bytes = createHash('sha256')
    .update(`${tenantId} ${principal.toLowerCase()}`)
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
