import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { limits } from '../../../odata/limits.js';
import { type Account, accountsOf } from '../accounts.js';
import { EntraError, entraError, tellEntraError } from '../entra-error.js';
import { noteRefusal, sendPage } from '../issuer-answer.js';
import { applicationOf, type IssuerCall, knownApplication, pathOf } from '../issuer-call.js';
import type { LocalIssuer } from '../local-issuer.js';
import { clientInfo } from '../token-answer.js';
import { parametersOf, type TokenRequest } from '../token-request.js';
import { type AuthorizationRequest, readAuthorizationRequest, readReply } from './authorization-request.js';
import { setSessionCookie } from './cookie.js';
import { deliver, deliverError } from './deliver.js';
import { accountValue, signInPage } from './pages.js';

/** One visit of a user's browser to the sign-in. */
export interface Visit {
  issuer: LocalIssuer;
  call: IssuerCall;
  request: IncomingMessage;
  response: ServerResponse;
  /** The authorization request as it was sent. */
  search: string;
  parameters: TokenRequest;
}

/**
 * @param search the authorization request, as the query of a URL
 * @throws EntraError `malformed`, also for one that no URL could hold: the page repeats it, and its form could not bring it back
 */
export function visitOf(seen: Omit<Visit, 'search' | 'parameters'>, search: string): Visit {
  if (search.length > limits.url) throw entraError('malformed');
  return { ...seen, search, parameters: parametersOf(search) };
}

/** What the user sent by the form of the sign-in page. */
export interface SignInAnswer {
  account: string;
  password: string;
  isAccepted: boolean;
}

/**
 * Puts an authorization request to whoever sits at the browser, or answers it at once where that is known already.
 * @param signedIn whose browser it is
 * @throws EntraError that is for the user alone
 */
export async function askUser(visit: Visit, signedIn: Account | undefined): Promise<void> {
  await forClient(visit, async (asked) => {
    const account = canUse(visit, asked, signedIn) ? signedIn : undefined;
    const isSilent = asked.prompt.has('none');
    if (account && (isSilent || asked.prompt.size === 0)) return giveCode(visit, asked, account);
    if (isSilent) throw entraError('signInRequired');
    showSignIn(visit, asked, account ?? hintedAccount(visit, asked));
  });
}

/** Takes what the user answered. @throws as `askUser` */
export async function takeAnswer(visit: Visit, answer: SignInAnswer): Promise<void> {
  await forClient(visit, async (asked) => {
    if (!answer.isAccepted) throw entraError('consentDeclined');
    const account = accountsAt(visit).find((candidate) => accountValue(candidate) === answer.account);
    try {
      if (account === undefined) throw entraError('userNotFound', visit.call.segment);
      await visit.issuer.passwords.check(account, answer.password);
    } catch (error) {
      if (!(error instanceof EntraError)) throw error;
      return showSignIn(visit, asked, account, error);
    }
    const session = await visit.issuer.sessions.begin(account);
    setSessionCookie(visit.response, session, visit.call.base.startsWith('https:'));
    return giveCode(visit, asked, account);
  });
}

/** Reads the authorization request, and lets the client hear of what is wrong from where it is known how. */
async function forClient(visit: Visit, work: (asked: AuthorizationRequest) => Promise<void>): Promise<void> {
  const { issuer, call, request, response, parameters } = visit;
  const application = applicationOf(issuer.directory, call, parameters);
  const reply = readReply(application, parameters);
  try {
    await work(readAuthorizationRequest(issuer, call, application, reply, parameters));
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    deliverError(request, response, reply, error);
  }
}

const accountsAt = ({ issuer, call }: Visit): Account[] => accountsOf(issuer.directory, call.tenantId);

/** Whether who is signed in can be who the client asks for. */
function canUse({ call }: Visit, { loginHint }: AuthorizationRequest, account: Account | undefined): boolean {
  if (account === undefined) return false;
  const isOfTenant = call.tenantId === undefined || call.tenantId === account.tenantId;
  return isOfTenant && (loginHint === undefined || isNamed(account, loginHint));
}

const isNamed = ({ user }: Account, name: string): boolean =>
  user.userPrincipalName.toLowerCase() === name.trim().toLowerCase();

function hintedAccount(visit: Visit, { loginHint = '' }: AuthorizationRequest): Account | undefined {
  return accountsAt(visit).find((account) => isNamed(account, loginHint));
}

function showSignIn(visit: Visit, asked: AuthorizationRequest, chosen?: Account, refusal?: EntraError): void {
  const { request, response, call, search } = visit;
  if (refusal) noteRefusal(response, refusal);
  const text = signInPage({
    action: pathOf(call, 'login'),
    hidden: { request: search },
    consent: { applicationName: asked.application.displayName, permissions: asked.permissions },
    accounts: accountsAt(visit),
    chosen: chosen && accountValue(chosen),
    fault: refusal && tellEntraError(refusal),
  });
  sendPage(request, response, refusal?.status ?? 200, text);
}

async function giveCode(visit: Visit, asked: AuthorizationRequest, account: Account): Promise<void> {
  const { issuer, request, response } = visit;
  const { application, scope, nonce, challenge, reply } = asked;
  const { tenantId, user } = account;
  // Of `common` only the sign-in tells the tenant, which need not know the application.
  knownApplication(issuer.directory, application.clientId, tenantId);
  const code = await issuer.codes.issue({
    tenantId,
    clientId: application.clientId,
    userPrincipalName: user.userPrincipalName,
    scope,
    redirectUri: reply.redirectUri,
    nonce,
    challenge,
  });
  const info = asked.wantsClientInfo ? { client_info: clientInfo(account) } : {};
  deliver(request, response, reply, { code, ...info, session_state: randomUUID() });
}
