import { issuerOf } from './access-token.js';
import { isGuid } from '../claims.js';
import { entraError } from './entra-error.js';

/** Tenant names that stand for any tenant. Their issuer keeps a placeholder, as Entra's documents do. */
const anyTenant: readonly string[] = ['common', 'organizations'];

/** A tenant of the issuer's paths in lower case: a GUID, `common` or `organizations`. @throws EntraError */
export function tenantOfPath(segment: string): string {
  const tenant = segment.toLowerCase();
  if (!isGuid(tenant) && !anyTenant.includes(tenant)) throw entraError('tenantNotFound', segment);
  return tenant;
}

/** The tenant that a token is asked for: a GUID in lower case. @throws EntraError */
export function tenantOfToken(segment: string): string {
  const tenant = tenantOfPath(segment);
  if (anyTenant.includes(tenant)) throw entraError('tenantUnnamed');
  return tenant;
}

/**
 * The discovery document (OpenID Connect Discovery 1.0, 3) of the built-in issuer, with Entra's paths.
 * @param base absolute, without trailing slash.
 */
export function discoveryDocument(base: string, tenant: string): Record<string, unknown> {
  return {
    issuer: issuerOf(anyTenant.includes(tenant) ? '{tenantid}' : tenant),
    // Not served. MSAL takes a document without it for none (isOpenIdConfigResponse in @azure/msal-common).
    authorization_endpoint: `${base}/${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/${tenant}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    jwks_uri: `${base}/${tenant}/discovery/v2.0/keys`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    request_uri_parameter_supported: false,
  };
}
