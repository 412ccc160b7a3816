import { isAnnotation } from '../annotations.js';
import type { ApiVersion } from '../edm.js';
import { graphError } from '../errors.js';
import { limits } from '../limits.js';
import { excerpt } from '../value-problem.js';
import { type BatchMethod, batchMethods, type BatchPart, invalidPart } from './batch-part.js';
import { planOf } from './batch-plan.js';
import { partBody, partHeaders } from './part-content.js';
import { linkedParts } from './part-names.js';
import { partUrl } from './part-url.js';

/**
 * The requests of a JSON batch (OData JSON 4.01, 19.1), in their order.
 * @param document as `parseJsonBody` gives it: within the limits of depth and values
 * @param version of the batch's own URL, for the requests that name none
 * @throws {GraphError} 400 for the whole where one request is malformed or waits for what never comes, 501 for `if`
 */
export function readBatch(document: unknown, version: ApiVersion): BatchPart[] {
  const parts = linkedParts(requestsOf(document).map((request, index) => readPart(request, index, version)));
  // Only for what it refuses: a circle is a fault of the whole, told before anything has run.
  planOf(parts);
  return parts;
}

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function requestsOf(document: unknown): readonly unknown[] {
  if (!isObject(document)) throw graphError('invalidBatch', 'it is not an object');
  const foreign = foreignMember(document, ofBatch);
  if (foreign !== undefined) throw graphError('invalidBatch', `it has no member '${excerpt(foreign)}'`);
  const requests = document['requests'];
  if (!Array.isArray(requests) || requests.length === 0)
    throw graphError('invalidBatch', "'requests' is not an array of requests");
  if (requests.length > limits.batch) throw graphError('batchTooLong', limits.batch);
  return requests;
}

const ofBatch = new Set(['requests']);
const ofPart = new Set(['id', 'method', 'url', 'headers', 'body', 'dependsOn', 'atomicityGroup', 'if']);

const foreignMember = (object: JsonObject, known: ReadonlySet<string>): string | undefined =>
  Object.keys(object).find((name) => !known.has(name) && !isAnnotation(name));

function readPart(request: unknown, index: number, version: ApiVersion): BatchPart {
  const id = isObject(request) ? request['id'] : undefined;
  if (!isObject(request) || typeof id !== 'string' || id === '')
    throw graphError('invalidBatch', `request ${index + 1} of 'requests' has no 'id' that is a text`);
  const foreign = foreignMember(request, ofPart);
  if (foreign !== undefined) throw invalidPart(id, `has a member '${excerpt(foreign)}', which is unknown`);
  if (given(request['if']) !== undefined) throw graphError('expressionNotSupported', "'if' in a batch");
  const method = methodOf(id, request['method']);
  const headers = partHeaders(id, given(request['headers']));
  return {
    id,
    method,
    url: partUrl(id, request['url'], version),
    headers,
    body: partBody(id, method, headers['content-type'], given(request['body'])),
    dependsOn: dependenciesOf(id, given(request['dependsOn'])),
    group: groupOf(id, given(request['atomicityGroup'])),
  };
}

/** A null `body` is an absent one (OData JSON 4.01, 19.1), and typed clients write null for all that they leave out. */
const given = (value: unknown): unknown => (value === null ? undefined : value);

function methodOf(id: string, value: unknown): BatchMethod {
  const upper = typeof value === 'string' ? value.toUpperCase() : undefined;
  const method = batchMethods.find((name) => name === upper);
  if (method) return method;
  throw invalidPart(id, `has a 'method' that is none of ${batchMethods.join(', ')}`);
}

function dependenciesOf(id: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value;
  throw invalidPart(id, "has a 'dependsOn' that is not an array of ids");
}

function groupOf(id: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw invalidPart(id, "has an 'atomicityGroup' that is not a text");
}
