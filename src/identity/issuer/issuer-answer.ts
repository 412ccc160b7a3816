import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';
import { isGuid } from '../claims.js';
import type { GraphResponse } from '../../graph/exchange.js';
import { GraphError } from '../../odata/errors.js';
import { describeEntraError, entraCode, EntraError, entraError } from './entra-error.js';
import { styleHash } from './sign-in/page.js';

/** RFC 6749, 5.1: nobody on the way may keep a token. */
const uncached = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

// Never for good: a browser that learns it for localhost finds no other program of this machine over http any more. And a
// page that a client opened has to be able to answer it.
const everywhere: HelmetOptions = { strictTransportSecurity: false, crossOriginOpenerPolicy: false };

const forData = helmet({
  ...everywhere,
  contentSecurityPolicy: false,
  crossOriginResourcePolicy: { policy: 'cross-origin' },
});

export function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string,
): void {
  secure(forData, request, response);
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(body);
}

/** @param scriptHash of the page's one script, as policies name it */
export function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  scriptHash?: string,
): void {
  // Nothing is said of forms: browsers would heed it for every redirect behind one, and a client's own may lead anywhere.
  const directives = {
    defaultSrc: ["'none'"],
    styleSrc: [`'${styleHash}'`],
    scriptSrc: [scriptHash === undefined ? "'none'" : `'${scriptHash}'`],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  };
  const contentSecurityPolicy = { useDefaults: false, directives };
  // A form of a page without referrer names no origin, and then nobody could tell ours from a stranger's.
  const referrerPolicy = { policy: 'strict-origin' } as const;
  secure(helmet({ ...everywhere, contentSecurityPolicy, referrerPolicy }), request, response);
  response.writeHead(status, { ...uncached, 'Content-Type': 'text/html; charset=utf-8' }).end(text);
}

export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { ...uncached, Location: location }).end();
}

/** For the log, and for whoever is to come again, however the refusal is told. */
export function noteRefusal(response: ServerResponse, error: EntraError): void {
  (response as GraphResponse).errorCode = entraCode(error);
  if (error.kind === 'unavailable') response.setHeader('Retry-After', '1');
}

export function sendEntraError(request: IncomingMessage, response: ServerResponse, error: EntraError): void {
  if (error.status === 401 && request.headers.authorization !== undefined) {
    response.setHeader('WWW-Authenticate', 'Basic realm="understudy"');
  }
  noteRefusal(response, error);
  const body = describeEntraError(error, correlationId(request), new Date());
  sendJson(request, response, error.status, JSON.stringify(body));
}

/** What the issuer refuses with; a lost database is a refusal, too (RFC 6749, 4.1.2.1). @throws what is a fault of ours */
export function refusalOf(error: unknown): EntraError {
  if (error instanceof EntraError) return error;
  if (error instanceof GraphError && error.kind === 'unavailable') return entraError('unavailable');
  throw error;
}

/** The rest of a body too long is neither read nor taken for the next request. */
export function giveUpBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete) return;
  response.setHeader('Connection', 'close');
  request.resume();
}

export function forbidCaching(response: ServerResponse): void {
  for (const [name, value] of Object.entries(uncached)) response.setHeader(name, value);
}

export function correlationId(request: IncomingMessage): string {
  const given = request.headers['client-request-id'];
  return typeof given === 'string' && isGuid(given) ? given : randomUUID();
}

function secure(
  headers: ReturnType<typeof helmet>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  headers(request, response, (error?: unknown) => {
    if (error !== undefined) throw error;
  });
}
