import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Tls } from '../configuration.js';
import { day, hasNames, newAuthority, newKey, newLeaf, subjectNames } from './certificates.js';
import { TlsRefusal } from './tls-refusal.js';
import { placeFirst, replaceWhole, textOf } from './whole-file.js';

/** A server's certificate chain and private key, both PEM. */
export interface Credentials {
  cert: string;
  key: string;
}

/**
 * The server's credentials: the given files, or a leaf for `tls.names` signed by a local CA, both kept in `dataDir/tls`
 * (`ca.pem` is what clients trust) and reused until 30 days before their end. A renewed CA has the key and the name of the
 * one before, so whoever trusts either accepts the leaf (RFC 5280, 6.1.1: a trust anchor is a name and a key).
 *
 * Processes that start at once need no lock: a key, once in place, is never replaced, and every certificate is made for
 * the keys in place. So whichever certificate is written last is signed by the CA and fits `key.pem`.
 *
 * @throws {Error} of one sentence when a given file, a kept key or a name cannot be used.
 */
export async function tlsCredentials(tls: Tls, dataDir: string): Promise<Credentials> {
  if (tls.files !== undefined) return givenCredentials(tls.files);
  const names = subjectNames(tls.names);
  const folder = join(dataDir, 'tls');
  await mkdir(folder, { recursive: true });
  const caKey = await keptKey(join(folder, 'ca-key.pem'));
  const ca = await keptCertificate(
    join(folder, 'ca.pem'),
    (found) => found.ca && isCurrent(found, caKey, caKey),
    () => newAuthority(caKey),
  );
  const key = await keptKey(join(folder, 'key.pem'));
  const leaf = await keptCertificate(
    join(folder, 'cert.pem'),
    (found) => isCurrent(found, key, caKey) && hasNames(found.raw, names),
    () => newLeaf(key, caKey, names, new X509Certificate(ca)),
  );
  return { cert: leaf + ca, key: pemOf(key) };
}

async function givenCredentials(files: { cert: string; key: string }): Promise<Credentials> {
  const cert = await givenFile('TLS_CERT', files.cert);
  const key = await givenFile('TLS_KEY', files.key);
  if (!belongTogether(cert, key)) {
    throw new TlsRefusal(
      `TLS_CERT and TLS_KEY must be a certificate and its key: ${files.cert}, ${files.key}`,
    );
  }
  return { cert, key };
}

async function givenFile(name: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new TlsRefusal(`${name} cannot be read: ${path}`, { cause });
  }
}

function belongTogether(cert: string, key: string): boolean {
  try {
    createSecureContext({ cert, key });
    // OpenSSL alone takes a key of another type than the certificate's without a word.
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

async function keptKey(path: string): Promise<KeyObject> {
  const pem = (await textOf(path)) ?? (await keepFirst(path, pemOf(newKey())));
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch {
    // Said below, as for a key of another type.
  }
  throw new TlsRefusal(`Not a P-256 private key; delete the file to have it made anew: ${path}`);
}

async function keptCertificate(
  path: string,
  fits: (found: X509Certificate) => boolean,
  make: () => Promise<string>,
): Promise<string> {
  const found = await textOf(path);
  if (found !== undefined && isCertificate(found, fits)) return found;
  const made = await make();
  if (found === undefined) {
    const first = await keepFirst(path, made);
    if (isCertificate(first, fits)) return first;
  }
  await replaceWhole(path, made, modeOf(path));
  return made;
}

function isCertificate(pem: string, fits: (found: X509Certificate) => boolean): boolean {
  try {
    return fits(new X509Certificate(pem));
  } catch {
    return false;
  }
}

function isCurrent(found: X509Certificate, key: KeyObject, caKey: KeyObject): boolean {
  const now = Date.now();
  const inTime = Date.parse(found.validFrom) <= now && Date.parse(found.validTo) > now + 30 * day;
  return inTime && found.checkPrivateKey(key) && found.verify(createPublicKey(caKey));
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The file's text: ours, or that of the process that was first. */
async function keepFirst(path: string, text: string): Promise<string> {
  await placeFirst(path, text, modeOf(path));
  return readFile(path, 'utf8');
}

function modeOf(path: string): number {
  return path.endsWith('key.pem') ? 0o600 : 0o644;
}
