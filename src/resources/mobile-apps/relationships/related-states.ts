import type { Statement } from '../../../graph/statements.js';

/**
 * The statuses on a device of a user of all apps that one needs or supersedes, along chains too, each with the apps that do
 * so directly. Users' names compare without regard to case, as in filters, and identifiers of devices too.
 */
export const relatedStates = (
  tenantId: string,
  app: string,
  { user, id }: { user: string; id: string },
): Statement => ({
  text: `WITH RECURSIVE below("source", "target") AS (
      SELECT "mobileAppId", "targetId" FROM "mobile_app_relationships"
        WHERE "tenantId" = $1 AND "mobileAppId" = $2 AND "targetType" = 0
      UNION SELECT r."mobileAppId", r."targetId" FROM below JOIN "mobile_app_relationships" AS r
        ON r."tenantId" = $1 AND r."mobileAppId" = below."target" AND r."targetType" = 0),
    target("id", "sources") AS (
      SELECT "target", jsonb_agg("source" ORDER BY "source" COLLATE "C") FROM below GROUP BY "target")
    SELECT target."sources", app."id", app."displayName", status."deviceId", status."installState",
        status."installStateDetail", status."errorCode", status."lastSyncDateTimeTicks", status."lastSyncDateTimeWritten"
      FROM target
      JOIN "mobile_apps" AS app ON app."tenantId" = $1 AND app."id" = target."id"
      JOIN "mobile_app_install_statuses" AS status ON status."tenantId" = $1 AND status."mobileAppId" = app."id"
        AND fold(status."userPrincipalName") = fold($3) AND fold(status."deviceId") = fold($4)
      ORDER BY app."id", status."id"`,
  values: [tenantId, app, user, id],
});
