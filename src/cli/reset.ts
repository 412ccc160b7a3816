import { Command } from 'commander';
import { Configuration } from '../configuration.js';
import { resetTenant } from '../database/tenant-reset.js';
import { runCommand, say } from './command.js';
import { tenantOption } from './tenant-option.js';
import { withDatabase } from './with-database.js';

await runCommand(async () => {
  const { tenant } = new Command('npm run reset --')
    .description('Removes every row of one tenant.')
    .requiredOption('--tenant <guid>', 'the tenant to empty', tenantOption)
    .parse(process.argv)
    .opts<{ tenant: string }>();
  await withDatabase(Configuration.read(process.env), async (dataSource) => {
    const rows = await resetTenant(dataSource, tenant);
    say(`Reset tenant ${tenant}: ${rows} rows removed.`);
  });
});
