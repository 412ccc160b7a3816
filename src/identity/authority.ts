import type { CryptoKey, JWTHeaderParameters } from 'jose';

import { type EntraAuth, graphAudiences, type LocalAuth } from '../configuration.js';
import { graphError } from '../odata/errors.js';
import { issuerOf } from './issuer/access-token.js';
import type { KeySet } from './issuer/signing-keys.js';

/** Whose tokens are accepted: what `AUTH_MODE` decides. */
export interface Authority {
  readonly audiences: readonly string[];
  /** Seconds that the authority's clock may differ from ours. */
  readonly clockTolerance: number;
  /** Another number whenever a token that was good before may not be any more; absent where that never comes. */
  readonly version?: number;
  /**
   * The public key that a token of this issuer for this tenant must be signed with. Issuer, tenant and header are as the
   * token says, not verified yet.
   * @throws GraphError `tokenIssuer` (not an issuer of that tenant), `tokenSignature` (no such key), `unavailable`.
   */
  keyFor(header: JWTHeaderParameters, issuer: string, tenantId: string): CryptoKey | Promise<CryptoKey>;
}

/** `AUTH_MODE=local`: the tokens that instances of this database sign, for any tenant. */
export function localAuthority(keys: KeySet): Authority {
  return {
    audiences: graphAudiences,
    clockTolerance: 0,
    get version() {
      return keys.version;
    },
    async keyFor({ kid }, issuer, tenantId) {
      if (issuer !== issuerOf(tenantId)) throw graphError('tokenIssuer');
      const key = await keys.verifying(kid);
      if (key === undefined) throw graphError('tokenSignature');
      return key;
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
