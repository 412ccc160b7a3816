import { GraphModel } from '../../src/graph/graph-model.js';
import type { ServedSet } from '../../src/graph/served-set.js';
import { type ApiVersion, graphVersions } from '../../src/odata/edm.js';
import { templateOf } from '../../src/odata/entity-set.js';
import { resources } from '../../src/resources/index.js';
import type { TestGateway } from './gateway.js';

export const model = new GraphModel(resources);

/** Every set in every version that has it, at all contract dates: `[name, version, set]`. */
export const datedSets: [string, ApiVersion, ServedSet][] = model.sets.flatMap((set) =>
  set.versions.map((version): [string, ApiVersion, ServedSet] => [templateOf(set), version, set]),
);

/** The same of today's documents alone. */
export const servedSets = datedSets.filter(([, version]) => graphVersions.some((today) => today === version));

/** Those of them that hold any number of entities, and those that hold one in each that contains them. */
export const collections = servedSets.filter(([, , set]) => !set.isSingle);
export const singles = servedSets.filter(([, , set]) => set.isSingle);

/** A body that a create of the set takes: its type, where it has to be named. */
export function leastBody(set: ServedSet): Record<string, unknown> {
  const [type] = set.types;
  return type && type !== set.type ? { '@odata.type': `#microsoft.graph.${type.name}` } : {};
}

/** Whether its entities are each between two apps: a create names the other one, and ids follow from both. */
export const isBetweenApps = ({ type }: ServedSet): boolean => type.name === 'mobileAppRelationship';

/** A body that a create of the set takes once, after making the app that it names, where it has to name one. */
export async function freshBody(
  gateway: TestGateway,
  version: string,
  set: ServedSet,
): Promise<Record<string, unknown>> {
  const apps = set.ancestors[0]?.set;
  if (!apps || !isBetweenApps(set)) return leastBody(set);
  const { body } = await gateway.call('POST', `${version}/${templateOf(apps)}`, leastBody(apps));
  return { ...leastBody(set), targetId: body['id'] };
}

/** The URL path of a set, with fresh entities on the way to it. */
export async function freshPath(gateway: TestGateway, version: string, set: ServedSet): Promise<string> {
  let path = `${version}/${templateOf(set)}`;
  for (const { set: ancestor, key } of set.ancestors) {
    const parent = path.slice(0, path.indexOf(`/{${key}}`));
    const { body } = await gateway.call('POST', parent, leastBody(ancestor));
    path = path.replace(`{${key}}`, String(body['id']));
  }
  return path;
}
