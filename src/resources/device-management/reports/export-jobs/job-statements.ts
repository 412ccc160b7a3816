import type { Statement } from '../../../../graph/statements.js';
import type { Row } from '../../../../odata/serializer.js';
import type { ExportDefinition } from './export-request.js';

export interface StoredJob {
  id: string;
  secret: string;
  definition: ExportDefinition;
  requested: Date;
  expires: Date;
}

const columns = '"id", "secret", "definition", "requested", "expires"';
const own = '"tenantId" = $1 AND "expires" > now()';

/** As many as a page of anything else: a tenant that has more in an hour sees its latest. */
const listed = 999;
/** Jobs of any tenant that one new job removes after their time: more than one, so that they don't pile up. */
const swept = 100;

export const jobOf = ([id, secret, definition, requested, expires]: Row): StoredJob =>
  ({ id, secret, definition, requested, expires }) as StoredJob;

/** By the database's clock, as instances may have other ones. Jobs that another statement holds are left to it. */
export const insertJob = (
  tenantId: string,
  { id, secret, definition }: Pick<StoredJob, 'id' | 'secret' | 'definition'>,
): Statement => ({
  text: `WITH expired AS (DELETE FROM "export_jobs" WHERE ("tenantId", "id") IN (SELECT "tenantId", "id" FROM "export_jobs"
      WHERE "expires" <= now() ORDER BY "expires" LIMIT ${swept} FOR UPDATE SKIP LOCKED))
    INSERT INTO "export_jobs" ("tenantId", "id", "secret", "definition", "requested", "expires")
      VALUES ($1, $2, $3, $4, now(), now() + interval '1 hour') RETURNING ${columns}`,
  values: [tenantId, id, secret, JSON.stringify(definition)],
});

export const selectJob = (tenantId: string, id: string): Statement => ({
  text: `SELECT ${columns} FROM "export_jobs" WHERE ${own} AND "id" = $2`,
  values: [tenantId, id],
});

export const selectJobs = (tenantId: string): Statement => ({
  text: `SELECT ${columns} FROM "export_jobs" WHERE ${own} ORDER BY "requested" DESC, "id" LIMIT ${listed}`,
  values: [tenantId],
});

export const deleteJob = (tenantId: string, id: string): Statement => ({
  text: `DELETE FROM "export_jobs" WHERE ${own} AND "id" = $2`,
  values: [tenantId, id],
});
