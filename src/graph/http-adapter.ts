import { randomUUID } from 'node:crypto';
import {
  createServer as createHttpServer,
  IncomingMessage,
  type RequestListener,
  type Server as HttpServer,
  ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server as HttpsServer, ServerOptions as HttpsOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Express } from 'express';
import { GraphError, graphError, renderError } from '../odata/errors.js';
import { limits } from '../odata/limits.js';
import { Answer, send } from './answer.js';
import type { GraphRequest, GraphResponse } from './exchange.js';
import { type InnerAnswer, type InnerRequest, sendInner } from './inner-request.js';
import type { Statements } from './store.js';

/** Milliseconds; Node looks at them only every so often. */
const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};

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
    // A missing Host is refused by ourselves, in Graph's envelope.
    const refusals = { maxHeaderSize: limits.headers, requireHostHeader: false };
    this.serverOptions = { ...expressPrototypes(app), ...timeouts, ...refusals };
    this.listener = rememberOpen(door(app));
  }

  override initHttpServer(): void {
    this.httpServer = createHttpServer(this.serverOptions, this.listener);
    this.equip(this.httpServer);
  }

  /** A second server with the same routes, over TLS. */
  createHttpsServer(credentials: Pick<HttpsOptions, 'cert' | 'key'>): HttpsServer {
    const server = createHttpsServer({ ...this.serverOptions, ...credentials }, this.listener);
    return this.equip(server);
  }

  /** An unknown `Expect` may be ignored (RFC 9110, 10.1.1): better than Node's bare 417. */
  private equip<S extends HttpServer | HttpsServer>(server: S): S {
    // The bytes are bounded; Node would drop headers beyond a thousand in silence.
    server.maxHeadersCount = 0;
    server.on('clientError', onClientError).on('checkExpectation', this.listener);
    return server;
  }

  /** Answers a request that another one holds, as if it had come by itself. */
  sendInner(inner: InnerRequest, outer: GraphRequest, statements?: Statements): Promise<InnerAnswer> {
    return sendInner(this.listener, this.serverOptions, inner, outer, statements);
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

/** What Node's parser gave up on, with the bytes that it read last. */
type ParseError = NodeJS.ErrnoException & { rawPacket?: Buffer };

const clientErrors: Readonly<Record<string, () => GraphError>> = {
  HPE_INVALID_METHOD: () => graphError('unknownVerb'),
  HPE_HEADER_OVERFLOW: () => graphError('headersTooLarge', limits.headers),
  ERR_HTTP_REQUEST_TIMEOUT: () => graphError('requestTimeout'),
};

/** The answers to the last two requests of a connection. */
const lastAnswers = new WeakMap<Duplex, [ServerResponse | undefined, ServerResponse]>();

function rememberOpen(listener: RequestListener): RequestListener {
  return (request, response) => {
    lastAnswers.set(request.socket, [lastAnswers.get(request.socket)?.[1], response]);
    listener(request, response);
  };
}

/** What Node refuses before it is a request gets Graph's envelope too, behind the answer to what came before it. */
function onClientError(cause: ParseError, socket: Duplex): void {
  const [before, last] = lastAnswers.get(socket) ?? [];
  // A request that breaks off in the middle of its body will have no other answer than this one.
  const broken = last?.req.complete ? undefined : last;
  const open = broken ? before : last;
  if (!open || open.writableFinished) return refuse(cause, socket, broken);
  open.once('finish', () => refuse(cause, socket, broken));
}

function refuse(cause: ParseError, socket: Duplex, broken: ServerResponse | undefined): void {
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
    ...(broken ? corsLines(broken) : []),
  ];
  // Its length is that of the body a GET would have.
  const isHead = /^HEAD /i.test(String(cause.rawPacket?.subarray(0, 5) ?? ''));
  socket.end(`${head.join('\r\n')}\r\n\r\n${isHead ? '' : body}`);
}

/** What the front door said of scripts that may read the answer. */
const corsLines = (response: ServerResponse): string[] =>
  ['Vary', 'Access-Control-Allow-Origin', 'Access-Control-Expose-Headers'].flatMap((name) =>
    response.hasHeader(name) ? [`${name}: ${String(response.getHeader(name))}`] : [],
  );
