import {
  createServer as createHttpServer,
  IncomingMessage,
  type RequestListener,
  ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server as HttpsServer, ServerOptions as HttpsOptions } from 'node:https';
import type { Socket } from 'node:net';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Express } from 'express';
import { GraphError, graphError, renderError } from '../odata/errors.js';
import { limits } from '../odata/limits.js';
import { Answer, send } from './answer.js';
import type { GraphResponse } from './exchange.js';
import { randomUUID } from 'node:crypto';

const timeouts = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 };

/**
 * Nest's Express adapter with a front door before Express, answers sent as they are, and requests that are born with
 * Express's prototypes: Express sets the prototype of each request, which makes V8 give up on the object, unless it is
 * already the one to be set (GET by id: 0.46 of a bare server without this, 0.80 with it).
 */
export class GraphHttpAdapter extends ExpressAdapter {
  private readonly serverOptions;
  private readonly listener: RequestListener;

  constructor(door: (router: RequestListener) => RequestListener) {
    const app = express();
    for (const setting of ['etag', 'query parser', 'x-powered-by']) app.set(setting, false);
    super(app);
    this.serverOptions = { ...expressPrototypes(app), ...timeouts, maxHeaderSize: limits.headers };
    this.listener = door(app);
  }

  override initHttpServer(): void {
    this.httpServer = createHttpServer(this.serverOptions, this.listener);
    this.httpServer.on('clientError', answerClientError);
  }

  /** A second server with the same routes, over TLS. */
  createHttpsServer(credentials: Pick<HttpsOptions, 'cert' | 'key'>): HttpsServer {
    const server = createHttpsServer({ ...this.serverOptions, ...credentials }, this.listener);
    return server.on('clientError', answerClientError);
  }

  override reply(response: GraphResponse, body: unknown, status?: number): unknown {
    return body instanceof Answer ? send(response, body) : super.reply(response, body, status);
  }
}

function expressPrototypes(app: Express) {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse extends ServerResponse {}
  Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  Object.assign(app, { request: ExpressRequest.prototype, response: ExpressResponse.prototype });
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}

const clientErrors: Readonly<Record<string, () => GraphError>> = {
  HPE_INVALID_METHOD: () => graphError('unknownVerb'),
  HPE_HEADER_OVERFLOW: () => graphError('headersTooLarge', limits.headers),
  ERR_HTTP_REQUEST_TIMEOUT: () => graphError('requestTimeout'),
};

/** What Node refuses before it is a request gets Graph's envelope too, not an empty answer. */
function answerClientError(cause: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || cause.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const error = clientErrors[cause.code ?? '']?.() ?? graphError('malformedRequest');
  const requestId = randomUUID();
  const body = renderError(error, { requestId, clientRequestId: requestId, url: '' }, new Date());
  const head = [
    `HTTP/1.1 ${error.status} ${error.code}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `request-id: ${requestId}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
