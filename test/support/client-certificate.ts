import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const day = 24 * 3_600_000;

/** What an application signs with, and what is registered of it. */
export interface ClientCertificate {
  /** PEM. */
  certificate: string;
  /** PEM, PKCS #8. */
  privateKey: string;
}

export interface CertificateChoice {
  /** Of an RSA key; `P-256` for one of EC instead. */
  key?: 1024 | 2048 | 'P-256';
  /** Days from now until its end. */
  days?: number;
}

/** A certificate that an application made for itself. */
export async function aClientCertificate({
  key = 2048,
  days = 1,
}: CertificateChoice = {}): Promise<ClientCertificate> {
  const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]) };
  const algorithm =
    key === 'P-256' ? { name: 'ECDSA', namedCurve: key, hash: 'SHA-256' } : { ...rsa, modulusLength: key };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const notAfter = new Date(Date.now() + days * day);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=client',
    notBefore: new Date(notAfter.getTime() - 100 * day),
    notAfter,
    signingAlgorithm: algorithm,
    keys,
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificate: `${certificate.toString('pem')}\n`,
    privateKey: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
  };
}
