import { Command, InvalidArgumentError, Option } from 'commander';
import { Configuration, defaultTenantId } from '../configuration.js';
import { signAccessToken } from '../identity/issuer/access-token.js';
import { clientRoles } from '../identity/directory/local-client.js';
import { longestToken } from '../identity/issuer/key-rotation.js';
import { SigningKeys } from '../identity/issuer/signing-keys.js';
import { runCommand, say, UsageError } from './command.js';
import { tenantOption } from './tenant-option.js';
import { withDatabase } from './with-database.js';

interface TokenOptions {
  tenant: string;
  roles?: string[];
  scopes?: string[];
  user?: string;
  expires: number;
}

await runCommand(async () => {
  const options = parse(process.argv);
  if (options.user !== undefined && options.roles)
    throw new UsageError('A user has --scopes, an application --roles.');
  const configuration = Configuration.read(process.env);
  const { auth } = configuration;
  if (auth.mode !== 'local') throw new UsageError('AUTH_MODE=entra: tokens come from the authority.');
  await withDatabase(configuration, async (dataSource) => {
    const keys = await SigningKeys.load(dataSource);
    const permissions = permissionsOf(options);
    const { tenant, expires, user } = options;
    say(
      await signAccessToken(keys.signing(), {
        tenantId: tenant,
        clientId: auth.clientId,
        expiresIn: expires,
        ...permissions,
        user: user === undefined ? undefined : { userPrincipalName: user },
      }),
    );
  });
});

function permissionsOf({ roles, scopes, user }: TokenOptions): { roles?: string[]; scopes?: string[] } {
  if (scopes || user !== undefined) return { scopes: scopes ?? [...clientRoles] };
  return { roles: roles ?? [...clientRoles] };
}

function parse(argv: readonly string[]): TokenOptions {
  const command = new Command('npm run -s token --')
    .description("Prints a bearer token for the running gateway's database, and nothing else.")
    .option('--tenant <guid>', 'the tenant', tenantOption, defaultTenantId)
    .option('--user <upn>', 'a delegated token of this user')
    .option(
      '--expires <seconds>',
      `how long it is good for, at most ${longestToken} (365 days)`,
      lifetime,
      3600,
    )
    .addOption(new Option('--roles <list>', 'application permissions').argParser(list))
    .addOption(new Option('--scopes <list>', 'delegated permissions').argParser(list).conflicts('roles'));
  return command.parse(argv).opts<TokenOptions>();
}

function lifetime(value: string): number {
  if (/^[1-9]\d{0,8}$/.test(value) && Number(value) <= longestToken) return Number(value);
  throw new InvalidArgumentError(`A whole number of seconds, from 1 to ${longestToken} (365 days).`);
}

function list(value: string): string[] {
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
