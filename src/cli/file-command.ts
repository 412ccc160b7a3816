import { resolve } from 'node:path';
import { Command } from 'commander';

/** Reads the arguments of a command about one file. A relative path starts where npm was called, not at the project. */
export function parseFileCommand(
  name: string,
  description: string,
  about: { file: string; force: string },
): { file: string; force: boolean } {
  const command = new Command(`npm run ${name} --`)
    .description(description)
    .argument('<file>', about.file)
    .option('--force', about.force)
    .parse(process.argv);
  const file = resolve(process.env['INIT_CWD'] ?? '.', command.args[0] ?? '');
  return { file, force: command.opts<{ force?: true }>().force === true };
}
