import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
} from 'node:crypto';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { JWK } from 'jose';
import { issuerOf } from '../src/identity/issuer/access-token.js';
import { type ErrorKind, graphError } from '../src/odata/errors.js';
import {
  ecdsa,
  encoded,
  hmac,
  jws,
  pss,
  rsa,
  type Signature,
  signedText,
  unsigned,
} from './support/forge.js';
import { startTestGateway, storedKey, type TestGateway } from './support/gateway.js';
import { databaseUrl, emptyDatabase } from './support/postgres.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const seconds = Math.floor(Date.now() / 1000);
const forger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const forgersJwk = { ...forger.publicKey.export({ format: 'jwk' }), kid: 'forged', alg: 'RS256', use: 'sig' };
const stranger = randomUUID();
/** Where a forger publishes keys. */
const forgersSite = createServer((_, response) => response.end(JSON.stringify({ keys: [forgersJwk] })));

let gateway: TestGateway;
let status: string;
let kept: string;
let right: KeyObject;
let kid: string;
let good: Record<string, unknown>;
let header: Record<string, unknown>;
let site: string;
let visits = 0;

beforeAll(async () => {
  gateway = await startTestGateway();
  right = createPrivateKey({ key: JSON.parse(await storedKey(databaseUrl())) as JWK, format: 'jwk' });
  [header, good] = gateway.token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>) as [
    never,
    never,
  ];
  kid = String(header['kid']);
  const { body: app } = await gateway.call('POST', apps, { '@odata.type': '#microsoft.graph.iosStoreApp' });
  const path = `${apps}/${String(app['id'])}/deviceStatuses`;
  const { body: made } = await gateway.call('POST', path, { deviceName: 'kept' });
  status = `${path}/${String(made['id'])}`;
  kept = await stored();
  await new Promise<void>((resolve) =>
    forgersSite.on('request', () => visits++).listen(0, '127.0.0.1', resolve),
  );
  site = `http://127.0.0.1:${(forgersSite.address() as AddressInfo).port}`;
});

afterAll(async () => {
  forgersSite.close();
  await close();
});

let closed: Promise<void> | undefined;
/** Whatever was sent is in the log then. */
const close = (): Promise<void> => (closed ??= gateway.close());

/** All that the tenant holds. */
const stored = async (): Promise<string> =>
  (await gateway.call('GET', `${apps}?$expand=deviceStatuses`)).text;

interface Reply {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  text: string;
}

/** By Node's client, which sends header fields as they are, and several of a name. */
function send(
  method: string,
  path: string,
  authorization: string | string[] | undefined,
  body = '',
): Promise<Reply> {
  const { port } = new URL(gateway.url);
  const headers = {
    'Content-Type': 'application/json',
    ...(authorization !== undefined && { Authorization: authorization }),
  };
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port, path: `/${path}`, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    sent.on('error', reject).end(body);
  });
}

const challenge =
  'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';
/** Pieces of credentials that were sent, long enough not to be found by chance. */
const pieces = new Set<string>();

function piecesOf(authorization: string | string[] | undefined): string[] {
  return [authorization ?? []]
    .flat()
    .flatMap((field) => field.split(/[\s.,]+/).filter((piece) => piece.length > 15));
}

/** @param expected an error's kind, and the claim that it names */
async function expectRefused(expected: string, authorization: string | string[] | undefined): Promise<void> {
  const reply = await send('PATCH', status, authorization, '{"deviceName":"forged"}');
  const [kind, claim] = expected.split(' ') as [ErrorKind, string];
  const { message } = graphError(kind as 'tokenClaims', claim);
  expect({ status: reply.status, ...(JSON.parse(reply.text) as object) }).toEqual({
    status: 401,
    error: {
      code: 'InvalidAuthenticationToken',
      message,
      innerError: {
        date: expect.stringMatching(/^[\dT:-]{19}$/),
        'request-id': reply.headers['request-id'],
        'client-request-id': reply.headers['request-id'],
      },
    },
  });
  expect(reply.headers['www-authenticate']).toBe(challenge);
  const sent = piecesOf(authorization);
  const answer = reply.text + JSON.stringify(reply.headers);
  expect(sent.filter((piece) => answer.includes(piece))).toEqual([]);
  for (const piece of sent) pieces.add(piece);
}

type Forgery = [what: string, expected: string, make: () => string | undefined];

/** Of the right key, with some claims or header parameters changed; `undefined` takes one out. */
const token = (claims: object = {}, parameters: object = {}, signature: Signature = rsa(right)): string =>
  jws({ ...header, ...parameters }, { ...good, ...claims }, signature);
const partsOf = (text = token()): [string, string, string] => text.split('.') as [string, string, string];
/** Signed by the right key, whatever the payload's text is. */
const withPayload = (payload: unknown): string => jws(header, payload, rsa(right));
const withHeader = (text: unknown): string => jws(text, good, rsa(right));
/** The payload's JSON with a member's text replaced: for what `JSON.stringify` would not write. */
const withMember = (name: string, text: string): string =>
  withPayload(JSON.stringify({ ...good, [name]: '@' }).replace('"@"', text));

const publicPem = () => createPublicKey(right).export({ type: 'spki', format: 'pem' });
const publicDer = () => createPublicKey(right).export({ type: 'spki', format: 'der' });
const publicJwk = () => JSON.stringify(createPublicKey(right).export({ format: 'jwk' }));
const flipped = (bit: number) => {
  const [head, claims, signature] = partsOf();
  const bytes = Buffer.from(signature, 'base64url');
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  return `${head}.${claims}.${bytes.toString('base64url')}`;
};
const swapped = (claims: object) => {
  const [head, , signature] = partsOf();
  return `${head}.${encoded({ ...good, ...claims })}.${signature}`;
};

describe('a header field that holds no token is refused:', () => {
  it.each<[string, () => string | undefined]>([
    ['none', () => undefined],
    ['an empty one', () => ''],
    ['the scheme alone', () => 'Bearer'],
    ['the scheme and blanks', () => 'Bearer    '],
    ['Basic', () => `Basic ${Buffer.from('client:secret-of-client').toString('base64')}`],
    ['Digest', () => 'Digest username="a"'],
    ['Negotiate', () => `Negotiate ${token()}`],
    ['DPoP', () => `DPoP ${token()}`],
    ['PoP', () => `PoP ${token()}`],
    ['Token', () => `Token ${token()}`],
    ['the token alone', () => token()],
    ['no blank behind the scheme', () => `Bearer${token()}`],
    ['a tab behind the scheme', () => `Bearer\t${token()}`],
    ['a colon behind the scheme', () => `Bearer: ${token()}`],
    ['another scheme ahead', () => `Basic YTpi, Bearer ${token()}`],
  ])('%s', (_what, make) => expectRefused('tokenMissing', make()));

  it('and a token in the URL, in the body or in another field is not looked for', async () => {
    const body = JSON.stringify({ access_token: token() });
    for (const query of [`?access_token=${token()}`, `?$access_token=${token()}`]) {
      const reply = await send('PATCH', `${status}${query}`, undefined, body);
      expect(reply).toMatchObject({ status: 401, text: expect.stringContaining('"Access token is empty."') });
    }
    const headers = { 'Proxy-Authorization': `Bearer ${token()}`, 'X-Authorization': `Bearer ${token()}` };
    const other = await fetch(`${gateway.url}/${status}`, { headers });
    expect(other.status).toBe(401);
  });
});

describe('what is no token is refused:', () => {
  const deep = `{"alg":"RS256","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  it.each<Forgery>([
    ['a word', 'tokenMalformed', () => 'nonsense'],
    ['two tokens with a blank', 'tokenMalformed', () => `${token()} ${token()}`],
    ['two tokens with a comma', 'tokenMalformed', () => `${token()}, Bearer ${token()}`],
    ['a token and a parameter', 'tokenMalformed', () => `${token()}, realm="x"`],
    ['the scheme twice', 'tokenMalformed', () => `Bearer ${token()}`],
    ['quotes around it', 'tokenMalformed', () => `"${token()}"`],
    ['1 part', 'tokenMalformed', () => partsOf()[0]],
    ['2 parts', 'tokenMalformed', () => partsOf().slice(0, 2).join('.')],
    ['4 parts', 'tokenMalformed', () => `${token()}.${partsOf()[2]}`],
    ['5 parts, like encrypted ones', 'tokenMalformed', () => `${partsOf()[0]}.a2V5.aXY.${partsOf()[1]}.dGFn`],
    ['dots alone', 'tokenMalformed', () => '..'],
    ['60 KB of dots', 'tokenMalformed', () => '.'.repeat(60_000)],
    ['an empty header', 'tokenMalformed', () => `.${partsOf()[1]}.${partsOf()[2]}`],
    ['an empty payload', 'tokenMalformed', () => signedText(`${partsOf()[0]}.`, rsa(right))],
    ['a header that is no base64url', 'tokenMalformed', () => `!!!.${partsOf()[1]}.${partsOf()[2]}`],
    ['a payload that is no base64url', 'tokenMalformed', () => signedText(`${partsOf()[0]}.!!!`, rsa(right))],
    ['a signature that is no base64url', 'tokenMalformed', () => `${partsOf().slice(0, 2).join('.')}.!!!`],
    ['base64 instead of base64url', 'tokenMalformed', () => `${partsOf().slice(0, 2).join('.')}.ab+/`],
    [
      'padding behind the header',
      'tokenMalformed',
      () => signedText(`${encoded({ ...header, x: 1 })}=.${partsOf()[1]}`, rsa(right)),
    ],
    [
      'padding behind the payload',
      'tokenMalformed',
      () => signedText(`${partsOf()[0]}.${partsOf()[1]}==`, rsa(right)),
    ],
    ['padding behind the signature', 'tokenMalformed', () => `${token()}==`],
    ['a blank inside', 'tokenMalformed', () => token().replace('.', '. ')],
    ['a tab inside', 'tokenMalformed', () => token().replace('.', '.\t')],
    ['a character of Latin-1 inside', 'tokenMalformed', () => token().replace('.', '.\u00e9')],
    [
      'a length that base64 does not have',
      'tokenMalformed',
      () => `${partsOf().slice(0, 2).join('.')}.abcde`,
    ],
    ['another spelling of the signature', 'tokenMalformed', () => respelled(token())],
    ['a header that is not JSON', 'tokenMalformed', () => withHeader('RS256')],
    ['a header cut off', 'tokenMalformed', () => withHeader('{"alg":"RS256"')],
    ['a header that is a list', 'tokenMalformed', () => withHeader([header])],
    ['a header that is null', 'tokenMalformed', () => withHeader(null)],
    ['a header that is a text', 'tokenMalformed', () => withHeader('"RS256"')],
    ['a header that is no UTF-8', 'tokenMalformed', () => withHeader(Buffer.from([0x7b, 0xff, 0x7d]))],
    ['a header with a control character', 'tokenMalformed', () => withHeader('{"alg":"RS256","x":"\u0001"}')],
    ['a header of 20,000 levels cut off', 'tokenMalformed', () => withHeader('['.repeat(20_000))],
    ['a payload that is not JSON', 'tokenMalformed', () => withPayload('tid=x')],
    ['a payload that is a list', 'tokenMalformed', () => withPayload([good])],
    ['a payload that is null', 'tokenMalformed', () => withPayload(null)],
    ['a payload that is a number', 'tokenMalformed', () => withPayload(7)],
    [
      'a payload that is a token',
      'tokenMalformed',
      () => jws({ ...header, cty: 'JWT' }, token(), rsa(right)),
    ],
    ['a payload that is no UTF-8', 'tokenMalformed', () => withPayload(Buffer.from([0x7b, 0xff, 0x7d]))],
    ['a payload with a control character', 'tokenMalformed', () => withMember('x', '"\u0000"')],
    ['a payload of 20,000 levels cut off', 'tokenMalformed', () => withPayload('{"a":'.repeat(8000))],
    ['60 KB of one letter', 'tokenMalformed', () => 'a'.repeat(60_000)],
    [
      '60 KB with two dots',
      'tokenMalformed',
      () => `${'a'.repeat(20_000)}.${'a'.repeat(20_000)}.${'a'.repeat(20_000)}`,
    ],
    [
      '60 KB of claims with another key',
      'tokenSignature',
      () => token({ x: 'x'.repeat(44_000) }, {}, rsa(forger.privateKey)),
    ],
    [
      'a header of 20,000 levels with another key',
      'tokenSignature',
      () => jws(deep, good, rsa(forger.privateKey)),
    ],
  ])('%s', (_what, expected, make) => expectRefused(expected, `Bearer ${make()}`));

  it('control characters in the field are no HTTP', async () => {
    for (const character of ['\0', '\u0001', '\u007f', '\u001b']) {
      const answer = await raw(
        `GET /${status} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token()}${character}\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('"message":"The request is not valid HTTP."');
    }
  });

  it('more than the header may hold is refused before it is read', async () => {
    expect(
      await raw(`GET /${status} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'a'.repeat(70_000)}\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('two fields, whichever of them is right', async () => {
    const [one, other] = [`Bearer ${token()}`, `Bearer ${token({}, {}, rsa(forger.privateKey))}`];
    for (const fields of [
      [one, other],
      [other, one],
      [one, one],
    ])
      await expectRefused('tokenMalformed', fields);
  });
});

describe('a signature that does not hold is refused:', () => {
  const fake = rsa(forger.privateKey);

  it.each<Forgery>([
    ...['none', 'None', 'NONE', 'nOnE', 'none '].flatMap((alg): Forgery[] => [
      [`alg ${alg} without a signature`, 'tokenSignature', () => token({}, { alg }, unsigned)],
      [`alg ${alg} with the right key's`, 'tokenSignature', () => token({}, { alg })],
    ]),
    [
      'alg HS256 of the public key as PEM',
      'tokenSignature',
      () => token({}, { alg: 'HS256' }, hmac(publicPem())),
    ],
    [
      'alg HS256 of the public key as DER',
      'tokenSignature',
      () => token({}, { alg: 'HS256' }, hmac(publicDer())),
    ],
    [
      'alg HS256 of the public key as JWK',
      'tokenSignature',
      () => token({}, { alg: 'HS256' }, hmac(publicJwk())),
    ],
    ['alg HS256 of an empty key', 'tokenSignature', () => token({}, { alg: 'HS256' }, hmac(''))],
    ['alg RS256 over an HMAC of the public key', 'tokenSignature', () => token({}, {}, hmac(publicPem()))],
    ['alg RS384 of the right key', 'tokenSignature', () => token({}, { alg: 'RS384' }, rsa(right, 'sha384'))],
    ['alg RS512 of the right key', 'tokenSignature', () => token({}, { alg: 'RS512' }, rsa(right, 'sha512'))],
    ['alg PS256 of the right key', 'tokenSignature', () => token({}, { alg: 'PS256' }, pss(right))],
    [
      'alg RS384 of another key',
      'tokenSignature',
      () => token({}, { alg: 'RS384' }, rsa(forger.privateKey, 'sha384')),
    ],
    ['alg PS256 of another key', 'tokenSignature', () => token({}, { alg: 'PS256' }, pss(forger.privateKey))],
    [
      'alg ES256 of another key',
      'tokenSignature',
      () => token({}, { alg: 'ES256' }, ecdsa(curve.privateKey)),
    ],
    ['alg RS256 over a signature of PS256', 'tokenSignature', () => token({}, {}, pss(right))],
    ['alg RS256 over one of SHA-1', 'tokenSignature', () => token({}, {}, rsa(right, 'sha1'))],
    ['alg in lower case', 'tokenSignature', () => token({}, { alg: 'rs256' })],
    ['an alg nobody knows', 'tokenSignature', () => token({}, { alg: 'constructor' })],
    ['no alg', 'tokenMalformed', () => token({}, { alg: undefined })],
    ['an empty alg', 'tokenMalformed', () => token({}, { alg: '' })],
    ['alg null', 'tokenMalformed', () => token({}, { alg: null })],
    ['a list of algs', 'tokenMalformed', () => token({}, { alg: ['RS256'] })],
    ['an unknown kid with the right key', 'tokenSignature', () => token({}, { kid: randomUUID() })],
    ['the right kid with another key', 'tokenSignature', () => token({}, {}, fake)],
    ['no kid with another key', 'tokenSignature', () => token({}, { kid: undefined }, fake)],
    ['an empty kid', 'tokenSignature', () => token({}, { kid: '' })],
    ['a kid that is a number', 'tokenSignature', () => token({}, { kid: 0 })],
    ['a kid that is null', 'tokenSignature', () => token({}, { kid: null })],
    ['a kid that is a list', 'tokenSignature', () => token({}, { kid: [kid] })],
    ['a kid that is a path', 'tokenSignature', () => token({}, { kid: '../../../../dev/null' }, hmac(''))],
    ['a kid that is SQL', 'tokenSignature', () => token({}, { kid: "' UNION SELECT value FROM secrets --" })],
    ['a kid of Object', 'tokenSignature', () => token({}, { kid: '__proto__' })],
    ['the right kid with a blank', 'tokenSignature', () => token({}, { kid: `${kid} ` })],
    ['jwk in the header', 'tokenSignature', () => token({}, { kid: 'forged', jwk: forgersJwk }, fake)],
    ['jwk under the right kid', 'tokenSignature', () => token({}, { jwk: { ...forgersJwk, kid } }, fake)],
    ['jku in the header', 'tokenSignature', () => token({}, { kid: 'forged', jku: `${site}/keys` }, fake)],
    ['jku under the right kid', 'tokenSignature', () => token({}, { jku: `${site}/keys` }, fake)],
    ['x5u in the header', 'tokenSignature', () => token({}, { x5u: `${site}/certificate` }, fake)],
    [
      'x5c in the header',
      'tokenSignature',
      () =>
        token(
          {},
          { x5c: [forger.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] },
          fake,
        ),
    ],
    ['x5t in the header', 'tokenSignature', () => token({}, { kid: undefined, x5t: 'forged' }, fake)],
    ['an empty signature', 'tokenSignature', () => token({}, {}, unsigned)],
    [
      'a signature cut off',
      'tokenSignature',
      () => token({}, {}, (input) => rsa(right)(input).subarray(0, 255)),
    ],
    [
      'a signature with a byte more',
      'tokenSignature',
      () => token({}, {}, (input) => Buffer.concat([rsa(right)(input), Buffer.alloc(1)])),
    ],
    ['a signature of zeros', 'tokenSignature', () => token({}, {}, () => Buffer.alloc(256))],
    ['a signature of ones', 'tokenSignature', () => token({}, {}, () => Buffer.alloc(256, 0xff))],
    ['its first bit flipped', 'tokenSignature', () => flipped(7)],
    ['a bit in the middle flipped', 'tokenSignature', () => flipped(1024)],
    ['its last bit flipped', 'tokenSignature', () => flipped(255 * 8)],
    [
      'roles added after signing',
      'tokenSignature',
      () => swapped({ roles: ['DeviceManagementApps.ReadWrite.All', 'Admin'] }),
    ],
    [
      'another tenant after signing',
      'tokenSignature',
      () => swapped({ tid: stranger, iss: issuerOf(stranger) }),
    ],
    ['a longer life after signing', 'tokenSignature', () => swapped({ exp: seconds + 1e6 })],
    [
      'a header changed after signing',
      'tokenSignature',
      () => [encoded({ ...header, x: 1 }), ...partsOf().slice(1)].join('.'),
    ],
    [
      "another token's signature",
      'tokenSignature',
      () => [...partsOf().slice(0, 2), partsOf(token({ jti: 'x' }))[2]].join('.'),
    ],
    ['an unknown critical parameter', 'tokenSignature', () => token({}, { crit: ['x'], x: 1 })],
    ['exp as a critical parameter', 'tokenSignature', () => token({}, { crit: ['exp'], exp: 1 })],
    ['an empty list of critical parameters', 'tokenMalformed', () => token({}, { crit: [] })],
    ['critical parameters that are a text', 'tokenMalformed', () => token({}, { crit: 'exp' })],
  ])('%s', (_what, expected, make) => expectRefused(expected, `Bearer ${make()}`));

  it("that of another instance's key", async () => {
    const other = await startTestGateway({ DATABASE_URL: await emptyDatabase() });
    const foreign = await other.tokenFor({ tenant: gateway.tenant });
    await other.close();
    await expectRefused('tokenSignature', `Bearer ${foreign}`);
  });

  it('and nobody asks the forger for keys', () => {
    expect(visits).toBe(0);
  });
});

describe('a token for something else is refused:', () => {
  it.each<Forgery>([
    ...['JWE', 'logout+jwt', 'dpop+jwt', 'id+jwt', 'JWT ', 'JSON', 'at+jwt+x', '', 7, null, ['JWT']].map(
      (typ): Forgery => [`typ ${JSON.stringify(typ)}`, 'tokenClaims typ', () => token({}, { typ })],
    ),
    ['cty JWT', 'tokenClaims cty', () => token({}, { cty: 'JWT' })],
    ['zip DEF', 'tokenClaims zip', () => token({}, { zip: 'DEF' })],
    ['b64 false', 'tokenClaims b64', () => token({}, { b64: false })],
    ['b64 false and critical', 'tokenClaims b64', () => token({}, { b64: false, crit: ['b64'] })],
    ["a tid that is not the issuer's", 'tokenIssuer', () => token({ tid: stranger })],
    ["an issuer that is not the tid's", 'tokenIssuer', () => token({ iss: issuerOf(stranger) })],
    [
      'the issuer of v1 tokens',
      'tokenIssuer',
      () => token({ iss: `https://sts.windows.net/${gateway.tenant}/` }),
    ],
    ['the issuer with a slash behind', 'tokenIssuer', () => token({ iss: `${issuerOf(gateway.tenant)}/` })],
    ['the issuer in upper case', 'tokenIssuer', () => token({ iss: issuerOf(gateway.tenant).toUpperCase() })],
    [
      'the issuer with the tenant in upper case',
      'tokenIssuer',
      () => token({ iss: issuerOf(gateway.tenant.toUpperCase()) }),
    ],
    [
      'the issuer over http',
      'tokenIssuer',
      () => token({ iss: issuerOf(gateway.tenant).replace('https', 'http') }),
    ],
    [
      'the issuer at another host',
      'tokenIssuer',
      () => token({ iss: issuerOf(gateway.tenant).replace('login.', 'login.evil.') }),
    ],
    [
      'the issuer with credentials',
      'tokenIssuer',
      () => token({ iss: issuerOf(gateway.tenant).replace('//', '//login.microsoftonline.com@') }),
    ],
    ['the issuer of common', 'tokenIssuer', () => token({ iss: issuerOf('common') })],
    ['the issuer as a template', 'tokenIssuer', () => token({ iss: issuerOf('{tenantid}') })],
    [
      'the gateway itself as issuer',
      'tokenIssuer',
      () => token({ iss: `${gateway.url}/${gateway.tenant}/v2.0` }),
    ],
    ['an empty issuer', 'tokenClaims iss', () => token({ iss: '' })],
    ['no issuer', 'tokenClaims iss', () => token({ iss: undefined })],
    ['a list of issuers', 'tokenClaims iss', () => token({ iss: [good['iss']] })],
    ['another audience', 'tokenAudience', () => token({ aud: 'https://management.azure.com' })],
    [
      'the audience with more behind',
      'tokenAudience',
      () => token({ aud: 'https://graph.microsoft.com.evil.example' }),
    ],
    ['the audience of another cloud', 'tokenAudience', () => token({ aud: 'https://graph.microsoft.us' })],
    [
      'a list of other audiences',
      'tokenAudience',
      () => token({ aud: ['https://management.azure.com', stranger] }),
    ],
    ['an empty list of audiences', 'tokenAudience', () => token({ aud: [] })],
    ['a list in a list of audiences', 'tokenAudience', () => token({ aud: [[good['aud']]] })],
    ['an audience that is an object', 'tokenAudience', () => token({ aud: { 0: good['aud'] } })],
    ['an audience that is null', 'tokenAudience', () => token({ aud: null })],
    ['no audience', 'tokenAudience', () => token({ aud: undefined })],
    ['an id token', 'tokenAudience', () => token({ aud: good['azp'], nonce: 'x', roles: undefined })],
  ])('%s', (_what, expected, make) => expectRefused(expected, `Bearer ${make()}`));
});

describe('a token out of its time is refused:', () => {
  it.each<Forgery>([
    ['no end', 'tokenClaims exp', () => token({ exp: undefined })],
    ['an end long ago', 'tokenExpired', () => token({ exp: 0 })],
    ['an end before all time', 'tokenExpired', () => token({ exp: -1e300 })],
    ['an end just now', 'tokenExpired', () => token({ exp: seconds })],
    ['an end that is a text', 'tokenClaims exp', () => token({ exp: String(seconds + 100) })],
    ['an end that is a date', 'tokenClaims exp', () => token({ exp: '2999-01-01T00:00:00Z' })],
    ['an end that is null', 'tokenClaims exp', () => token({ exp: null })],
    ['an end that is true', 'tokenClaims exp', () => token({ exp: true })],
    ['an end in a list', 'tokenClaims exp', () => token({ exp: [seconds + 100] })],
    ['an end that is "NaN"', 'tokenClaims exp', () => token({ exp: 'NaN' })],
    ['an end that is NaN', 'tokenMalformed', () => withMember('exp', 'NaN')],
    ['an end that is Infinity', 'tokenMalformed', () => withMember('exp', 'Infinity')],
    ['an end of 1e300', 'tokenClaims exp', () => token({ exp: 1e300 })],
    ['an end of 1e400', 'tokenClaims exp', () => withMember('exp', '1e400')],
    ['an end in microseconds', 'tokenClaims exp', () => token({ exp: (seconds + 100) * 1e6 })],
    ['a start in a minute', 'tokenNotYetValid', () => token({ nbf: seconds + 60 })],
    ['a start of 1e400', 'tokenNotYetValid', () => withMember('nbf', '1e400')],
    ['a start that is a text', 'tokenClaims nbf', () => token({ nbf: String(seconds - 100) })],
    ['a start that is null', 'tokenClaims nbf', () => token({ nbf: null })],
    ['a date of issue that is a text', 'tokenClaims iat', () => token({ iat: String(seconds) })],
  ])('%s', (_what, expected, make) => expectRefused(expected, `Bearer ${make()}`));
});

describe('claims that are absent or of a wrong type are refused:', () => {
  it.each<Forgery>([
    ['no tid', 'tokenClaims tid', () => token({ tid: undefined })],
    ['an empty tid', 'tokenClaims tid', () => token({ tid: '' })],
    ['a tid that is a name', 'tokenClaims tid', () => token({ tid: 'contoso.onmicrosoft.com' })],
    ['tid common', 'tokenClaims tid', () => token({ tid: 'common', iss: issuerOf('common') })],
    ['a tid in braces', 'tokenClaims tid', () => token({ tid: `{${gateway.tenant}}` })],
    ['a tid without hyphens', 'tokenClaims tid', () => token({ tid: gateway.tenant.replaceAll('-', '') })],
    ['a tid with a line break', 'tokenClaims tid', () => token({ tid: `${gateway.tenant}\n` })],
    ['a tid in a list', 'tokenClaims tid', () => token({ tid: [gateway.tenant] })],
    ['a tid that is a number', 'tokenClaims tid', () => token({ tid: 7 })],
    ['a tid that is null', 'tokenClaims tid', () => token({ tid: null })],
    ['neither oid nor sub', 'tokenClaims sub', () => token({ oid: undefined, sub: undefined })],
    ['an oid that is a number', 'tokenClaims oid', () => token({ oid: 7 })],
    ['an empty oid', 'tokenClaims oid', () => token({ oid: '' })],
    ['an oid that is null', 'tokenClaims oid', () => token({ oid: null })],
    ['a sub that is a list, without oid', 'tokenClaims sub', () => token({ oid: undefined, sub: ['x'] })],
    ['neither azp nor appid', 'tokenClaims appid', () => token({ azp: undefined, appid: undefined })],
    ['an azp that is an object', 'tokenClaims azp', () => token({ azp: {} })],
    ['an empty azp', 'tokenClaims azp', () => token({ azp: '' })],
    [
      'an appid that is a number, without azp',
      'tokenClaims appid',
      () => token({ azp: undefined, appid: 7 }),
    ],
    ['scopes that are a list', 'tokenClaims scp', () => token({ scp: good['roles'] })],
    ['scopes that are null', 'tokenClaims scp', () => token({ scp: null })],
    ['scopes that are true', 'tokenClaims scp', () => token({ scp: true })],
    [
      'roles that are a text',
      'tokenClaims roles',
      () => token({ roles: 'DeviceManagementApps.ReadWrite.All' }),
    ],
    ['roles that are a number', 'tokenClaims roles', () => token({ roles: 7 })],
    ['roles that are null', 'tokenClaims roles', () => token({ roles: null })],
    [
      'roles that are an object',
      'tokenClaims roles',
      () => token({ roles: { 0: 'DeviceManagementApps.ReadWrite.All' } }),
    ],
    ['a role that is a list', 'tokenClaims roles', () => token({ roles: [good['roles']] })],
    ['a second tid that is not the first', 'tokenIssuer', () => withMember('x', `1,"tid":"${stranger}"`)],
    ['a second exp that is past', 'tokenExpired', () => withMember('x', '1,"exp":1')],
    ['second roles that are a text', 'tokenClaims roles', () => withMember('x', '1,"roles":"x"')],
    [
      'a member for the prototype',
      'tokenClaims tid',
      () =>
        withPayload(
          JSON.stringify({ ...good, tid: undefined, x: 0 })
            .replace('"x"', '"__proto__"')
            .replace(/0}$/, `{"tid":"${gateway.tenant}"}}`),
        ),
    ],
  ])('%s', (_what, expected, make) => expectRefused(expected, `Bearer ${make()}`));
});

describe('a token that is only unusual is taken:', () => {
  it.each<[string, () => string]>([
    ['as it is', () => token()],
    ['typ absent', () => token({}, { typ: undefined })],
    ['typ jwt', () => token({}, { typ: 'jwt' })],
    ['typ at+jwt', () => token({}, { typ: 'at+jwt' })],
    ['typ application/at+jwt', () => token({}, { typ: 'application/at+jwt' })],
    ['kid absent', () => token({}, { kid: undefined })],
    ['parameters that nobody knows', () => token({}, { x5t: 'x', nonce: 'x', x: { y: [1] } })],
    ['the application id of Graph as audience', () => token({ aud: '00000003-0000-0000-c000-000000000000' })],
    // RFC 7519, 4.1.3: it is enough that the recipient is among them.
    ['a list with the right audience', () => token({ aud: [stranger, good['aud']] })],
    ['a tid in upper case', () => token({ tid: gateway.tenant.toUpperCase() })],
    // RFC 7519, 4.1.6: it tells a token's age and forbids nothing; Microsoft's own libraries pass over it too.
    ['a date of issue to come', () => token({ iat: seconds + 1000 })],
    ['no start', () => token({ nbf: undefined })],
    ['a fraction of a second', () => token({ exp: seconds + 100.5, nbf: seconds - 0.5 })],
    // RFC 7519, 4: refused, or the last one counts, as in every reader of JSON that keeps one.
    ['a member twice', () => withMember('x', `1,"roles":["DeviceManagementApps.Read.All"]`)],
    ['a payload of 5,000 levels', () => withMember('x', `${'['.repeat(5000)}${']'.repeat(5000)}`)],
    ['40 KB of claims', () => token({ x: 'x'.repeat(30_000) })],
  ])('%s', async (_what, make) => {
    expect(await send('GET', status, `Bearer ${make()}`)).toMatchObject({ status: 200 });
  });
});

it('no verb and no address lets a forged token pass', async () => {
  const forged = `Bearer ${token({}, {}, rsa(forger.privateKey))}`;
  const part = { id: '1', method: 'DELETE', url: `/${status.slice('beta/'.length)}` };
  for (const [method, path, body] of [
    ['GET', apps, ''],
    ['HEAD', status, ''],
    ['GET', `${apps}/$count`, ''],
    ['GET', `${status}/deviceName/$value`, ''],
    ['POST', apps, '{"@odata.type":"#microsoft.graph.iosStoreApp"}'],
    ['DELETE', status, ''],
    ['POST', `${status.split('/').slice(0, 4).join('/')}/categories/$ref`, '{"@odata.id":"x"}'],
    ['POST', 'beta/$batch', JSON.stringify({ requests: [part] })],
  ] as const) {
    const reply = await send(method, path, forged, body);
    expect([method, path, reply.status, reply.headers['www-authenticate']]).toEqual([
      method,
      path,
      401,
      challenge,
    ]);
  }
});

it('nothing has changed, nothing of a credential is in the log, and nothing went wrong inside', async () => {
  expect(await stored()).toBe(kept);
  await close();
  const lines = gateway.log.join('');
  expect(gateway.log.length).toBeGreaterThan(200);
  expect([...pieces].filter((piece) => lines.includes(piece))).toEqual([]);
  expect(lines).not.toContain('"status":500');
  expect(lines).not.toContain('"level":50');
});

/** The last character of 256 bytes in base64url has four bits to spare. */
function respelled(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return `${text.slice(0, -1)}${alphabet[alphabet.indexOf(text.at(-1)!) + 1] ?? ''}`;
}

/** Bytes as they are, for what no HTTP client would send. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
