import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { makeDataSource, migrate, pendingMigrations } from '../src/database/data-source.js';
import { schemaDifference } from '../src/database/schema-difference.js';
import { identityEntities } from '../src/identity/entities.js';
import { entitiesOf } from '../src/gateway.js';
import { emptyDatabase } from './support/postgres.js';
import { model } from './support/sets.js';

let dataSource: DataSource;

beforeAll(async () => {
  dataSource = await makeDataSource({ url: await emptyDatabase() }, entitiesOf(model));
  await dataSource.initialize();
  await migrate(dataSource);
});

afterAll(() => dataSource.destroy());

/** Those of rows, those of links, and those of operations. */
const tablesOf = (): string[] => [
  ...model.sets.flatMap(({ table }) => [table.name, ...table.links.map((link) => link.table)]),
  ...model.operationEntities.map((entity) => dataSource.getMetadata(entity).tableName),
];

it('entities match migrations', async () => {
  expect(await schemaDifference(dataSource)).toEqual({ up: [], down: [] });
  expect(await pendingMigrations(dataSource)).toEqual([]);
});

it('every row belongs to a tenant, by its primary key and by every foreign key', async () => {
  const keys = await dataSource.query<{ table: string; kind: string; columns: string }[]>(`
    SELECT conrelid::regclass::text AS "table", contype AS "kind",
           (SELECT string_agg(attname, ' ' ORDER BY position) FROM unnest(conkey) WITH ORDINALITY AS key(number, position)
              JOIN pg_attribute ON attrelid = conrelid AND attnum = number) AS "columns"
      FROM pg_constraint WHERE contype IN ('p', 'f') AND connamespace = 'public'::regnamespace ORDER BY 1, 2, 3`);
  const shared = [
    'migrations',
    ...identityEntities.map((entity) => dataSource.getMetadata(entity).tableName),
  ];
  const ours = keys.filter(({ table }) => !shared.includes(table));
  expect(ours.filter(({ kind }) => kind === 'p')).toHaveLength(new Set(tablesOf()).size);
  expect(ours.every(({ columns }) => columns.startsWith('tenantId '))).toBe(true);
});

it('pages leave room for updates, and vacuum comes early', async () => {
  const options = await dataSource.query<{ relname: string; reloptions: string[] }[]>(
    `SELECT relname, reloptions FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  for (const name of tablesOf()) {
    const found = options.find(({ relname }) => relname === name);
    expect(found?.reloptions).toContain('fillfactor=90');
  }
});

it('indexes that the comparison cannot see are there, as written', async () => {
  const indexes = await dataSource.query<{ indexname: string; indexdef: string }[]>(
    `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname !~ '^PK_' ORDER BY 1`,
  );
  const declared = dataSource.entityMetadatas.flatMap(({ indices }) => indices.map(({ name }) => name));
  expect(indexes.map(({ indexname }) => indexname)).toEqual(expect.arrayContaining(declared));
  expect(indexes.map(({ indexdef }) => indexdef)).toMatchInlineSnapshot(`
   [
     "CREATE INDEX export_jobs_expires ON public.export_jobs USING btree (expires)",
     "CREATE INDEX "mobile_app_categories_displayName" ON public.mobile_app_categories USING btree ("tenantId", fold("displayName") NULLS FIRST, id)",
     "CREATE INDEX "mobile_app_category_links_mobileAppCategoryId" ON public.mobile_app_category_links USING btree ("tenantId", "mobileAppCategoryId")",
     "CREATE INDEX "mobile_app_install_statuses_deviceName" ON public.mobile_app_install_statuses USING btree ("tenantId", "mobileAppId", fold("deviceName") NULLS FIRST, id)",
     "CREATE INDEX "mobile_app_install_statuses_mobileAppId" ON public.mobile_app_install_statuses USING btree ("tenantId", "mobileAppId")",
     "CREATE INDEX "mobile_app_install_statuses_userAppInstallStatusId" ON public.mobile_app_install_statuses USING btree ("tenantId", "mobileAppId", "userAppInstallStatusId")",
     "CREATE INDEX "mobile_app_install_statuses_userPrincipalName" ON public.mobile_app_install_statuses USING btree ("tenantId", "mobileAppId", fold("userPrincipalName") NULLS FIRST, id)",
     "CREATE INDEX "mobile_app_relationships_targetId" ON public.mobile_app_relationships USING btree ("tenantId", "targetId")",
     "CREATE INDEX "mobile_apps_displayName" ON public.mobile_apps USING btree ("tenantId", fold("displayName") NULLS FIRST, id)",
     "CREATE INDEX sign_in_records_expires ON public.sign_in_records USING btree (expires)",
     "CREATE INDEX "user_app_install_statuses_userPrincipalName" ON public.user_app_install_statuses USING btree ("tenantId", "mobileAppId", fold("userPrincipalName") NULLS FIRST, id)",
   ]
  `);
});

it('migrations can be taken back', async () => {
  for (const _ of dataSource.migrations) await dataSource.undoLastMigration();
  const left = await dataSource.query<object[]>(
    `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'migrations'`,
  );
  expect(left).toEqual([]);
});
