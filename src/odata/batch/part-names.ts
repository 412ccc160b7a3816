import { excerpt } from '../value-problem.js';
import { type BatchPart, invalidPart } from './batch-part.js';

/**
 * The parts with every name in `dependsOn` and `group` spelled as where it was given first, each once.
 * @throws {GraphError} 400 for an id given twice, a group that is an id or is interrupted, and a dependency on nothing
 */
export function linkedParts(parts: readonly BatchPart[]): BatchPart[] {
  const ids = idsOf(parts);
  const groups = groupsOf(parts, ids);
  return parts.map((part) => {
    const group = part.group && groups.get(part.group.toLowerCase());
    const dependsOn = part.dependsOn.map((given) => {
      const lower = given.toLowerCase();
      const name = ids.get(lower) ?? groups.get(lower);
      if (name === undefined)
        throw invalidPart(
          part.id,
          `depends on '${excerpt(given)}', which is no request or group of the batch`,
        );
      if (name === part.id) throw invalidPart(part.id, 'depends on itself');
      if (name === group) throw invalidPart(part.id, `depends on its own group '${excerpt(name)}'`);
      return name;
    });
    return { ...part, group, dependsOn: [...new Set(dependsOn)] };
  });
}

type Names = ReadonlyMap<string, string>;

/** Ids by their lower case. */
function idsOf(parts: readonly BatchPart[]): Names {
  const ids = new Map<string, string>();
  for (const { id } of parts) {
    if (ids.has(id.toLowerCase())) throw invalidPart(id, 'has an id that another request has');
    ids.set(id.toLowerCase(), id);
  }
  return ids;
}

/** Groups by their lower case; the requests of one stand together (OData JSON 4.01, 19.1). */
function groupsOf(parts: readonly BatchPart[], ids: Names): Names {
  const groups = new Map<string, string>();
  let previous: string | undefined;
  for (const { id, group } of parts) {
    const lower = group?.toLowerCase();
    if (group !== undefined && lower !== undefined && lower !== previous) {
      if (ids.has(lower))
        throw invalidPart(id, `is in the group '${excerpt(group)}', which is a request's id`);
      if (groups.has(lower))
        throw invalidPart(id, `is apart from the other requests of its group '${excerpt(group)}'`);
      groups.set(lower, group);
    }
    previous = lower;
  }
  return groups;
}
