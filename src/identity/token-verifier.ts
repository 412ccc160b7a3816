import { Injectable } from '@nestjs/common';
import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';

import { GraphError, graphError } from '../odata/errors.js';
import type { Authority } from './authority.js';
import type { Caller } from './caller.js';
import { callerOf, expiryClaim, stringClaim, tenantClaim } from './claims.js';

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
  /** That of the authority when the cache was empty. */
  private version: number | undefined;

  /** @param onVerified told the tenant of every token that was verified, but not of those that are known; must not throw */
  constructor(
    private readonly authority: Authority,
    private readonly now: () => number = Date.now,
    private readonly onVerified: (tenantId: string) => void = () => undefined,
  ) {}

  /**
   * A token seen before answers synchronously, at the price of one look-up and two comparisons; any other with a promise.
   * @throws GraphError (or rejects with it) `token…`, or `unavailable` when the authority's keys can't be had.
   */
  verify(authorization: string | undefined): Caller | Promise<Caller> {
    const token = bearerToken(authorization);
    if (this.version !== this.authority.version) this.forget();
    const known = this.cache.get(token);
    if (known !== undefined && this.now() < known.expires) return known.caller;
    this.cache.delete(token);
    return this.verifyNew(token);
  }

  private async verifyNew(token: string): Promise<Caller> {
    const { authority } = this;
    const { version } = authority;
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
    // The keys may have changed since: then this one may be gone.
    if (version === authority.version) {
      const end = (expiryClaim(payload) + authority.clockTolerance) * 1000;
      this.remember(token, { caller, expires: Math.min(end, this.now() + verifiedFor) });
    }
    this.onVerified(caller.tenantId);
    return caller;
  }

  private forget(): void {
    this.cache.clear();
    this.version = this.authority.version;
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

function decode(token: string): { header: JWTHeaderParameters; claims: JWTPayload } {
  if (!token.split('.').every(isBase64Url)) throw graphError('tokenMalformed');
  const { header, claims } = parse(token);
  requireAccessToken(header);
  return { header, claims };
}

/** RFC 7515, 2: nothing beside the alphabet, not even `=`. And a value has one spelling, or a token would have many. */
function isBase64Url(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}

function parse(token: string): { header: JWTHeaderParameters; claims: JWTPayload } {
  try {
    return { header: { alg: '', ...decodeProtectedHeader(token) }, claims: decodeJwt(token) };
  } catch {
    throw graphError('tokenMalformed');
  }
}

/** Entra writes `JWT` or nothing, RFC 9068, 2.1 `at+jwt`; logout tokens, proofs and the like write something else. */
const accessTokenType = /^(application\/)?(at\+)?jwt$/i;

/** They say that the payload is no plain set of claims (RFC 7519, 5.2; RFC 7516, 4.1.3; RFC 7797, 7). */
const foreignParameters = ['cty', 'zip', 'b64'];

function requireAccessToken(header: JWTHeaderParameters): void {
  const { typ = 'JWT' } = header;
  const foreign = foreignParameters.find((name) => header[name] !== undefined);
  if (foreign !== undefined) throw graphError('tokenClaims', foreign);
  if (typeof typ !== 'string' || !accessTokenType.test(typ)) throw graphError('tokenClaims', 'typ');
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
