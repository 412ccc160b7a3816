import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from 'jose';

/** A key that the built-in issuer signs with (RS256, 2048 bits). */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  /** As the JWKS publishes it: `kty`, `use`, `alg`, `kid`, `n`, `e`, and nothing private. */
  publicJwk: JWK;
}

/** A new private key as the JSON text of a JWK, the form it is stored in. */
export async function makeSigningKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}

/** @param text a private RSA key as the JSON text of a JWK, as made by `makeSigningKey`. */
export async function readSigningKey(text: string): Promise<SigningKey> {
  const privateJwk = JSON.parse(text) as JWK;
  const { n, e } = privateJwk;
  const kid = await calculateJwkThumbprint(privateJwk);
  const publicJwk = { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e } as JWK;
  const [privateKey, publicKey] = await Promise.all([importRsa(privateJwk), importRsa(publicJwk)]);
  return { kid, privateKey, publicKey, publicJwk };
}

async function importRsa(jwk: JWK): Promise<CryptoKey> {
  return (await importJWK(jwk, 'RS256')) as CryptoKey;
}
