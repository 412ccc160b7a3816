import { type GraphError, graphError } from '../errors.js';
import { excerpt } from '../value-problem.js';

/** One request of a batch, as if it had come by itself. */
export interface BatchPart {
  /** As the client spelled it; unique without regard to case. */
  readonly id: string;
  readonly method: BatchMethod;
  /** Path and query, the API version first: `/v1.0/me?$select=id`. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON and `text/*` as text, all else as bytes. */
  readonly body: string | Buffer | undefined;
  /** Ids of parts and names of groups, spelled as those spell themselves, each once. */
  readonly dependsOn: readonly string[];
  /** The atomicity group, spelled alike in all of its parts; never the id of a part. */
  readonly group: string | undefined;
}

export const batchMethods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;
export type BatchMethod = (typeof batchMethods)[number];

/** Refuses the whole batch for one of its requests; `reason` goes on after the request's name. */
export const invalidPart = (id: string, reason: string): GraphError =>
  graphError('invalidBatch', `request '${excerpt(id)}' ${reason}`);
