import type { MigrationInterface, QueryRunner } from 'typeorm';

const storage =
  'fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05';

const configurations = 'managed_device_mobile_app_configurations';
const userStatuses = 'managed_device_mobile_app_configuration_user_statuses';

const keys = `"managedDeviceMobileAppConfigurationId" text COLLATE "C" NOT NULL,
  "id" text COLLATE "C" NOT NULL`;
const primary = `PRIMARY KEY ("tenantId", "managedDeviceMobileAppConfigurationId", "id")`;
const parent = `FOREIGN KEY ("tenantId", "managedDeviceMobileAppConfigurationId")
  REFERENCES "${configurations}"("tenantId","id") ON DELETE CASCADE`;

const counts = [
  'configurationVersion',
  'pendingCount',
  'notApplicableCount',
  'successCount',
  'errorCount',
  'failedCount',
  'conflictCount',
];

const summaries = [
  {
    table: 'managed_device_mobile_app_configuration_device_summaries',
    numbers: [...counts, 'notApplicablePlatformCount'],
    key: 'PK_63fb9e854d91169b916fa5ae128',
    parentKey: 'FK_f4e33fa9cedcd50cee0f3536984',
  },
  {
    table: 'managed_device_mobile_app_configuration_user_summaries',
    numbers: counts,
    key: 'PK_92e6281f5a12c6cb29014fc32a0',
    parentKey: 'FK_2285de18f96bb9452c42851caa2',
  },
];

/** The statuses of users, and the two summaries that each configuration has, those among them that were made before. */
export class ConfigurationStatuses1795344491205 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "${userStatuses}" (
      "lastReportedDateTimeTicks" bigint NOT NULL,
      "tenantId" uuid NOT NULL,
      "devicesCount" integer NOT NULL,
      "status" integer NOT NULL,
      "rowVersion" integer NOT NULL DEFAULT '1',
      "lastReportedDateTimeWritten" smallint NOT NULL,
      ${keys},
      "userDisplayName" text COLLATE "C",
      "userPrincipalName" text COLLATE "C",
      CONSTRAINT "PK_69f0581592922ae4a0faa14c12c" ${primary},
      CONSTRAINT "FK_bd3d0744b6bfd050c3e1ac4b596" ${parent}
    ) WITH (${storage})`);
    for (const { table, numbers, key, parentKey } of summaries) {
      await runner.query(`CREATE TABLE "${table}" (
        "lastUpdateDateTimeTicks" bigint NOT NULL,
        "tenantId" uuid NOT NULL,
        ${numbers.map((name) => `"${name}" integer NOT NULL`).join(', ')},
        "rowVersion" integer NOT NULL DEFAULT '1',
        "lastUpdateDateTimeWritten" smallint NOT NULL,
        ${keys},
        CONSTRAINT "${key}" ${primary},
        CONSTRAINT "${parentKey}" ${parent}
      ) WITH (${storage})`);
      // 9000 writes the first instant as a fresh row has it: 0001-01-01T00:00:00Z.
      await runner.query(`INSERT INTO "${table}"
        ("tenantId", "managedDeviceMobileAppConfigurationId", "id", "lastUpdateDateTimeTicks", "lastUpdateDateTimeWritten",
         ${numbers.map((name) => `"${name}"`).join(', ')})
        SELECT "tenantId", "id", "tenantId" || '_' || "id", 0, 9000, ${numbers.map(() => '0').join(', ')}
          FROM "${configurations}"`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [userStatuses, ...summaries.map((summary) => summary.table)])
      await runner.query(`DROP TABLE "${table}"`);
  }
}
