import type { IncomingMessage, ServerResponse } from 'node:http';

const name = 'understudy-sign-in';

/** The secret of the browser's session. */
export function sessionCookie({ headers }: IncomingMessage): string | undefined {
  const found = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return found.find(([key]) => key === name)?.[1];
}

/**
 * Gives the browser a secret for as long as it stays open, or takes it away.
 * @param isSecure whether the browser came over https: then the cookie goes along with the hidden frames of other sites, in
 * which MSAL.js asks for tokens silently
 */
export function setSessionCookie(
  response: ServerResponse,
  secret: string | undefined,
  isSecure: boolean,
): void {
  const scope = isSecure ? 'SameSite=None; Secure' : 'SameSite=Lax';
  const value = secret === undefined ? `${name}=; Max-Age=0` : `${name}=${secret}`;
  response.setHeader('Set-Cookie', `${value}; Path=/; HttpOnly; ${scope}`);
}
