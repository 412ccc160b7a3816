import { Command } from 'commander';
import { Configuration, defaultTenantId } from '../configuration.js';
import { GraphModel } from '../graph/graph-model.js';
import { Store } from '../graph/store.js';
import { recordUse } from '../identity/tenants/tenant-records.js';
import { resources } from '../resources/index.js';
import { seedTenant } from '../workbench/seed.js';
import { runCommand, say } from './command.js';
import { tenantOption } from './tenant-option.js';
import { withDatabase } from './with-database.js';

await runCommand(async () => {
  const { tenant } = new Command('npm run seed --')
    .description('Fills a tenant with a small believable sample; rows that are there stay as they are.')
    .option('--tenant <guid>', 'the tenant', tenantOption, defaultTenantId)
    .parse(process.argv)
    .opts<{ tenant: string }>();
  await withDatabase(Configuration.read(process.env), async (dataSource) => {
    const made = await seedTenant(new Store(dataSource), new GraphModel(resources), tenant);
    await recordUse(dataSource, tenant);
    const rows = `${made.app} apps, ${made.category} categories, ${made.status} statuses, ${made.configuration} configurations`;
    say(`Seeded tenant ${tenant}: ${rows} (${made.present} already there).`);
  });
});
