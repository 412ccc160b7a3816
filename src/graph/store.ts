import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Pool, Query, type QueryArrayConfig } from 'pg';
import { DataSource } from 'typeorm';
import { postgresError } from '../database/postgres-errors.js';
import type { Row } from '../odata/serializer.js';
import type { Statement } from './statements.js';

/** A name costs memory in every connection, so only so many texts are prepared; the rest run unnamed. */
const preparedTexts = 500;

/**
 * Runs statements on the data source's own pool, past TypeORM: named, so that Postgres plans a text once per connection,
 * and with rows as arrays.
 */
@Injectable()
export class Store {
  private readonly pool: Pool;
  private readonly names = new Map<string, string>();
  private named = 0;

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.pool = (dataSource.driver as unknown as { master: Pool }).master;
  }

  /**
   * @returns the rows, and how many were touched where none is returned
   * @throws {ConstraintViolation} when the statement breaks a key; {GraphError} 503 when a retry may succeed
   */
  async run(statement: Statement): Promise<{ rows: Row[]; count: number }> {
    try {
      return await this.runOnce(statement);
    } catch (error) {
      if (!isStalePlan(error)) throw postgresError(error);
      // Nothing was done: the refusal comes before the execution. Under a new name the text is planned anew.
      this.names.delete(statement.text);
      return this.runOnce(statement).catch((again: unknown) => {
        throw postgresError(again);
      });
    }
  }

  /**
   * The rows of a statement as far as they fit into `budget` UTF-16 code units of values; `isCut` where they don't.
   * @throws as `run`
   */
  async runWithin(statement: Statement, budget: number): Promise<{ rows: Row[]; isCut: boolean }> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw postgresError(error);
    });
    const asked: QueryArrayConfig = { text: statement.text, values: [...statement.values], rowMode: 'array' };
    const query = new Query(asked);
    const rows: Row[] = [];
    let left = budget;
    try {
      await new Promise<void>((resolve, reject) => {
        query.on('row', (row: unknown[]) => {
          if (left <= 0) return resolve();
          left -= sizeOf(row);
          rows.push(row);
        });
        query.on('end', () => resolve());
        query.on('error', reject);
        client.query(query);
      });
    } catch (error) {
      throw postgresError(error);
    } finally {
      // What is still on its way would be read to its end by whoever gets the connection next.
      client.release(left <= 0);
    }
    return { rows, isCut: left <= 0 };
  }

  private async runOnce(statement: Statement): Promise<{ rows: Row[]; count: number }> {
    const name = statement.planned === undefined ? this.nameOf(statement.text) : undefined;
    const result = await this.pool.query<unknown[]>({
      ...(name !== undefined && { name }),
      text: statement.text,
      values: statement.values as unknown[],
      rowMode: 'array',
    });
    return { rows: result.rows, count: result.rowCount ?? 0 };
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.named >= preparedTexts) return known;
    const name = `understudy_${this.named++}`;
    this.names.set(text, name);
    return name;
  }
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
