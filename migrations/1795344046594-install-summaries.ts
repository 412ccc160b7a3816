import type { MigrationInterface, QueryRunner } from 'typeorm';

const storage =
  'fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05';

const counts = [
  'installedDeviceCount',
  'failedDeviceCount',
  'notApplicableDeviceCount',
  'notInstalledDeviceCount',
  'pendingInstallDeviceCount',
  'installedUserCount',
  'failedUserCount',
  'notApplicableUserCount',
  'notInstalledUserCount',
  'pendingInstallUserCount',
];

/** The one summary that each app has, those among them that were made before. */
export class InstallSummaries1795344046594 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "mobile_app_install_summaries" (
      ${counts.map((name) => `"${name}" integer NOT NULL`).join(', ')},
      "tenantId" uuid NOT NULL,
      "mobileAppId" text COLLATE "C" NOT NULL,
      "id" text COLLATE "C" NOT NULL,
      "rowVersion" integer NOT NULL DEFAULT '1',
      CONSTRAINT "PK_487d96d0f09046db43fbeec627e" PRIMARY KEY ("tenantId", "mobileAppId", "id"),
      CONSTRAINT "FK_f5311470574454f5c214810c091" FOREIGN KEY ("tenantId", "mobileAppId")
        REFERENCES "mobile_apps"("tenantId","id") ON DELETE CASCADE ON UPDATE NO ACTION
    ) WITH (${storage})`);
    await runner.query(`INSERT INTO "mobile_app_install_summaries"
      ("tenantId", "mobileAppId", "id", ${counts.map((name) => `"${name}"`).join(', ')})
      SELECT "tenantId", "id", "tenantId" || '_' || "id", ${counts.map(() => '0').join(', ')} FROM "mobile_apps"`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "mobile_app_install_summaries"`);
  }
}
