import { dtoProblem } from '../graph/dto.js';
import type { GraphModel } from '../graph/graph-model.js';
import type { ServedSet } from '../graph/served-set.js';
import type { Store } from '../graph/store.js';
import { TenantRows } from '../graph/tenant-rows.js';
import { readChanges } from '../odata/changes.js';
import { templateOf } from '../odata/entity-set.js';
import { GraphError } from '../odata/errors.js';
import { referencedId } from '../odata/reference.js';
import { type SampleRow, sampleTenant } from './sample-tenant.js';

/** What a seed made, by kind, and how many of its rows were there before. */
export type Seeded = Record<SampleRow['kind'] | 'present', number>;

/** Creates the sample rows that the tenant lacks, each as a POST would; a row that is there stays as it is. */
export async function seedTenant(store: Store, model: GraphModel, tenantId: string): Promise<Seeded> {
  const seeded: Seeded = { category: 0, app: 0, configuration: 0, status: 0, present: 0 };
  for (const generation of generations(sampleTenant())) {
    const made = await Promise.all(generation.map((row) => create(store, model, tenantId, row)));
    generation.forEach(({ kind }, index) => seeded[made[index] ? kind : 'present']++);
  }
  return seeded;
}

/** Rows in groups that can be made side by side: categories first, then by the number of keys in their path. */
function generations(rows: readonly SampleRow[]): SampleRow[][] {
  const groups: SampleRow[][] = [[]];
  for (const row of rows) {
    const order = row.kind === 'category' ? 0 : 1 + Object.keys(row.keys).length;
    (groups[order] ??= []).push(row);
  }
  return groups;
}

/** @returns whether the row is new */
async function create(store: Store, model: GraphModel, tenantId: string, row: SampleRow): Promise<boolean> {
  const set = setAt(model, row.path);
  const scope = { trees: model.trees, base: 'http://localhost', version: 'beta' } as const;
  const changes = readChanges(set, 'beta', 'create', row.body, dtoProblem, (url, target) =>
    referencedId(url, target, scope),
  );
  try {
    await new TenantRows(store, tenantId, { set, keys: row.keys, through: [] }).create(changes);
    return true;
  } catch (error) {
    if (error instanceof GraphError && error.kind === 'conflict') return false;
    throw error;
  }
}

function setAt(model: GraphModel, path: string): ServedSet {
  const set = model.sets.find((candidate) => templateOf(candidate) === path);
  if (!set) throw new Error(`nothing is served at ${path}`);
  return set;
}
