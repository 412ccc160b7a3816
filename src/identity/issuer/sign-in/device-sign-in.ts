import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Account, accountsOf } from '../accounts.js';
import type { PendingDevice } from '../device-codes.js';
import { EntraError, entraError, tellEntraError } from '../entra-error.js';
import { noteRefusal, sendPage } from '../issuer-answer.js';
import { type IssuerCall, knownApplication, pathOf } from '../issuer-call.js';
import type { LocalIssuer } from '../local-issuer.js';
import { delegatedPermissions, readScopes } from '../scopes.js';
import type { TokenRequest } from '../token-request.js';
import type { SignInAnswer } from './authorize.js';
import { accountValue, type Consent, deviceCodePage, messagePage, signInPage } from './pages.js';

/** One visit of a user's browser to the page of device codes. */
export interface DeviceVisit {
  issuer: LocalIssuer;
  call: IssuerCall;
  request: IncomingMessage;
  response: ServerResponse;
  /** The code that the user read from the device; empty when none was typed yet. */
  userCode: string;
}

/** No code is longer, in any spelling; the page repeats it. */
const longestUserCode = 64;

export const userCodeIn = (parameters: TokenRequest): string =>
  (parameters.get('user_code') ?? '').slice(0, longestUserCode);

const unknownCode = 'No device waits with this code: it is wrong, or was answered already, or has expired.';

const actionOf = ({ call }: DeviceVisit): string => pathOf(call, 'oauth2/deviceauth');

export function askForCode(visit: DeviceVisit, fault?: string): void {
  const { request, response, userCode } = visit;
  sendPage(request, response, fault ? 400 : 200, deviceCodePage(actionOf(visit), userCode, fault));
}

/** Takes the code that the user typed, and, where there is one, what the user answered. @throws EntraError */
export async function takeCode(visit: DeviceVisit, answer: SignInAnswer | undefined): Promise<void> {
  const device = await visit.issuer.deviceCodes.pending(visit.userCode);
  if (device === undefined) return askForCode(visit, unknownCode);
  if (answer === undefined) return showSignIn(visit, device);
  if (!answer.isAccepted) return tell(visit, await visit.issuer.deviceCodes.decline(device.id), 'Declined');
  const account = accountsFor(visit, device).find((candidate) => accountValue(candidate) === answer.account);
  try {
    if (account === undefined) throw entraError('userNotFound', visit.call.segment);
    await visit.issuer.passwords.check(account, answer.password);
    // Of a device that named no tenant only the sign-in tells one, which need not know the application.
    consentOf(visit, device, account.tenantId);
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    return showSignIn(visit, device, account, error);
  }
  const { tenantId, user } = account;
  const by = { tenantId, userPrincipalName: user.userPrincipalName };
  tell(visit, await visit.issuer.deviceCodes.grant(device.id, by), 'You are signed in on the device');
}

function tell(visit: DeviceVisit, isInTime: boolean, title: string): void {
  const { request, response } = visit;
  if (!isInTime) return askForCode(visit, unknownCode);
  sendPage(request, response, 200, messagePage(title, 'You may close this page.'));
}

const accountsFor = ({ issuer, call }: DeviceVisit, { request }: PendingDevice): Account[] =>
  accountsOf(issuer.directory, request.tenantId ?? call.tenantId);

function showSignIn(visit: DeviceVisit, device: PendingDevice, chosen?: Account, refusal?: EntraError): void {
  const { request, response, userCode } = visit;
  if (refusal) noteRefusal(response, refusal);
  const text = signInPage({
    action: actionOf(visit),
    hidden: { user_code: userCode },
    consent: consentOf(visit, device),
    accounts: accountsFor(visit, device),
    chosen: chosen && accountValue(chosen),
    fault: refusal && tellEntraError(refusal),
  });
  sendPage(request, response, refusal?.status ?? 200, text);
}

/**
 * @param tenantId of who signs in, as soon as that is known
 * @throws EntraError where the device asks for what it may not have
 */
function consentOf(
  { issuer }: DeviceVisit,
  { request }: PendingDevice,
  tenantId = request.tenantId,
): Consent {
  const { clientId, scope } = request;
  const application = knownApplication(issuer.directory, clientId, tenantId);
  const requested = readScopes(scope, issuer.directory, tenantId);
  return {
    applicationName: application.displayName,
    permissions: [...requested.openid, ...delegatedPermissions(requested, application)],
  };
}
