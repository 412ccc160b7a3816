import 'reflect-metadata';
import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  webcrypto,
  type X509Certificate,
} from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import * as x509 from '@peculiar/x509';
import { TlsRefusal } from './tls-refusal.js';

export const day = 24 * 3_600_000;

/** The subject alternative names of a leaf, in one canonical order and spelling. */
export type SubjectNames = x509.SubjectAlternativeNameExtension;

const authorityName = 'CN=Understudy local CA';
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
// Underscores are no host name's, but container networks have them.
const label = '[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?';
// A last label of digits alone would be a mistyped address.
const dnsName = new RegExp(`^(?=.{1,253}$)(\\*\\.)?(${label}\\.)*(?!\\d+$)${label}$`);

/**
 * DNS names (a leading `*.` allowed) and IPv4 or IPv6 addresses; the same names in any order or case give equal bytes.
 *
 * @throws {Error} of one sentence when there is no name, or one that is neither.
 */
export function subjectNames(names: readonly string[]): SubjectNames {
  if (names.length === 0) throw new TlsRefusal('TLS_NAMES must hold at least one name');
  const entries = [...new Set(names.map(canonicalName))].toSorted();
  return new x509.SubjectAlternativeNameExtension(
    entries.map((value) => ({ type: isIPv4(value) || isIPv6(value) ? 'ip' : 'dns', value })),
  );
}

function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  if (isIPv4(lower) || dnsName.test(lower)) return lower;
  // The URL parser writes `::ffff:1.2.3.4` without dots, which the certificate library would misread.
  if (isIPv6(lower) && !lower.includes('%')) return new URL(`http://[${lower}]`).hostname.slice(1, -1);
  throw new TlsRefusal(`TLS_NAMES holds what is neither a DNS name nor an IP address: ${name}`);
}

/** Whether the DER certificate is made for exactly these names. */
export function hasNames(der: Buffer, names: SubjectNames): boolean {
  const found = new x509.X509Certificate(der).getExtension(x509.SubjectAlternativeNameExtension);
  return found !== null && Buffer.from(found.value).equals(Buffer.from(names.value));
}

/** A P-256 private key. */
export function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/** A PEM certificate of ten years for a CA that signs itself. */
export async function newAuthority(caKey: KeyObject): Promise<string> {
  const notBefore = justNow();
  return signed(caKey, caKey, {
    subject: authorityName,
    notBefore,
    notAfter: new Date(notBefore.getTime() + 3652 * day),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
}

/** A PEM certificate of a server, of 397 days (browsers refuse more than 398) and never past its CA's end. */
export async function newLeaf(
  key: KeyObject,
  caKey: KeyObject,
  names: SubjectNames,
  ca: X509Certificate,
): Promise<string> {
  const notBefore = justNow();
  return signed(key, caKey, {
    subject: 'CN=Understudy',
    notBefore,
    notAfter: new Date(Math.min(notBefore.getTime() + 397 * day, Date.parse(ca.validTo))),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      names,
    ],
  });
}

/** An hour ago, for clients whose clock is behind ours. */
function justNow(): Date {
  return new Date(Date.now() - 3_600_000);
}

interface Contents {
  subject: string;
  notBefore: Date;
  notAfter: Date;
  extensions: x509.Extension[];
}

async function signed(key: KeyObject, caKey: KeyObject, contents: Contents): Promise<string> {
  const [publicKey, caPublicKey] = [spki(key), spki(caKey)];
  const certificate = await x509.X509CertificateGenerator.create({
    ...contents,
    issuer: authorityName,
    publicKey,
    signingKey: await signingKey(caKey),
    signingAlgorithm: algorithm,
    extensions: [
      ...contents.extensions,
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(caPublicKey),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

function spki(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

function signingKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
}
