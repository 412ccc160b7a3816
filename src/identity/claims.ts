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

/** The `tid` as a lower-case GUID. @throws GraphError `tokenClaims`. */
export function tenantClaim(claims: JWTPayload): string {
  const tenantId = stringClaim(claims, 'tid');
  if (!isGuid(tenantId)) throw graphError('tokenClaims', 'tid');
  return tenantId.toLowerCase();
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
