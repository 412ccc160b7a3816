import type { Statements } from '../../../graph/store.js';
import { checkedKey } from '../../../odata/address.js';
import type { Changes } from '../../../odata/changes.js';
import { allProperties, type Property } from '../../../odata/edm.js';
import { graphError } from '../../../odata/errors.js';
import { excerpt } from '../../../odata/value-problem.js';
import { selectEnds } from './relationship-statements.js';

/** What a relationship shows of an app at one of its ends. */
interface End {
  id: string;
  name: unknown;
  publisher: unknown;
  version: unknown;
  /** Whether it is the source itself, or needs or supersedes it. */
  isAbove: boolean;
}

/** Relationships that can be made, and the apps at their other ends. */
export interface Settled {
  entities: Changes[];
  targets: string[];
}

/**
 * Decides what a client leaves to the server: ids, and what is known of both apps.
 * @param source the app that the relationships are to be contained in
 * @throws {GraphError} 400 without a target, or with one that is the source or above it, 404 for a target that isn't there,
 * 409 for one that comes twice
 */
export async function settledEntities(
  statements: Statements,
  tenantId: string,
  source: string,
  sent: readonly Changes[],
): Promise<Settled> {
  const targets = sent.map(targetOf);
  const ids = targets.map((target) => checkedKey(`${source}_${target}`));
  const seen = new Set<string>();
  const repeated = ids.find((id) => seen.size === seen.add(id).size);
  if (repeated !== undefined) throw graphError('conflict', repeated);
  const ends = await endsOf(statements, tenantId, source, targets);
  const from = ends.get(source);
  // The write itself tells that the source isn't there.
  if (!from) return { entities: [...sent], targets };
  const entities = sent.map((changes, index) => {
    const to = requiredTarget(ends, targets[index] ?? '');
    return { ...withValues(changes, valuesOf(from, to)), id: ids[index] };
  });
  return { entities, targets };
}

function targetOf({ readings }: Changes): string {
  const sent = readings.flatMap(({ values }) => [...values]).find(([{ name }]) => name === 'targetId');
  if (typeof sent?.[1] !== 'string') throw graphError('invalidValue', 'targetId', 'it names no app');
  return sent[1];
}

async function endsOf(
  statements: Statements,
  tenantId: string,
  source: string,
  targets: readonly string[],
): Promise<Map<string, End>> {
  const { rows } = await statements.run(selectEnds(tenantId, source, targets));
  return new Map(
    rows.map(([id, name, publisher, version, isAbove]) => [
      id as string,
      { id: id as string, name, publisher, version, isAbove: isAbove === true },
    ]),
  );
}

function requiredTarget(ends: ReadonlyMap<string, End>, id: string): End {
  const target = ends.get(id);
  if (!target) throw graphError('appNotFound', excerpt(id));
  if (target.isAbove) throw graphError('circularRelationship');
  return target;
}

const valuesOf = (from: End, to: End): Readonly<Record<string, unknown>> => ({
  sourceId: from.id,
  sourceDisplayName: from.name,
  sourceDisplayVersion: from.version,
  sourcePublisherDisplayName: from.publisher,
  targetDisplayName: to.name,
  targetDisplayVersion: to.version,
  targetPublisher: to.publisher,
  targetPublisherDisplayName: to.publisher,
});

function withValues(changes: Changes, own: Readonly<Record<string, unknown>>): Changes {
  const readings = changes.readings.map(({ types, values }) => {
    const properties = types.flatMap(allProperties).filter(({ name }) => name in own);
    const added = properties.map((property): [Property, unknown] => [property, own[property.name]]);
    return { types, values: new Map([...values, ...added]) };
  });
  return { ...changes, readings };
}
