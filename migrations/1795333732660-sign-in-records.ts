import type { MigrationInterface, QueryRunner } from 'typeorm';

const storage =
  'fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05';

/** What the issuer hands out or waits for: codes, sessions, refresh tokens. */
export class SignInRecords1795333732660 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "sign_in_records" (
      "expires" timestamptz NOT NULL,
      "kind" text COLLATE "C" NOT NULL,
      "id" text COLLATE "C" NOT NULL,
      "state" text COLLATE "C" NOT NULL,
      "content" jsonb NOT NULL,
      CONSTRAINT "PK_7912ee89c772e1185aaeeafc70e" PRIMARY KEY ("kind", "id")
    ) WITH (${storage})`);
    await runner.query(`CREATE INDEX "sign_in_records_expires" ON "sign_in_records" ("expires")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "sign_in_records"`);
  }
}
