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
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** What requests and answers are made of: the server's own classes, since the router expects their prototypes. */
export interface Classes {
  IncomingMessage: new (socket: Socket) => IncomingMessage;
  ServerResponse: new (request: IncomingMessage) => ServerResponse;
}

/**
 * Sends a request by the same door as those from outside, without a socket: with the same stages, limits and errors.
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
  const body = Buffer.from(inner.body ?? '');
  request.method = inner.method;
  request.url = inner.url;
  request.httpVersion = '1.1';
  request.headers = headersOf(inner, outer, body);
  request.headersDistinct = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [String(value)]]),
  );
  if (statements) request.statements = statements;
  if (body.length > 0) request.push(body);
  request.push(null);
  request.complete = true;
  const response = new ServerResponse(request);
  return new Promise((resolve) => {
    answered(response, resolve);
    listener(request, response);
  });
}

/** The door looks whether a request came over TLS. */
function innerSocket(outer: GraphRequest): Socket {
  const socket = new Socket();
  return 'encrypted' in outer.socket ? Object.assign(socket, { encrypted: true }) : socket;
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

function headersOf(inner: InnerRequest, outer: GraphRequest, body: Buffer): IncomingHttpHeaders {
  const own = Object.entries(inner.headers).filter(([name]) => !outerOnly.has(name));
  const shared = inherited.flatMap((name) => {
    const value = outer.headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    'client-request-id': outer.clientRequestId,
    ...Object.fromEntries([...own, ...shared]),
    ...(inner.body !== undefined && { 'content-length': String(body.length) }),
  };
}

/** An answer goes nowhere but to who waits for it. */
function answered(response: ServerResponse, resolve: (answer: InnerAnswer) => void): void {
  const chunks: Buffer[] = [];
  const take = (chunk: unknown): void => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as string));
  };
  response.write = (chunk: unknown) => {
    take(chunk);
    return true;
  };
  response.end = (chunk?: unknown) => {
    take(chunk);
    resolve({ status: response.statusCode, headers: response.getHeaders(), body: Buffer.concat(chunks) });
    // For the log, which tells an answer from one that broke off.
    Object.defineProperty(response, 'writableFinished', { value: true });
    response.emit('finish');
    response.emit('close');
    return response;
  };
}
