import 'reflect-metadata';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { day, newAuthority, newKey, newLeaf, subjectNames } from './certificates.js';

const { AuthorityKeyIdentifierExtension, BasicConstraintsExtension, ExtendedKeyUsageExtension } = x509;

async function aCaAndLeaf(...names: string[]): Promise<[x509.X509Certificate, x509.X509Certificate]> {
  const [key, caKey] = [newKey(), newKey()];
  const ca = await newAuthority(caKey);
  const leaf = await newLeaf(key, caKey, subjectNames(names), new X509Certificate(ca));
  return [new x509.X509Certificate(ca), new x509.X509Certificate(leaf)];
}

function daysOf(certificate: x509.X509Certificate): number {
  return (certificate.notAfter.getTime() - certificate.notBefore.getTime()) / day;
}

function keyIdOf(certificate: x509.X509Certificate): string | undefined {
  return certificate.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId;
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the names of a leaf', () => {
  it.each([
    ['localhost', 'DNS:localhost'],
    ['Gateway.Example', 'DNS:gateway.example'],
    ['*.staging.example', 'DNS:*.staging.example'],
    ['xn--bcher-kva.example', 'DNS:xn--bcher-kva.example'],
    ['my_service', 'DNS:my_service'],
    [`${'a'.repeat(63)}.example`, `DNS:${'a'.repeat(63)}.example`],
    ['10.0.0.7', 'IP Address:10.0.0.7'],
    ['::1', 'IP Address:0:0:0:0:0:0:0:1'],
    ['2001:DB8::5', 'IP Address:2001:DB8:0:0:0:0:0:5'],
    ['::ffff:1.2.3.4', 'IP Address:0:0:0:0:0:FFFF:102:304'],
  ])('write %s as %s', async (name, written) => {
    const [, leaf] = await aCaAndLeaf(name);
    expect(new X509Certificate(leaf.toString('pem')).subjectAltName).toBe(written);
  });

  it.each([
    '',
    'two words',
    '-a.example',
    'a..example',
    'a.example.',
    '*',
    'a.*.example',
    '*a.example',
    'http://a.example',
    'a.example:443',
    '[::1]',
    'fe80::1%eth0',
    '1.2.3.256',
    'bücher.example',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(126)}aa`,
  ])('are refused when one is neither a DNS name nor an address: %j', (name) => {
    const sentence = `TLS_NAMES holds what is neither a DNS name nor an IP address: ${name}`;
    expect(() => subjectNames(['localhost', name])).toThrow(sentence);
  });

  it('are refused when there are none', () => {
    expect(() => subjectNames([])).toThrow('TLS_NAMES must hold at least one name');
  });
});

describe('the CA', () => {
  it('signs itself, lasts ten years and may only sign leaves', async () => {
    const [ca] = await aCaAndLeaf('localhost');
    expect([ca.subject, ca.issuer]).toEqual(['CN=Understudy local CA', 'CN=Understudy local CA']);
    expect(daysOf(ca)).toBe(3652);
    expect(ca.getExtension(BasicConstraintsExtension)).toMatchObject({
      ca: true,
      pathLength: 0,
      critical: true,
    });
    const usages = ca.getExtension(x509.KeyUsagesExtension);
    expect(usages).toMatchObject({ usages: x509.KeyUsageFlags.keyCertSign, critical: true });
  });
});

describe('the leaf', () => {
  it('is a server certificate of 397 days that names the key of its CA', async () => {
    const [ca, leaf] = await aCaAndLeaf('localhost');
    expect(leaf.issuer).toBe(ca.subject);
    expect(daysOf(leaf)).toBe(397);
    expect(leaf.getExtension(BasicConstraintsExtension)?.ca).toBe(false);
    expect(leaf.getExtension(ExtendedKeyUsageExtension)?.usages).toEqual([x509.ExtendedKeyUsage.serverAuth]);
    expect(leaf.getExtension(AuthorityKeyIdentifierExtension)?.keyId).toBe(keyIdOf(ca));
    expect(keyIdOf(leaf)).not.toBe(keyIdOf(ca));
  });

  it('does not outlive its CA', async () => {
    const [caKey, names] = [newKey(), subjectNames(['localhost'])];
    const ca = new X509Certificate(await newAuthority(caKey));
    jest.spyOn(Date, 'now').mockReturnValue(Date.parse(ca.validTo) - 31 * day);
    const leaf = new X509Certificate(await newLeaf(newKey(), caKey, names, ca));
    expect(leaf.validTo).toBe(ca.validTo);
  });
});
