import { randomUUID } from 'node:crypto';
import { excerpt } from '../../odata/value-problem.js';

interface Entry<A extends unknown[]> {
  status: number;
  /** RFC 6749, 5.2, and Entra's own additions. */
  error: string;
  /** The number of the AADSTS code. */
  code: number;
  text: (...args: A) => string;
}

const entry = <A extends unknown[]>(
  status: number,
  error: string,
  code: number,
  text: (...args: A) => string,
): Entry<A> => ({ status, error, code, text });

/** What the issuer refuses with. Codes, errors and texts are Entra's, as printed in public issues. */
const catalogue = {
  tenantNotFound: entry(
    400,
    'invalid_tenant',
    90002,
    (tenant: string) =>
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
  ),
  tenantUnnamed: entry(
    400,
    'invalid_request',
    50059,
    () =>
      'No tenant-identifying information found in either the request or implied by any provided credentials.',
  ),
  malformed: entry(
    400,
    'invalid_request',
    9002313,
    () => 'Invalid request. Request is malformed or invalid.',
  ),
  parameterMissing: entry(
    400,
    'invalid_request',
    900144,
    (name: string) => `The request body must contain the following parameter: '${name}'.`,
  ),
  parameterUnsupported: entry(
    400,
    'invalid_request',
    90014,
    (name: string) => `The parameter '${name}' is not supported.`,
  ),
  grantTypeUnsupported: entry(
    400,
    'unsupported_grant_type',
    70003,
    (grantType: string) => `The app requested an unsupported grant type '${grantType}'.`,
  ),
  applicationNotFound: entry(
    400,
    'unauthorized_client',
    700016,
    (clientId: string, tenantId: string) =>
      `Application with identifier '${clientId}' was not found in the directory '${tenantId}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  ),
  secretMissing: entry(
    401,
    'invalid_client',
    7000216,
    () =>
      "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  ),
  secretInvalid: entry(
    401,
    'invalid_client',
    7000215,
    (clientId: string) =>
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
  ),
  credentialMissing: entry(
    401,
    'invalid_client',
    7000218,
    () => "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  ),
  assertionMalformed: entry(401, 'invalid_client', 50027, () => 'The JWT token is invalid or malformed.'),
  assertionSignature: entry(
    401,
    'invalid_client',
    700027,
    (reason: string) => `Client assertion contains an invalid signature. [Reason - ${reason}]`,
  ),
  assertionTime: entry(
    401,
    'invalid_client',
    700024,
    () => 'Client assertion is not within its valid time range.',
  ),
  assertionAudience: entry(
    401,
    'invalid_client',
    700023,
    () => 'Client assertion audience claim does not match Realm issuer.',
  ),
  assertionSubject: entry(
    401,
    'invalid_client',
    700021,
    () => "Client assertion application identifier doesn't match 'client_id' parameter.",
  ),
  scopeInvalid: entry(
    400,
    'invalid_scope',
    70011,
    (scope: string) =>
      `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
  ),
  scopeNotDefault: entry(
    400,
    'invalid_scope',
    1002012,
    (scope: string) =>
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
  ),
  resourceNotFound: entry(
    400,
    'invalid_resource',
    500011,
    (resource: string, tenantId: string) =>
      `The resource principal named ${resource} was not found in the tenant named ${tenantId}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
  ),
  consumersRefused: entry(
    400,
    'invalid_request',
    9002332,
    () =>
      'The application is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request.',
  ),
  redirectUriUnknown: entry(
    400,
    'invalid_request',
    50011,
    (redirectUri: string, clientId: string) =>
      `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application '${clientId}'. Make sure the redirect URI sent in the request matches one added to your application.`,
  ),
  redirectUriDiffers: entry(
    400,
    'invalid_grant',
    500112,
    (redirectUri: string, asked: string) =>
      `The reply address '${redirectUri}' does not match the reply address '${asked}' provided when requesting Authorization code.`,
  ),
  responseTypeUnsupported: entry(
    400,
    'unsupported_response_type',
    700054,
    (responseType: string) => `response_type '${responseType}' is not enabled for the application.`,
  ),
  responseModeUnsupported: entry(
    400,
    'invalid_request',
    70007,
    (mode: string) => `'${mode}' is not a supported value for 'response_mode' when requesting a token.`,
  ),
  challengeMissing: entry(
    400,
    'invalid_request',
    9002325,
    () => 'Proof Key for Code Exchange is required for authorization code redemption by a public client.',
  ),
  challengeInvalid: entry(
    400,
    'invalid_request',
    501491,
    () => 'Invalid size or method of Code_Challenge parameter.',
  ),
  verifierMismatch: entry(
    400,
    'invalid_grant',
    501481,
    () => 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  ),
  signInRequired: entry(
    400,
    'login_required',
    50058,
    () =>
      'A silent sign-in request was sent but no user is signed in. Session information is not sufficient for single-sign-on.',
  ),
  consentMissing: entry(
    400,
    'invalid_grant',
    65001,
    (clientId: string, name: string) =>
      `The user or administrator has not consented to use the application with ID '${clientId}' named '${name}'. Send an interactive authorization request for this user and resource.`,
  ),
  consentDeclined: entry(400, 'access_denied', 65004, () => 'User declined to consent to access the app.'),
  userNotFound: entry(
    400,
    'invalid_grant',
    50034,
    (tenantId: string) =>
      `The user account {EUII Hidden} does not exist in the ${tenantId} directory. To sign into this application, the account must be added to the directory.`,
  ),
  passwordInvalid: entry(
    400,
    'invalid_grant',
    50126,
    () => 'Error validating credentials due to invalid username or password.',
  ),
  accountLocked: entry(
    400,
    'invalid_grant',
    50053,
    () =>
      "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  ),
  codeRedeemed: entry(
    400,
    'invalid_grant',
    54005,
    () =>
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  ),
  grantExpired: entry(
    400,
    'invalid_grant',
    70008,
    () =>
      'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  ),
  grantInvalid: entry(
    400,
    'invalid_grant',
    70000,
    () => 'Provided grant is invalid or malformed, or was issued to another client.',
  ),
  grantRevoked: entry(
    400,
    'invalid_grant',
    50173,
    () =>
      'The provided grant has expired due to it being revoked, a fresh auth token is needed. The refresh token was used a second time, or its authorization code was.',
  ),
  authorizationPending: entry(
    400,
    'authorization_pending',
    70016,
    () => 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
  ),
  authorizationDeclined: entry(
    400,
    'authorization_declined',
    65004,
    () => 'User declined to consent to access the app.',
  ),
  deviceCodeExpired: entry(
    400,
    'expired_token',
    70020,
    () =>
      "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
  ),
  deviceCodeUnknown: entry(
    400,
    'bad_verification_code',
    70018,
    () => "Bad verification code received: the 'device_code' is unknown, or was redeemed already.",
  ),
  methodNotAllowed: entry(
    400,
    'invalid_request',
    900561,
    (method: string) => `The endpoint only accepts POST requests. Received a ${method} request.`,
  ),
  endpointUnknown: entry(
    404,
    'invalid_request',
    90034,
    (path: string) => `There is no endpoint '${path}': the issuer answers at /oauth2/v2.0/ and below.`,
  ),
  unavailable: entry(
    503,
    'temporarily_unavailable',
    90033,
    () => 'A transient error has occurred. Please try again.',
  ),
  hostUnknown: entry(
    400,
    'invalid_request',
    90013,
    (host: string) =>
      `The sign-in is not known by the host '${host}': name it in PUBLIC_URL or TLS_NAMES of the gateway.`,
  ),
  instanceUnknown: entry(400, 'invalid_instance', 50049, () => 'Unknown or invalid instance.'),
  originForeign: entry(
    400,
    'invalid_request',
    90013,
    () =>
      'The request was sent by a page of an origin that may not: open the sign-in page again, or name it in CORS_ORIGINS.',
  ),
};

type Catalogue = typeof catalogue;
export type EntraErrorKind = keyof Catalogue;

/** A refusal by the built-in issuer; rendered by `describeEntraError`. */
export class EntraError extends Error {
  readonly status: number;

  constructor(
    readonly kind: EntraErrorKind,
    message: string,
  ) {
    super(message);
    this.status = catalogue[kind].status;
  }
}

export function entraError<K extends EntraErrorKind>(
  kind: K,
  ...args: Parameters<Catalogue[K]['text']>
): EntraError {
  const text = catalogue[kind].text as (...values: Parameters<Catalogue[K]['text']>) => string;
  // What was sent is told, but not at any length.
  return new EntraError(kind, text(...(args.map(excerpt) as typeof args)));
}

/** Entra's error body: `error`, `error_description` (AADSTS code, text and ids), `error_codes` and the ids again. */
export function describeEntraError(
  failure: EntraError,
  correlationId: string,
  now: Date,
): { error: string; error_description: string } {
  const { error, code } = catalogue[failure.kind];
  const traceId = randomUUID();
  const timestamp = `${now.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const body = {
    error,
    error_description: `AADSTS${code}: ${failure.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  };
  return failure.kind === 'consentMissing' ? { ...body, ...consentRequired } : body;
}

/** By this MSAL knows that asking the user would help. */
const consentRequired = { suberror: 'consent_required' };

/** The code of a refusal, as the log has it. */
export const entraCode = ({ kind }: EntraError): string => `AADSTS${catalogue[kind].code}`;

/** A refusal as a user reads it on a page. */
export const tellEntraError = (failure: EntraError): string => `${entraCode(failure)}: ${failure.message}`;

/** The whole catalogue as rows `kind status error code`, for the test that shows every change of it to a reader. */
export function entraErrorCatalogue(): string[] {
  return Object.entries(catalogue).map(
    ([kind, { status, error, code }]) => `${kind} ${status} ${error} ${code}`,
  );
}
