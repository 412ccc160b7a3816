import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import type { FileValue } from './file-value.js';
import { type ReadFiles, UnreadableFile } from './read-files.js';
import type { RegisteredCertificate } from './registered.js';

const shortestKey = 2048;
const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
// Only such a name is repeated in a fault: a secret that stands in its place has no such end.
const fileName = /^\P{Cc}+\.(pem|crt|cer|cert)$/iu;

/** Every certificate of a PEM text, or of the file whose path stands there. Private keys in it are passed over. */
export function certificatesIn(value: FileValue, files: ReadFiles): RegisteredCertificate[] {
  const text = value.text((given) =>
    isInline(given) || fileName.test(given)
      ? undefined
      : 'must be PEM, or the path of a file that ends in .pem, .crt, .cer or .cert',
  );
  if (text === '') return [];
  try {
    return certificatesOf(isInline(text) ? text : files.read(text));
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    value.fault(isInline(text) ? error.message : `${text} ${error.message}`);
    return [];
  }
}

const isInline = (text: string): boolean => text.includes('-----BEGIN ');

/** @throws UnreadableFile */
function certificatesOf(pem: string): RegisteredCertificate[] {
  const blocks = pem.match(block);
  if (blocks === null) throw new UnreadableFile('holds no certificate');
  return blocks.map((text) => {
    const { publicKey, raw, validFrom, validTo } = parsed(text);
    // Entra takes assertions in RS256 and PS256 alone.
    if (!isRsa(publicKey))
      throw new UnreadableFile(`holds a key other than RSA of ${shortestKey} bits or more`);
    // One that has expired is known: that one application let it lapse must not keep the gateway from starting.
    const valid = { from: Date.parse(validFrom), to: Date.parse(validTo) };
    return { publicKey, valid, thumbprints: [hashOf('sha1', raw), hashOf('sha256', raw)] };
  });
}

type Parsed = Pick<X509Certificate, 'publicKey' | 'raw' | 'validFrom' | 'validTo'>;

function parsed(pem: string): Parsed {
  try {
    const { publicKey, raw, validFrom, validTo } = new X509Certificate(pem);
    return { publicKey, raw, validFrom, validTo };
  } catch {
    throw new UnreadableFile('holds what is no certificate');
  }
}

function isRsa({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= shortestKey;
}

function hashOf(name: string, der: Buffer): string {
  return createHash(name).update(der).digest('base64url');
}
