import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Configuration } from '../configuration.js';
import { openDatabase } from '../database/database.js';
import { schemaDifference } from '../database/schema-difference.js';
import { entitiesOf } from '../gateway.js';
import { GraphModel } from '../graph/graph-model.js';
import { resources } from '../resources/index.js';
import { runCommand, say, UsageError } from './command.js';

/** Room for updates on every page, and vacuum before it is missed. */
const tableStorage =
  'fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05';

/** Writes the migration that brings an empty database with all migrations to what the entities declare. */
await runCommand(async () => {
  const name = process.argv[2] ?? '';
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new UsageError(
      'Name the migration in lower case with hyphens: npm run migration -- add-assignments',
    );
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'understudy-migration-'));
  await chmod(dataDir, 0o755);
  const configuration = Configuration.read({ DATA_DIR: dataDir });
  const database = await openDatabase(configuration, 'gateway', entitiesOf(new GraphModel(resources)));
  try {
    const { up, down } = await schemaDifference(database.dataSource);
    if (up.length === 0) return say('The entities match the migrations.');
    const timestamp = Date.now();
    const file = `migrations/${timestamp}-${name}.ts`;
    await writeFile(file, source(className(name, timestamp), up, down));
    say(`${file}: read it, put bigint columns before text, add what TypeORM cannot express, and format it.`);
  } finally {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});

function className(name: string, timestamp: number): string {
  return name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()) + timestamp;
}

function source(name: string, up: readonly string[], down: readonly string[]): string {
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${name} implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
${statements(up)}  }

  async down(runner: QueryRunner): Promise<void> {
${statements(down)}  }
}
`;
}

/** Formatted as the project's formatter would, and with the storage options that every table of ours has. */
function statements(queries: readonly string[]): string {
  return queries
    .map((query) => `    await runner.query(\n      \`${withStorage(query)}\`,\n    );\n`)
    .join('');
}

function withStorage(query: string): string {
  return query.startsWith('CREATE TABLE') ? `${query} WITH (${tableStorage})` : query;
}
