import type { Keys } from '../odata/address.js';
import type { Changes } from '../odata/changes.js';
import type { ServedSet } from './served-set.js';
import type { Statement } from './statements.js';
import type { Statements } from './store.js';

/** A write of rows of a set. */
export interface Write {
  kind: 'create' | 'update' | 'remove' | 'replace';
  tenantId: string;
  /** Those of the address: of the containers, and `id` where one row is written. */
  keys: Keys;
  /** What a create or a replace is to make. */
  entities: readonly Changes[];
  /** Names of the properties that an update brings. */
  properties: readonly string[];
}

/** What a write brings with it in other rows, in its transaction. */
export interface Following {
  /**
   * Does the write, which is `work`, amid what has to be done before and after it: such as a lock, without which two writes
   * at a time may each count without the other.
   * @param work takes what is to be made, of which the server may decide more than the client did
   * @throws {GraphError} for what can't be written
   */
  around<T>(statements: Statements, work: (entities: readonly Changes[]) => Promise<T>): Promise<T>;
  /**
   * A Boolean column of the table, true in the rows that anything follows for: an update or removal of another is the one
   * statement that it is where nothing follows.
   */
  onlyWhere?: string;
  /** What a replace removes; where it isn't said, all rows of the collection. */
  cleared?: Statement;
  /** What is made changes once more behind `work`: the answer shows it as it is then. */
  isReread?: true;
}

/** Says what follows from a write; undefined for nothing, which costs no transaction. */
export type Follows = (write: Write) => Following | undefined;

/** How a write is done: by statements that may be those of a transaction. */
export interface Doing<T> {
  work: (statements: Statements, entities: readonly Changes[], following?: Following) => Promise<T>;
  /** Reads the result once more. */
  again: (statements: Statements, result: T) => Promise<T>;
  /** Does it where a column is false; undefined where that is true. */
  alone?: (column: string) => Promise<T | undefined>;
}

/** Runs a write, with what follows from it where something does. */
export async function withFollowing<T>(
  statements: Statements,
  { follows }: ServedSet,
  write: Write,
  { work, again, alone }: Doing<T>,
): Promise<T> {
  const following = follows?.(write);
  if (!following) return work(statements, write.entities);
  const done = following.onlyWhere === undefined ? undefined : await alone?.(following.onlyWhere);
  if (done !== undefined) return done;
  return statements.transaction(async (within) => {
    const written = await following.around(within, (entities) => work(within, entities, following));
    return { result: following.isReread ? await again(within, written) : written, keep: true };
  });
}
