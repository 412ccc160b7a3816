import type { DataSource, EntityMetadata } from 'typeorm';

/** A table of the store, by the names that its entity declares. */
export interface StoredTable {
  name: string;
  columns: readonly string[];
}

/** Every table that an entity of the data source has; a table stands after those that its foreign keys lead to. */
export function storedTables(dataSource: DataSource): StoredTable[] {
  return parentsFirst(dataSource.entityMetadatas).map((metadata) => ({
    name: metadata.tableName,
    columns: metadata.columns.map((column) => column.databaseName),
  }));
}

function parentsFirst(entities: readonly EntityMetadata[]): EntityMetadata[] {
  const visited = new Set<EntityMetadata>();
  const sorted: EntityMetadata[] = [];
  const visit = (entity: EntityMetadata): void => {
    if (visited.has(entity)) return;
    visited.add(entity);
    for (const key of entity.foreignKeys) visit(key.referencedEntityMetadata);
    sorted.push(entity);
  };
  entities.forEach(visit);
  return sorted;
}

/** Whether a tenant owns each row of the table; the others hold what the instances share. */
export const isTenantTable = (table: StoredTable): boolean => table.columns.includes('tenantId');

/** Names as a list of SQL identifiers; they are the code's own, never a client's or a file's. */
export const identifiers = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

export const tableList = (tables: readonly StoredTable[]): string =>
  identifiers(tables.map(({ name }) => name));
