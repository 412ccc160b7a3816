import { tableOfClass } from '../../../graph/declare.js';
import type { Following, Write } from '../../../graph/follows.js';
import { lockRow, type Statement } from '../../../graph/statements.js';
import { MobileApp } from '../mobile-app.entity.js';

/** `isAssigned` of an app says whether it has assignments: so it follows when they come or go, not when they change. */
export function assignedFollows({ kind, tenantId, keys, entities }: Write): Following | undefined {
  if (kind === 'update') return undefined;
  const id = keys['mobileAppId'] ?? '';
  // Two who each delete one of the last two would each see the other's.
  const app = { table: tableOfClass(MobileApp), keys: { id }, types: undefined };
  return {
    around: async (statements, work) => {
      await statements.run(lockRow(app, tenantId));
      const result = await work(entities);
      await statements.run(followAssigned(tenantId, id));
      return result;
    },
  };
}

/** Not a modification of the app by its users, so its `lastModifiedDateTime` stays; yet its tags speak of the new value. */
const followAssigned = (tenantId: string, id: string): Statement => ({
  text: `UPDATE "mobile_apps" SET "isAssigned" = NOT "isAssigned", "rowVersion" = "rowVersion" + 1
    WHERE "tenantId" = $1 AND "id" = $2 AND "isAssigned" <> EXISTS
      (SELECT 1 FROM "mobile_app_assignments" WHERE "tenantId" = $1 AND "mobileAppId" = $2)`,
  values: [tenantId, id],
});
