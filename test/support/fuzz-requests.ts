import {
  type Arbitrary,
  array,
  boolean,
  constant,
  constantFrom,
  nat,
  oneof,
  option,
  record,
  tuple,
} from 'fast-check';
import { deflateSync, gzipSync } from 'node:zlib';
import type { ServedSet } from '../../src/graph/served-set.js';
import { brokenBodies, validBodies } from './fuzz-bodies.js';
import type { FuzzRequest } from './fuzz-http.js';
import { anyQueries } from './fuzz-queries.js';
import { weighted } from './fuzz-texts.js';
import { type Addressed, addresses, sendable, strangeTargets, targets } from './fuzz-urls.js';

/** Tokens that are good and don't suffice. */
export interface OtherTokens {
  reader: string;
  stranger: string;
  /** Of the built-in issuer. */
  clientId: string;
  clientSecret: string;
}

type Header = readonly [string, string];

/** Header values by their names, separated by `|`. */
const values: Readonly<Record<string, string>> = {
  Accept:
    'application/json|*/*|application/json;odata.metadata=full|application/json;odata.metadata=none;IEEE754Compatible=true|' +
    'text/html|text/plain|application/xml|application/json;q=0|application/json;odata.metadata=x|;;|application/octet-stream|',
  'Accept-Encoding': 'gzip|gzip;q=0, identity|br, deflate|*;q=0|identity;q=0|gzip, gzip;q=x|x-gzip|',
  Prefer:
    'return=minimal|return=representation|odata.maxpagesize=2|maxpagesize=0|odata.maxpagesize=99999|return=minimal, return=x|' +
    'respond-async|handling=strict;"|return="minimal"|include-unknown-enum-members|odata.track-changes|"',
  'If-Match': '*|W/"1"|"1"|W/"2", W/"3"|W/"99999999999"|x|"|',
  'If-None-Match': '*|W/"1"|W/"1", "2"|x',
  'If-Modified-Since': 'Sat, 01 Jan 2050 00:00:00 GMT|Sat, 01 Jan 2000 00:00:00 GMT|yesterday',
  'If-Unmodified-Since': 'Sat, 01 Jan 2050 00:00:00 GMT|Sat, 01 Jan 2000 00:00:00 GMT|0',
  Origin: 'http://localhost:4200|https://elsewhere.example|null|é|http://a b',
  'Access-Control-Request-Method': 'PATCH|x',
  'Access-Control-Request-Headers': 'authorization, content-type|é,,',
  'client-request-id': '7b0f4c55-0000-4000-8000-000000000001|<x>|é|',
  ConsistencyLevel: 'eventual|x',
  'OData-Version': '4.0|4.01|9|x',
  'OData-MaxVersion': '4.0|3.0|x',
  'OData-Isolation': 'snapshot',
  Isolation: 'snapshot',
  Range: 'bytes=0-1',
  Expect: '100-continue|x',
  'X-HTTP-Method-Override': 'DELETE',
  'X-Forwarded-Host': 'elsewhere.example|é',
  'X-Forwarded-Proto': 'https|ftp',
  Host: 'graph.microsoft.com|x:99|a"b|[::1]:1|é|localhost:0|..',
  Cookie: 'a=b; a=c',
  Upgrade: 'websocket',
  TE: 'trailers',
  Connection: 'close|keep-alive, x',
  'Content-Language': 'xx',
  'Content-MD5': 'x',
};

const someHeader: Arbitrary<Header> = constantFrom(...Object.entries(values)).chain(([name, list]) =>
  constantFrom(...list.split('|')).map((value): Header => [name, value]),
);
const someHeaders = weighted<Header[]>(
  [30, constant([])],
  [30, array(someHeader, { minLength: 1, maxLength: 4 })],
  [1, constant<Header[]>([['X', 'x'.repeat(30_000)]])],
);

const authorizations = (tokens: OtherTokens): Arbitrary<Header[]> =>
  weighted<Header[]>(
    [30, constant([])],
    [
      1,
      constantFrom('', 'Bearer', 'Bearer nonsense', 'Basic eDp5', 'Bearer a.b.c').map((value) => [
        ['Authorization', value],
      ]),
    ],
    [1, constantFrom(tokens.reader, tokens.stranger).map((token) => [['Authorization', `Bearer ${token}`]])],
  );

const contentTypes = weighted<Header[]>(
  [20, constant([['Content-Type', 'application/json']])],
  [
    2,
    constantFrom(
      'application/json;charset=utf-8',
      'application/json;odata.metadata=full;IEEE754Compatible=true',
      'Application/JSON ; x="y"',
    ).map((type) => [['Content-Type', type]]),
  ],
  [
    1,
    constantFrom(
      'text/plain',
      'application/json;charset=latin1',
      'application/jsonx',
      'x',
      '',
      'multipart/mixed;boundary=x',
      'application/x-www-form-urlencoded',
    ).map((type) => [['Content-Type', type]]),
  ],
  [1, constant([])],
);

interface Content {
  headers: readonly Header[];
  body: Buffer | undefined;
}

/** A body as it is sent: with its type, perhaps coded, perhaps otherwise than it says. */
function contents(bodies: Arbitrary<Buffer>): Arbitrary<Content> {
  const codings = weighted<readonly [string, (bytes: Buffer) => Buffer] | undefined>(
    [16, constant(undefined)],
    [2, constantFrom(['gzip', gzipSync] as const, ['deflate', deflateSync] as const)],
    [
      1,
      constantFrom(
        ...['gzip', 'br', 'gzip, gzip', 'identity', 'x'].map(
          (name) => [name, (bytes: Buffer) => bytes] as const,
        ),
      ),
    ],
  );
  return tuple(bodies, contentTypes, codings).map(([bytes, type, coding]) => ({
    headers: coding ? [...type, ['Content-Encoding', coding[0]]] : type,
    body: coding ? coding[1](bytes) : bytes,
  }));
}

const jsonBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const newIds = ['new-1', 'new-2', "new'3/é"];

const bodiesFor = ({ place: { set, keys }, isEntity }: Addressed): Arbitrary<Buffer> =>
  weighted([5, validBodies(set, idsFor(set, isEntity, keys)).map(jsonBytes)], [4, brokenBodies(set)]);

/** Ids that a body may name: that of a single is made of the tenant's. */
function idsFor({ isSingle }: ServedSet, isEntity: boolean, keys: readonly string[]): readonly string[] {
  if (isSingle) return [];
  return isEntity ? keys.slice(-1) : newIds;
}

/** Deletes what is at the root rarely: all that it contains goes with it. */
const isRare = ({ method, address: { place, isEntity } }: { method: string; address: Addressed }): boolean =>
  method === 'DELETE' && isEntity && place.keys.length === 1;

const reads = tuple(
  weighted<string>([20, constant('GET')], [2, constant('HEAD')], [1, constant('OPTIONS')]),
  targets(addresses(boolean())),
).map(([method, target]): FuzzRequest => ({ method, target, headers: [], body: undefined }));

/** Writes to what may be written to, and a part of them to what may not. */
const writes: Arbitrary<FuzzRequest> = record({
  address: addresses(boolean()),
  method: weighted<string>(
    [12, constant('by address')],
    [3, constant('DELETE')],
    [2, constantFrom('PUT', 'POST', 'PATCH', 'PROPFIND', 'TRACE', 'MERGE', 'QUERY')],
  ),
  isPlain: nat(9).map((n) => n > 0),
})
  .map(({ method, ...rest }) => ({
    ...rest,
    method: method === 'by address' ? (rest.address.isEntity ? 'PATCH' : 'POST') : method,
  }))
  .filter((wanted) => !isRare(wanted))
  .chain(({ address, method, isPlain }) => {
    const content: Arbitrary<Content> =
      method === 'DELETE' ? constant({ headers: [], body: undefined }) : contents(bodiesFor(address));
    const query = isPlain ? constantFrom('', '', '', '?$format=json', '?x=y') : anyQueries(address.place.set);
    return tuple(content, query).map(([sent, search]) => ({
      method,
      target: sendable(address.path + search),
      ...sent,
    }));
  });

const strange = tuple(
  constantFrom('GET', 'GET', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PATCH', 'DELETE', 'TRACE'),
  strangeTargets,
).map(([method, target]): FuzzRequest => ({ method, target, headers: [], body: undefined }));

/** What the token endpoint is asked, well and badly. */
function tokenRequests({ clientId, clientSecret }: OtherTokens): Arbitrary<FuzzRequest> {
  const form = record(
    {
      grant_type: constantFrom('client_credentials', 'client_credentials', 'password', ''),
      client_id: constantFrom(clientId, clientId, 'x'),
      client_secret: constantFrom(clientSecret, clientSecret, 'x', ''),
      scope: constantFrom(
        'https://graph.microsoft.com/.default',
        'x',
        'https://graph.microsoft.com/User.Read',
        '%00',
      ),
    },
    { noNullPrototype: true, requiredKeys: ['grant_type'] },
  );
  return tuple(form, constantFrom('8f6f2c1a-3d5e-4b7a-9c10-6e2d4f8a1b35', 'common', 'x'), boolean()).map(
    ([fields, tenant, isForm]) => ({
      method: 'POST',
      target: `/${tenant}/oauth2/v2.0/token`,
      headers: [['Content-Type', isForm ? 'application/x-www-form-urlencoded' : 'application/json']],
      body: Buffer.from(new URLSearchParams(fields as Record<string, string>).toString()),
    }),
  );
}

/** How a request stands in its batch. */
interface Link {
  /** Taken from those before it. */
  dependsOn: number[];
  isGrouped: boolean;
  /** What makes the whole batch a wrong one. */
  isWrong: boolean;
}

/** One request of a batch, out of one that could come by itself. */
const part = (
  { method, target, headers, body }: FuzzRequest,
  index: number,
  { dependsOn, isGrouped, isWrong }: Link,
): unknown => ({
  id: isWrong ? '0' : String(index),
  method: isWrong || innerMethods.has(method) ? method : 'PUT',
  url: target.replace(/^\/beta(?=\/)/, ''),
  headers: { ...(!isWrong && { 'Content-Type': 'application/json' }), ...Object.fromEntries(headers) },
  ...(body && { body: parsedOrText(body) }),
  ...(index > 0 && { dependsOn: dependsOn.map((of) => String(of % index)) }),
  ...(isGrouped && { atomicityGroup: 'g' }),
});

const innerMethods = new Set(['GET', 'POST', 'PATCH', 'DELETE']);

function parsedOrText(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return body.toString('base64url');
  }
}

function batches(): Arbitrary<FuzzRequest> {
  const link = record({
    dependsOn: weighted<number[]>([4, constant([])], [1, array(nat(20), { minLength: 1, maxLength: 2 })]),
    isWrong: nat(60).map((n) => n === 0),
  });
  const parts = array(tuple(oneof(reads, writes, writes), link), { minLength: 1, maxLength: 8 });
  // Requests of a group have to stand together.
  const valid = tuple(parts, option(nat(6), { nil: Infinity }), nat(4)).map(([list, start, size]) => ({
    requests: list.map(([request, links], index) =>
      part(request, index, { ...links, isGrouped: index >= start && index < start + size }),
    ),
  }));
  const broken = constantFrom<unknown>(
    {},
    [],
    { requests: {} },
    { requests: [] },
    { requests: [null] },
    { requests: [{ id: '1' }] },
    { requests: [{ id: '1', method: 'GET', url: '/$batch' }] },
    { requests: [{ id: '1', method: 'GET', url: 'http://elsewhere.example/' }] },
    { requests: [{ id: '1', method: 'POST', url: '/deviceAppManagement/mobileApps', body: {} }] },
    { requests: [{ id: '1', method: 'GET', url: '/x', headers: { 'a b': 'c' } }] },
    { requests: Array.from({ length: 21 }, (_, n) => ({ id: `${n}`, method: 'GET', url: '/x' })) },
  );
  const bodies = weighted([9, valid.map(jsonBytes)], [1, broken.map(jsonBytes)]);
  return tuple(
    contents(bodies),
    constantFrom('/beta/$batch', '/beta/$batch', '/v1.0/$batch', '/beta/%24batch/'),
  ).map(([sent, target]) => ({ method: 'POST', target, ...sent }));
}

/** What a client may send, much of it well and much of it badly. */
export function fuzzRequests(tokens: OtherTokens): Arbitrary<FuzzRequest> {
  const some = weighted<FuzzRequest>(
    [40, reads],
    [36, writes],
    [10, strange],
    [10, batches()],
    [2, tokenRequests(tokens)],
  );
  return tuple(some, someHeaders, authorizations(tokens)).map(([request, headers, authorization]) => ({
    ...request,
    headers: [...request.headers, ...headers, ...authorization],
  }));
}
