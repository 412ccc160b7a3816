import type { CryptoKey, JWTHeaderParameters } from 'jose';

import { graphAudiences } from '../configuration.js';
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
    keyFor(header, issuer, tenantId) {
      if (issuer !== issuerOf(tenantId)) throw graphError('tokenIssuer');
      if (header.kid !== undefined && header.kid !== key.kid) throw graphError('tokenSignature');
      return key.publicKey;
    },
  };
}
