import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type CryptoKey,
  type JWTHeaderParameters,
} from 'jose';

import type { EntraAuth } from '../configuration.js';
import { graphError } from '../odata/errors.js';
import { type Authority, discoveryOf } from './authority.js';

/** One tenant's issuer at one authority, as its discovery document says. */
interface Issuer {
  name: string;
  keys: ReturnType<typeof createRemoteJWKSet>;
}

interface Kept {
  issuer: Issuer;
  /** Milliseconds since 1970; a newer document is asked for after this. */
  freshUntil: number;
}

const freshFor = 24 * 60 * 60 * 1000;
const fetchTimeout = 5000;

/** `AUTH_MODE=entra`: tokens of real authorities, for the configured tenants, by OpenID Connect Discovery 1.0. */
export class EntraAuthority implements Authority {
  readonly audiences: readonly string[];
  /** Five minutes, what Microsoft's own libraries allow for clocks that differ. */
  readonly clockTolerance = 300;
  private readonly kept = new Map<string, Kept>();
  private readonly pending = new Map<string, Promise<Issuer | undefined>>();

  constructor(
    private readonly auth: EntraAuth,
    private readonly now: () => number = Date.now,
  ) {
    const plain = auth.audience.replace(/^api:\/\//, '');
    this.audiences = [plain, `api://${plain}`];
  }

  async keyFor(header: JWTHeaderParameters, issuerName: string, tenantId: string): Promise<CryptoKey> {
    if (!this.auth.tenants.includes(tenantId)) throw graphError('tokenIssuer');
    const issuers = await Promise.all(
      this.auth.authorities.map((template) => this.issuer(template.replaceAll('{tid}', tenantId), tenantId)),
    );
    const issuer = issuers.find((candidate) => candidate?.name === issuerName);
    if (issuer !== undefined) return keyOf(issuer, header);
    // While an authority is silent, nobody knows that it is not the one.
    throw graphError(issuers.includes(undefined) ? 'unavailable' : 'tokenIssuer');
  }

  /** An old copy serves at once while a newer one is fetched; undefined when there is none and the fetch fails. */
  private async issuer(authority: string, tenantId: string): Promise<Issuer | undefined> {
    const kept = this.kept.get(authority);
    if (kept !== undefined && this.now() < kept.freshUntil) return kept.issuer;
    const fetched = this.pending.get(authority) ?? this.refresh(authority, tenantId);
    return kept?.issuer ?? (await fetched);
  }

  /** Never rejects. One fetch at a time for each authority, whoever asks. */
  private refresh(authority: string, tenantId: string): Promise<Issuer | undefined> {
    const fetched = fetchIssuer(authority, tenantId)
      .then((issuer) => {
        this.kept.set(authority, { issuer, freshUntil: this.now() + freshFor });
        return issuer;
      })
      .catch(() => undefined)
      .finally(() => this.pending.delete(authority));
    this.pending.set(authority, fetched);
    return fetched;
  }
}

/** @throws Error of any kind when the document can't be had or lacks what OpenID Connect Discovery 1.0, 3 requires. */
async function fetchIssuer(authority: string, tenantId: string): Promise<Issuer> {
  const response = await fetch(discoveryOf(authority), {
    redirect: 'error',
    signal: AbortSignal.timeout(fetchTimeout),
  });
  const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (!response.ok || typeof document.issuer !== 'string' || typeof document.jwks_uri !== 'string') {
    throw new Error(`${authority} has no discovery document`);
  }
  // The documents of `common` and `organizations` hold the literal `{tenantid}` in place of a tenant.
  const name = document.issuer.replace('{tenantid}', tenantId);
  const options = { timeoutDuration: fetchTimeout, cacheMaxAge: freshFor };
  return { name, keys: createRemoteJWKSet(new URL(document.jwks_uri), options) };
}

async function keyOf(issuer: Issuer, header: JWTHeaderParameters): Promise<CryptoKey> {
  if (header.alg !== 'RS256') throw graphError('tokenSignature');
  try {
    return await issuer.keys(header);
  } catch (error) {
    if (isKeyFault(error)) throw graphError('tokenSignature');
    return keyKnownBefore(issuer, header);
  }
}

/** The authority can't be reached: keys fetched earlier still hold. */
async function keyKnownBefore(issuer: Issuer, header: JWTHeaderParameters): Promise<CryptoKey> {
  const known = issuer.keys.jwks();
  if (known === undefined) throw graphError('unavailable');
  return createLocalJWKSet(known)(header).catch(() => {
    throw graphError('unavailable');
  });
}

function isKeyFault(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
