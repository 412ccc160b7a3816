import type { Statement } from '../../../graph/statements.js';

const child = 0;
const parent = 1;

/** Held until the transaction ends: counts go along chains of apps, so no two who change relationships of a tenant count at a time. */
export const lockRelationships = (tenantId: string): Statement => ({
  text: `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`,
  values: [`relationships of ${tenantId}`],
});

/**
 * Of an app and of others that it is to need or supersede, those that are there: id, `displayName`, `publisher`,
 * `displayVersion`, and whether it is the app itself, or needs or supersedes it, however indirectly. They are held: who
 * renames or deletes one of them meanwhile waits, and finds then that it is related.
 */
export const selectEnds = (tenantId: string, app: string, targets: readonly string[]): Statement => ({
  text: `WITH RECURSIVE above("id") AS (
      SELECT $2::text COLLATE "C" UNION
      SELECT r."targetId" FROM above JOIN "mobile_app_relationships" AS r
        ON r."tenantId" = $1 AND r."mobileAppId" = above."id" AND r."targetType" = ${parent})
    SELECT "id", "displayName", "publisher", "derived"->>'displayVersion', "id" IN (SELECT "id" FROM above)
      FROM "mobile_apps" WHERE "tenantId" = $1 AND "id" = ANY($3::text[]) ORDER BY "id" FOR NO KEY UPDATE`,
  values: [tenantId, app, [app, ...targets]],
});

/** The apps that one has a relationship with: just that of the id, where there is one. */
export const selectOthers = (tenantId: string, app: string, id?: string): Statement => ({
  text: `SELECT "targetId" FROM "mobile_app_relationships"
    WHERE "tenantId" = $1 AND "mobileAppId" = $2${id === undefined ? '' : ' AND "id" = $3'}`,
  values: id === undefined ? [tenantId, app] : [tenantId, app, id],
});

/** What an app itself needs and supersedes, on both sides. */
export const deleteOwn = (tenantId: string, app: string): Statement => ({
  text: `DELETE FROM "mobile_app_relationships" WHERE "tenantId" = $1
    AND ("mobileAppId" = $2 AND "targetType" = ${child} OR "targetId" = $2 AND "targetType" = ${parent})`,
  values: [tenantId, app],
});

/** The other side of what an app has come to need or supersede. */
export const insertOtherSide = (tenantId: string, app: string, targets: readonly string[]): Statement => ({
  text: `INSERT INTO "mobile_app_relationships"
      ("tenantId", "mobileAppId", "id", "rowVersion", "odataType", "derived", "targetType",
       "targetId", "targetDisplayName", "targetDisplayVersion", "targetPublisher", "targetPublisherDisplayName",
       "sourceId", "sourceDisplayName", "sourceDisplayVersion", "sourcePublisherDisplayName")
    SELECT "tenantId", "targetId", "targetId" || '_' || "mobileAppId", "rowVersion", "odataType", "derived", ${parent},
       "sourceId", "sourceDisplayName", "sourceDisplayVersion", "sourcePublisherDisplayName", "sourcePublisherDisplayName",
       "targetId", "targetDisplayName", "targetDisplayVersion", "targetPublisherDisplayName"
      FROM "mobile_app_relationships"
      WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "targetType" = ${child} AND "targetId" = ANY($3::text[])`,
  values: [tenantId, app, targets],
});

/** Gives the other side of a row what a client wrote to it. */
export const updateOtherSide = (tenantId: string, app: string, id: string): Statement => ({
  text: `UPDATE "mobile_app_relationships" AS other
    SET "derived" = own."derived", "rowVersion" = other."rowVersion" + 1
    FROM "mobile_app_relationships" AS own
    WHERE own."tenantId" = $1 AND own."mobileAppId" = $2 AND own."id" = $3 AND other."tenantId" = $1
      AND other."mobileAppId" = own."targetId" AND other."targetId" = $2 AND other."derived" <> own."derived"`,
  values: [tenantId, app, id],
});

/** Removes what apps have to do with one, on their side. */
export const deleteOtherSide = (tenantId: string, app: string, others: readonly string[]): Statement => ({
  text: `DELETE FROM "mobile_app_relationships"
    WHERE "tenantId" = $1 AND "mobileAppId" = ANY($3::text[]) AND "targetId" = $2`,
  values: [tenantId, app, others],
});

/** Gives the relationships of an app its names, on both sides. */
export const renameApp = (tenantId: string, app: string): Statement => ({
  text: `WITH app AS (SELECT "displayName" AS "name", "publisher", "derived"->>'displayVersion' AS "version"
        FROM "mobile_apps" WHERE "tenantId" = $1 AND "id" = $2),
    own AS (UPDATE "mobile_app_relationships" AS r SET "sourceDisplayName" = app."name",
        "sourceDisplayVersion" = app."version", "sourcePublisherDisplayName" = app."publisher",
        "rowVersion" = "rowVersion" + 1
      FROM app WHERE r."tenantId" = $1 AND r."mobileAppId" = $2 AND (app."name", app."version", app."publisher")
        IS DISTINCT FROM (r."sourceDisplayName", r."sourceDisplayVersion", r."sourcePublisherDisplayName"))
    UPDATE "mobile_app_relationships" AS r SET "targetDisplayName" = app."name",
        "targetDisplayVersion" = app."version", "targetPublisher" = app."publisher",
        "targetPublisherDisplayName" = app."publisher", "rowVersion" = "rowVersion" + 1
      FROM app WHERE r."tenantId" = $1 AND r."targetId" = $2 AND (app."name", app."version", app."publisher")
        IS DISTINCT FROM (r."targetDisplayName", r."targetDisplayVersion", r."targetPublisher")`,
  values: [tenantId, app],
});
