import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { noRoute } from '../odata/address.js';
import { GraphError, graphError } from '../odata/errors.js';
import { noOperationRoute } from '../odata/operation.js';
import { excerpt } from '../odata/value-problem.js';
import { sendError } from './answer.js';
import type { GraphRequest, GraphResponse } from './exchange.js';
import type { Observer } from './front-door.js';
import { verbsOf } from './verbs-answer.js';

/** Whatever a stage throws becomes Graph's error body here. */
@Catch()
export class GraphErrorFilter implements ExceptionFilter {
  constructor(private readonly observer: Observer) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<GraphRequest>();
    const response = http.getResponse<GraphResponse>();
    const error = thrown instanceof HttpException ? routerError(thrown, request) : thrown;
    // RFC 9110, 15.5.6.
    if (error instanceof GraphError && error.status === 405)
      response.setHeader('Allow', verbsOf(request) ?? '');
    sendError(request, response, error, this.observer.fault.bind(this.observer));
  }
}

/** The router itself fails in two ways only: it knows no route, or can't decode the path. */
function routerError(exception: HttpException, request: GraphRequest): Error {
  if (exception.getStatus() === 400) return graphError('malformedUrl', 'it cannot be decoded');
  if (exception.getStatus() !== 404) return exception;
  const { address, operation, batched, described, method = '' } = request;
  if (batched || described) return graphError('methodNotAllowed');
  if (operation) return noOperationRoute(operation, method);
  if (!address) return graphError('invalidVersion', firstSegment(request.originalPath));
  return noRoute(address, method);
}

const firstSegment = (path: string): string => excerpt(/[^/]+/.exec(path)?.[0]?.toLowerCase() ?? '');
