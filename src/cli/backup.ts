import { Configuration } from '../configuration.js';
import { writeBackup } from '../database/backup.js';
import { runCommand, say } from './command.js';
import { parseFileCommand } from './file-command.js';
import { withDatabase } from './with-database.js';

await runCommand(async () => {
  const { file, force } = parseFileCommand(
    'backup',
    'Writes the whole store to a file, also while a gateway runs. It holds secrets: keep it safe.',
    { file: 'the file to make, readable by you alone', force: 'replace the file when it exists' },
  );
  await withDatabase(Configuration.read(process.env), async (dataSource) => {
    say(`Backed up ${await writeBackup(dataSource, file, force)} rows to ${file}.`);
  });
});
