import type { RegisteredApplication } from '../../directory/registered.js';
import type { AuthorizationCode } from '../authorization-codes.js';
import { entraError } from '../entra-error.js';
import { type IssuerCall, parameter } from '../issuer-call.js';
import type { LocalIssuer } from '../local-issuer.js';
import { delegatedPermissions, readScopes, type RequestedScopes } from '../scopes.js';
import type { TokenRequest } from '../token-request.js';
import { isRegistered } from './redirect-uri.js';

export type ResponseMode = 'query' | 'fragment' | 'form_post';

/** Where the answer to an authorization request goes, and what it has to hold. */
export interface AuthorizationReply {
  redirectUri: string;
  mode: ResponseMode;
  state: string | undefined;
}

/** An authorization request (RFC 6749, 4.1.1; OpenID Connect Core, 3.1.2.1) that can be put to a user. */
export interface AuthorizationRequest {
  reply: AuthorizationReply;
  application: RegisteredApplication;
  requested: RequestedScopes;
  /** Names of permissions that the user is to see. */
  permissions: readonly string[];
  scope: string;
  /** What the user is to be asked, whoever is signed in: `none`, or some of `login`, `consent`, `select_account`. */
  prompt: ReadonlySet<string>;
  loginHint: string | undefined;
  nonce: string | undefined;
  challenge: AuthorizationCode['challenge'];
  wantsClientInfo: boolean;
}

const modes: readonly string[] = ['query', 'fragment', 'form_post'] satisfies ResponseMode[];

/**
 * Where the answer goes, a refusal too.
 * @throws EntraError where that isn't known for sure: such a refusal is for the user's eyes alone (RFC 6749, 4.1.2.1)
 */
export function readReply(application: RegisteredApplication, parameters: TokenRequest): AuthorizationReply {
  const redirectUri = parameter(parameters, 'redirect_uri');
  if (!isRegistered(redirectUri, application.redirectUris)) {
    throw entraError('redirectUriUnknown', redirectUri, application.clientId);
  }
  const mode = parameters.get('response_mode') || 'query';
  if (!modes.includes(mode)) throw entraError('responseModeUnsupported', mode);
  return { redirectUri, mode: mode as ResponseMode, state: parameters.get('state') };
}

/** @throws EntraError that the client is to hear of */
export function readAuthorizationRequest(
  issuer: LocalIssuer,
  { tenantId }: IssuerCall,
  application: RegisteredApplication,
  reply: AuthorizationReply,
  parameters: TokenRequest,
): AuthorizationRequest {
  for (const name of unsupported) {
    if (parameters.get(name)) throw entraError('parameterUnsupported', name);
  }
  const responseType = parameter(parameters, 'response_type');
  if (responseType !== 'code') throw entraError('responseTypeUnsupported', responseType);
  const scope = parameter(parameters, 'scope');
  const requested = readScopes(scope, issuer.directory, tenantId);
  return {
    reply,
    application,
    requested,
    permissions: [...requested.openid, ...delegatedPermissions(requested, application)],
    scope,
    prompt: readPrompt(parameters),
    // RFC 6749, 3.1: without a value it counts as left out.
    loginHint: parameters.get('login_hint') || undefined,
    nonce: parameters.get('nonce') || undefined,
    challenge: readChallenge(parameters),
    wantsClientInfo: parameters.get('client_info') === '1',
  };
}

/** OpenID Connect Core, 6 and 3.1.2.1: passed over, they would give something else than was asked for. */
const unsupported = ['request', 'request_uri', 'max_age'];

/** OpenID Connect Core, 3.1.2.1: words with blanks between, and `none` alone. */
function readPrompt(parameters: TokenRequest): ReadonlySet<string> {
  const words = (parameters.get('prompt') ?? '').split(' ').filter((word) => word !== '');
  const prompt = new Set(words);
  if (prompt.has('none') && prompt.size > 1) throw entraError('malformed');
  return prompt;
}

/** RFC 7636, 4.2 and 4.3: 43 to 128 characters that need no escape. */
function readChallenge(parameters: TokenRequest): AuthorizationCode['challenge'] {
  const value = parameters.get('code_challenge');
  const method = parameters.get('code_challenge_method') ?? 'plain';
  if (value === undefined) return undefined;
  if (!/^[\w.~-]{43,128}$/.test(value) || (method !== 'plain' && method !== 'S256')) {
    throw entraError('challengeInvalid');
  }
  return { method, value };
}
