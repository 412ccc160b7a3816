import { Configuration } from '../configuration.js';
import { restoreBackup } from '../database/restore.js';
import { runCommand, say } from './command.js';
import { parseFileCommand } from './file-command.js';
import { withDatabase } from './with-database.js';

await runCommand(async () => {
  const { file, force } = parseFileCommand(
    'restore',
    'Replaces the whole store, secrets included, by what a backup holds.',
    { file: 'a file that npm run backup made', force: 'replace what the database holds' },
  );
  await withDatabase(Configuration.read(process.env), async (dataSource) => {
    say(`Restored ${await restoreBackup(dataSource, file, force)} rows from ${file}.`);
    say('Restart the gateways that run: they still hold the secrets from before.');
  });
});
