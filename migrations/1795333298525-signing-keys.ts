import { calculateJwkThumbprint, type JWK } from 'jose';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Signing keys have a table of their own; the one that was a secret signs on, so that its tokens stay good. */
export class SigningKeys1795333298525 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "signing_keys" (
      "signsFrom" timestamp with time zone NOT NULL,
      "kid" text COLLATE "C" NOT NULL,
      "jwk" text NOT NULL,
      CONSTRAINT "PK_13362ac3e792c69417e1a53d355" PRIMARY KEY ("kid")
    )`);
    const secrets: { value: string }[] = await runner.query(
      `SELECT "value" FROM "secrets" WHERE "name" = 'signing-key'`,
    );
    for (const { value } of secrets) {
      const kid = await calculateJwkThumbprint(JSON.parse(value) as JWK);
      await runner.query(
        `INSERT INTO "signing_keys" ("kid", "jwk", "signsFrom") VALUES ($1, $2, date_trunc('milliseconds', now()))`,
        [kid, value],
      );
    }
    await runner.query(`DELETE FROM "secrets" WHERE "name" = 'signing-key'`);
  }

  /** There is room for one key: the one that signs. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`INSERT INTO "secrets" ("name", "value")
      SELECT 'signing-key', "jwk" FROM "signing_keys" ORDER BY "signsFrom" > now(), "signsFrom" DESC LIMIT 1`);
    await runner.query(`DROP TABLE "signing_keys"`);
  }
}
