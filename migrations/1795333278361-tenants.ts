import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When each tenant was used. `lastUsed` stands in no index, so that noting a use finds room beside the row. */
export class Tenants1795333278361 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "tenants" (
      "firstUsed" TIMESTAMP WITH TIME ZONE NOT NULL,
      "lastUsed" TIMESTAMP WITH TIME ZONE NOT NULL,
      "id" uuid NOT NULL,
      CONSTRAINT "PK_53be67a04681c66b87ee27c9321" PRIMARY KEY ("id")
    ) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "tenants"`);
  }
}
