import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { request, type Reply, startTestGateway, type TestGateway } from './support/gateway.js';

const apps = 'beta/deviceAppManagement/mobileApps';
let gateway: TestGateway;
let status: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { body: app } = await gateway.call('POST', apps, { '@odata.type': '#microsoft.graph.iosStoreApp' });
  const path = `${apps}/${String(app['id'])}/deviceStatuses`;
  const { body: made } = await gateway.call('POST', path, { deviceName: 'kept' });
  status = `${path}/${String(made['id'])}`;
});

afterAll(() => gateway.close());

interface ErrorBody {
  code: string;
  message: string;
  innerError: Record<string, string>;
}

function errorOf(reply: Reply): ErrorBody {
  expect(Object.keys(reply.body)).toEqual(['error']);
  const error = reply.body['error'] as ErrorBody;
  expect(reply.headers.get('content-type')).toBe('application/json');
  expect(error.innerError['date']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  expect(error.innerError['request-id']).toBe(reply.headers.get('request-id'));
  expect(error.innerError['client-request-id']).toBe(reply.headers.get('client-request-id'));
  return error;
}

/** Status, code and message; of a backend's message only its text, once its frame was checked. */
function seen(reply: Reply): string {
  const { code, message, innerError } = errorOf(reply);
  if (!message.startsWith('{\r\n  "_version": 3,')) return `${reply.status} ${code}: ${message}`;
  const { Message: text } = JSON.parse(message) as { Message: string };
  const [own, rest] = text.split(' - Operation ID (for customer support): ');
  expect(rest).toContain(`Activity ID: ${innerError['request-id'] ?? ''} - Url: ${gateway.url}/`);
  return `${reply.status} ${code}: «${own ?? ''}»`;
}

const list = (authorization?: string): Promise<Reply> =>
  request(`${gateway.url}/${apps}`, 'GET', undefined, authorization ? { Authorization: authorization } : {});

describe('a token that is no good', () => {
  it.each([
    ['none', undefined, 'Access token is empty.'],
    ['no JWT', 'Bearer nonsense', /^IDX14100: JWT is not well formed, there are no dots/],
  ])('%s gets 401 and the challenge', async (_name, authorization, message) => {
    const reply = await list(authorization);
    expect(reply.status).toBe(401);
    expect(errorOf(reply)).toMatchObject({
      code: 'InvalidAuthenticationToken',
      message: expect.stringMatching(message),
    });
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer realm="", authorization_uri="/);
  });
});

describe('what is wrong with a URL or a verb', () => {
  it.each([
    ['GET', 'v9.9/deviceAppManagement', '404 ResourceNotFound: Invalid version: v9.9'],
    ['GET', 'DeviceAppManagement/mobileApps', '404 ResourceNotFound: Invalid version: deviceappmanagement'],
    ['GET', 'beta/deviceAppManagement/nope', "400 BadRequest: Resource not found for the segment 'nope'."],
    [
      'GET',
      `v1.0/deviceAppManagement/mobileApps/x/deviceStatuses`,
      "400 BadRequest: Resource not found for the segment 'deviceStatuses'.",
    ],
    ['GET', `${apps}/%zz`, /^400 BadRequest: The request URI is not valid/],
    ['GET', `${apps}/x%00y`, /^400 BadRequest: The key is not valid: it holds a NUL character/],
    ['GET', `${apps}/${'x'.repeat(129)}`, /^400 BadRequest: The key is not valid: it is longer than 128/],
    ['GET', `${apps}?${'x'.repeat(20_000)}`, /^414 UriTooLong/],
    [
      'GET',
      'beta/$batch',
      '405 Request_BadRequest: Specified HTTP method is not allowed for the request target.',
    ],
    [
      'POST',
      'beta/$metadata',
      '405 Request_BadRequest: Specified HTTP method is not allowed for the request target.',
    ],
    ['GET', `${apps}/$each`, "501 NotImplemented: The segment '$each' is not supported."],
    ['GET', `${apps}?$compute=x`, "501 NotImplemented: The query option '$compute' is not supported."],
    ['GET', `${apps}?%24APPLY=id`, "501 NotImplemented: The query option '$apply' is not supported."],
    [
      'GET',
      `${apps}?$filter=nope eq 1`,
      "400 BadRequest: Invalid filter clause: Could not find a property named 'nope' on type 'microsoft.graph.mobileApp'.",
    ],
    [
      'GET',
      `${apps}?$select=usedLicenseCount`,
      "400 BadRequest: Parsing OData Select and Expand failed: Could not find a property named 'usedLicenseCount' on type 'microsoft.graph.mobileApp'.",
    ],
    ['GET', `${apps}?$nope=1`, "400 BadRequest: The query option '$nope' is not valid."],
    ['GET', `${apps}?$top=1000`, "400 BadRequest: Invalid page size specified: '1000'"],
    ['GET', `${apps}?$top=-1`, "400 BadRequest: The value '-1' of the query option '$top' is not valid."],
    ['GET', `${apps}?$top=1&$top=2`, "400 BadRequest: The query option '$top' is given more than once."],
    [
      'GET',
      `${apps}?$skiptoken=AAAA`,
      "400 BadRequest: The value 'AAAA' of the query option '$skiptoken' is not valid.",
    ],
    [
      'PUT',
      apps,
      '400 No method match route template: No OData route exists that match template ~/singleton/navigation with http verb PUT for request /deviceAppManagement/mobileApps.',
    ],
    [
      'POST',
      `${apps}('x')/userStatuses/y`,
      "400 No method match route template: No OData route exists that match template ~/singleton/navigation/key/navigation/key with http verb POST for request /deviceAppManagement/mobileApps('x')/userStatuses('y').",
    ],
    [
      'GET',
      'beta/deviceAppManagement',
      '400 No method match route template: No OData route exists that match template ~/singleton with http verb GET for request /deviceAppManagement.',
    ],
  ])('%s %s', async (method, path, expected) => {
    expect(seen(await gateway.call(method, path))).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
  });

  it.each(['Patch', 'FETCH'])('a verb that does not exist: %s', async (verb) => {
    const answer = await raw(`${verb} /${apps} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"message":"Request type is not supported."');
  });

  it('a verb that Node knows and Graph does not', async () => {
    const reply = await gateway.call('PROPFIND', apps);
    expect(seen(reply)).toBe('400 BadRequest: Request type is not supported.');
  });

  it('headers beyond 64 KiB', async () => {
    const answer = await raw(`GET /${apps} HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('"code":"RequestHeaderFieldsTooLarge"');
  });

  it('a Host that is no host', async () => {
    const answer = await raw(`GET /${apps} HTTP/1.1\r\nHost: a"b\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('the Host header is not a host');
  });
});

describe('what is not there', () => {
  it.each([
    ['GET', () => `${apps}/nobody`, "404 ResourceNotFound: «App with id 'nobody' not found.»"],
    ['GET', () => `${apps}/nobody/deviceStatuses`, "404 ResourceNotFound: «App with id 'nobody' not found.»"],
    [
      'GET',
      () => `${apps}/nobody/deviceStatuses/x`,
      "404 ResourceNotFound: «App with id 'nobody' not found.»",
    ],
    ['GET', () => `${status}x`, '404 ResourceNotFound: «An error has occurred»'],
    ['DELETE', () => `${status}x`, '404 ResourceNotFound: «An error has occurred»'],
    [
      'GET',
      () => 'v1.0/deviceAppManagement/mobileAppConfigurations/x',
      '404 ResourceNotFound: «An error has occurred»',
    ],
  ])('%s of it', async (method, path, expected) => {
    expect(seen(await gateway.call(method, path()))).toBe(expected);
  });

  it.each([
    ['PATCH', () => `${status}x`, '404 ResourceNotFound: «An error has occurred»'],
    ['POST', () => `${apps}/nobody/userStatuses`, "404 ResourceNotFound: «App with id 'nobody' not found.»"],
    [
      'POST',
      () => status.replace('deviceStatuses', 'userStatuses/nobody/deviceStatuses').replace(/\/[^/]+$/, ''),
      '404 ResourceNotFound: «An error has occurred»',
    ],
  ])('%s to it', async (method, path, expected) => {
    expect(seen(await gateway.call(method, path(), { userName: 'x' }))).toBe(expected);
  });
});

describe('a body that is no good is refused and changes nothing', () => {
  const type = 'microsoft.management.services.api';
  it.each<[string, string | object | undefined, string | RegExp]>([
    ['nothing', undefined, '400 BadRequest: Empty Payload. JSON content expected.'],
    ['blanks', '  \r\n', '400 BadRequest: Empty Payload. JSON content expected.'],
    ['half a document', '{"deviceName":', /^400 BadRequest: Unable to read JSON request payload\./],
    [
      'an array',
      '[]',
      "400 ModelValidationFailure: An unexpected 'StartArray' node was found when reading from the JSON reader. A 'StartObject' node was expected.",
    ],
    ['null', 'null', /A 'StartObject' node was expected\.$/],
    [
      'an unknown property',
      { deviceName: 'x', nope: 1 },
      `400 ModelValidationFailure: The property 'nope' does not exist on type '${type}.mobileAppInstallStatus'. Make sure to only use property names that are defined by the type.`,
    ],
    [
      '__proto__',
      '{"__proto__":{"deviceName":"x"}}',
      /^400 ModelValidationFailure: The property '__proto__' does not exist/,
    ],
    [
      'an unknown member',
      { installState: 'nope' },
      `400 ModelValidationFailure: Cannot convert a primitive value to the expected type '${type}.resultantAppState'. See the inner exception for more details.`,
    ],
    [
      'a number without member',
      { installState: 6 },
      /^400 ModelValidationFailure: Cannot convert a primitive value/,
    ],
    [
      'a text for a number',
      { errorCode: '9' },
      "400 ModelValidationFailure: Cannot convert the literal '9' to the expected type 'Edm.Int32'.",
    ],
    [
      'a fraction',
      { errorCode: 9.5 },
      "400 ModelValidationFailure: Cannot convert the literal '9.5' to the expected type 'Edm.Int32'.",
    ],
    [
      'one more than an Int32',
      { errorCode: 2147483648 },
      /'2147483648' to the expected type 'Edm\.Int32'\.$/,
    ],
    [
      'null for a number',
      { errorCode: null },
      "400 ModelValidationFailure: A null value was found for the property named 'errorCode', which has the expected type 'Edm.Int32[Nullable=False]'. The expected type 'Edm.Int32[Nullable=False]' does not allow null values.",
    ],
    [
      'a date without zone',
      { lastSyncDateTime: '2024-01-19T13:38:22.169688' },
      "400 ModelValidationFailure: Cannot convert the literal '2024-01-19T13:38:22.169688' to the expected type 'Edm.DateTimeOffset'.",
    ],
    [
      'an object for a text',
      { deviceName: {} },
      /^400 ModelValidationFailure: An unexpected 'StartObject' node/,
    ],
    ['a lone surrogate', '{"deviceName":"\\ud800"}', /^400 ModelValidationFailure: .*lone surrogate/],
    ['NUL', '{"deviceName":"a\\u0000b"}', /^400 ModelValidationFailure: .*NUL/],
    [
      'an indexed text too long',
      { deviceName: 'x'.repeat(513) },
      /^400 ModelValidationFailure: .*longer than 512/,
    ],
    [
      'another id',
      { id: 'other' },
      "400 BadRequest: The 'id' in the request body differs from the key in the request URI.",
    ],
    [
      'another type',
      { '@odata.type': '#microsoft.graph.userAppInstallStatus' },
      /^400 ModelValidationFailure: A type named 'userAppInstallStatus' was given/,
    ],
    [
      '1,000 levels',
      `{"deviceName":${'['.repeat(1000)}${']'.repeat(1000)}}`,
      /^400 BadRequest: The JSON payload is nested more than 100 levels deep/,
    ],
    ['5 MB', `{"deviceName":"${'x'.repeat(5_000_000)}"}`, /^413 RequestEntityTooLarge/],
  ])('%s', async (_name, body, expected) => {
    const before = await gateway.call('GET', status);
    const reply = await gateway.call('PATCH', status, body, { 'Content-Type': 'application/json' });
    expect(seen(reply)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
    expect((await gateway.call('GET', status)).text).toBe(before.text);
  });

  it('a media type that is not JSON', async () => {
    const reply = await gateway.call('PATCH', status, '{}', { 'Content-Type': 'text/xml' });
    expect(reply.status).toBe(415);
    expect(errorOf(reply).message).toMatch(/^A supported MIME type could not be found/);
  });

  it('no media type at all', async () => {
    const { port } = new URL(gateway.url);
    const code = await new Promise((resolve) => {
      const headers = { Authorization: `Bearer ${gateway.token}` };
      const sent = httpRequest({ port, path: `/${status}`, method: 'PATCH', headers }, (response) =>
        resolve(response.resume().statusCode),
      );
      sent.end('{}');
    });
    expect(code).toBe(400);
  });

  it('a precondition that does not hold', async () => {
    const reply = await gateway.call('PATCH', status, {}, { 'If-Match': 'W/"0"' });
    expect(seen(reply)).toBe(
      "412 PreconditionFailed: A precondition provided in the request (such as an if-match header) does not match the resource's current state.",
    );
  });
});

it('names the permissions that would do when one is missing', async () => {
  const token = await gateway.tokenFor({ roles: ['DeviceManagementApps.Read.All'] });
  const reply = await gateway.call('PATCH', status, {}, { Authorization: `Bearer ${token}` });
  expect(seen(reply)).toBe(
    '403 Forbidden: «Application is not authorized to perform this operation. Application must have one of the following scopes: DeviceManagementApps.ReadWrite.All»',
  );
});

it('repeats a validation error inside, as the service does, and echoes the client-request-id', async () => {
  const id = randomUUID();
  const reply = await gateway.call('PATCH', status, { nope: 1 }, { 'client-request-id': id });
  const { message, innerError } = errorOf(reply);
  expect(innerError['message']).toBe(message);
  expect(innerError['client-request-id']).toBe(id);
});

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
