import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Account, accountsOf } from '../accounts.js';
import type { PendingDevice } from '../device-codes.js';
import { EntraError, entraError, tellEntraError } from '../entra-error.js';
import { sendPage } from '../issuer-answer.js';
import { type IssuerCall, knownApplication, pathOf } from '../issuer-call.js';
import type { LocalIssuer } from '../local-issuer.js';
import { delegatedPermissions, readScopes } from '../scopes.js';
import type { SignInAnswer } from './authorize.js';
import { accountValue, deviceCodePage, messagePage, signInPage } from './pages.js';

/** One visit of a user's browser to the page of device codes. */
export interface DeviceVisit {
  issuer: LocalIssuer;
  call: IssuerCall;
  request: IncomingMessage;
  response: ServerResponse;
  /** The code that the user read from the device; empty when none was typed yet. */
  userCode: string;
}

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
    consentOf(visit, device, account.tenantId);
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    return showSignIn(visit, device, account, tellEntraError(error));
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

function showSignIn(visit: DeviceVisit, device: PendingDevice, chosen?: Account, fault?: string): void {
  const { request, response, userCode } = visit;
  const text = signInPage({
    action: actionOf(visit),
    hidden: { user_code: userCode },
    consent: consentOf(visit, device),
    accounts: accountsFor(visit, device),
    chosen: chosen && accountValue(chosen),
    fault,
  });
  sendPage(request, response, fault === undefined ? 200 : 400, text);
}

/**
 * @param tenantId of who signs in, as soon as that is known
 * @throws EntraError where the device asks for what it may not have
 */
function consentOf({ issuer }: DeviceVisit, { request }: PendingDevice, tenantId = request.tenantId) {
  const { clientId, scope } = request;
  const application = knownApplication(issuer.directory, clientId, tenantId);
  const requested = readScopes(scope, issuer.directory, tenantId);
  return {
    applicationName: application.displayName,
    permissions: [...requested.openid, ...delegatedPermissions(requested, application)],
  };
}
