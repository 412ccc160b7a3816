import type { Statement } from '../../../graph/statements.js';

/** The apps that are connected with some, however indirectly: a relationship counts for no others. */
const connected = `connected("id") AS (
    SELECT unnest($2::text[]) COLLATE "C" UNION
    SELECT r."targetId" FROM connected JOIN "mobile_app_relationships" AS r
      ON r."tenantId" = $1 AND r."mobileAppId" = connected."id")`;

/** Which of them needs or supersedes which, directly and along chains; `UNION` adds nothing twice, so circles end. */
const reached = `edge("type", "parent", "child") AS MATERIALIZED (
    SELECT r."odataType", r."mobileAppId", r."targetId" FROM connected JOIN "mobile_app_relationships" AS r
      ON r."tenantId" = $1 AND r."mobileAppId" = connected."id" AND r."targetType" = 0),
  reached("type", "parent", "child") AS (
    SELECT * FROM edge UNION
    SELECT reached."type", reached."parent", edge."child" FROM reached
      JOIN edge ON edge."type" = reached."type" AND edge."parent" = reached."child")`;

/** How many each has below it and above it. */
const counts = `counts("type", "id", "below", "above") AS MATERIALIZED (
    SELECT "type", "id", sum("below")::integer, sum("above")::integer FROM (
      SELECT "type", "parent", count(*), 0 FROM reached GROUP BY 1, 2 UNION ALL
      SELECT "type", "child", 0, count(*) FROM reached GROUP BY 1, 2) AS half("type", "id", "below", "above")
    GROUP BY 1, 2)`;

const updatedApps = `updated_apps AS (
    UPDATE "mobile_apps" AS app SET "dependentAppCount" = now."dependent", "supersedingAppCount" = now."superseding",
        "supersededAppCount" = now."superseded", "isRelated" = now."related", "rowVersion" = app."rowVersion" +
          ((app."dependentAppCount", app."supersedingAppCount", app."supersededAppCount")
            <> (now."dependent", now."superseding", now."superseded"))::integer
      FROM (SELECT connected."id", coalesce(direct."count", 0), coalesce(counts."below", 0), coalesce(counts."above", 0),
            one_end."id" IS NOT NULL
          FROM connected
          LEFT JOIN (SELECT "parent" FROM edge UNION SELECT "child" FROM edge) AS one_end("id") USING ("id")
          LEFT JOIN counts ON counts."id" = connected."id" AND counts."type" = 'mobileAppSupersedence'
          LEFT JOIN (SELECT "parent", count(*) FROM edge WHERE "type" = 'mobileAppDependency' GROUP BY 1)
            AS direct("id", "count") ON direct."id" = connected."id")
        AS now("id", "dependent", "superseding", "superseded", "related")
      WHERE app."tenantId" = $1 AND app."id" = now."id" AND
        (app."dependentAppCount", app."supersedingAppCount", app."supersededAppCount", app."isRelated")
          <> (now."dependent", now."superseding", now."superseded", now."related"))`;

const countedEdges = `counted_edges("parent", "child", "counts") AS (
    SELECT edge."parent", edge."child", CASE edge."type"
        WHEN 'mobileAppDependency' THEN
          jsonb_build_object('dependentAppCount', coalesce(up."above", 0), 'dependsOnAppCount', coalesce(down."below", 0))
        ELSE jsonb_build_object('supersededAppCount', coalesce(down."below", 0), 'supersedingAppCount', coalesce(up."above", 0))
      END
      FROM edge LEFT JOIN counts AS up ON up."type" = edge."type" AND up."id" = edge."parent"
        LEFT JOIN counts AS down ON down."type" = edge."type" AND down."id" = edge."child")`;

const updatedSides = `UPDATE "mobile_app_relationships" AS r
    SET "derived" = r."derived" || counted_edges."counts", "rowVersion" = r."rowVersion" + 1
    FROM counted_edges CROSS JOIN LATERAL (VALUES ("parent", "child"), ("child", "parent")) AS side("app", "other")
    WHERE r."tenantId" = $1 AND r."mobileAppId" = side."app" AND r."id" = side."app" || '_' || side."other"
      AND NOT r."derived" @> counted_edges."counts"`;

/**
 * Counts anew what is connected with some apps, and tells it to the apps and to both sides of their relationships. Whose
 * counts stay isn't touched. For an app's users it is no modification, so `lastModifiedDateTime` stays; its tags change.
 *
 * An app's `dependentAppCount` is of those that it directly depends on, `supersedingAppCount` of those that it supersedes
 * and `supersededAppCount` of those that supersede it, along chains too (documents of mobileApp). A relationship's counts
 * are of what is above its parent and below its child (documents of mobileAppDependency and mobileAppSupersedence).
 */
export const countRelationships = (tenantId: string, apps: readonly string[]): Statement => ({
  text: `WITH RECURSIVE ${[connected, reached, counts, updatedApps, countedEdges].join(', ')} ${updatedSides}`,
  values: [tenantId, apps],
});
