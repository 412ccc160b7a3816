import type { MigrationInterface, QueryRunner } from 'typeorm';

const storage =
  'fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05';

/** What apps need and supersede, a row on either side; both go with either app. */
export class Relationships1795346100597 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "mobile_app_relationships" (
      "tenantId" uuid NOT NULL,
      "rowVersion" integer NOT NULL DEFAULT '1',
      "targetType" integer NOT NULL,
      "mobileAppId" text COLLATE "C" NOT NULL,
      "id" text COLLATE "C" NOT NULL,
      "odataType" text COLLATE "C" NOT NULL,
      "targetId" text COLLATE "C",
      "targetDisplayName" text COLLATE "C",
      "targetDisplayVersion" text COLLATE "C",
      "targetPublisher" text COLLATE "C",
      "targetPublisherDisplayName" text COLLATE "C",
      "sourceId" text COLLATE "C",
      "sourceDisplayName" text COLLATE "C",
      "sourceDisplayVersion" text COLLATE "C",
      "sourcePublisherDisplayName" text COLLATE "C",
      "derived" jsonb NOT NULL,
      CONSTRAINT "PK_ff53fa6b6541934b0602d98cdef" PRIMARY KEY ("tenantId", "mobileAppId", "id"),
      CONSTRAINT "FK_0c335c12c1975e28c781e03116a" FOREIGN KEY ("tenantId", "mobileAppId")
        REFERENCES "mobile_apps"("tenantId","id") ON DELETE CASCADE ON UPDATE NO ACTION,
      CONSTRAINT "FK_d3549afa06440414e438fe43737" FOREIGN KEY ("tenantId", "targetId")
        REFERENCES "mobile_apps"("tenantId","id") ON DELETE CASCADE ON UPDATE NO ACTION
    ) WITH (${storage})`);
    await runner.query(`ALTER TABLE "mobile_apps" ADD "isRelated" boolean NOT NULL DEFAULT false`);
    await runner.query(
      `CREATE INDEX "mobile_app_relationships_targetId" ON "mobile_app_relationships" ("tenantId", "targetId")`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "mobile_apps" DROP COLUMN "isRelated"`);
    await runner.query(`DROP TABLE "mobile_app_relationships"`);
  }
}
