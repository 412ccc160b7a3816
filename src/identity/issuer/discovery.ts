import { issuerOf } from './access-token.js';
import { openidNames } from './scopes.js';
import { grantTypes } from './token-grant.js';
import type { IssuerCall } from './issuer-call.js';

/** The discovery document (OpenID Connect Discovery 1.0, 3) of the built-in issuer, with Entra's paths. */
export function discoveryDocument({ base, segment, tenantId }: IssuerCall): Record<string, unknown> {
  const root = `${base}/${tenantId ?? segment.toLowerCase()}`;
  return {
    token_endpoint: `${root}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${root}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    grant_types_supported: grantTypes,
    code_challenge_methods_supported: ['S256', 'plain'],
    scopes_supported: openidNames,
    issuer: issuerOf(tenantId ?? '{tenantid}'),
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${base}/oidc/userinfo`,
    authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${root}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${root}/oauth2/v2.0/logout`,
    claims_supported: 'aud email exp iat iss name nbf nonce oid preferred_username sub tid ver'.split(' '),
  };
}
