import { constants, createHmac, type KeyObject, sign } from 'node:crypto';

/** Makes the third part of a token from the first two. */
export type Signature = (input: Buffer) => Buffer;

/** Text is encoded as it is, anything else as JSON. */
export function encoded(value: unknown): string {
  const text = typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value);
  return Buffer.from(text as string).toString('base64url');
}

/** A token of any header and payload, without the rules that a library would hold it to. */
export function jws(header: unknown, payload: unknown, signature: Signature): string {
  return signedText(`${encoded(header)}.${encoded(payload)}`, signature);
}

/** A token of parts that are encoded already, or should be. */
export const signedText = (input: string, signature: Signature): string =>
  `${input}.${signature(Buffer.from(input)).toString('base64url')}`;

// RFC 7518, 3.2 to 3.5.
export const hmac =
  (secret: string | Buffer): Signature =>
  (input) =>
    createHmac('sha256', secret).update(input).digest();
export const rsa =
  (key: KeyObject, hash = 'sha256'): Signature =>
  (input) =>
    sign(hash, input, key);
export const pss =
  (key: KeyObject): Signature =>
  (input) =>
    sign('sha256', input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
export const ecdsa =
  (key: KeyObject): Signature =>
  (input) =>
    sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' });
export const unsigned: Signature = () => Buffer.alloc(0);
