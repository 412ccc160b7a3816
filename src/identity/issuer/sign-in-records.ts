import { createHash, randomBytes } from 'node:crypto';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { codeOf } from '../../database/postgres-refusal.js';
import { postgresError } from '../../database/postgres-errors.js';

/** A record as it is found; `isOver` when it has expired. */
export interface FoundRecord<T> {
  state: string;
  content: T;
  isOver: boolean;
}

/** How long what has expired is still known as such, so that it is refused with the right words. */
const kept = '1 hour';
/** Milliseconds. */
const purgedEvery = 600_000;

/** Codes, sessions and grants of the issuer, in the database. Times are the database's, the same for every instance. */
@Injectable()
export class SignInRecords implements OnModuleInit, OnModuleDestroy {
  private purging?: NodeJS.Timeout;
  private readonly log = new Logger(SignInRecords.name);

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    this.purging = setInterval(() => void this.purgeOrTell(), purgedEvery).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.purging);
  }

  /** @param seconds until it expires; @returns whether the id was free */
  async add(kind: string, id: string, state: string, content: object, seconds: number): Promise<boolean> {
    const rows = await this.query<unknown[]>(
      `INSERT INTO "sign_in_records" ("kind", "id", "state", "content", "expires")
       VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5)) ON CONFLICT DO NOTHING RETURNING 1`,
      [kind, id, state, content, seconds],
    );
    return rows.length > 0;
  }

  async find<T>(kind: string, id: string): Promise<FoundRecord<T> | undefined> {
    const rows = await this.query<FoundRecord<T>[]>(
      `SELECT "state", "content", "expires" <= now() AS "isOver" FROM "sign_in_records"
       WHERE "kind" = $1 AND "id" = $2`,
      [kind, id],
    );
    return rows[0];
  }

  /**
   * Leads a record from one state to another, which of all that try at once only one does.
   * @param change members of the content to add or replace, and the seconds that it shall last from now on
   * @returns the content as it is then; undefined when there is no such record, or it is in another state, or has expired
   */
  async move<T>(
    kind: string,
    id: string,
    [from, to]: readonly [from: string, to: string],
    change: { content?: object; seconds?: number } = {},
  ): Promise<T | undefined> {
    const [rows] = await this.query<[{ content: T }[], number]>(
      `UPDATE "sign_in_records" SET "state" = $4, "content" = "content" || $5,
         "expires" = coalesce(now() + make_interval(secs => $6), "expires")
       WHERE "kind" = $1 AND "id" = $2 AND "state" = $3 AND "expires" > now() RETURNING "content"`,
      [kind, id, from, to, change.content ?? {}, change.seconds ?? null],
    );
    return rows[0]?.content;
  }

  async end(kind: string, id: string, state: string): Promise<void> {
    await this.query(`UPDATE "sign_in_records" SET "state" = $3 WHERE "kind" = $1 AND "id" = $2`, [
      kind,
      id,
      state,
    ]);
  }

  async remove(kind: string, id: string): Promise<void> {
    await this.query(`DELETE FROM "sign_in_records" WHERE "kind" = $1 AND "id" = $2`, [kind, id]);
  }

  /**
   * Counts failures in a row, one attempt after the other, however many come at once. A success begins anew; but after `limit`
   * failures nothing counts as one until the last of them is so many seconds ago.
   * @returns how many there are with this one; more than `limit` for an attempt that came too late, whatever it was
   */
  async countFailures(
    kind: string,
    id: string,
    isFailure: boolean,
    limit: number,
    seconds: number,
  ): Promise<number> {
    const rows = await this.query<{ state: string }[]>(
      `INSERT INTO "sign_in_records" AS "known" ("kind", "id", "state", "content", "expires")
       VALUES ($1, $2, $3, '{}', now() + make_interval(secs => $5))
       ON CONFLICT ("kind", "id") DO UPDATE SET
         "state" = CASE WHEN "known"."expires" <= now() THEN excluded."state"
           WHEN "known"."state"::int < $4 AND excluded."state" = '0' THEN '0'
           ELSE ("known"."state"::int + 1)::text END,
         "expires" = CASE WHEN "known"."expires" > now() AND "known"."state"::int >= $4 THEN "known"."expires"
           ELSE excluded."expires" END
       RETURNING "state"`,
      [kind, id, isFailure ? '1' : '0', limit, seconds],
    );
    return Number(rows[0]?.state);
  }

  /** What can't be purged now is purged the next time. */
  private async purgeOrTell(): Promise<void> {
    await this.purge().catch((error: unknown) => {
      this.log.warn(`What expired could not be removed (${codeOf(error) ?? (error as Error).name}).`);
    });
  }

  /** @throws GraphError 503 when the database can't be had */
  private async query<T>(text: string, values: unknown[]): Promise<T> {
    return this.dataSource.query<T>(text, values).catch((error: unknown) => {
      throw postgresError(error);
    });
  }

  /** Forgets what expired a while ago. */
  async purge(): Promise<void> {
    await this.query(`DELETE FROM "sign_in_records" WHERE "expires" < now() - $1::interval`, [kept]);
  }
}

/** 256 bits that nobody guesses, base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What a secret is stored as: a copy of the database gives nobody a session. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
