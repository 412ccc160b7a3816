import type { ServedSet } from '../../../graph/served-set.js';
import type { Statement } from '../../../graph/statements.js';
import { Parameters } from '../../../odata/sql/parameters.js';

/** Apps with a device in that state, most such devices first. */
function found(set: ServedSet, tenantId: string, state: number | undefined, parameters: Parameters): string {
  const tenant = parameters.add(tenantId);
  const types = parameters.add(set.types.map(({ name }) => name));
  return `mobile_apps AS app JOIN (
    SELECT "mobileAppId", count(*) AS devices FROM mobile_app_install_statuses
    WHERE "tenantId" = ${tenant} AND "installState" = ${parameters.add(state ?? null)}::integer GROUP BY "mobileAppId"
  ) AS installed ON app."id" = installed."mobileAppId"
  WHERE app."tenantId" = ${tenant} AND app."odataType" = ANY(${types}::text[])`;
}

/** How many apps of a set have a device in an install state; undefined for no state. */
export function appCount(set: ServedSet, tenantId: string, state: number | undefined): Statement {
  const parameters = new Parameters();
  const text = `SELECT count(*) FROM ${found(set, tenantId, state, parameters)}`;
  return { text, values: parameters.values };
}

/** Rows of the set's apps that have most devices in an install state. */
export function topApps(
  set: ServedSet,
  tenantId: string,
  state: number | undefined,
  wanted: number,
): Statement {
  const parameters = new Parameters();
  const columns = set.table.columns.map((name) => `app."${name}"`).join(', ');
  const from = found(set, tenantId, state, parameters);
  const text = `SELECT ${columns} FROM ${from} ORDER BY installed.devices DESC, app."id" LIMIT ${parameters.add(wanted)}`;
  return { text, values: parameters.values };
}
