import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../identity/caller.js';
import type { Address } from '../odata/address.js';
import type { ApiVersion } from '../odata/edm.js';
import type { Format } from '../odata/format.js';
import type { OperationAddress } from '../odata/operation.js';
import type { ServedSet } from './served-set.js';
import type { Statements } from './store.js';

/** A request with what the stages before have found out about it. */
export interface GraphRequest extends IncomingMessage {
  /** Ours; `request-id` in the answer and in its log line. */
  requestId: string;
  clientRequestId: string;
  /** Absent for what isn't Graph: health checks and the token issuer. */
  address?: Address<ServedSet>;
  /** Set instead when the URL leads to something that no entity set has. */
  operation?: OperationAddress<ServedSet>;
  /** Set instead of `address` when the service's description is asked for. */
  described?: { version: ApiVersion; document: 'service' | 'metadata' | 'openapi' };
  /** Set instead when requests come in a batch, under this version. */
  batched?: ApiVersion;
  /** The path as it was sent, without query. */
  originalPath: string;
  /** The raw query string, without `?`. */
  search: string;
  /** Set by the guard. */
  caller?: Caller;
  /** What its statements run in, where they share a transaction with those of other requests. */
  statements?: Statements;
  /** Base of the absolute URLs in the answer, without trailing slash. (`baseUrl` is Express's own.) */
  publicBase: string;
  /** The router's pattern, where it matched one. */
  route?: { path: string };
}

/** Where the router finds descriptions: the front door leads there, and nothing else does. */
export const descriptionPath = 'description';

/** The same for batches. */
export const batchPath = 'batch';

export interface GraphResponse extends ServerResponse {
  /** The code of the error that was answered, for the log. */
  errorCode?: string;
}

/** What a handler works with: who asks, for what, and how the answer is to be written. */
export interface Call {
  caller: Caller;
  address: Address<ServedSet>;
  /** Absolute URL of the version, without a slash at its end. */
  root: string;
  format: Format;
  /** What its statements run in, where they share a transaction with those of other requests. */
  statements: Statements | undefined;
}

// What can be a header's value and is no nuisance in a log line.
const echoable = /^[\w.:{}-]{1,128}$/;

/** Gives a request its ids: clients that name none read ours in both, as on Graph. */
export function identify(request: GraphRequest): void {
  request.requestId = randomUUID();
  const given = request.headers['client-request-id'];
  request.clientRequestId = typeof given === 'string' && echoable.test(given) ? given : request.requestId;
}
