import type { Configuration } from '../configuration.js';
import { type Database, openDatabase } from '../database/database.js';
import { entitiesOf } from '../entities.js';
import { GraphModel } from '../graph/graph-model.js';
import { resources } from '../resources/index.js';

/** A running gateway's own database, or one that is started for the occasion. */
export const openForCommand = (configuration: Configuration): Promise<Database> =>
  openDatabase(configuration, 'tool', entitiesOf(new GraphModel(resources)));
