import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
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
    return sendPage(request, response, 200, formPostPage(redirectUri, fields), scriptHash);
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
