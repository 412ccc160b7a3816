import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Text compares without regard to case, by `fold`: ICU's root locale, the same on every machine, and `upper`, since
 * `lower` of a sigma depends on what follows it. Indexes stand on properties that a PATCH seldom changes, so that updates
 * stay beside their row; the narrow ones on the parent serve counting.
 */
export class Reading1795316400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
      RETURN upper(value COLLATE "und-x-icu") COLLATE "C"`);
    await runner.query(`CREATE INDEX "mobile_app_install_statuses_deviceName" ON mobile_app_install_statuses
      ("tenantId", "mobileAppId", fold("deviceName") NULLS FIRST, "id")`);
    await runner.query(`CREATE INDEX "mobile_app_install_statuses_userPrincipalName" ON mobile_app_install_statuses
      ("tenantId", "mobileAppId", fold("userPrincipalName") NULLS FIRST, "id")`);
    await runner.query(`CREATE INDEX "mobile_app_install_statuses_mobileAppId" ON mobile_app_install_statuses
      ("tenantId", "mobileAppId")`);
    await runner.query(`CREATE INDEX "user_app_install_statuses_userPrincipalName" ON user_app_install_statuses
      ("tenantId", "mobileAppId", fold("userPrincipalName") NULLS FIRST, "id")`);
    await runner.query(`CREATE INDEX "mobile_apps_displayName" ON mobile_apps
      ("tenantId", fold("displayName") NULLS FIRST, "id")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of [
      'mobile_apps_displayName',
      'user_app_install_statuses_userPrincipalName',
      'mobile_app_install_statuses_mobileAppId',
      'mobile_app_install_statuses_userPrincipalName',
      'mobile_app_install_statuses_deviceName',
    ]) {
      await runner.query(`DROP INDEX "${index}"`);
    }
    await runner.query(`DROP FUNCTION fold(text)`);
  }
}
