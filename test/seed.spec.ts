import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { resetTenant } from '../src/database/tenant-reset.js';
import { Store } from '../src/graph/store.js';
import { recordUse } from '../src/identity/tenants/tenant-records.js';
import { sampleTenant } from '../src/workbench/sample-tenant.js';
import { seedTenant, type Seeded } from '../src/workbench/seed.js';
import { seededRows } from './support/own-database.js';
import { contentOf, openOwnStore, type OwnStore } from './support/own-store.js';
import { model } from './support/sets.js';

let store: OwnStore;
let tenant: string;

beforeAll(async () => {
  store = await openOwnStore();
});
afterAll(() => store.close());
beforeEach(() => {
  tenant = randomUUID();
});

const seed = (tenantId = tenant): Promise<Seeded> => seedTenant(new Store(store.dataSource), model, tenantId);

const fresh = { category: 4, app: 10, configuration: 2, status: 200, present: 0 };

it('makes 10 apps in 4 categories, and 200 statuses', async () => {
  expect(await seed()).toEqual(fresh);
  expect(await rowsOf(tenant)).toMatchObject({
    managed_device_mobile_app_configurations: 2,
    managed_device_mobile_app_configuration_device_statuses: 30,
    mobile_apps: 10,
    mobile_app_categories: 4,
    mobile_app_category_links: 13,
    user_app_install_statuses: 40,
    mobile_app_install_statuses: 130,
  });
});

it('made twice, leaves what is there as it is', async () => {
  await seed();
  const app = `"tenantId" = $1 AND "displayName" = 'Contoso Mail'`;
  await store.dataSource.query(`UPDATE mobile_apps SET "notes" = 'changed' WHERE ${app}`, [tenant]);
  const before = await contentOf(store.dataSource);
  expect(await seed()).toEqual({ category: 0, app: 0, configuration: 0, status: 0, present: 216 });
  expect(await contentOf(store.dataSource)).toEqual(before);
});

it('makes what was deleted again', async () => {
  await seed();
  const app = `"tenantId" = $1 AND "displayName" = 'Contoso Mail'`;
  await store.dataSource.query(`DELETE FROM mobile_apps WHERE ${app}`, [tenant]);
  expect(await seed()).toEqual({ category: 0, app: 1, configuration: 0, status: 17, present: 198 });
});

it('is the same in every run and for every tenant', async () => {
  expect(sampleTenant()).toEqual(sampleTenant());
  const ids = sampleTenant().map(({ kind, keys, body }) => [kind, keys, body['id']].join());
  expect(new Set(ids).size).toBe(216);
});

it('counts for each user what the statuses of their devices say', async () => {
  await seed();
  const [row] = await store.dataSource.query<object[]>(
    `SELECT count(*)::int AS "users",
            count(*) FILTER (WHERE u."failedDeviceCount" > 0 AND u."installedDeviceCount" > 0)::int > 0 AS "mixed",
            bool_and(u."installedDeviceCount" = s.installed AND u."failedDeviceCount" = s.failed
              AND u."notInstalledDeviceCount" = s.other) AS "agree"
       FROM user_app_install_statuses u, LATERAL (
         SELECT count(*) FILTER (WHERE "installState" = 1) AS installed,
                count(*) FILTER (WHERE "installState" IN (2, 4)) AS failed,
                count(*) FILTER (WHERE "installState" NOT IN (1, 2, 4)) AS other
           FROM mobile_app_install_statuses d
          WHERE d."tenantId" = u."tenantId" AND d."mobileAppId" = u."mobileAppId"
            AND d."userAppInstallStatusId" = u.id AND d."userPrincipalName" = u."userPrincipalName") s
      WHERE u."tenantId" = $1`,
    [tenant],
  );
  expect(row).toEqual({ users: 40, mixed: true, agree: true });
});

it('a reset empties its tenant and leaves the others alone', async () => {
  const other = randomUUID();
  await seed();
  await seed(other);
  const before = await contentOf(store.dataSource);
  expect(await resetTenant(store.dataSource, tenant)).toBe(seededRows);
  expect(Object.values(await rowsOf(tenant)).every((count) => count === 0)).toBe(true);
  const rest = Object.entries(before).map(([table, rows]) => [
    table,
    rows.filter((row) => !row.includes(tenant)),
  ]);
  expect(await contentOf(store.dataSource)).toEqual(Object.fromEntries(rest));
  expect(await resetTenant(store.dataSource, tenant)).toBe(0);
  expect(await seed()).toEqual(fresh);
});

it('a reset leaves on record that its tenant was used, and does not count that', async () => {
  await recordUse(store.dataSource, tenant);
  expect(await resetTenant(store.dataSource, tenant)).toBe(0);
  expect(await rowsOf(tenant)).toMatchObject({ tenants: 1, mobile_apps: 0 });
});

/** How many rows of a tenant each of its tables has. */
async function rowsOf(tenantId: string): Promise<Record<string, number>> {
  const { secrets: _, ...content } = await contentOf(store.dataSource);
  const counts = Object.entries(content).map(([table, rows]) => [
    table,
    rows.filter((row) => row.includes(tenantId)).length,
  ]);
  return Object.fromEntries(counts) as Record<string, number>;
}
