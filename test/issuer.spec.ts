import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { entraErrorCatalogue } from '../src/identity/issuer/entra-error.js';
import { request, startTestGateway, type TestGateway } from './support/gateway.js';

const tenantId = '11111111-2222-4333-8444-55555555abcd';
const clientId = '66666666-7777-4888-8999-aaaaaaaaaaaa';
const secret = 'a secret+with:every%thing';
const scope = 'https://graph.microsoft.com/.default';
const good = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret, scope };

let gateway: TestGateway;
let base: string;

beforeAll(async () => {
  gateway = await startTestGateway({ LOCAL_CLIENT_ID: clientId, LOCAL_CLIENT_SECRET: secret });
  base = gateway.url;
});

afterAll(() => gateway.close());

type Answer = Record<string, unknown> & { error?: string; error_codes?: number[]; access_token: string };

async function askToken(
  body: string | URLSearchParams | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  tenant = tenantId,
) {
  const response = await fetch(`${base}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
}

const form = (change: Record<string, string | undefined> = {}) =>
  new URLSearchParams(
    Object.entries({ ...good, ...change }).filter(
      (field): field is [string, string] => field[1] !== undefined,
    ),
  );
const basic = (id: string, password: string) => ({
  Authorization: `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`,
});

describe('the discovery document', () => {
  it('leads to the keys and the token endpoint on the host that was called', async () => {
    const response = await fetch(`${base}/${tenantId.toUpperCase()}/v2.0/.well-known/openid-configuration`);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toMatchObject({
      issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
      authorization_endpoint: `${base}/${tenantId}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/${tenantId}/oauth2/v2.0/token`,
      token_endpoint_auth_methods_supported: expect.arrayContaining(['client_secret_basic']),
      jwks_uri: `${base}/${tenantId}/discovery/v2.0/keys`,
      device_authorization_endpoint: `${base}/${tenantId}/oauth2/v2.0/devicecode`,
      grant_types_supported: expect.arrayContaining(['client_credentials', 'authorization_code']),
    });
  });

  it.each(['common', 'organizations'])('of %s has an issuer for any tenant', async (tenant) => {
    const response = await fetch(`${base}/${tenant}/v2.0/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({
      issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
      token_endpoint: `${base}/${tenant}/oauth2/v2.0/token`,
    });
  });

  it.each(['v2.0/.well-known/openid-configuration', 'discovery/v2.0/keys'])(
    'of a tenant that is no GUID is refused: %s',
    async (path) => {
      const response = await fetch(`${base}/contoso.com/${path}`);
      expect([response.status, await response.json()]).toEqual([
        400,
        expect.objectContaining({ error: 'invalid_tenant' }),
      ]);
    },
  );
});

describe('the token endpoint', () => {
  it('gives a token that the published keys and the verifier accept', async () => {
    const { status, headers, body } = await askToken(form());
    expect(status).toBe(200);
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    expect(body).toEqual({
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.any(String),
    });
    const jwks = await fetch(`${base}/${tenantId}/discovery/v2.0/keys`);
    await jwtVerify(body.access_token, createLocalJWKSet((await jwks.json()) as JSONWebKeySet));
    const authorization = { Authorization: `Bearer ${body.access_token}` };
    const apps = `${base}/beta/deviceAppManagement/mobileApps`;
    const app = { '@odata.type': '#microsoft.graph.iosStoreApp' };
    expect((await request(apps, 'POST', app, authorization)).status).toBe(201);
  });

  it.each<[string, Record<string, string | undefined>, Record<string, string>]>([
    ['the application id of Graph as scope', { scope: '00000003-0000-0000-c000-000000000000/.default' }, {}],
    ['the scopes that libraries add', { scope: `openid ${scope} profile offline_access` }, {}],
    ['an upper-case client id', { client_id: clientId.toUpperCase() }, {}],
    [
      'Basic, encoded',
      { client_id: undefined, client_secret: undefined },
      basic(clientId, encodeURIComponent(secret)),
    ],
    [
      'Basic and the client id in the body',
      { client_secret: undefined },
      basic(clientId, encodeURIComponent(secret)),
    ],
    ['parameters that nobody knows', { 'x-client-SKU': 'msal.js.node' }, {}],
  ])('accepts %s', async (_what, change, headers) => {
    expect((await askToken(form(change), headers)).status).toBe(200);
  });

  it.each<[string, Record<string, string | undefined>, number, string, number]>([
    ['no grant type', { grant_type: undefined }, 400, 'invalid_request', 900144],
    ['another grant type', { grant_type: 'saml' }, 400, 'unsupported_grant_type', 70003],
    ['no client', { client_id: undefined }, 400, 'invalid_request', 900144],
    ['an unknown client', { client_id: tenantId }, 400, 'unauthorized_client', 700016],
    ['no secret', { client_secret: undefined }, 401, 'invalid_client', 7000216],
    ['an empty secret', { client_secret: '' }, 401, 'invalid_client', 7000216],
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
    ['half an assertion', { client_secret: undefined, client_assertion: 'x' }, 401, 'invalid_client', 50027],
    ['two proofs', { client_assertion: 'x' }, 400, 'invalid_request', 9002313],
    ['no scope', { scope: ' ' }, 400, 'invalid_request', 900144],
    ['two scopes', { scope: `${scope} User.Read` }, 400, 'invalid_scope', 70011],
    [
      'a single permission',
      { scope: 'https://graph.microsoft.com/User.Read' },
      400,
      'invalid_scope',
      1002012,
    ],
    ['another resource', { scope: 'https://vault.azure.net/.default' }, 400, 'invalid_resource', 500011],
  ])('refuses %s', async (_what, change, status, error, code) => {
    const answer = await askToken(form(change));
    expect(answer).toMatchObject({ status, body: { error, error_codes: [code] } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each<[string, string | URLSearchParams | Uint8Array<ArrayBuffer>, Record<string, string>, number]>([
    ['a parameter twice', `${form().toString()}&scope=x`, formType(), 9002313],
    ['a NUL', `${form().toString()}&nonce=%00`, formType(), 9002313],
    ['a secret in two places', form(), basic(clientId, secret), 9002313],
    ['two clients', form({ client_secret: undefined }), basic(tenantId, secret), 9002313],
    ['Basic without a colon', form({ client_secret: undefined }), { Authorization: 'Basic eA==' }, 9002313],
    ['one byte too much', `a=${'x'.repeat(64 * 1024 - 1)}`, formType(), 9002313],
    ['5 MB', 'x'.repeat(5_000_000), formType(), 9002313],
    ['as much as may be', `a=${'x'.repeat(64 * 1024 - 2)}`, formType(), 900144],
    ['JSON', JSON.stringify(good), { 'Content-Type': 'application/json' }, 900144],
    ['nothing', '', {}, 900144],
    ['bytes that are no text', new Uint8Array([128, 255, 37, 37, 61, 38]), formType(), 900144],
    ['what no database can keep', 'a=%00', formType(), 9002313],
  ])('refuses %s', async (_what, body, headers, code) => {
    expect(await askToken(body, headers)).toMatchObject({ status: 400, body: { error_codes: [code] } });
  });

  it('refuses a NUL in the scope of a device, which is to be kept', async () => {
    const body = new URLSearchParams({ client_id: clientId, scope: 'a\0b' });
    const response = await fetch(`${base}/${tenantId}/oauth2/v2.0/devicecode`, { method: 'POST', body });
    expect([response.status, await response.json()]).toMatchObject([400, { error_codes: [9002313] }]);
  });

  it.each<[string, string, number]>([
    ['contoso.com', 'invalid_tenant', 90002],
    ['__proto__', 'invalid_tenant', 90002],
    ['common', 'invalid_request', 50059],
  ])('refuses the tenant %s', async (tenant, error, code) => {
    expect(await askToken(form(), {}, tenant)).toMatchObject({
      status: 400,
      body: { error, error_codes: [code] },
    });
  });

  it("words a refusal as Entra does, with the caller's correlation id", async () => {
    const correlation = '12345678-1234-4234-8234-1234567890ab';
    const { body, headers } = await askToken(form({ client_secret: undefined }), {
      ...basic(clientId, 'wrong'),
      'client-request-id': correlation,
    });
    expect(headers.get('www-authenticate')).toBe('Basic realm="understudy"');
    expect(body).toEqual({
      error: 'invalid_client',
      error_description: `AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'. Trace ID: ${String(body['trace_id'])} Correlation ID: ${correlation} Timestamp: ${String(body['timestamp'])}`,
      error_codes: [7000215],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
      trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      correlation_id: correlation,
      error_uri: 'https://login.microsoftonline.com/error?code=7000215',
    });
  });

  it('survives a client that hangs up in the middle of its form', async () => {
    const { hostname, port } = new URL(base);
    const socket = connect(Number(port), hostname);
    socket.end(`POST /${tenantId}/oauth2/v2.0/token HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na=`);
    await text(socket);
    expect((await askToken(form())).status).toBe(200);
  });
});

function formType(): Record<string, string> {
  return { 'Content-Type': 'application/x-www-form-urlencoded' };
}

describe('with AUTH_MODE=entra', () => {
  let entra: TestGateway;
  beforeAll(async () => {
    entra = await startTestGateway({
      AUTH_MODE: 'entra',
      AUTH_ISSUER: 'https://login.example/{tid}/v2.0',
      AUTH_AUDIENCE: clientId,
      AUTH_TENANTS: tenantId,
    });
  });
  afterAll(() => entra.close());

  it.each([
    ['GET', 'v2.0/.well-known/openid-configuration'],
    ['GET', 'discovery/v2.0/keys'],
    ['GET', 'discovery/instance'],
    ['POST', 'oauth2/v2.0/token'],
    ['POST', 'oauth2/v2.0/devicecode'],
    ['GET', 'oauth2/v2.0/authorize'],
    ['POST', 'oauth2/v2.0/authorize'],
    ['GET', 'oauth2/v2.0/logout'],
    ['GET', 'oauth2/deviceauth'],
    ['POST', 'oauth2/deviceauth'],
    ['POST', 'login'],
  ])('there is no %s %s', async (method, path) => {
    const reply = await request(`${entra.url}/${tenantId}/${path}`, method);
    expect(reply).toMatchObject({ status: 404, body: { error: { code: 'ResourceNotFound' } } });
  });

  it('there is no userinfo', async () => {
    expect((await request(`${entra.url}/oidc/userinfo`, 'GET')).status).toBe(404);
  });
});

it('refuses with these errors and no others', () => {
  expect(`\n${entraErrorCatalogue().join('\n')}\n`).toMatchInlineSnapshot(`
   "
   tenantNotFound 400 invalid_tenant 90002
   tenantUnnamed 400 invalid_request 50059
   malformed 400 invalid_request 9002313
   parameterMissing 400 invalid_request 900144
   parameterUnsupported 400 invalid_request 90014
   grantTypeUnsupported 400 unsupported_grant_type 70003
   applicationNotFound 400 unauthorized_client 700016
   secretMissing 401 invalid_client 7000216
   secretInvalid 401 invalid_client 7000215
   credentialMissing 401 invalid_client 7000218
   assertionMalformed 401 invalid_client 50027
   assertionSignature 401 invalid_client 700027
   assertionTime 401 invalid_client 700024
   assertionAudience 401 invalid_client 700023
   assertionSubject 401 invalid_client 700021
   scopeInvalid 400 invalid_scope 70011
   scopeNotDefault 400 invalid_scope 1002012
   resourceNotFound 400 invalid_resource 500011
   consumersRefused 400 invalid_request 9002332
   redirectUriUnknown 400 invalid_request 50011
   redirectUriDiffers 400 invalid_grant 500112
   responseTypeUnsupported 400 unsupported_response_type 700054
   responseModeUnsupported 400 invalid_request 70007
   challengeMissing 400 invalid_request 9002325
   challengeInvalid 400 invalid_request 501491
   verifierMismatch 400 invalid_grant 501481
   signInRequired 400 login_required 50058
   consentMissing 400 invalid_grant 65001
   consentDeclined 400 access_denied 65004
   userNotFound 400 invalid_grant 50034
   passwordInvalid 400 invalid_grant 50126
   accountLocked 400 invalid_grant 50053
   codeRedeemed 400 invalid_grant 54005
   grantExpired 400 invalid_grant 70008
   grantInvalid 400 invalid_grant 70000
   grantRevoked 400 invalid_grant 50173
   authorizationPending 400 authorization_pending 70016
   authorizationDeclined 400 authorization_declined 65004
   deviceCodeExpired 400 expired_token 70020
   deviceCodeUnknown 400 bad_verification_code 70018
   methodNotAllowed 400 invalid_request 900561
   endpointUnknown 404 invalid_request 90034
   unavailable 503 temporarily_unavailable 90033
   hostUnknown 400 invalid_request 90013
   instanceUnknown 400 invalid_instance 50049
   originForeign 400 invalid_request 90013
   "
  `);
});
