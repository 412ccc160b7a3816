import type { CallerKind } from '../odata/permissions.js';

/** Who sends a request, as its verified token says. Shared between requests, hence immutable. */
export interface Caller {
  /** The token's `tid`, a lower-case GUID. */
  readonly tenantId: string;
  /** The user or service principal: `oid`, or `sub` without it. */
  readonly subject: string;
  /** The client application: `azp` (v2 tokens) or `appid` (v1). */
  readonly application: string;
  /** A user's when the token is delegated (has `scp`). */
  readonly kind: CallerKind;
  /** The delegated permissions of a user's token, the application permissions of an application's. */
  readonly permissions: ReadonlySet<string>;
}
