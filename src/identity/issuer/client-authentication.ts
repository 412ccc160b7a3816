import type { RegisteredApplication } from '../directory/registered.js';
import { checkAssertion } from './client-assertion.js';
import { entraError } from './entra-error.js';
import { issuerOf } from './access-token.js';
import type { IssuerCall } from './issuer-call.js';
import type { TokenRequest } from './token-request.js';

/** How a client proved who it is: `azpacr` in its tokens. */
export type ClientProof = '0' | '1' | '2';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * Who the client is, as far as it proves it: by a secret, by an assertion, or, where it is a public one, not at all.
 * @throws EntraError for a wrong proof, and for none where one is needed
 */
export async function authenticateClient(
  application: RegisteredApplication,
  request: TokenRequest,
  call: IssuerCall,
): Promise<ClientProof> {
  const [secret, assertion] = [request.get('client_secret') ?? '', request.get('client_assertion') ?? ''];
  if (secret !== '' && assertion !== '') throw entraError('malformed');
  if (secret !== '') {
    if (!application.secrets.some((known) => known.is(secret))) {
      throw entraError('secretInvalid', application.clientId);
    }
    return '1';
  }
  if (assertion !== '') {
    if (request.get('client_assertion_type') !== assertionType) throw entraError('assertionMalformed');
    await checkAssertion(application, assertion, audiencesOf(call));
    return '2';
  }
  if (!application.isPublicClient) throw entraError('credentialMissing');
  return '0';
}

/** The token endpoint under the name that was called and under Entra's, and the issuer: what libraries name as audience. */
function audiencesOf({ base, segment, tenantId }: IssuerCall): string[] {
  const path = `/${segment}/oauth2/v2.0/token`;
  return [`${base}${path}`, `https://login.microsoftonline.com${path}`, issuerOf(tenantId ?? segment)];
}
