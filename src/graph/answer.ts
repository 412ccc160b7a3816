import { GraphError, graphError, renderError } from '../odata/errors.js';
import { defaultFormat, type Format, mediaTypeOf } from '../odata/format.js';
import { acceptedCodings, gzipped, readCodings, worthCoding } from '../operations/content-coding.js';
import type { GraphRequest, GraphResponse } from './exchange.js';

/** A complete answer: handlers return it, the HTTP adapter sends it. */
export class Answer {
  constructor(
    readonly status: number,
    readonly body: string | Buffer,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** What every answer of the protocol has, JSON or not. */
const odataHeaders = { 'OData-Version': '4.0', 'Cache-Control': 'no-cache' };
/** What every answer has whose media type could have been another. */
const negotiated = { ...odataHeaders, Vary: 'Accept' };

/** A JSON answer, in the media type of its format. */
export function jsonAnswer(
  status: number,
  body: string,
  format: Format,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const mediaType = format === defaultFormat ? defaultMediaType : mediaTypeOf(format);
  return new Answer(status, body, { 'Content-Type': mediaType, ...negotiated, ...headers });
}

const defaultMediaType = mediaTypeOf(defaultFormat);

/** A value or a count by itself. */
export const plainAnswer = (body: string | Buffer, mediaType: string): Answer =>
  new Answer(200, body, { 'Content-Type': mediaType, ...odataHeaders });

export const emptyAnswer = new Answer(204, '', odataHeaders);

/** Sends an answer whole, with its length, by gzip where that is accepted and worth it; `HEAD` gets the headers alone. */
export function send(response: GraphResponse, answer: Answer): void {
  if (response.headersSent) return;
  for (const name in answer.headers) setHeader(response, name, answer.headers[name] as string);
  response.statusCode = answer.status;
  if (answer.status === 204 || answer.status === 304) response.end();
  else if (isCoded(response, answer.body)) void sendGzipped(response, answer.body);
  else sendBody(response, answer.body);
}

/** What an answer varies by comes on top of what all of them vary by. */
function setHeader(response: GraphResponse, name: string, value: string): void {
  const all = name === 'Vary' ? response.getHeader(name) : undefined;
  response.setHeader(name, typeof all === 'string' ? `${value}, ${all}` : value);
}

function isCoded(response: GraphResponse, body: string | Buffer): boolean {
  const header = response.req.headers['accept-encoding'];
  if (header === undefined) return false;
  const { gzip, identity } = acceptedCodings(header);
  return gzip && (body.length >= worthCoding || !identity);
}

async function sendGzipped(response: GraphResponse, body: string | Buffer): Promise<void> {
  const coded = await gzipped(body).catch(() => undefined);
  if (coded) response.setHeader('Content-Encoding', 'gzip');
  sendBody(response, coded ?? body);
}

function sendBody(response: GraphResponse, body: string | Buffer): void {
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

// The service's own front door, as clients of Azure libraries look for it in a 401.
const challenge =
  'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';

const errorHeaders: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'WWW-Authenticate': challenge },
  503: { 'Retry-After': '1' },
};

/** Answers an error in Graph's envelope. What isn't a `GraphError` is a fault of ours, given to `report` and answered with 500. */
export function sendError(
  request: GraphRequest,
  response: GraphResponse,
  thrown: unknown,
  report: (fault: unknown, requestId: string) => void,
): void {
  if (!(thrown instanceof GraphError)) report(thrown, request.requestId);
  const error = thrown instanceof GraphError ? thrown : graphError('internal');
  const url = `${request.publicBase}${request.originalPath}`;
  const body = renderError(error, { ...request, url }, new Date());
  response.errorCode = error.code;
  send(
    response,
    new Answer(error.status, body, {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-cache',
      ...errorHeaders[error.status],
      // RFC 9110, 15.5.16: tells it from a 415 for the media type, which must not have it.
      ...(error.kind === 'contentCoding' && { 'Accept-Encoding': readCodings }),
    }),
  );
}
