import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The kind of device, as the documents of 2017 had it. Instances that don't know it yet may still write rows: hence a default. */
export class InstallStatusDeviceType1795336716882 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE "mobile_app_install_statuses" ADD "deviceType" integer NOT NULL DEFAULT '0'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "mobile_app_install_statuses" DROP COLUMN "deviceType"`);
  }
}
