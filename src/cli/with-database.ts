import type { DataSource } from 'typeorm';
import type { Configuration } from '../configuration.js';

/** Lends the configured database to a command: a running gateway's own, or one that is started for the occasion. */
export async function withDatabase<T>(
  configuration: Configuration,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  // Loaded late: a command that is refused is refused at once.
  const { openForCommand } = await import('./command-database.js');
  const database = await openForCommand(configuration);
  try {
    return await work(database.dataSource);
  } finally {
    await database.close();
  }
}
