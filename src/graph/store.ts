import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Pool, type PoolClient, Query, type QueryArrayConfig } from 'pg';
import { DataSource } from 'typeorm';
import { postgresError } from '../database/postgres-errors.js';
import { rowSlices } from '../database/row-slices.js';
import { graphError } from '../odata/errors.js';
import type { Row } from '../odata/serializer.js';
import type { Statement } from './statements.js';

/** Runs statements: each by itself, or all in one transaction. */
export interface Statements {
  /**
   * @returns the rows, and how many were touched where none is returned
   * @throws {ConstraintViolation} when the statement breaks a key; {GraphError} 503 when a retry may succeed
   */
  run(statement: Statement): Promise<{ rows: Row[]; count: number }>;
  /**
   * The rows of a statement as far as they fit into `budget` UTF-16 code units of values; `isCut` where they don't.
   * @throws as `run`
   */
  runWithin(statement: Statement, budget: number): Promise<{ rows: Row[]; isCut: boolean }>;
  /**
   * Runs work whose statements are kept all or not at all: not when it says so or throws.
   * @throws what the work throws; {GraphError} 503 when the transaction can't be had or kept
   */
  transaction<T>(work: (statements: Statements) => Promise<Outcome<T>>): Promise<T>;
}

export interface Outcome<T> {
  result: T;
  /** Whether what was written is to be kept. */
  keep: boolean;
}

/** A name costs memory in every connection, so only so many texts are prepared; the rest run unnamed. */
const preparedTexts = 500;

/**
 * Runs statements on the data source's own pool, past TypeORM: named, so that Postgres plans a text once per connection,
 * and with rows as arrays.
 */
@Injectable()
export class Store implements Statements {
  private readonly pool: Pool;
  private readonly names = new Map<string, string>();
  private named = 0;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    this.pool = (dataSource.driver as unknown as { master: Pool }).master;
  }

  async run(statement: Statement): Promise<{ rows: Row[]; count: number }> {
    try {
      return await this.runOn(this.pool, statement);
    } catch (error) {
      if (!isStalePlan(error) && !isCollision(error)) throw postgresError(error);
      // Nothing was done: either refusal undoes the statement.
      return this.runOn(this.pool, statement).catch((again: unknown) => {
        throw postgresError(again);
      });
    }
  }

  /**
   * All rows of a statement, however many, as they are at one moment, at most `size` at a time.
   * @throws as `run`
   */
  slices(statement: Statement, size: number): AsyncGenerator<Row[]> {
    return rowSlices(this.dataSource, statement, size);
  }

  async runWithin(statement: Statement, budget: number): Promise<{ rows: Row[]; isCut: boolean }> {
    const client = await this.connection();
    let isCut = true;
    try {
      const read = await readWithin(client, statement, budget);
      ({ isCut } = read);
      return read;
    } finally {
      // What is still on its way would be read to its end by whoever gets the connection next.
      client.release(isCut);
    }
  }

  async transaction<T>(work: (statements: Statements) => Promise<Outcome<T>>): Promise<T> {
    const client = await this.connection();
    let isOver = false;
    try {
      await command(client, 'BEGIN');
      const { result, keep } = await work(
        new Transaction(client, (statement) => this.runOn(client, statement)),
      );
      await command(client, keep ? 'COMMIT' : 'ROLLBACK');
      isOver = true;
      return result;
    } finally {
      // A connection in an unknown state is closed, which undoes what it did.
      client.release(!isOver);
    }
  }

  private connection(): Promise<PoolClient> {
    return this.pool.connect().catch((error: unknown) => {
      throw postgresError(error);
    });
  }

  private async runOn(
    connection: Pool | PoolClient,
    statement: Statement,
  ): Promise<{ rows: Row[]; count: number }> {
    const name = statement.planned === undefined ? this.nameOf(statement.text) : undefined;
    const asked = { text: statement.text, values: statement.values as unknown[], rowMode: 'array' as const };
    try {
      const result = await connection.query<unknown[]>(name === undefined ? asked : { name, ...asked });
      return { rows: result.rows, count: result.rowCount ?? 0 };
    } catch (error) {
      // Under a new name a text is planned anew.
      if (isStalePlan(error)) this.names.delete(statement.text);
      throw error;
    }
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.named >= preparedTexts) return known;
    const name = `understudy_${this.named++}`;
    this.names.set(text, name);
    return name;
  }
}

/** The statements of one transaction. One that fails is undone by itself, so that the reason can be looked for. */
class Transaction implements Statements {
  constructor(
    private readonly client: PoolClient,
    private readonly runOnce: (statement: Statement) => Promise<{ rows: Row[]; count: number }>,
  ) {}

  async run(statement: Statement): Promise<{ rows: Row[]; count: number }> {
    const once = () => this.saved(() => this.runOnce(statement));
    return once().catch((error: unknown) => {
      if (isStalePlan(error)) return once();
      throw error;
    });
  }

  runWithin(statement: Statement, budget: number): Promise<{ rows: Row[]; isCut: boolean }> {
    return this.saved(async () => {
      const read = await readWithin(this.client, statement, budget);
      // What is still on its way can't be left unread: the connection is the transaction's.
      if (read.isCut) throw graphError('unavailable');
      return read;
    });
  }

  transaction<T>(work: (statements: Statements) => Promise<Outcome<T>>): Promise<T> {
    return this.saved(async () => {
      const { result, keep } = await work(this);
      if (!keep) await command(this.client, `ROLLBACK TO ${savepoint}`);
      return result;
    });
  }

  private async saved<T>(work: () => Promise<T>): Promise<T> {
    await command(this.client, `SAVEPOINT ${savepoint}`);
    try {
      const result = await work();
      await command(this.client, `RELEASE ${savepoint}`);
      return result;
    } catch (error) {
      await command(this.client, `ROLLBACK TO ${savepoint}`);
      await command(this.client, `RELEASE ${savepoint}`);
      throw postgresError(error);
    }
  }
}

/** Postgres nests savepoints of one name. */
const savepoint = 'statement';

async function command(client: PoolClient, text: string): Promise<void> {
  await client.query(text).catch((error: unknown) => {
    throw postgresError(error);
  });
}

async function readWithin(
  client: PoolClient,
  { text, values }: Statement,
  budget: number,
): Promise<{ rows: Row[]; isCut: boolean }> {
  const asked: QueryArrayConfig = { text, values: [...values], rowMode: 'array' };
  const query = new Query(asked);
  const rows: Row[] = [];
  let left = budget;
  let isCut = false;
  await new Promise<void>((resolve, reject) => {
    query.on('row', (row: unknown[]) => {
      isCut = left <= 0;
      if (isCut) return resolve();
      left -= sizeOf(row);
      rows.push(row);
    });
    query.on('end', () => resolve());
    query.on('error', (error) => reject(postgresError(error) as Error));
    client.query(query);
  });
  return { rows, isCut };
}

const sizeOf = (row: readonly unknown[]): number =>
  row.reduce<number>((sum, value) => sum + lengthOf(value), 0);

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' && value !== null ? JSON.stringify(value).length : 8;
}

/** A migration changed a table under a statement that was prepared before (a rolling deployment). */
const isStalePlan = (error: unknown): boolean =>
  (error as { code?: unknown }).code === '0A000' && /cached plan/.test((error as Error).message);

/** A deadlock, or another transaction in the way of this one: Postgres undid the statement, so it may be run again. */
const isCollision = (error: unknown): boolean =>
  ['40001', '40P01'].includes(String((error as { code?: unknown }).code));
