import type { MigrationInterface, QueryRunner } from 'typeorm';

const storage =
  'fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05';

/** Whom configurations are assigned to. */
export class ConfigurationAssignments1795346346690 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "managed_device_mobile_app_configuration_assignments" (
      "tenantId" uuid NOT NULL,
      "rowVersion" integer NOT NULL DEFAULT '1',
      "managedDeviceMobileAppConfigurationId" text COLLATE "C" NOT NULL,
      "id" text COLLATE "C" NOT NULL,
      "target" jsonb,
      CONSTRAINT "PK_cedb9db341fb07bea0760e0cb3c"
        PRIMARY KEY ("tenantId", "managedDeviceMobileAppConfigurationId", "id"),
      CONSTRAINT "FK_e4363c323e3e4dc991196a4ddfc" FOREIGN KEY ("tenantId", "managedDeviceMobileAppConfigurationId")
        REFERENCES "managed_device_mobile_app_configurations"("tenantId","id") ON DELETE CASCADE
    ) WITH (${storage})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "managed_device_mobile_app_configuration_assignments"`);
  }
}
