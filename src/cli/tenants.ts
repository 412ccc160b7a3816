import { Command, InvalidArgumentError, Option } from 'commander';
import type { DataSource } from 'typeorm';
import { Configuration } from '../configuration.js';
import { ageForm, readAge } from '../age.js';
import { registeredTenants } from '../identity/directory/stored-identity-file.js';
import { type IsKept, keptTenants } from '../identity/tenants/kept-tenants.js';
import { deleteTenant, deleteUnusedTenant } from '../identity/tenants/tenant-deletion.js';
import { type ListedTenant, listTenants } from '../identity/tenants/tenant-list.js';
import { recordUnrecorded, unusedTenants } from '../identity/tenants/tenant-records.js';
import { recordLag } from '../identity/tenants/tenant-use.js';
import { runCommand, say, UsageError } from './command.js';
import { tenantOption } from './tenant-option.js';
import { withDatabase } from './with-database.js';

interface Choice {
  tenant?: string[];
  unusedFor?: number;
  dryRun?: true;
}

await runCommand(async () => {
  const program = new Command('npm run tenants --')
    .description('Lists and deletes tenants.')
    .allowExcessArguments()
    .action(() => {
      throw new UsageError('Say what to do: npm run tenants -- list, or npm run tenants -- delete.');
    });
  program
    .command('list')
    .description('Lists the tenants that have rows or were used, last used first.')
    .option('--json', 'as JSON')
    .action(list);
  program
    .command('delete')
    .description('Removes every row of tenants, and that they were used.')
    .addOption(new Option('--tenant <guid>', 'a tenant; may be repeated').argParser(tenantOptions))
    .addOption(
      new Option('--unused-for <age>', 'those not used for so long, such as 30d, but for the default tenant')
        .argParser(ageOption)
        .conflicts('tenant'),
    )
    .addOption(new Option('--dry-run', 'only tells which tenants --unused-for finds').conflicts('tenant'))
    .action(remove);
  await program.parseAsync(process.argv);
});

async function list({ json }: { json?: true }): Promise<void> {
  const configuration = Configuration.read(process.env);
  const expires = expiryOf(configuration, keptBy(configuration));
  const listed = await withDatabase(configuration, listTenants);
  const rows = listed.map((tenant) => ({
    id: tenant.id,
    rows: tenant.rows,
    firstUsed: tenant.firstUsed?.toISOString() ?? null,
    lastUsed: tenant.lastUsed?.toISOString() ?? null,
    expires: expires(tenant)?.toISOString() ?? null,
  }));
  if (json) return say(JSON.stringify(rows, undefined, 2));
  const header = ['tenant', 'rows', 'first used', 'last used', 'expires'];
  for (const cells of [header, ...rows.map((row) => Object.values(row).map((value) => value ?? '-'))])
    say(line(cells));
}

/** Aligned: a GUID, a number, and times as `toISOString` writes them. */
function line(cells: readonly unknown[]): string {
  return cells
    .map((cell, column) => (column === 1 ? String(cell).padStart(9) : String(cell).padEnd(column ? 24 : 36)))
    .join('  ')
    .trimEnd();
}

/** From when on a sweep deletes a tenant that is not used again. */
function expiryOf(
  { tenantExpiry }: Configuration,
  isKept: IsKept,
): (tenant: ListedTenant) => Date | undefined {
  return ({ id, lastUsed }) =>
    tenantExpiry !== undefined && lastUsed && !isKept(id)
      ? new Date(lastUsed.getTime() + tenantExpiry + recordLag)
      : undefined;
}

async function remove({ tenant, unusedFor, dryRun }: Choice): Promise<void> {
  const configuration = Configuration.read(process.env);
  if (tenant) return removeNamed(configuration, tenant);
  if (unusedFor === undefined)
    throw new UsageError('Name tenants by --tenant, or their age by --unused-for.');
  return removeUnused(configuration, unusedFor + recordLag, dryRun === true);
}

async function removeNamed(configuration: Configuration, ids: readonly string[]): Promise<void> {
  await withDatabase(configuration, async (dataSource) => {
    for (const id of new Set(ids))
      say(`Deleted tenant ${id}: ${await deleteTenant(dataSource, id)} rows removed.`);
  });
}

/** Tenants without a record begin to have one, as in a sweep: some day they will be unused, too. */
async function removeUnused(configuration: Configuration, age: number, isDry: boolean): Promise<void> {
  const isKept = keptBy(configuration);
  await withDatabase(configuration, async (dataSource) => {
    if (!isDry) await recordUnrecorded(dataSource);
    const unused = (await unusedTenants(dataSource, age)).filter((id) => !isKept(id));
    if (unused.length === 0) return say('No tenant has been unused for so long.');
    if (isDry) return tell(await listTenants(dataSource), unused);
    for (const id of unused) await removeIfUnused(dataSource, id, age);
  });
}

/** As a gateway with this configuration keeps them. @throws IdentityFileError */
function keptBy(configuration: Configuration): IsKept {
  const registered = registeredTenants(configuration);
  return keptTenants(configuration, (id) => registered.includes(id));
}

function tell(listed: readonly ListedTenant[], unused: readonly string[]): void {
  for (const { id, rows, lastUsed } of listed.filter((tenant) => unused.includes(tenant.id)))
    say(`Would delete tenant ${id}: ${rows} rows, last used ${lastUsed?.toISOString()}.`);
}

async function removeIfUnused(dataSource: DataSource, id: string, age: number): Promise<void> {
  const rows = await deleteUnusedTenant(dataSource, id, age);
  say(
    rows === undefined ? `Tenant ${id} stays: it is in use.` : `Deleted tenant ${id}: ${rows} rows removed.`,
  );
}

/** Reads `--tenant`, once more each time that it is given. */
function tenantOptions(value: string, before: readonly string[] = []): string[] {
  return [...before, tenantOption(value)];
}

/** Reads `--unused-for` as milliseconds. */
function ageOption(value: string): number {
  const read = readAge(value);
  if (read === undefined) throw new InvalidArgumentError(`An age is ${ageForm}.`);
  return read;
}
