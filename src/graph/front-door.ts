import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Configuration } from '../configuration.js';
import { canonicalPath } from '../odata/address.js';
import { basePathOf, unknownDate } from '../odata/base-path.js';
import { graphError } from '../odata/errors.js';
import { limits } from '../odata/limits.js';
import { operationPath } from '../odata/operation.js';
import { resolveTarget } from '../odata/resource-tree.js';
import { baseUrl } from '../operations/base-url.js';
import { requireAcceptableCoding } from '../operations/content-coding.js';
import { corsHeaders, isPreflight } from '../operations/cors.js';
import { type Answer, emptyAnswer, send, sendError } from './answer.js';
import { batchPath, descriptionPath, type GraphRequest, type GraphResponse, identify } from './exchange.js';
import type { GraphModel } from './graph-model.js';
import { verbsAnswer } from './verbs-answer.js';

/** What the front door tells the outside about requests. */
export interface Observer {
  /** Called once when an exchange is over; `seconds` since it arrived. */
  finished(request: GraphRequest, response: GraphResponse, seconds: number): void;
  /** A fault of ours, answered with 500. */
  fault(error: unknown, requestId: string): void;
}

/** What stands at the root of a version, by its path. */
const documents: Readonly<Record<string, NonNullable<GraphRequest['described']>['document']>> = {
  '': 'service',
  $metadata: 'metadata',
  'openapi.json': 'openapi',
};

const verbs = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS']);

/**
 * The first stage of every request: ids, the log line, what browsers ask, and the URL in its one canonical spelling, so
 * that the router needs one route whatever the version, case or key form was. Then `router` goes on.
 */
export function frontDoor(
  model: GraphModel,
  configuration: Configuration,
  observer: Observer,
  router: RequestListener,
): RequestListener {
  const vary = configuration.corsOrigins.length === 0 ? 'Accept-Encoding' : 'Accept-Encoding, Origin';
  return (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const request = incoming as GraphRequest;
    const response = outgoing as GraphResponse;
    const arrived = performance.now();
    response.on('close', () => observer.finished(request, response, (performance.now() - arrived) / 1000));
    identify(request);
    response.setHeader('request-id', request.requestId);
    response.setHeader('client-request-id', request.clientRequestId);
    response.setHeader('Vary', vary);
    try {
      const answer = enter(model, configuration, request, response);
      if (answer) return send(response, answer);
    } catch (error) {
      return sendError(request, response, error, observer.fault.bind(observer));
    }
    router(request, response);
  };
}

/**
 * @returns the answer to `OPTIONS`, which needs no token, or else nothing
 * @throws {GraphError} 400, 404, 406 or 414 for what can't be answered, whoever asks
 */
function enter(
  model: GraphModel,
  configuration: Configuration,
  request: GraphRequest,
  response: GraphResponse,
): Answer | undefined {
  splitUrl(request);
  const { origin, 'accept-encoding': codings } = request.headers;
  // Ahead of all that may be refused: scripts are to see why.
  if (origin !== undefined) allowScripts(response, corsHeaders(configuration.corsOrigins, origin, request));
  requireHttp(request);
  if (origin !== undefined && isPreflight(request)) return emptyAnswer;
  if (codings !== undefined) requireAcceptableCoding(codings);
  normalise(model, configuration, request);
  return request.method === 'OPTIONS' ? verbsAnswer(request) : undefined;
}

function allowScripts(response: GraphResponse, headers: Readonly<Record<string, string>>): void {
  for (const name in headers) response.setHeader(name, headers[name] as string);
}

function requireHttp({ method = '', headersDistinct, httpVersion }: GraphRequest): void {
  if (!verbs.has(method)) throw graphError('unknownVerb');
  // RFC 9112, 3.2: one Host, or it is not known who was asked.
  const hosts = headersDistinct['host']?.length ?? 0;
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0')) throw graphError('malformedRequest');
}

/** @throws {GraphError} 400, 404 or 414 for a URL that addresses nothing */
function normalise(model: GraphModel, configuration: Configuration, request: GraphRequest): void {
  if (isTooLong(request.url ?? '')) throw graphError('urlTooLong', limits.url);
  const place = basePathOf(request.originalPath);
  if (!place) {
    const problem = unknownDate(request.originalPath);
    if (problem) throw problem;
    return;
  }
  const { version, rest } = place;
  request.publicBase = baseUrl(request, configuration);
  const atRoot = rest
    .replaceAll(/^\/+|\/+$/g, '')
    .replace(/^%24/, '$')
    .toLowerCase();
  if (atRoot === '$batch') {
    request.batched = version;
    request.url = `/${batchPath}`;
    return;
  }
  const document = documents[atRoot];
  if (document !== undefined) {
    request.described = { version, document };
    request.url = `/${descriptionPath}`;
    return;
  }
  const target = resolveTarget(model.trees[version], rest, request.method ?? '');
  if ('address' in target) {
    request.address = target.address;
    request.url = canonicalPath(target.address);
  } else {
    request.operation = target.operation;
    request.url = operationPath(target.operation);
  }
}

/** A nextLink is followed as it was given: the place that it leads to isn't counted against what the client composed. */
function isTooLong(url: string): boolean {
  if (url.length <= limits.url) return false;
  const token = /[?&]\$skiptoken=([\w-]*)/.exec(url)?.[1] ?? '';
  return url.length - Math.min(token.length, limits.url) > limits.url;
}

/** Path and query of the request target, which may be a whole URL, its path left out (RFC 9112, 3.2.2; RFC 9110, 4.2.3). */
function splitUrl(request: GraphRequest): void {
  const target = (request.url ?? '/').replace(/^https?:\/\/[^/?#]*(\/?)/i, '/');
  const question = target.indexOf('?');
  request.originalPath = question < 0 ? target : target.slice(0, question);
  request.search = question < 0 ? '' : target.slice(question + 1);
  request.publicBase = '';
  request.url = target;
}
