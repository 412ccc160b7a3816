import { randomBytes } from 'node:crypto';
import { SignJWT, type JWTPayload } from 'jose';
import { graphAudiences } from '../../configuration.js';
import { objectId } from './object-id.js';
import type { SigningKey } from './signing-key.js';

/** A user as tokens name one. */
export interface TokenUser {
  userPrincipalName: string;
  /** Unset: the name before the `@`. */
  displayName?: string | undefined;
  /** Unset: made from tenant and name. */
  objectId?: string | undefined;
}

/**
 * What a token shall say. With `scopes` or `user` it is a delegated token (`scp`, a user), else one of an
 * application (`roles`); `roles` of a delegated token are not written.
 */
export interface AccessTokenOptions {
  /** A GUID. */
  tenantId: string;
  clientId: string;
  /** Unset: Graph. */
  audience?: string | undefined;
  /** `app_displayname`. */
  applicationName?: string | undefined;
  /** How the client proved who it is, as `azpacr` says it: `0` not at all, `1` by a secret, `2` by a certificate. */
  clientProof?: '0' | '1' | '2' | undefined;
  roles?: readonly string[] | undefined;
  scopes?: readonly string[] | undefined;
  /** A delegated token without one is of `defaultUser`. */
  user?: TokenUser | undefined;
  /** Seconds from now; negative makes an expired token. */
  expiresIn: number;
  now?: Date | undefined;
}

/** What an id token shall say (OpenID Connect Core, 2). */
export interface IdTokenOptions {
  tenantId: string;
  clientId: string;
  user: TokenUser;
  nonce?: string | undefined;
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
  const { clientId, applicationName, clientProof } = options;
  const application = {
    azp: clientId,
    appid: clientId,
    ...(applicationName !== undefined && { app_displayname: applicationName }),
    ...(clientProof !== undefined && { azpacr: clientProof }),
  };
  const claims = { ...principalClaims(options), ...application };
  return sign(key, { ...options, audience: options.audience ?? graphAudiences[0]! }, claims);
}

/** A signed id token: who signed in, for the client alone. */
export async function signIdToken(key: SigningKey, options: IdTokenOptions): Promise<string> {
  const { upn, idtyp: _ofAccessTokens, ...user } = userClaims(options.tenantId, options.user);
  const nonce = options.nonce === undefined ? {} : { nonce: options.nonce };
  return sign(key, { ...options, audience: options.clientId }, { ...user, email: upn, ...nonce });
}

interface Envelope {
  tenantId: string;
  audience: string;
  expiresIn: number;
  now?: Date | undefined;
}

async function sign(key: SigningKey, envelope: Envelope, claims: JWTPayload): Promise<string> {
  const tenantId = envelope.tenantId.toLowerCase();
  const now = Math.floor((envelope.now?.getTime() ?? Date.now()) / 1000);
  return new SignJWT({ ...claims, tid: tenantId, uti: randomBytes(16).toString('base64url'), ver: '2.0' })
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: key.kid })
    .setAudience(envelope.audience)
    .setIssuer(issuerOf(tenantId))
    .setIssuedAt(now - backdated)
    .setNotBefore(now - backdated)
    .setExpirationTime(now + envelope.expiresIn)
    .sign(key.privateKey);
}

function principalClaims({ tenantId, clientId, roles, scopes, user }: AccessTokenOptions): JWTPayload {
  if (scopes === undefined && user === undefined) {
    const id = objectId(tenantId.toLowerCase(), `application ${clientId}`);
    return { oid: id, sub: id, idtyp: 'app', ...(roles && { roles }) };
  }
  return {
    ...userClaims(tenantId, user ?? { userPrincipalName: defaultUser }),
    scp: (scopes ?? []).join(' '),
  };
}

function userClaims(tenantId: string, { userPrincipalName: upn, displayName, objectId: known }: TokenUser) {
  const id = known ?? objectId(tenantId.toLowerCase(), `user ${upn}`);
  return {
    oid: id,
    sub: id,
    idtyp: 'user',
    upn,
    preferred_username: upn,
    name: displayName ?? upn.split('@')[0],
  };
}
