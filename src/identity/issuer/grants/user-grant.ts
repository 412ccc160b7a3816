import type { RegisteredApplication } from '../../directory/registered.js';
import { type Account, accountNamed } from '../accounts.js';
import { authenticateClient, type ClientProof } from '../client-authentication.js';
import { entraError } from '../entra-error.js';
import { applicationOf, type IssuerCall, knownApplication } from '../issuer-call.js';
import type { LocalIssuer } from '../local-issuer.js';
import { readScopes } from '../scopes.js';
import { type TokenAnswer, userTokens } from '../token-answer.js';
import type { TokenRequest } from '../token-request.js';

/** A client that asks for a user's tokens, and how it proved who it is. */
export interface UserClient {
  application: RegisteredApplication;
  clientProof: ClientProof;
}

/** @throws EntraError where the tenant doesn't know the client, or it doesn't prove who it is */
export async function userClient(
  issuer: LocalIssuer,
  call: IssuerCall,
  request: TokenRequest,
): Promise<UserClient> {
  const application = applicationOf(issuer.directory, call, request);
  return { application, clientProof: await authenticateClient(application, request, call) };
}

interface OfUser {
  tenantId: string;
  userPrincipalName: string;
}

/** The account that a grant is of, as long as there is one. @throws EntraError for another tenant's, and where it is gone */
export function grantedAccount(issuer: LocalIssuer, call: IssuerCall, grant: OfUser): Account {
  if (call.tenantId !== undefined && call.tenantId !== grant.tenantId) throw entraError('grantInvalid');
  return accountAt(issuer, grant.tenantId, grant);
}

/** The account of a grant's user at a tenant: whoever is in several may ask for tokens of each. @throws EntraError `userNotFound` */
export function accountAt(
  issuer: LocalIssuer,
  tenantId: string,
  { userPrincipalName }: Pick<OfUser, 'userPrincipalName'>,
): Account {
  const account = accountNamed(issuer.directory, tenantId, userPrincipalName);
  if (account === undefined) throw entraError('userNotFound', tenantId);
  return account;
}

/** What tokens are made of; `scope` is as the client sent it. */
export interface Allowed {
  account: Account;
  scope: string;
  nonce?: string | undefined;
}

/** The tokens of a user for a client, without a refresh token. @throws EntraError where it may not have them */
export async function tokensFor(
  issuer: LocalIssuer,
  { application, clientProof }: UserClient,
  request: TokenRequest,
  { account, scope, nonce }: Allowed,
): Promise<TokenAnswer> {
  // Asked at `common`, it was looked up wherever it is known: only the account tells the tenant.
  knownApplication(issuer.directory, application.clientId, account.tenantId);
  const requested = readScopes(scope, issuer.directory, account.tenantId);
  const wantsClientInfo = request.get('client_info') === '1';
  return userTokens(issuer, { account, application, clientProof, requested, nonce, wantsClientInfo });
}

/** The same with the first token of a new refresh grant, where the scope asks for one. */
export async function withRefreshToken(
  issuer: LocalIssuer,
  answer: TokenAnswer,
  { application: { clientId } }: UserClient,
  { account, scope }: Allowed,
  grantId: string,
): Promise<TokenAnswer> {
  if (!/(?:^| )offline_access(?: |$)/i.test(scope)) return answer;
  const { tenantId, user } = account;
  const grant = { tenantId, clientId, userPrincipalName: user.userPrincipalName, scope };
  return { ...answer, refresh_token: await issuer.refreshGrants.begin(grantId, grant) };
}
