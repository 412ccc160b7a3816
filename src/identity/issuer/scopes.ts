import { graphAudiences } from '../../configuration.js';
import type { Directory } from '../directory/directory.js';
import type { RegisteredApplication } from '../directory/registered.js';
import { entraError } from './entra-error.js';

/** A name of a scope, such as `https://graph.microsoft.com/User.Read`. */
interface ScopeName {
  /** The resource and the slash behind it, as the client spelled it; empty for a name of Graph's. */
  prefix: string;
  permission: string;
}

/** What a client asks for by `scope` (RFC 6749, 3.3; Entra's names are `{resource}/{permission}`). */
export interface RequestedScopes {
  /** Every name but OpenID Connect's. */
  names: readonly ScopeName[];
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
export const openidNames: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];

/**
 * @param scope names with blanks between them, such as `openid https://graph.microsoft.com/.default`
 * @throws EntraError for names of several resources, an unknown resource, and `.default` beside other names
 */
export function readScopes(
  scope: string,
  directory: Directory,
  tenantId: string | undefined,
): RequestedScopes {
  const sent = unique(scope.split(' ').filter((name) => name !== ''));
  const openid = sent.map((name) => name.toLowerCase()).filter((name) => openidNames.includes(name));
  const names = sent.filter((name) => !openidNames.includes(name.toLowerCase())).map(split);
  const permissions = unique(names.map(({ permission }) => permission));
  const isDefault = permissions.some((permission) => permission.toLowerCase() === '.default');
  // One resource may be spelled in several ways, and Graph's names may have none.
  const audiences = new Set(names.map(({ prefix }) => audienceOf(prefix, directory, tenantId)));
  if (audiences.size > 1 || (isDefault && permissions.length > 1) || permissions.includes('')) {
    throw entraError('scopeInvalid', scope);
  }
  const [audience = graph] = audiences;
  return { names, audience, permissions: isDefault ? [] : permissions, isDefault, openid };
}

const graph = graphAudiences[0] as string;

/** Without what differs by its case alone from a text before. */
function unique(texts: readonly string[]): string[] {
  const first = new Map<string, string>();
  for (const text of texts) {
    const key = text.toLowerCase();
    if (!first.has(key)) first.set(key, text);
  }
  return [...first.values()];
}

function split(name: string): ScopeName {
  const end = name.lastIndexOf('/') + 1;
  return { prefix: name.slice(0, end), permission: name.slice(end) };
}

/** A name without a resource is one of Graph's. Entra takes a resource with a slash at its end for the one without. */
function audienceOf(prefix: string, directory: Directory, tenantId: string | undefined): string {
  const resource = prefix.replace(/\/\/?$/, '');
  const lower = resource.toLowerCase();
  if (prefix === '' || graphAudiences.includes(lower)) return graph;
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

/** Those of OpenID Connect's names that tokens hold: a refresh token is an answer of its own. */
export const namesInTokens = (openid: readonly string[]): string[] =>
  openid.filter((name) => name !== 'offline_access');

/** What a token answer says was granted: MSAL looks for the names that it asked for, so they are spelled as it did. */
export function grantedScope(
  { names, isDefault, openid }: RequestedScopes,
  granted: readonly string[],
): string {
  const permissions = [...granted, ...(isDefault ? ['.default'] : [])];
  return [
    ...namesInTokens(openid),
    ...permissions.flatMap((permission) => spellings(permission, names)),
  ].join(' ');
}

/** A permission that wasn't asked for by its name is spelled as the first one that was. */
function spellings(permission: string, names: readonly ScopeName[]): string[] {
  const lower = permission.toLowerCase();
  const asked = names.filter((name) => name.permission.toLowerCase() === lower);
  const spelled = asked.length > 0 ? asked : [names[0] ?? { prefix: '' }];
  return spelled.map(({ prefix }) => `${prefix}${permission}`);
}
