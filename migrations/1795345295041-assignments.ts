import type { MigrationInterface, QueryRunner } from 'typeorm';

const storage =
  'fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05';

/** Whom apps are assigned to. */
export class Assignments1795345295041 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "mobile_app_assignments" (
      "intent" integer NOT NULL,
      "source" integer NOT NULL,
      "tenantId" uuid NOT NULL,
      "rowVersion" integer NOT NULL DEFAULT '1',
      "mobileAppId" text COLLATE "C" NOT NULL,
      "id" text COLLATE "C" NOT NULL,
      "sourceId" text COLLATE "C",
      "target" jsonb,
      "settings" jsonb,
      CONSTRAINT "PK_8f3cd0ea93e953a5327903a64d4" PRIMARY KEY ("tenantId", "mobileAppId", "id"),
      CONSTRAINT "FK_cfa173d8296935342f0c27b0377" FOREIGN KEY ("tenantId", "mobileAppId")
        REFERENCES "mobile_apps"("tenantId","id") ON DELETE CASCADE ON UPDATE NO ACTION
    ) WITH (${storage})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "mobile_app_assignments"`);
  }
}
