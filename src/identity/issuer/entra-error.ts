import { randomUUID } from 'node:crypto';

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

/** What the token endpoint refuses with. Codes, errors and texts are Entra's, as printed in public issues. */
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
  assertionUnsupported: entry(
    401,
    'invalid_client',
    700027,
    () => 'The built-in issuer knows no certificates: send client_secret instead of client_assertion.',
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
};

type Catalogue = typeof catalogue;
export type EntraErrorKind = keyof Catalogue;

/** A refusal by the built-in issuer; rendered by `renderEntraError`. */
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
  return new EntraError(kind, text(...args));
}

/** Entra's error body: `error`, `error_description` (AADSTS code, text and ids), `error_codes` and the ids again. */
export function renderEntraError(failure: EntraError, correlationId: string, now: Date): string {
  const { error, code } = catalogue[failure.kind];
  const traceId = randomUUID();
  const timestamp = `${now.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return JSON.stringify({
    error,
    error_description: `AADSTS${code}: ${failure.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  });
}

/** The whole catalogue as rows `kind status error code`, for the test that shows every change of it to a reader. */
export function entraErrorCatalogue(): string[] {
  return Object.entries(catalogue).map(
    ([kind, { status, error, code }]) => `${kind} ${status} ${error} ${code}`,
  );
}
