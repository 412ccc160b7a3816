import { graphAudiences } from '../../configuration.js';
import type { Directory } from '../directory/directory.js';
import type { RegisteredApplication } from '../directory/registered.js';
import { entraError } from './entra-error.js';

/** What a client asks for by `scope` (RFC 6749, 3.3; Entra's names are `{resource}/{permission}`). */
export interface RequestedScopes {
  /** The resource as the client spelled it, without slash at its end; empty where only names of Graph's were sent. */
  spelled: string;
  /** The `aud` of its tokens. */
  audience: string;
  /** Names of permissions, without the resource. */
  permissions: readonly string[];
  /** Whether it is all that the application was granted (`/.default`). */
  isDefault: boolean;
  /** Of OpenID Connect's: `openid`, `profile`, `email`, `offline_access`. */
  openid: readonly string[];
}

/** They say what else a user's token answer holds; where there is no user Entra passes over them. */
const openidNames: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];

/**
 * @param scope names with blanks between them, such as `openid https://graph.microsoft.com/.default`
 * @throws EntraError for names of several resources, an unknown resource, and `.default` beside other names
 */
export function readScopes(
  scope: string,
  directory: Directory,
  tenantId: string | undefined,
): RequestedScopes {
  const names = [...new Set(scope.split(' ').filter((name) => name !== ''))];
  const openid = names.map((name) => name.toLowerCase()).filter((name) => openidNames.includes(name));
  const asked = names.filter((name) => !openidNames.includes(name.toLowerCase())).map(split);
  const resources = new Set(asked.map(({ resource }) => resource.toLowerCase()));
  const isDefault = asked.some(({ permission }) => permission.toLowerCase() === '.default');
  if (resources.size > 1 || (isDefault && asked.length > 1)) throw entraError('scopeInvalid', scope);
  const spelled = asked[0]?.resource ?? '';
  return {
    spelled,
    audience: audienceOf(spelled, directory, tenantId),
    permissions: isDefault ? [] : asked.map(({ permission }) => permission),
    isDefault,
    openid,
  };
}

/** A name without a resource is one of Graph's. Entra takes a resource with a slash at its end for the one without. */
function split(name: string): { resource: string; permission: string } {
  const slash = name.lastIndexOf('/');
  return {
    resource: name.slice(0, Math.max(slash, 0)).replace(/\/$/, ''),
    permission: name.slice(slash + 1),
  };
}

function audienceOf(resource: string, directory: Directory, tenantId: string | undefined): string {
  const lower = resource.toLowerCase();
  if (lower === '' || graphAudiences.includes(lower)) return graphAudiences[0] as string;
  const api = directory.application(lower.replace(/^api:\/\//, ''), tenantId);
  if (api === undefined) throw entraError('resourceNotFound', resource, tenantId ?? 'organizations');
  return api.clientId;
}

/**
 * The permissions that a user's token holds: as on Entra all that the application was granted, if that covers what it asks for.
 * @throws EntraError `consentMissing` where it was not granted what it asks for
 */
export function delegatedPermissions(
  requested: RequestedScopes,
  application: RegisteredApplication,
): readonly string[] {
  const granted = application.delegatedPermissions;
  const known = new Set(granted.map((name) => name.toLowerCase()));
  const isCovered = requested.permissions.every((name) => known.has(name.toLowerCase()));
  if (!isCovered || (requested.isDefault && granted.length === 0)) {
    throw entraError('consentMissing', application.clientId, application.displayName);
  }
  return granted;
}

/** What a token answer says was granted: MSAL looks for the names that it asked for, so they are spelled as it did. */
export function grantedScope(requested: RequestedScopes, granted: readonly string[]): string {
  const { spelled, openid, isDefault } = requested;
  const prefix = spelled === '' ? '' : `${spelled}/`;
  const names = granted.map((name) => `${prefix}${name}`);
  const answered = openid.filter((name) => name !== 'offline_access');
  return [...answered, ...names, ...(isDefault ? [`${prefix}.default`] : [])].join(' ');
}
