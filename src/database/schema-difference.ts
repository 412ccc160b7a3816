import type { DataSource } from 'typeorm';

/** The SQL by which the entities differ from the database; both lists are empty when they agree. */
export interface SchemaDifference {
  up: string[];
  down: string[];
}

/** What `migration:generate` would write. It can't see indexes on expressions, storage options or functions. */
export async function schemaDifference(dataSource: DataSource): Promise<SchemaDifference> {
  const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
  return {
    up: upQueries.map(({ query }) => query),
    down: downQueries.map(({ query }) => query).toReversed(),
  };
}
