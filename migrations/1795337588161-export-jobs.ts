import type { MigrationInterface, QueryRunner } from 'typeorm';

const storage =
  'fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05';

/** Reports that were asked for as files. */
export class ExportJobs1795337588161 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "export_jobs" (
      "requested" timestamptz NOT NULL,
      "expires" timestamptz NOT NULL,
      "tenantId" uuid NOT NULL,
      "id" text COLLATE "C" NOT NULL,
      "secret" text COLLATE "C" NOT NULL,
      "definition" jsonb NOT NULL,
      CONSTRAINT "PK_f18b961162db678810ccbe1ba88" PRIMARY KEY ("tenantId", "id")
    ) WITH (${storage})`);
    await runner.query(`CREATE INDEX "export_jobs_expires" ON "export_jobs" ("expires")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "export_jobs"`);
  }
}
