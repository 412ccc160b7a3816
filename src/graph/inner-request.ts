import type {
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
  RequestListener,
  ServerResponse,
} from 'node:http';
import { Socket } from 'node:net';
import type { GraphRequest } from './exchange.js';
import type { Statements } from './store.js';

/** A request that another one holds. */
export interface InnerRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** By lower-case names. */
  headers: Readonly<Record<string, string>>;
  body: string | Buffer | undefined;
}

export interface InnerAnswer {
  status: number;
  /** By lower-case names. */
  headers: OutgoingHttpHeaders;
  /** Empty for none. */
  body: string | Buffer;
}

/** What requests and answers are made of: the server's own classes, since the router expects their prototypes. */
export interface Classes {
  IncomingMessage: new (socket: Socket) => IncomingMessage;
  ServerResponse: new (request: IncomingMessage) => ServerResponse;
}

/**
 * Sends a request by the same door as those from outside, without a connection: with the same stages, limits and errors.
 * @param outer the request that holds it: who asks, of which host
 * @param statements what its statements run in, where that is shared with other requests
 */
export function sendInner(
  listener: RequestListener,
  { IncomingMessage, ServerResponse }: Classes,
  inner: InnerRequest,
  outer: GraphRequest,
  statements: Statements | undefined,
): Promise<InnerAnswer> {
  const request = new IncomingMessage(innerSocket(outer)) as GraphRequest;
  const body = inner.body === undefined ? undefined : Buffer.from(inner.body);
  request.method = inner.method;
  request.url = inner.url;
  request.httpVersion = outer.httpVersion;
  request.headers = headersOf(inner, outer, body);
  // The door looks at this one alone.
  request.headersDistinct = { host: outer.headersDistinct['host'] };
  if (statements) request.statements = statements;
  if (body && body.length > 0) request.push(body);
  request.push(null);
  request.complete = true;
  const response = new ServerResponse(request);
  return new Promise((resolve) => {
    answered(response, resolve);
    listener(request, response);
  });
}

const sockets = new WeakMap<GraphRequest, Socket>();

/** One for all that a request holds: it only tells the door whether it came over TLS, and that there is nothing to read. */
function innerSocket(outer: GraphRequest): Socket {
  const known = sockets.get(outer);
  if (known) return known;
  const socket = new Socket().destroy();
  if ('encrypted' in outer.socket) Object.assign(socket, { encrypted: true });
  sockets.set(outer, socket);
  return socket;
}

/** What says who asks, and where, is the outer request's; the rest is the inner one's own. */
const inherited = ['host', 'authorization', 'x-forwarded-proto', 'x-forwarded-host', 'origin'];
const outerOnly = new Set([
  ...inherited,
  'content-length',
  'transfer-encoding',
  'connection',
  'accept-encoding',
]);

function headersOf(inner: InnerRequest, outer: GraphRequest, body: Buffer | undefined): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = { 'client-request-id': outer.clientRequestId };
  for (const name in inner.headers) {
    if (!outerOnly.has(name)) headers[name] = inner.headers[name];
  }
  for (const name of inherited) {
    const value = outer.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  if (body) headers['content-length'] = String(body.length);
  return headers;
}

/** An answer goes nowhere but to who waits for it. */
function answered(response: ServerResponse, resolve: (answer: InnerAnswer) => void): void {
  const chunks: (string | Buffer)[] = [];
  const take = (chunk: unknown): void => {
    if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) chunks.push(chunk);
  };
  response.write = (chunk: unknown) => {
    take(chunk);
    return true;
  };
  response.end = (chunk?: unknown) => {
    take(chunk);
    resolve({ status: response.statusCode, headers: response.getHeaders(), body: whole(chunks) });
    // For the log, which tells an answer from one that broke off.
    response.finished = true;
    response.emit('finish');
    response.emit('close');
    return response;
  };
}

function whole(chunks: readonly (string | Buffer)[]): string | Buffer {
  if (chunks.length > 1) return Buffer.concat(chunks.map((chunk) => Buffer.from(chunk as string)));
  return chunks[0] ?? '';
}
