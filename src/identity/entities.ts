import { SignInRecord } from './issuer/sign-in-record.entity.js';
import { StoredKey } from './issuer/signing-key.entity.js';
import { Secret } from './secret.entity.js';
import { Tenant } from './tenants/tenant.entity.js';

/** The classes of identity/ that have tables of their own. */
export const identityEntities: readonly (abstract new () => object)[] = [
  Secret,
  SignInRecord,
  StoredKey,
  Tenant,
];
