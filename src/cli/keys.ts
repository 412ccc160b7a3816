import { Command } from 'commander';
import { Configuration } from '../configuration.js';
import { rotateNow, signingOf, storedKeys } from '../identity/issuer/key-rotation.js';
import type { StoredKey } from '../identity/issuer/signing-key.entity.js';
import { runCommand, say, UsageError } from './command.js';
import { withDatabase } from './with-database.js';

await runCommand(async () => {
  const command = new Command('npm run keys --').description(
    'Shows or changes the keys that the built-in issuer signs with.',
  );
  command.command('list').description('Prints kid, signs from (UTC) and state of each key.').action(list);
  command
    .command('rotate')
    .description('Makes a key that signs from now on; what the others signed stays good.')
    .option('--revoke', 'remove all other keys: every token out there is refused')
    .action(rotate);
  await command.parseAsync(process.argv);
});

async function list(): Promise<void> {
  await withDatabase(configuration(), async (dataSource) => {
    const keys = await storedKeys(dataSource);
    const now = new Date();
    for (const key of keys) say(`${key.kid}  ${key.signsFrom.toISOString()}  ${stateOf(key, keys, now)}`);
    if (keys.length === 0) say('There is no key yet: the first start of a gateway makes one.');
  });
}

function stateOf(key: StoredKey, keys: readonly StoredKey[], now: Date): string {
  if (key === signingOf(keys, now)) return 'signs';
  return key.signsFrom > now ? 'next' : 'verifies';
}

async function rotate({ revoke = false }: { revoke?: boolean }): Promise<void> {
  await withDatabase(configuration(), async (dataSource) => {
    say(`Key ${await rotateNow(dataSource, new Date(), revoke)} signs from now on.`);
    say('Running gateways accept its tokens at once, and sign with it within a minute.');
    if (revoke)
      say('All other keys are gone: running gateways refuse their tokens with 401 within a minute.');
  });
}

function configuration(): Configuration {
  const read = Configuration.read(process.env);
  if (read.auth.mode !== 'local') throw new UsageError('AUTH_MODE=entra: keys are made by the authority.');
  return read;
}
