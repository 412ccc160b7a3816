import { GraphError, graphError, renderError } from '../odata/errors.js';
import { defaultFormat, type Format, mediaTypeOf } from '../odata/format.js';
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

/** A JSON answer, in the media type of its format. */
export function jsonAnswer(
  status: number,
  body: string,
  format: Format,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const mediaType = format === defaultFormat ? defaultMediaType : mediaTypeOf(format);
  return new Answer(status, body, { 'Content-Type': mediaType, ...odataHeaders, ...headers });
}

const defaultMediaType = mediaTypeOf(defaultFormat);

/** A value or a count by itself. */
export const plainAnswer = (body: string | Buffer, mediaType: string): Answer =>
  new Answer(200, body, { 'Content-Type': mediaType, ...odataHeaders });

export const emptyAnswer = new Answer(204, '', odataHeaders);

/** Sends an answer as one string with its length; `HEAD` gets the headers alone. */
export function send(response: GraphResponse, answer: Answer): void {
  if (response.headersSent) return;
  for (const name in answer.headers) response.setHeader(name, answer.headers[name] as string);
  if (answer.status !== 204 && answer.status !== 304)
    response.setHeader('Content-Length', Buffer.byteLength(answer.body));
  response.statusCode = answer.status;
  response.end(answer.body);
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
    }),
  );
}
