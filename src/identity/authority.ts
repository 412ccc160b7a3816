import type { CryptoKey, JWTHeaderParameters } from 'jose';

import { type EntraAuth, graphAudiences, type LocalAuth } from '../configuration.js';
import { graphError } from '../odata/errors.js';
import { issuerOf } from './issuer/access-token.js';
import type { SigningKey } from './issuer/signing-key.js';

/** Whose tokens are accepted: what `AUTH_MODE` decides. */
export interface Authority {
  readonly audiences: readonly string[];
  /** Seconds that the authority's clock may differ from ours. */
  readonly clockTolerance: number;
  /**
   * The public key that a token of this issuer for this tenant must be signed with. Issuer, tenant and header are as the
   * token says, not verified yet.
   * @throws GraphError `tokenIssuer` (not an issuer of that tenant), `tokenSignature` (no such key), `unavailable`.
   */
  keyFor(header: JWTHeaderParameters, issuer: string, tenantId: string): CryptoKey | Promise<CryptoKey>;
}

/** `AUTH_MODE=local`: the tokens that instances of this database sign, for any tenant. */
export function localAuthority(key: SigningKey): Authority {
  return {
    audiences: graphAudiences,
    clockTolerance: 0,
    keyFor(_header, issuer, tenantId) {
      if (issuer !== issuerOf(tenantId)) throw graphError('tokenIssuer');
      return key.publicKey;
    },
  };
}

/**
 * Where who makes users' tokens describes itself (OpenID Connect Discovery 1.0, 4): a real authority in the words of its
 * first tenant, since not every one knows Entra's `common`.
 * @param base absolute, without trailing slash.
 */
export function discoveryUrl(auth: LocalAuth | EntraAuth, base: string): string {
  if (auth.mode === 'local') return discoveryOf(`${base}/common/v2.0`);
  return discoveryOf(auth.authorities[0]!.replaceAll('{tid}', auth.tenants[0]!));
}

/** @param authority absolute; slashes at its end don't count. */
export const discoveryOf = (authority: string): string =>
  `${authority.replace(/\/+$/, '')}/.well-known/openid-configuration`;
