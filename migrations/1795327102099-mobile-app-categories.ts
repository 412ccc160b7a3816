import type { MigrationInterface, QueryRunner } from 'typeorm';

const storage =
  'fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05';

/** Categories, and which apps are in which: a link goes with either of the two, and both are of its tenant. */
export class MobileAppCategories1795327102099 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "mobile_app_categories" (
      "lastModifiedDateTimeTicks" bigint NOT NULL,
      "tenantId" uuid NOT NULL,
      "rowVersion" integer NOT NULL DEFAULT '1',
      "lastModifiedDateTimeWritten" smallint NOT NULL,
      "id" text COLLATE "C" NOT NULL,
      "displayName" text COLLATE "C",
      CONSTRAINT "PK_bb33a33257891fc5e0965893fc4" PRIMARY KEY ("tenantId", "id")
    ) WITH (${storage})`);
    await runner.query(`CREATE INDEX "mobile_app_categories_displayName" ON mobile_app_categories
      ("tenantId", fold("displayName") NULLS FIRST, "id")`);
    await runner.query(`CREATE TABLE "mobile_app_category_links" (
      "tenantId" uuid NOT NULL,
      "mobileAppId" text COLLATE "C" NOT NULL,
      "mobileAppCategoryId" text COLLATE "C" NOT NULL,
      CONSTRAINT "PK_246b06237acbadd66651a40f0c4" PRIMARY KEY ("tenantId", "mobileAppId", "mobileAppCategoryId")
    ) WITH (${storage})`);
    await runner.query(
      `CREATE INDEX "mobile_app_category_links_mobileAppCategoryId" ON "mobile_app_category_links" ("tenantId", "mobileAppCategoryId")`,
    );
    await runner.query(`ALTER TABLE "mobile_app_category_links"
      ADD CONSTRAINT "FK_e11ef55cabb8e11d2c597f5ad5e" FOREIGN KEY ("tenantId", "mobileAppId")
      REFERENCES "mobile_apps"("tenantId","id") ON DELETE CASCADE`);
    await runner.query(`ALTER TABLE "mobile_app_category_links"
      ADD CONSTRAINT "FK_0e6b8e57c3a81aa8c34600973ac" FOREIGN KEY ("tenantId", "mobileAppCategoryId")
      REFERENCES "mobile_app_categories"("tenantId","id") ON DELETE CASCADE`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "mobile_app_category_links"`);
    await runner.query(`DROP TABLE "mobile_app_categories"`);
  }
}
