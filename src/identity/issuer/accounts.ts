import { defaultTenantId } from '../../configuration.js';
import type { Directory } from '../directory/directory.js';
import type { RegisteredUser } from '../directory/registered.js';
import { objectId } from './object-id.js';

/** A user in a tenant. */
export interface Account {
  tenantId: string;
  /** The `oid` of the user's tokens, a lower-case GUID. */
  objectId: string;
  user: RegisteredUser;
}

/**
 * Who can sign in.
 * @param tenantId the one tenant that is asked for; undefined for `common` and `organizations`: then whoever is in every
 * tenant signs in at the default one
 */
export function accountsOf(directory: Directory, tenantId: string | undefined): Account[] {
  return directory.usersOf(tenantId).map((user) => accountOf(user, tenantId));
}

/** The account of a name, without regard to case. */
export function accountNamed(
  directory: Directory,
  tenantId: string | undefined,
  name: string,
): Account | undefined {
  const user = directory.user(name, tenantId);
  return user && accountOf(user, tenantId);
}

function accountOf(user: RegisteredUser, asked: string | undefined): Account {
  const tenantId = user.tenantId ?? asked ?? defaultTenantId;
  return { tenantId, objectId: user.objectId ?? objectId(tenantId, `user ${user.userPrincipalName}`), user };
}
