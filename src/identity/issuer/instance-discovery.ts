import type { Configuration } from '../../configuration.js';
import { parsedUrl } from '../../odata/parsed-url.js';
import { entraError } from './entra-error.js';
import { type IssuerCall, parameter } from './issuer-call.js';
import { isOneOf } from './known-host.js';
import type { TokenRequest } from './token-request.js';

/** Under these names clients know the global cloud; MSAL keeps tokens by the preferred one. */
const globalCloud = [
  'login.microsoftonline.com',
  'login.windows.net',
  'login.microsoft.com',
  'sts.windows.net',
];

/**
 * Which hosts are one authority, and where it describes itself: MSAL asks this at `login.microsoftonline.com` before it trusts a host
 * that it doesn't know.
 * @throws EntraError for a host that isn't this gateway's
 */
export function discoverInstance(
  { base }: IssuerCall,
  { publicUrl, names }: Configuration,
  parameters: TokenRequest,
): Record<string, unknown> {
  const endpoint = parameter(parameters, 'authorization_endpoint');
  const url = parsedUrl(endpoint);
  if (url === undefined) throw entraError('instanceUnknown');
  const { protocol, host, hostname, pathname } = url;
  const own = [base, publicUrl ?? base].map((known) => new URL(known).hostname);
  const isKnown = isOneOf(hostname, [...globalCloud, ...names]) || own.includes(hostname);
  const tenant = /^\/([^/]+)\/oauth2\/(?:v2\.0\/)?authorize$/i.exec(pathname)?.[1];
  if (!isKnown || tenant === undefined || protocol !== 'https:') throw entraError('instanceUnknown');
  const microsoft = {
    preferred_network: globalCloud[0],
    preferred_cache: 'login.windows.net',
    aliases: globalCloud,
  };
  const called = { preferred_network: host, preferred_cache: host, aliases: [host] };
  return {
    tenant_discovery_endpoint: `https://${host}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: globalCloud.includes(host) ? [microsoft] : [microsoft, called],
  };
}
