import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Configuration } from '../configuration.js';
import { canonicalPath } from '../odata/address.js';
import { graphError } from '../odata/errors.js';
import { limits } from '../odata/limits.js';
import { resolvePath, versionOf } from '../odata/resource-tree.js';
import { baseUrl } from '../operations/base-url.js';
import { sendError } from './answer.js';
import { descriptionPath, type GraphRequest, type GraphResponse, identify } from './exchange.js';
import type { GraphModel } from './graph-model.js';

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
 * The first stage of every request: ids, the log line, and the URL in its one canonical spelling, so that the router
 * needs one route whatever the version, case or key form was. Then `router` goes on.
 */
export function frontDoor(
  model: GraphModel,
  configuration: Configuration,
  observer: Observer,
  router: RequestListener,
): RequestListener {
  return (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const request = incoming as GraphRequest;
    const response = outgoing as GraphResponse;
    const arrived = performance.now();
    response.on('close', () => observer.finished(request, response, (performance.now() - arrived) / 1000));
    identify(request);
    response.setHeader('request-id', request.requestId);
    response.setHeader('client-request-id', request.clientRequestId);
    try {
      normalise(model, configuration, request);
    } catch (error) {
      return sendError(request, response, error, observer.fault.bind(observer));
    }
    router(request, response);
  };
}

/** @throws {GraphError} 400, 404 or 414 for a URL that addresses nothing */
function normalise(model: GraphModel, configuration: Configuration, request: GraphRequest): void {
  splitUrl(request);
  if ((request.url ?? '').length > limits.url) throw graphError('urlTooLong', limits.url);
  const verb = request.method ?? '';
  if (!verbs.has(verb)) throw graphError('unknownVerb');
  // RFC 9112, 3.2: one Host, or it is not known who was asked.
  const hosts = request.headersDistinct['host']?.length ?? 0;
  if (hosts > 1 || (hosts === 0 && request.httpVersion !== '1.0')) throw graphError('malformedRequest');
  const [, first = '', rest = ''] = /^\/*([^/]*)(.*)$/s.exec(request.originalPath) ?? [];
  const version = versionOf(first);
  if (version === undefined) return;
  request.publicBase = baseUrl(request, configuration);
  const document = documents[rest.replaceAll('/', '').toLowerCase()];
  if (document !== undefined) {
    request.described = { version, document };
    request.url = `/${descriptionPath}`;
    return;
  }
  request.address = resolvePath(model.trees[version], rest, verb);
  request.url = canonicalPath(request.address);
}

/** Path and query of the request target, which may be a whole URL (RFC 9112, 3.2.2). */
function splitUrl(request: GraphRequest): void {
  const target = (request.url ?? '/').replace(/^https?:\/\/[^/?#]*/i, '');
  const question = target.indexOf('?');
  request.originalPath = question < 0 ? target : target.slice(0, question);
  request.search = question < 0 ? '' : target.slice(question + 1);
  request.publicBase = '';
  request.url = target;
}
