import type { IncomingMessage } from 'node:http';

import { characterProblem } from '../../odata/value-problem.js';
import { entraError } from './entra-error.js';

/** The parameters of a request to one of the issuer's endpoints, each given once. */
export type TokenRequest = ReadonlyMap<string, string>;

const bodyLimit = 64 * 1024;

/**
 * Reads the form of a token request (RFC 6749, 4.4.2), with `client_id` and `client_secret` from a Basic header (2.3.1).
 * @throws EntraError `malformed`: too long, cut off, a parameter twice, or the client authenticated in two ways.
 */
export async function readTokenRequest(request: IncomingMessage): Promise<TokenRequest> {
  return withBasic(await readForm(request), request.headers.authorization);
}

/** The fields of a form. @throws EntraError `malformed` */
export async function readForm(request: IncomingMessage): Promise<TokenRequest> {
  const isForm = /^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers['content-type'] ?? '');
  const body = await readBody(request);
  // As Entra: a body of another type is a form without parameters.
  return parametersOf(isForm ? body : '');
}

/** The query string of a URL, without `?`. */
export const searchOf = ({ url = '' }: IncomingMessage): string => /\?(.*)$/s.exec(url)?.[1] ?? '';

/** What a query string or a form says. @throws EntraError `malformed` for a name given twice, and what no database can keep */
export function parametersOf(text: string): TokenRequest {
  const parameters = [...new URLSearchParams(text)];
  const read = new Map(parameters);
  const isText = parameters.flat().every((part) => characterProblem(part) === undefined);
  if (read.size < parameters.length || !isText) throw entraError('malformed');
  return read;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Destroying the request would take the answer's socket with it.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > bodyLimit) break;
    }
  } catch {
    throw entraError('malformed');
  }
  if (size > bodyLimit) throw entraError('malformed');
  return Buffer.concat(chunks).toString();
}

function withBasic(form: TokenRequest, authorization: string | undefined): TokenRequest {
  if (authorization === undefined || !/^basic /i.test(authorization)) return form;
  const [, id, secret] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(authorization.slice(6), 'base64').toString()) ?? [];
  if (id === undefined || secret === undefined || form.has('client_secret')) throw entraError('malformed');
  const clientId = formDecoded(id);
  if ((form.get('client_id') ?? clientId).toLowerCase() !== clientId.toLowerCase())
    throw entraError('malformed');
  return new Map([...form, ['client_id', clientId], ['client_secret', formDecoded(secret)]]);
}

/** Many clients skip the encoding that RFC 6749, 2.3.1 asks for: what isn't encoded is taken as it is. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
