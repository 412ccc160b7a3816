import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, json, oneof, property, record } from 'fast-check';
import { GraphError } from '../errors.js';
import { parseJsonBody } from '../json-body.js';
import { limits } from '../limits.js';
import { readBatch } from './read-batch.js';
import { workSoFar } from '../../../test/support/work.js';

const jsonType = { 'Content-Type': 'application/json' };
const aRequest = (members: object = {}): object => ({ id: '1', method: 'GET', url: '/me', ...members });
const aWrite = (members: object = {}): object =>
  aRequest({ method: 'POST', headers: jsonType, body: {}, ...members });

const read = (...requests: unknown[]): ReturnType<typeof readBatch> => readBatch({ requests }, 'v1.0');

/** Status and text of what the batch is refused with; what isn't a `GraphError` fails the test. */
function refusal(document: unknown): string {
  try {
    readBatch(document, 'v1.0');
  } catch (error) {
    if (error instanceof GraphError) return `${error.status} ${error.message}`;
    throw error;
  }
  return 'none';
}
const refusalOf = (...requests: unknown[]): string => refusal({ requests });
const invalid = (reason: string): string => `400 The batch is not valid: ${reason}.`;

describe('a batch', () => {
  it('gives its requests in their order, as if they had come by themselves', () => {
    const headers = { 'content-TYPE': ' application/json ', 'If-Match': '*' };
    const parts = read(
      { id: 'a', method: 'get', url: 'me?$select=id' },
      { id: 'b', method: 'Post', url: '/beta/users', headers, body: { name: 'é' }, atomicityGroup: 'g' },
      { id: 'c', method: 'DELETE', url: 'V1.0/users/1', dependsOn: ['G', 'a'] },
    );
    const nothing = { headers: {}, body: undefined, dependsOn: [], group: undefined };
    expect(parts).toEqual([
      { ...nothing, id: 'a', method: 'GET', url: '/v1.0/me?$select=id' },
      {
        ...nothing,
        id: 'b',
        method: 'POST',
        url: '/beta/users',
        headers: { 'content-type': 'application/json', 'if-match': '*' },
        body: '{"name":"é"}',
        group: 'g',
      },
      { ...nothing, id: 'c', method: 'DELETE', url: '/V1.0/users/1', dependsOn: ['g', 'a'] },
    ]);
  });

  it.each([
    ['null', null, 'it is not an object'],
    ['an array', [aRequest()], 'it is not an object'],
    ['a text', 'requests', 'it is not an object'],
    ['no requests', {}, "'requests' is not an array of requests"],
    ['null for requests', { requests: null }, "'requests' is not an array of requests"],
    ['an object for requests', { requests: { 0: aRequest() } }, "'requests' is not an array of requests"],
    ['an empty array', { requests: [] }, "'requests' is not an array of requests"],
    ['another member', { requests: [aRequest()], responses: [] }, "it has no member 'responses'"],
    [
      'its prototype as a member',
      JSON.parse('{"__proto__":{"requests":[]}}'),
      "it has no member '__proto__'",
    ],
  ])('is refused with %s', (_, document, reason) => {
    expect(refusal(document)).toBe(invalid(reason));
  });

  it('may have annotations', () => {
    expect(refusal({ requests: [aRequest({ 'a@b.c': 1 })], '@odata.context': 'x' })).toBe('none');
  });

  it('holds 20 requests at most', () => {
    const requests = Array.from({ length: 21 }, (_, index) => aRequest({ id: `${index}` }));
    expect(refusalOf(...requests.slice(1))).toBe('none');
    expect(refusalOf(...requests)).toBe('400 Number of batch request steps exceeds the maximum value of 20.');
  });
});

describe('a request of a batch', () => {
  const noId = "request 1 of 'requests' has no 'id' that is a text";
  const noMethod = "request '1' has a 'method' that is none of GET, POST, PATCH, PUT, DELETE";
  it.each([
    ['null', null, noId],
    ['an array', [], noId],
    ['a request without an id', { method: 'GET', url: '/me' }, noId],
    ['an empty id', aRequest({ id: '' }), noId],
    ['a number as id', aRequest({ id: 1 }), noId],
    ['an unknown member', aRequest({ Url: '/me' }), "request '1' has a member 'Url', which is unknown"],
    ['no method', aRequest({ method: undefined }), noMethod],
    ['HEAD', aRequest({ method: 'HEAD' }), noMethod],
    ['OPTIONS', aRequest({ method: 'OPTIONS' }), noMethod],
    ['a method of nobody', aRequest({ method: 'constructor' }), noMethod],
    ['a list of methods', aRequest({ method: ['GET'] }), noMethod],
    [
      'a group without a name',
      aRequest({ atomicityGroup: '' }),
      "request '1' has an 'atomicityGroup' that is not a text",
    ],
    [
      'a number as group',
      aRequest({ atomicityGroup: 1 }),
      "request '1' has an 'atomicityGroup' that is not a text",
    ],
    [
      'an id to depend on',
      aRequest({ dependsOn: '2' }),
      "request '1' has a 'dependsOn' that is not an array of ids",
    ],
    [
      'numbers to depend on',
      aRequest({ dependsOn: [2] }),
      "request '1' has a 'dependsOn' that is not an array of ids",
    ],
  ])('is refused when it is or has %s', (_, request, reason) => {
    expect(refusalOf(request)).toBe(invalid(reason));
  });

  it('with a condition is not supported', () => {
    expect(refusalOf(aRequest({ if: '$1/status eq 200' }))).toBe("501 'if' in a batch is not supported.");
  });

  it('may have null for what it leaves out', () => {
    const nothing = { headers: null, body: null, dependsOn: null, atomicityGroup: null, if: null };
    expect(read(aRequest(nothing))).toEqual(read(aRequest()));
  });

  it.each(['GET', 'get', 'Delete', 'pOST', 'PATCH', 'put'])('has its method in any case: %s', (method) => {
    expect(read(aRequest({ method, headers: jsonType }))[0]?.method).toBe(method.toUpperCase());
  });

  it('is named in its refusal by no more of its id than tells it', () => {
    expect(refusalOf(aRequest({ id: 'x'.repeat(1000), method: '' })).length).toBeLessThan(300);
  });
});

describe('the url of a request', () => {
  it.each([
    ['/me', '/v1.0/me'],
    ['me', '/v1.0/me'],
    ['/', '/v1.0/'],
    ['/beta', '/beta'],
    ['/beta/x', '/beta/x'],
    ['v1.0/x', '/v1.0/x'],
    ['BETA/x', '/BETA/x'],
    ['betas/x', '/v1.0/betas/x'],
    ['/v2.0/x', '/v1.0/v2.0/x'],
    ["/apps('a%20b')/x", "/v1.0/apps('a%20b')/x"],
    ["apps(id='urn:x')", "/v1.0/apps(id='urn:x')"],
    ['/me/drive/root:/a.txt:/content', '/v1.0/me/drive/root:/a.txt:/content'],
    ['/?$format=json', '/v1.0/?$format=json'],
    ["/apps?$filter=name eq 'a  b'", "/v1.0/apps?$filter=name%20eq%20'a%20%20b'"],
    ["/apps?$filter=name+eq+'%2B%zz'", "/v1.0/apps?$filter=name+eq+'%2B%zz'"],
    ['/apps?$search="é/?://$batch"', '/v1.0/apps?$search="é/?://$batch"'],
    ['/apps/%5C%23%20', '/v1.0/apps/%5C%23%20'],
    ['/$batches', '/v1.0/$batches'],
    ['/%2524batch', '/v1.0/%2524batch'],
    ['/%zz', '/v1.0/%zz'],
  ])('%s is read as %s', (url, path) => {
    expect(read(aRequest({ url }))[0]?.url).toBe(path);
  });

  it('without a version has that of the batch', () => {
    expect(readBatch({ requests: [aRequest()] }, 'beta')[0]?.url).toBe('/beta/me');
  });

  it.each([
    [undefined, "has no 'url'"],
    [null, "has no 'url'"],
    [['/me'], "has no 'url'"],
    ['', "has a 'url' without a path"],
    ['?$top=1', "has a 'url' without a path"],
    ['https://graph.microsoft.com/v1.0/me', "has a 'url' that is not relative"],
    ['FILE:/etc/passwd', "has a 'url' that is not relative"],
    ['localhost:80/me', "has a 'url' that is not relative"],
    ['//host/me', "has a 'url' that names a host"],
    ['///host/me', "has a 'url' that names a host"],
    ['/me#x', "has a 'url' with a fragment"],
    ["/apps?$filter=name eq 'C#'", "has a 'url' with a fragment"],
    ['/\\host/me', "has a 'url' with a backslash"],
    ['/me?$search=\\', "has a 'url' with a backslash"],
    ['/me\r\nHost: x', "has a 'url' with a control character"],
    ['/me?a=\0', "has a 'url' with a control character"],
    ['/me?a=\u0085', "has a 'url' with a control character"],
    ['/me?a=\ud800', "has a 'url' with a lone surrogate"],
    ['/my apps', "has a 'url' with a space in its path"],
    [' /me', "has a 'url' with a space in its path"],
    ['/$batch', 'is a batch itself'],
    ['$batch', 'is a batch itself'],
    ['/v1.0/$batch?a=b', 'is a batch itself'],
    ['/beta//$BATCH/', 'is a batch itself'],
    ['/beta/%24b%41tch', 'is a batch itself'],
    ['/x/../$batch', 'is a batch itself'],
  ])('%j is refused', (url, reason) => {
    expect(refusalOf(aRequest({ url }))).toBe(invalid(`request '1' ${reason}`));
  });
});

describe('the headers of a request', () => {
  it('are read by lower-case name', () => {
    const headers = JSON.parse(
      '{"Prefer":"a=b","__proto__":"p","Constructor":"c","X-Y":"\\t\\u00e9 "}',
    ) as object;
    const [part] = read(aRequest({ headers }));
    expect(Object.entries(part?.headers ?? {})).toEqual([
      ['prefer', 'a=b'],
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['x-y', 'é'],
    ]);
  });

  it.each([
    ['an array', [], "has 'headers' that are not an object"],
    ['a text', 'a: b', "has 'headers' that are not an object"],
    ['a number as value', { a: 1 }, "has a header 'a' whose value is not valid"],
    ['a boolean as value', { a: true }, "has a header 'a' whose value is not valid"],
    ['null as value', { a: null }, "has a header 'a' whose value is not valid"],
    ['a line end in a value', { a: 'b\r\nc: d' }, "has a header 'a' whose value is not valid"],
    ['a line feed at the end', { a: 'b\n' }, "has a header 'a' whose value is not valid"],
    ['a NUL in a value', { a: '\0' }, "has a header 'a' whose value is not valid"],
    ['a character beyond bytes', { a: '€' }, "has a header 'a' whose value is not valid"],
    ['an empty name', { '': 'b' }, "has a header '' whose name is not valid"],
    ['a colon in a name', { 'a:': 'b' }, "has a header 'a:' whose name is not valid"],
    ['a line feed in a name', { 'a\n': 'b' }, "has a header 'a\n' whose name is not valid"],
    ['a letter beyond ASCII in a name', { ſ: 'b' }, "has a header 'ſ' whose name is not valid"],
    ['a name twice', { accept: 'a', Accept: 'a' }, "has the header 'Accept' more than once"],
  ])('are refused with %s', (_, headers, reason) => {
    expect(refusalOf(aRequest({ headers }))).toBe(invalid(`request '1' ${reason}`));
  });
});

const bodyOf = (type: string, body: unknown): unknown =>
  read(aWrite({ headers: { 'content-type': type }, body }))[0]?.body;

describe('the body of a request', () => {
  it.each([
    ['application/json', { a: [1, null, 'é'] }, '{"a":[1,null,"é"]}'],
    ['application/json; charset=utf-8', 'a', '"a"'],
    ['APPLICATION/JSON;odata.metadata=full', 0, '0'],
    ['application/merge-patch+json', false, 'false'],
    ['application/json', [], '[]'],
    ['text/plain', 'a\0\n', 'a\0\n'],
    ['Text/csv;charset=utf-8', '', ''],
    ['application/jsonp', '', Buffer.alloc(0)],
    ['image/png', '-_8', Buffer.from([251, 255])],
    ['image/png', '+/8=', Buffer.from([251, 255])],
    ['application/octet-stream', 'AA==', Buffer.from([0])],
    ['application/octet-stream', 'AAAA', Buffer.alloc(3)],
    ['application/json', undefined, undefined],
    ['image/png', null, undefined],
  ])('of %s is %j as JSON, text or bytes', (type, body, result) => {
    expect(bodyOf(type, body)).toEqual(result);
  });

  it.each([
    ['text/plain', 1, "has a 'body' that is not a string, as 'text/plain' is not JSON"],
    ['image/png', {}, "has a 'body' that is not a string, as 'image/png' is not JSON"],
    ['text/plain', '\ud800', "has a 'body' with a lone surrogate"],
    ['image/png', 'A', "has a 'body' that is not base64url"],
    ['image/png', 'AA=', "has a 'body' that is not base64url"],
    ['image/png', 'AAAA====', "has a 'body' that is not base64url"],
    ['image/png', 'A=AA', "has a 'body' that is not base64url"],
    ['image/png', 'AA\n', "has a 'body' that is not base64url"],
    ['application/json', { a: [JSON.parse('1e400')] }, "has a 'body' with a number out of range"],
  ])('of %s is refused when it is %j', (type, body, reason) => {
    const refused = refusalOf(aWrite({ headers: { 'content-type': type }, body }));
    expect(refused).toBe(invalid(`request '1' ${reason}`));
  });

  it.each([
    ['POST', {}],
    ['PATCH', {}],
    ['PUT', {}],
    ['POST', undefined],
    ['PATCH', null],
    ['PUT', undefined],
  ])('of a %s needs a Content-Type: %j', (method, body) => {
    const text = "400 Write request with id '1' does not contain a Content-Type header.";
    expect(refusalOf(aRequest({ method, body }))).toBe(text);
    expect(refusalOf(aRequest({ method, body, headers: { 'content-type': ' ' } }))).toBe(text);
  });

  it.each(['GET', 'DELETE'])('is none of a %s', (method) => {
    const reason = `request '1' has a 'body', which ${method} does not take`;
    expect(refusalOf(aWrite({ method }))).toBe(invalid(reason));
    expect(read(aRequest({ method }))[0]?.body).toBeUndefined();
  });

  it('keeps __proto__ as a name like any other', () => {
    expect(bodyOf('application/json', JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}');
  });
});

/** `id group < dependencies`, as in `b g < a c`. */
const link = (text: string): object => {
  const [head = '', names] = text.split(' < ');
  const [id, atomicityGroup] = head.split(' ');
  return aRequest({ id, atomicityGroup, dependsOn: names?.split(' ') });
};

describe('what a request depends on', () => {
  it.each([
    [['a', 'b < a'], 'b < a'],
    [['b < a', 'a'], 'b < a'],
    [['a', 'b < A a'], 'b < a'],
    [['A g', 'b G', 'c < G'], 'A g | b g | c < g'],
    [['c < b', 'a g', 'b g < a'], 'c < b | a g | b g < a'],
    [['__proto__', 'constructor < __proto__'], 'constructor < __proto__'],
    [['toString __proto__', 'c < __proto__ tostring'], 'toString __proto__ | c < __proto__ toString'],
  ])('is named in any order and case: %j', (requests, shown) => {
    const parts = read(...requests.map(link)).filter(({ dependsOn, group }) => dependsOn.length > 0 || group);
    const text = parts.map(
      ({ id, group, dependsOn }) =>
        `${id}${group ? ` ${group}` : ''}${dependsOn.length > 0 ? ` < ${dependsOn.join(' ')}` : ''}`,
    );
    expect(text.join(' | ')).toBe(shown);
  });

  const round = 'depends on what, by way of others or its group, depends on it';
  it.each([
    [['a', 'A'], "request 'A' has an id that another request has"],
    [['__proto__', '__PROTO__'], "request '__PROTO__' has an id that another request has"],
    [['a < b'], "request 'a' depends on 'b', which is no request or group of the batch"],
    [['a < constructor'], "request 'a' depends on 'constructor', which is no request or group of the batch"],
    [['a < A'], "request 'a' depends on itself"],
    [['a g < G'], "request 'a' depends on its own group 'g'"],
    [['a', 'b A'], "request 'b' is in the group 'A', which is a request's id"],
    [['a a'], "request 'a' is in the group 'a', which is a request's id"],
    [['a g', 'b', 'c G'], "request 'c' is apart from the other requests of its group 'G'"],
    [['a g', 'b h', 'c g'], "request 'c' is apart from the other requests of its group 'g'"],
    [['a < b', 'b < a'], `request 'a' ${round}`],
    [['x < a', 'a < b', 'b < c', 'c < b'], `request 'b' ${round}`],
    [['a g < b', 'b g < a'], `request 'a' ${round}`],
    [['a g', 'b < a', 'c g2 < b', 'd g2', 'e'], undefined],
    [['a g < c', 'b g', 'c < b'], `request 'a' ${round}`],
    [['a g < d', 'b g', 'c h < b', 'd h'], `request 'a' ${round}`],
    [['a g', 'b g < c', 'c < g'], `request 'a' ${round}`],
  ])('can be refused: %j', (requests, reason) => {
    expect(refusalOf(...requests.map(link))).toBe(reason === undefined ? 'none' : invalid(reason));
  });
});

describe('whatever a client sends', () => {
  it('is read or refused', () => {
    const value = json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown);
    const name = constantFrom('a', 'b', '__proto__', 'constructor', 'A', '');
    const request = record(
      {
        id: oneof({ weight: 9, arbitrary: name }, value),
        method: oneof({ weight: 9, arbitrary: constantFrom('GET', 'POST', 'delete') }, value),
        url: oneof({ weight: 9, arbitrary: constantFrom('/me', 'beta/x?a b') }, value),
        headers: oneof({ weight: 3, arbitrary: constantFrom({}, jsonType) }, value),
        body: value,
        dependsOn: oneof({ weight: 3, arbitrary: constantFrom([], ['a'], ['B', 'constructor']) }, value),
        atomicityGroup: oneof({ weight: 3, arbitrary: name }, value),
      },
      { requiredKeys: ['id', 'method', 'url'] },
    );
    const seen = new Set<string>();
    assert(
      property(
        oneof(
          value,
          record({ requests: value }),
          record({ requests: array(request) }),
          record({ requests: array(request, { maxLength: 2 }) }),
        ),
        (document) => {
          const result = refusal(document);
          expect(result).toMatch(/^(none$|400 |501 )/);
          seen.add(result.slice(0, 4));
        },
      ),
      { numRuns: 3000 },
    );
    expect(seen).toContain('none');
  });

  it('is read in time that grows with its size', () => {
    const big = 'x'.repeat(200 * 1024);
    const forms: object[] = [
      { body: { a: big } },
      { body: big },
      { body: big, headers: { 'content-type': 'text/plain' } },
      { body: `${big}=x`, headers: { 'content-type': 'image/png' } },
      { url: `/${'%24'.repeat(big.length / 3)}` },
      { url: '/a'.repeat(big.length / 2) },
      { url: `/me?${' '.repeat(big.length)}` },
      { url: `${big}\n` },
      { headers: { ...jsonType, a: `${big}\n` } },
      { headers: { ...jsonType, [big]: 'a' } },
      {
        headers: {
          ...jsonType,
          ...Object.fromEntries(Array.from({ length: 8000 }, (_, n) => [`a${n}`, ''])),
        },
      },
      { dependsOn: Array<string>(9000).fill('0') },
      { atomicityGroup: big },
      { [big]: 1 },
    ];
    const worked = workSoFar();
    for (const form of forms) {
      const requests = Array.from({ length: 20 }, (_, index) => aWrite({ ...form, id: `${index}` }));
      refusal(parseJsonBody(JSON.stringify({ requests })));
    }
    expect(worked()).toBeLessThan(5000);
  });

  it('is read as deep as a body may be', () => {
    const depth = limits.jsonDepth - 3;
    const body = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;
    const text = JSON.stringify({ requests: [aWrite({ body })] });
    expect(refusal(parseJsonBody(text))).toBe('none');
  });
});
