import type { Keys } from '../odata/address.js';
import type { ServedSet } from './served-set.js';
import type { Statement } from './statements.js';
import type { Statements } from './store.js';

/** A write of rows of a set. */
export interface Write {
  kind: 'create' | 'update' | 'remove' | 'replace';
  tenantId: string;
  /** Those of the address: of the containers, and `id` where one row is written. */
  keys: Keys;
  /** Names of the properties that an update brings. */
  properties: readonly string[];
}

/** What a write brings with it in other rows, in its transaction. */
export interface Following {
  /** Such as a lock: without one, two writes at a time may each count without the other. */
  before: readonly Statement[];
  after: readonly Statement[];
}

/** Says what follows from a write; undefined for nothing, which costs no transaction. */
export type Follows = (write: Write) => Following | undefined;

/** Runs a write, with what follows from it where something does. */
export async function withFollowing<T>(
  statements: Statements,
  { follows }: ServedSet,
  write: Write,
  work: (statements: Statements) => Promise<T>,
): Promise<T> {
  const following = follows?.(write);
  if (!following) return work(statements);
  return statements.transaction(async (within) => {
    for (const statement of following.before) await within.run(statement);
    const result = await work(within);
    for (const statement of following.after) await within.run(statement);
    return { result, keep: true };
  });
}
