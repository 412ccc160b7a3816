import { Injectable } from '@nestjs/common';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';

import { GraphError, graphError } from '../odata/errors.js';
import type { Authority } from './authority.js';
import type { Caller } from './caller.js';
import { callerOf, stringClaim, tenantClaim } from './claims.js';

interface Verified {
  caller: Caller;
  /** Milliseconds since 1970; from then on the token is verified anew. */
  expires: number;
}

const cacheLimit = 2000;

/** Milliseconds for which a token is known at most: who uses one for longer is verified, and noted, again. */
export const verifiedFor = 60 * 60 * 1000;

/** Turns an Authorization header into the caller, or refuses it with the 401 that Graph gives. */
@Injectable()
export class TokenVerifier {
  private readonly cache = new Map<string, Verified>();

  /** @param onVerified told the tenant of every token that was verified, but not of those that are known; must not throw */
  constructor(
    private readonly authority: Authority,
    private readonly now: () => number = Date.now,
    private readonly onVerified: (tenantId: string) => void = () => undefined,
  ) {}

  /**
   * A token seen before answers synchronously, at the price of one look-up and one comparison; any other with a promise.
   * @throws GraphError (or rejects with it) `token…`, or `unavailable` when the authority's keys can't be had.
   */
  verify(authorization: string | undefined): Caller | Promise<Caller> {
    const token = bearerToken(authorization);
    const known = this.cache.get(token);
    if (known !== undefined && this.now() < known.expires) return known.caller;
    this.cache.delete(token);
    return this.verifyNew(token);
  }

  private async verifyNew(token: string): Promise<Caller> {
    const { authority } = this;
    const { header, claims } = decode(token);
    const key = await authority.keyFor(header, stringClaim(claims, 'iss'), tenantClaim(claims));
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['RS256'],
      audience: [...authority.audiences],
      clockTolerance: authority.clockTolerance,
      requiredClaims: ['exp'],
      currentDate: new Date(this.now()),
    }).catch(refuse);
    const caller = callerOf(payload);
    const expires = Math.min((payload.exp! + authority.clockTolerance) * 1000, this.now() + verifiedFor);
    this.remember(token, { caller, expires });
    this.onVerified(caller.tenantId);
    return caller;
  }

  private remember(token: string, verified: Verified): void {
    if (this.cache.size >= cacheLimit) this.cache.delete(this.cache.keys().next().value!);
    this.cache.set(token, verified);
  }
}

/** RFC 6750, 2.1; RFC 9110, 11.1: the scheme's case is of no matter. */
function bearerToken(authorization: string | undefined): string {
  const token =
    authorization !== undefined && /^bearer /i.test(authorization) ? authorization.slice(7).trim() : '';
  if (token === '') throw graphError('tokenMissing');
  return token;
}

function decode(token: string): { header: { alg: string }; claims: JWTPayload } {
  try {
    return { header: { alg: '', ...decodeProtectedHeader(token) }, claims: decodeJwt(token) };
  } catch {
    throw graphError('tokenMalformed');
  }
}

/** Our error for one of jose's; what is no fault of the token passes through. */
function refuse(error: unknown): never {
  if (error instanceof GraphError || !(error instanceof errors.JOSEError)) throw error;
  if (error instanceof errors.JWTExpired) throw graphError('tokenExpired');
  if (error instanceof errors.JWTClaimValidationFailed) throw claimError(error.claim, error.reason);
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    throw graphError('tokenMalformed');
  }
  throw graphError('tokenSignature');
}

function claimError(claim: string, reason: string): GraphError {
  if (claim === 'aud') return graphError('tokenAudience');
  if (claim === 'nbf' && reason === 'check_failed') return graphError('tokenNotYetValid');
  return graphError('tokenClaims', claim);
}
