import { createHash, createPrivateKey, createPublicKey, randomUUID, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  assert,
  asyncProperty,
  base64String,
  constantFrom,
  jsonValue,
  oneof,
  record,
  string,
} from 'fast-check';
import { aClientCertificate, type ClientCertificate } from './support/client-certificate.js';
import { encoded, hmac, jws, pss, rsa, type Signature, signedText, unsigned } from './support/forge.js';
import {
  askToken,
  claimsOf,
  codeFor,
  type Fields,
  type IssuerReply,
  outcomeOf,
} from './support/issuer-client.js';
import { registrationsOf, somePeople, startIssuer, type TestIssuer } from './support/issuer.js';

const people = somePeople();
const { tenant, otherTenant, users, password, clients, secret, redirectUri } = people;
const domain = `${tenant.slice(0, 8)}.example`;
const microsoft = 'https://login.microsoftonline.com';
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const seconds = Math.floor(Date.now() / 1000);
const badSignature = '401 invalid_client 700027';
const badTime = '401 invalid_client 700024';
const badAudience = '401 invalid_client 700023';
const badSubject = '401 invalid_client 700021';
const malformed = '401 invalid_client 50027';

/** The service's own, the stranger's, and one that nobody registered. */
let [own, strangers, unknown]: ClientCertificate[] = [];
let issuer: TestIssuer;

beforeAll(async () => {
  [own, strangers, unknown] = await Promise.all([
    aClientCertificate(),
    aClientCertificate(),
    aClientCertificate(),
  ]);
  const registrations = registrationsOf(people);
  Object.assign(registrations.tenants[0]!, { domains: [domain] });
  for (const application of registrations.applications) {
    const { clientId } = application;
    if (clientId === clients.service) application['certificates'] = [own.certificate];
    if (clientId === clients.stranger) application['certificates'] = [strangers.certificate];
  }
  issuer = await startIssuer(registrations);
});
afterAll(() => issuer.close());

const thumbprint = (hash: 'sha1' | 'sha256', of = own): Buffer =>
  createHash(hash).update(new X509Certificate(of!.certificate).raw).digest();
const rs256 = (of = own): Signature => rsa(createPrivateKey(of!.privateKey));
const x5t = (of = own): object => ({ alg: 'RS256', typ: 'JWT', x5t: encoded(thumbprint('sha1', of)) });
const tokenUrl = (base: string, segment = tenant): string => `${base}/${segment}/oauth2/v2.0/token`;
const claims = (change: object = {}): object => ({
  aud: tokenUrl(issuer.url),
  iss: clients.service,
  sub: clients.service,
  jti: randomUUID(),
  nbf: seconds,
  exp: seconds + 600,
  ...change,
});

/** A good assertion, where nothing is changed. */
const assertion = (change: object = {}): string => jws(x5t(), claims(change), rs256());

const ask = (given: string, change: Fields = {}, segment = tenant): Promise<IssuerReply> =>
  askToken(issuer, segment, {
    grant_type: 'client_credentials',
    client_id: clients.service,
    client_assertion_type: assertionType,
    client_assertion: given,
    scope: 'https://graph.microsoft.com/.default',
    ...change,
  });

describe('an assertion is accepted', () => {
  it.each<[string, () => string]>([
    ['in RS256 with x5t', () => assertion()],
    [
      'in PS256 with x5t#S256',
      () => {
        const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': encoded(thumbprint('sha256')) };
        return jws(header, claims(), pss(createPrivateKey(own!.privateKey)));
      },
    ],
    [
      'with the SHA-1 in upper-case digits as kid',
      () => jws({ alg: 'RS256', kid: thumbprint('sha1').toString('hex').toUpperCase() }, claims(), rs256()),
    ],
    [
      'with the SHA-256 in lower-case digits as kid',
      () => jws({ alg: 'RS256', kid: thumbprint('sha256').toString('hex') }, claims(), rs256()),
    ],
    ['with its certificate beside', () => jws({ ...x5t(), x5c: ['MII'] }, claims(), rs256())],
    ['without jti and nbf', () => assertion({ jti: undefined, nbf: undefined })],
    ['of a client id in upper case', () => assertion({ iss: upper(), sub: upper() })],
    ['that expired three minutes ago', () => assertion({ exp: seconds - 180 })],
    ['that begins in three minutes', () => assertion({ nbf: seconds + 180 })],
    ['for one audience of several', () => assertion({ aud: ['x', tokenUrl(issuer.url)] })],
  ])('%s', async (_how, made) => {
    const { status, body } = await ask(made());
    expect([status, status === 200 && claimsOf(body.access_token)]).toEqual([
      200,
      expect.objectContaining({ azp: clients.service, azpacr: '2', idtyp: 'app' }),
    ]);
  });

  it.each<[string, () => string, string]>([
    ['the token endpoint as it was called', () => tokenUrl(issuer.url), tenant],
    ['the same by a domain', () => tokenUrl(issuer.url, domain), domain],
    ['the same in upper case', () => tokenUrl(issuer.url, tenant.toUpperCase()), tenant.toUpperCase()],
    ['Microsoft’s token endpoint', () => tokenUrl(microsoft), tenant],
    ['the issuer', () => `${microsoft}/${tenant}/v2.0`, tenant],
    ['the issuer, called by a domain', () => `${microsoft}/${tenant}/v2.0`, domain],
  ])('for %s', async (_audience, audience, segment) => {
    expect(outcomeOf(await ask(assertion({ aud: audience() }), {}, segment))).toBe('200');
  });

  it('as often as it is sent while it lasts', async () => {
    const given = assertion();
    for (let round = 0; round < 3; round += 1) expect(outcomeOf(await ask(given))).toBe('200');
  });

  it.each<[string, () => Promise<Fields>]>([
    [
      'a code',
      async () => {
        const ada = { tenant, user: users.ada, password };
        const request = { client_id: clients.service, redirect_uri: redirectUri, scope: 'User.Read' };
        return {
          grant_type: 'authorization_code',
          code: await codeFor(issuer, ada, request),
          redirect_uri: redirectUri,
        };
      },
    ],
    ['a password', async () => ({ grant_type: 'password', username: users.ada, password })],
  ])('with %s, too', async (_grant, fields) => {
    const { status, body } = await ask(assertion(), await fields());
    expect([status, status === 200 && claimsOf(body.access_token)]).toEqual([
      200,
      expect.objectContaining({ upn: users.ada, azpacr: '2' }),
    ]);
  });
});

const upper = (): string => clients.service.toUpperCase();
const publicPem = (): string =>
  createPublicKey(own!.certificate).export({ type: 'spki', format: 'pem' }).toString();
const publicDer = (): Buffer => createPublicKey(own!.certificate).export({ type: 'spki', format: 'der' });
const tampered = (): string => {
  const [header, , signature] = assertion().split('.');
  return [header, encoded(claims()), signature].join('.');
};

describe('an assertion is refused', () => {
  it.each<[string, () => string, string]>([
    [
      'with the key of another application',
      () => jws(x5t(strangers), claims(), rs256(strangers)),
      badSignature,
    ],
    ['with a key that nobody registered', () => jws(x5t(unknown), claims(), rs256(unknown)), badSignature],
    ['with another key than it names', () => jws(x5t(), claims(), rs256(unknown)), badSignature],
    ['without a name of its key', () => jws({ alg: 'RS256' }, claims(), rs256()), badSignature],
    [
      'with a key that it brings along',
      () => {
        const jwk = createPublicKey(unknown!.certificate).export({ format: 'jwk' });
        return jws({ ...x5t(unknown), jwk, x5c: [own!.certificate] }, claims(), rs256(unknown));
      },
      badSignature,
    ],
    ['in RS256, said to be PS256', () => jws({ ...x5t(), alg: 'PS256' }, claims(), rs256()), badSignature],
    [
      'in RS512',
      () => jws({ ...x5t(), alg: 'RS512' }, claims(), rsa(createPrivateKey(own!.privateKey), 'sha512')),
      badSignature,
    ],
    ['unsigned', () => jws({ ...x5t(), alg: 'none' }, claims(), unsigned), badSignature],
    ['unsigned, said to be RS256', () => jws(x5t(), claims(), unsigned), badSignature],
    [
      'in HS256 with the certificate',
      () => jws({ ...x5t(), alg: 'HS256' }, claims(), hmac(own!.certificate)),
      badSignature,
    ],
    [
      'in HS256 with the public key',
      () => jws({ ...x5t(), alg: 'HS256' }, claims(), hmac(publicPem())),
      badSignature,
    ],
    [
      'in HS256 with the bytes of the public key',
      () => jws({ ...x5t(), alg: 'HS256' }, claims(), hmac(publicDer())),
      badSignature,
    ],
    ['with other claims than were signed', tampered, badSignature],
    [
      'with a critical header that nobody knows',
      () => jws({ ...x5t(), crit: ['x'], x: 1 }, claims(), rs256()),
      badSignature,
    ],
    ['without a signature', () => assertion().replace(/\.[^.]*$/, '.'), badSignature],
    ['that has expired', () => assertion({ exp: seconds - 400 }), badTime],
    ['that is not valid yet', () => assertion({ nbf: seconds + 400 }), badTime],
    ['that never expires', () => assertion({ exp: undefined }), badTime],
    ['that expires at a text', () => assertion({ exp: String(seconds + 600) }), badTime],
    ['for nobody', () => assertion({ aud: undefined }), badAudience],
    ['for another tenant', () => assertion({ aud: tokenUrl(issuer.url, otherTenant) }), badAudience],
    [
      'for the issuer of another tenant',
      () => assertion({ aud: `${microsoft}/${otherTenant}/v2.0` }),
      badAudience,
    ],
    ['for another host', () => assertion({ aud: tokenUrl('http://127.0.0.2') }), badAudience],
    ['for another endpoint', () => assertion({ aud: `${issuer.url}/${tenant}/oauth2/token` }), badAudience],
    ['of another issuer', () => assertion({ iss: clients.stranger }), badSubject],
    ['about another client', () => assertion({ sub: clients.stranger }), badSubject],
    ['of nobody', () => assertion({ iss: undefined }), badSubject],
    ['about nobody', () => assertion({ sub: undefined }), badSubject],
    ['that is garbage', () => 'x', malformed],
    ['of three empty parts', () => '..', malformed],
    ['whose header is no JSON', () => signedText(`${encoded('{')}.${encoded(claims())}`, rs256()), malformed],
    ['whose claims are no JSON', () => jws(x5t(), 'x', rs256()), malformed],
    ['whose claims are a list', () => jws(x5t(), [], rs256()), malformed],
    ['of five parts', () => `${assertion()}.x.y`, malformed],
  ])('%s', async (_how, made, outcome) => {
    expect(outcomeOf(await ask(made()))).toBe(outcome);
  });

  it.each<[string, Fields, string]>([
    ['without its type', { client_assertion_type: undefined }, malformed],
    ['with another type', { client_assertion_type: `${assertionType}x` }, malformed],
    ['beside a secret', { client_secret: secret }, '400 invalid_request 9002313'],
    ['of another client', { client_id: clients.stranger }, badSubject],
    ['of a client without certificates', { client_id: clients.app }, badSubject],
  ])('%s', async (_how, change, outcome) => {
    expect(outcomeOf(await ask(assertion(), change))).toBe(outcome);
  });

  it('for a client without certificates that it is about', async () => {
    const about = { iss: clients.app, sub: clients.app };
    const change = { client_id: clients.app };
    expect(outcomeOf(await ask(assertion(about), change))).toBe(badSignature);
  });

  it('with the authorization code, which stays good', async () => {
    const ada = { tenant, user: users.ada, password };
    const request = { client_id: clients.service, redirect_uri: redirectUri, scope: 'User.Read' };
    const code = await codeFor(issuer, ada, request);
    const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
    expect(outcomeOf(await ask(assertion({ exp: seconds - 400 }), fields))).toBe(badTime);
    expect(outcomeOf(await ask(assertion(), fields))).toBe('200');
  });
});

it('whatever is sent as an assertion, it is refused with words', async () => {
  const header = record(
    {
      alg: oneof(constantFrom('RS256', 'PS256', 'RS512', 'none'), jsonValue()),
      x5t: oneof(constantFrom(encoded(thumbprint('sha1'))), jsonValue()),
      kid: jsonValue(),
      crit: jsonValue(),
      b64: jsonValue(),
      typ: jsonValue(),
    },
    { requiredKeys: [] },
  );
  const payload = record({ iss: constantFrom(clients.service, 'x'), aud: jsonValue(), exp: jsonValue() });
  const made = oneof(
    string({ unit: 'grapheme' }),
    record({ header, payload, signature: base64String() }).map((parts) =>
      [encoded(parts.header), encoded(parts.payload), parts.signature].join('.'),
    ),
    record({ header, payload }).map((parts) => jws(parts.header, parts.payload, rs256())),
  );
  await assert(
    asyncProperty(made, async (given) => {
      const { status, body } = await ask(given);
      expect([status, body.error, body.error_codes]).toEqual([401, 'invalid_client', [expect.any(Number)]]);
    }),
    { numRuns: 300 },
  );
});
