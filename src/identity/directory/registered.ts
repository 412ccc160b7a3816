import type { KeyObject } from 'node:crypto';
import type { KnownSecret } from './known-secret.js';

/** A tenant of which more is known than its GUID. */
export interface RegisteredTenant {
  /** A lower-case GUID. */
  id: string;
  displayName: string;
  /** DNS names in lower case that stand for the tenant in the issuer's paths. */
  domains: readonly string[];
}

/** Somebody who can sign in. */
export interface RegisteredUser {
  /** The one tenant that the user belongs to; undefined: there is such a user in every tenant. */
  tenantId: string | undefined;
  userPrincipalName: string;
  displayName: string;
  /** A lower-case GUID; undefined: made from tenant and name, so that it is always the same. */
  objectId: string | undefined;
  /** Undefined: no password is asked for, and any is right. */
  password: KnownSecret | undefined;
}

/** A certificate that an application may sign its assertions with. */
export interface RegisteredCertificate {
  publicKey: KeyObject;
  /** Milliseconds since 1970; it is good for nothing before and after. */
  valid: { from: number; to: number };
  /** SHA-1 and SHA-256 of the DER, base64url: the `x5t` and `x5t#S256` of RFC 7515, 4.1.7 and 4.1.8. */
  thumbprints: readonly [sha1: string, sha256: string];
}

/** A client that tokens are made for. */
export interface RegisteredApplication {
  /** A lower-case GUID. */
  clientId: string;
  displayName: string;
  /** The tenants that know it, lower-case GUIDs; undefined: all of them. */
  tenants: readonly string[] | undefined;
  secrets: readonly KnownSecret[];
  certificates: readonly RegisteredCertificate[];
  /** Whether it may ask for users' tokens without a secret or a certificate. */
  isPublicClient: boolean;
  /**
   * Where codes may be sent. An address of this machine over http is good at any port (RFC 8252, 7.3); one that ends in
   * `/*` is good for every path below it.
   */
  redirectUris: readonly string[];
  /** Consented to for all users, such as `DeviceManagementApps.Read.All`. */
  delegatedPermissions: readonly string[];
  applicationPermissions: readonly string[];
}

/** Everything that the built-in issuer knows from its configuration. */
export interface Registered {
  tenants: readonly RegisteredTenant[];
  users: readonly RegisteredUser[];
  applications: readonly RegisteredApplication[];
}
