import type { Following, Write } from '../../../graph/follows.js';
import type { Statements } from '../../../graph/store.js';
import { countRelationships } from './count-relationships.js';
import { settledEntities } from './settled-entities.js';
import {
  deleteOtherSide,
  deleteOwn,
  insertOtherSide,
  lockRelationships,
  renameApp,
  selectOthers,
  updateOtherSide,
} from './relationship-statements.js';

/** Keeps both sides of relationships alike, and the counts of all apps along their chains. */
export function relationshipsFollow(write: Write): Following | undefined {
  switch (write.kind) {
    case 'create':
      return { around: (statements, work) => made(statements, write, work), isReread: true };
    case 'replace': {
      const cleared = deleteOwn(write.tenantId, write.keys['mobileAppId'] ?? '');
      return { around: (statements, work) => made(statements, write, work), cleared };
    }
    case 'update':
      // All else that an update may bring is the server's.
      return write.properties.length === 0
        ? undefined
        : { around: (statements, work) => updated(statements, write, work) };
    case 'remove':
      return { around: (statements, work) => removed(statements, write, work) };
  }
}

/** Lets the relationships of an app follow its names, and the counts of other apps its removal. */
export function appRelationshipsFollow(write: Write): Following | undefined {
  const { kind, properties } = write;
  if (kind === 'remove')
    return { onlyWhere, around: (statements, work) => appRemoved(statements, write, work) };
  const isRenamed = properties.some((name) => shown.includes(name));
  if (kind !== 'update' || !isRenamed) return undefined;
  return { onlyWhere, around: (statements, work) => appRenamed(statements, write, work) };
}

/** Kept by who counts relationships, under the lock of the app's row. */
const onlyWhere = 'isRelated';

/** What of an app its relationships show. */
const shown = ['displayName', 'publisher', 'displayVersion'];

async function made<T>(
  statements: Statements,
  { tenantId, keys, entities }: Write,
  work: (entities: Write['entities']) => Promise<T>,
): Promise<T> {
  const app = keys['mobileAppId'] ?? '';
  await statements.run(lockRelationships(tenantId));
  const before = await othersOf(statements, tenantId, app);
  const settled = await settledEntities(statements, tenantId, app, entities);
  const result = await work(settled.entities);
  await statements.run(insertOtherSide(tenantId, app, settled.targets));
  await statements.run(countRelationships(tenantId, [app, ...before]));
  return result;
}

async function updated<T>(
  statements: Statements,
  { tenantId, keys }: Write,
  work: (entities: Write['entities']) => Promise<T>,
): Promise<T> {
  await statements.run(lockRelationships(tenantId));
  const result = await work([]);
  await statements.run(updateOtherSide(tenantId, keys['mobileAppId'] ?? '', keys['id'] ?? ''));
  return result;
}

async function removed<T>(
  statements: Statements,
  { tenantId, keys }: Write,
  work: (entities: Write['entities']) => Promise<T>,
): Promise<T> {
  const app = keys['mobileAppId'] ?? '';
  await statements.run(lockRelationships(tenantId));
  const others = await othersOf(statements, tenantId, app, keys['id']);
  const result = await work([]);
  await statements.run(deleteOtherSide(tenantId, app, others));
  await statements.run(countRelationships(tenantId, [app, ...others]));
  return result;
}

async function appRemoved<T>(
  statements: Statements,
  { tenantId, keys }: Write,
  work: (entities: Write['entities']) => Promise<T>,
): Promise<T> {
  await statements.run(lockRelationships(tenantId));
  const others = await othersOf(statements, tenantId, keys['id'] ?? '');
  const result = await work([]);
  if (others.length > 0) await statements.run(countRelationships(tenantId, others));
  return result;
}

async function appRenamed<T>(
  statements: Statements,
  { tenantId, keys }: Write,
  work: (entities: Write['entities']) => Promise<T>,
): Promise<T> {
  await statements.run(lockRelationships(tenantId));
  const result = await work([]);
  await statements.run(renameApp(tenantId, keys['id'] ?? ''));
  return result;
}

async function othersOf(
  statements: Statements,
  tenantId: string,
  app: string,
  id?: string,
): Promise<string[]> {
  const { rows } = await statements.run(selectOthers(tenantId, app, id));
  return rows.map(([other]) => other as string);
}
