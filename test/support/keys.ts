import type { SigningKey } from '../../src/identity/issuer/signing-key.js';
import type { KeySet } from '../../src/identity/issuer/signing-keys.js';

/** Keys that no database holds: the first signs, all verify. */
export function keySetOf(first: SigningKey, ...others: SigningKey[]): KeySet {
  const keys = [first, ...others];
  return {
    version: 1,
    published: keys.map(({ publicJwk }) => publicJwk),
    signing: () => first,
    verifying: (kid = first.kid) => keys.find((key) => key.kid === kid)?.publicKey,
  };
}
