import type { ApiVersion } from './edm.js';

/** Who calls, as a document's table of permissions tells callers apart. */
export type CallerKind = 'delegated' | 'application';

/** What a request does: the documents list the same for all methods that read, and the same for all that write. */
export type Access = 'read' | 'write';

/** Any of these grants the access, least privileged first, as the documents list them. */
export type Accepted = readonly [string, ...string[]];

/** `[]` where the documents say «Not supported». */
export type Supported = Accepted | readonly [];

/** What a set's documents of one API version list. */
export type PermissionTable = Readonly<Record<Access, Readonly<Record<CallerKind, Supported>>>>;

/** What an entity set accepts. */
export type Permissions = Readonly<Record<ApiVersion, PermissionTable>>;

export const accessOf = (method: string | undefined): Access =>
  method === 'GET' || method === 'HEAD' ? 'read' : 'write';
