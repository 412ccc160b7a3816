import type { JWTPayload } from 'jose';

import { graphError } from '../odata/errors.js';
import type { Caller } from './caller.js';

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isGuid(text: string): boolean {
  return guid.test(text);
}

/** The claim's text. @throws GraphError `tokenClaims` when it is absent, empty or no string. */
export function stringClaim(claims: JWTPayload, name: string): string {
  const value = claims[name];
  if (typeof value !== 'string' || value === '') throw graphError('tokenClaims', name);
  return value;
}

/** The tenant that Microsoft's authorities name in the tokens of all personal Microsoft accounts. */
export const personalAccountsTenant = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** The `tid` as a lower-case GUID. @throws GraphError `tokenClaims`. */
export function tenantClaim(claims: JWTPayload): string {
  const tenantId = stringClaim(claims, 'tid');
  if (!isGuid(tenantId)) throw graphError('tokenClaims', 'tid');
  return tenantId.toLowerCase();
}

/** ECMAScript's last date, in seconds. */
const lastDate = 8.64e12;

/**
 * The `exp` in seconds since 1970, of claims in which it is a number.
 * @throws GraphError `tokenClaims` when it lies behind all dates (JSON's `1e400` is Infinity): such a token never expires.
 */
export function expiryClaim({ exp = Infinity }: JWTPayload): number {
  if (exp > lastDate) throw graphError('tokenClaims', 'exp');
  return exp;
}

/** The caller that verified claims speak of. @throws GraphError `tokenClaims` for claims absent or of a wrong type. */
export function callerOf(claims: JWTPayload): Caller {
  const delegated = claims['scp'] !== undefined;
  return Object.freeze<Caller>({
    tenantId: tenantClaim(claims),
    subject: stringClaim(claims, claims['oid'] === undefined ? 'sub' : 'oid'),
    application: stringClaim(claims, claims['azp'] === undefined ? 'appid' : 'azp'),
    kind: delegated ? 'delegated' : 'application',
    permissions: new Set(delegated ? scopesOf(claims['scp']) : rolesOf(claims['roles'])),
  });
}

function scopesOf(scp: unknown): string[] {
  if (typeof scp !== 'string') throw graphError('tokenClaims', 'scp');
  return scp.split(' ').filter((scope) => scope !== '');
}

function rolesOf(roles: unknown): string[] {
  if (roles === undefined) return [];
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string')) {
    throw graphError('tokenClaims', 'roles');
  }
  return roles;
}
