import { GraphError, graphError, renderError } from '../odata/errors.js';
import type { GraphRequest, GraphResponse } from './exchange.js';

/** A complete answer: handlers return it, the HTTP adapter sends it. */
export class Answer {
  constructor(
    readonly status: number,
    readonly body: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

export const jsonMediaType =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

const jsonHeaders = {
  'Content-Type': jsonMediaType,
  'OData-Version': '4.0',
  'Cache-Control': 'no-cache',
};

/** A JSON answer in the media type that the live service sends. */
export function jsonAnswer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return new Answer(status, body, { ...jsonHeaders, ...headers });
}

export const emptyAnswer = new Answer(204, '', { 'OData-Version': '4.0', 'Cache-Control': 'no-cache' });

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
