import type { DataSource } from 'typeorm';
import type { Configuration } from '../configuration.js';
import { openDatabase } from '../database/database.js';
import { entitiesOf } from '../gateway.js';
import { GraphModel } from '../graph/graph-model.js';
import { resources } from '../resources/index.js';

/** Lends the configured database to a command: a running gateway's own, or one that is started for the occasion. */
export async function withDatabase<T>(
  configuration: Configuration,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(configuration, 'tool', entitiesOf(new GraphModel(resources)));
  try {
    return await work(database.dataSource);
  } finally {
    await database.close();
  }
}
