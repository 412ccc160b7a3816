import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first tables. Columns stand by width, 8 bytes first: nothing is lost to alignment. Pages are filled to 90 %, so that
 * a PATCH finds room beside the row and touches no index.
 */
export class FirstTables1795312800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "managed_device_mobile_app_configuration_device_statuses" (
      "complianceGracePeriodExpirationDateTimeTicks" bigint NOT NULL,
      "lastReportedDateTimeTicks" bigint NOT NULL,
      "tenantId" uuid NOT NULL,
      "platform" integer NOT NULL,
      "status" integer NOT NULL,
      "rowVersion" integer NOT NULL DEFAULT '1',
      "complianceGracePeriodExpirationDateTimeWritten" smallint NOT NULL,
      "lastReportedDateTimeWritten" smallint NOT NULL,
      "managedDeviceMobileAppConfigurationId" text COLLATE "C" NOT NULL,
      "id" text COLLATE "C" NOT NULL,
      "deviceDisplayName" text COLLATE "C",
      "userName" text COLLATE "C",
      "deviceModel" text COLLATE "C",
      "userPrincipalName" text COLLATE "C",
      CONSTRAINT "PK_d0604b39cf8fcc592995e0037d2" PRIMARY KEY ("tenantId", "managedDeviceMobileAppConfigurationId", "id")
    ) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)`);
    await runner.query(`CREATE TABLE "managed_device_mobile_app_configurations" (
      "createdDateTimeTicks" bigint NOT NULL,
      "lastModifiedDateTimeTicks" bigint NOT NULL,
      "tenantId" uuid NOT NULL,
      "version" integer NOT NULL,
      "rowVersion" integer NOT NULL DEFAULT '1',
      "createdDateTimeWritten" smallint NOT NULL,
      "lastModifiedDateTimeWritten" smallint NOT NULL,
      "id" text COLLATE "C" NOT NULL,
      "description" text COLLATE "C",
      "displayName" text COLLATE "C" NOT NULL,
      "odataType" text COLLATE "C" NOT NULL,
      "targetedMobileApps" jsonb NOT NULL,
      "roleScopeTagIds" jsonb NOT NULL,
      "derived" jsonb NOT NULL,
      CONSTRAINT "PK_4b768bb33f41f135a8142249ed9" PRIMARY KEY ("tenantId", "id")
    ) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)`);
    await runner.query(`CREATE TABLE "mobile_app_install_statuses" (
      "lastSyncDateTimeTicks" bigint NOT NULL,
      "tenantId" uuid NOT NULL,
      "mobileAppInstallStatusValue" integer NOT NULL,
      "installState" integer NOT NULL,
      "installStateDetail" integer NOT NULL,
      "errorCode" integer NOT NULL,
      "rowVersion" integer NOT NULL DEFAULT '1',
      "lastSyncDateTimeWritten" smallint NOT NULL,
      "mobileAppId" text COLLATE "C" NOT NULL,
      "userAppInstallStatusId" text COLLATE "C",
      "id" text COLLATE "C" NOT NULL,
      "deviceName" text COLLATE "C",
      "deviceId" text COLLATE "C",
      "osVersion" text COLLATE "C",
      "osDescription" text COLLATE "C",
      "userName" text COLLATE "C",
      "userPrincipalName" text COLLATE "C",
      "displayVersion" text COLLATE "C",
      CONSTRAINT "PK_f2499ad9a70accab29d493ba766" PRIMARY KEY ("tenantId", "mobileAppId", "id")
    ) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)`);
    await runner.query(
      `CREATE INDEX "mobile_app_install_statuses_userAppInstallStatusId" ON "mobile_app_install_statuses" ("tenantId", "mobileAppId", "userAppInstallStatusId")`,
    );
    await runner.query(`CREATE TABLE "mobile_apps" (
      "createdDateTimeTicks" bigint NOT NULL,
      "lastModifiedDateTimeTicks" bigint NOT NULL,
      "tenantId" uuid NOT NULL,
      "uploadState" integer NOT NULL,
      "publishingState" integer NOT NULL,
      "dependentAppCount" integer NOT NULL,
      "supersedingAppCount" integer NOT NULL,
      "supersededAppCount" integer NOT NULL,
      "rowVersion" integer NOT NULL DEFAULT '1',
      "createdDateTimeWritten" smallint NOT NULL,
      "lastModifiedDateTimeWritten" smallint NOT NULL,
      "isFeatured" boolean NOT NULL,
      "isAssigned" boolean NOT NULL,
      "id" text COLLATE "C" NOT NULL,
      "displayName" text COLLATE "C",
      "description" text COLLATE "C",
      "publisher" text COLLATE "C",
      "privacyInformationUrl" text COLLATE "C",
      "informationUrl" text COLLATE "C",
      "owner" text COLLATE "C",
      "developer" text COLLATE "C",
      "notes" text COLLATE "C",
      "odataType" text COLLATE "C" NOT NULL,
      "largeIcon" jsonb,
      "roleScopeTagIds" jsonb NOT NULL,
      "derived" jsonb NOT NULL,
      CONSTRAINT "PK_8c07b1c59320bfe499de53982f2" PRIMARY KEY ("tenantId", "id")
    ) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)`);
    await runner.query(`CREATE TABLE "user_app_install_statuses" (
      "tenantId" uuid NOT NULL,
      "installedDeviceCount" integer NOT NULL,
      "failedDeviceCount" integer NOT NULL,
      "notInstalledDeviceCount" integer NOT NULL,
      "rowVersion" integer NOT NULL DEFAULT '1',
      "mobileAppId" text COLLATE "C" NOT NULL,
      "id" text COLLATE "C" NOT NULL,
      "userName" text COLLATE "C",
      "userPrincipalName" text COLLATE "C",
      CONSTRAINT "PK_9107802c68edf7eceac472c7762" PRIMARY KEY ("tenantId", "mobileAppId", "id")
    ) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)`);
    await runner.query(`CREATE TABLE "secrets" (
      "name" text COLLATE "C" NOT NULL,
      "value" text NOT NULL,
      CONSTRAINT "PK_0a802e5451589b0a8a816669655" PRIMARY KEY ("name")
    )`);
    await runner.query(`ALTER TABLE "managed_device_mobile_app_configuration_device_statuses"
      ADD CONSTRAINT "FK_15c920f32949442cdafa21e37bf" FOREIGN KEY ("tenantId", "managedDeviceMobileAppConfigurationId")
      REFERENCES "managed_device_mobile_app_configurations"("tenantId","id") ON DELETE CASCADE`);
    await runner.query(`ALTER TABLE "mobile_app_install_statuses"
      ADD CONSTRAINT "FK_8cc7b5d952af0d3102e722ff7e2" FOREIGN KEY ("tenantId", "mobileAppId")
      REFERENCES "mobile_apps"("tenantId","id") ON DELETE CASCADE`);
    await runner.query(`ALTER TABLE "mobile_app_install_statuses"
      ADD CONSTRAINT "FK_9504d60974e5329675b9016bb67" FOREIGN KEY ("tenantId", "mobileAppId", "userAppInstallStatusId")
      REFERENCES "user_app_install_statuses"("tenantId","mobileAppId","id") ON DELETE CASCADE`);
    await runner.query(`ALTER TABLE "user_app_install_statuses"
      ADD CONSTRAINT "FK_eca502c0f7f7c4af4a116ddf1bf" FOREIGN KEY ("tenantId", "mobileAppId")
      REFERENCES "mobile_apps"("tenantId","id") ON DELETE CASCADE`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "mobile_app_install_statuses"`);
    await runner.query(`DROP TABLE "user_app_install_statuses"`);
    await runner.query(`DROP TABLE "mobile_apps"`);
    await runner.query(`DROP TABLE "managed_device_mobile_app_configuration_device_statuses"`);
    await runner.query(`DROP TABLE "managed_device_mobile_app_configurations"`);
    await runner.query(`DROP TABLE "secrets"`);
  }
}
