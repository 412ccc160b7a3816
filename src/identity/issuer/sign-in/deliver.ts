import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import type { EntraError } from '../entra-error.js';
import { describeEntraError } from '../entra-error.js';
import { correlationId, noteRefusal, redirect, sendPage } from '../issuer-answer.js';
import type { AuthorizationReply } from './authorization-request.js';
import { formPostPage, submitScript } from './pages.js';

const scriptHash = `sha256-${createHash('sha256').update(submitScript).digest('base64')}`;

/** Sends the user's browser back to the client with an answer, in the way that the client asked for. */
export function deliver(
  request: IncomingMessage,
  response: ServerResponse,
  { redirectUri, mode, state }: AuthorizationReply,
  answer: Readonly<Record<string, string>>,
): void {
  const fields = { ...answer, ...(state !== undefined && { state }) };
  if (mode === 'form_post') {
    const powers = { formTarget: originOf(redirectUri), scriptHash };
    return sendPage(request, response, 200, formPostPage(redirectUri, fields), powers);
  }
  const sign = mode === 'fragment' ? '#' : redirectUri.includes('?') ? '&' : '?';
  redirect(response, `${redirectUri}${sign}${new URLSearchParams(fields).toString()}`);
}

/** A refusal that the client is to hear of (RFC 6749, 4.1.2.1). */
export function deliverError(
  request: IncomingMessage,
  response: ServerResponse,
  reply: AuthorizationReply,
  refusal: EntraError,
): void {
  noteRefusal(response, refusal);
  const { error, error_description } = describeEntraError(refusal, correlationId(request), new Date());
  // The token endpoint calls it a bad grant; here there is no grant yet (OpenID Connect Core, 3.1.2.6).
  const named = refusal.kind === 'consentMissing' ? 'consent_required' : error;
  deliver(request, response, reply, { error: named, error_description });
}

/**
 * What a page's policy calls the place of an address by: an origin, or the scheme of a program of the user's machine. Of addresses
 * in place of names a policy knows 127.0.0.1 alone (CSP 3, 6.7.2.9): for others, too, it is the scheme.
 */
export function originOf(redirectUri: string): string {
  const { origin, protocol, hostname } = new URL(redirectUri);
  const isAddress = hostname.startsWith('[') || (isIP(hostname) !== 0 && hostname !== '127.0.0.1');
  return origin === 'null' || isAddress ? protocol : origin;
}
