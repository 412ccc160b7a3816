import { describe, expect, it } from '@jest/globals';
import { writesTo } from '../src/graph/verbs-answer.js';
import { type GraphVersion, graphVersions } from '../src/odata/edm.js';
import { GraphError } from '../src/odata/errors.js';
import { accessOf, type CallerKind, type PermissionTable } from '../src/odata/permissions.js';
import { resolveTarget } from '../src/odata/resource-tree.js';
import {
  areDocumentsHere,
  type DocumentedExample,
  documentedExamples,
  needed,
} from './support/documented-examples.js';
import { model } from './support/sets.js';

/** What other areas of Graph have, and the pages of ours name as further ways. */
const outside = [
  '/deviceAppManagement/iosLobAppProvisioningConfigurations/',
  '/deviceAppManagement/policySets/',
];

/** The documented routes that we don't have, or not as documented. */
const known: Readonly<Record<GraphVersion, readonly string[]>> = {
  beta: outside.map((path) => `${path}: not served`),
  'v1.0': [],
};

interface Served {
  verbs: readonly string[];
  keys: readonly string[];
  table: PermissionTable;
}

/** @throws {GraphError} 400 where nothing is served at the path. */
function servedAt(version: GraphVersion, verb: string, path: string): Served {
  const target = resolveTarget(model.trees[version], path, verb);
  if ('operation' in target) {
    const { operation, keys } = target.operation;
    return { verbs: operation.verbs, keys: Object.values(keys), table: operation.permissions[version] };
  }
  const { set, keys } = target.address;
  const verbs = ['GET', ...writesTo(target.address)];
  return { verbs, keys: Object.values(keys), table: set.permissions[version] };
}

/** Whom a route requires to be; undefined where it isn't served. */
function required(version: GraphVersion, verb: string, path: string): PermissionTable | undefined {
  try {
    const { verbs, keys, table } = servedAt(version, verb, path);
    // A name that is taken for a key leads nowhere.
    return verbs.includes(verb) && keys.every((key) => key.startsWith('{')) ? table : undefined;
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

const kinds: readonly CallerKind[] = ['delegated', 'application'];

/** A line for each route of a page that isn't served, or not to whom the page says. */
function differences({ version, permissions, routes }: DocumentedExample): string[] {
  return routes.flatMap((route) => {
    const [verb = '', path = ''] = route.split(' ');
    const accepted = required(version, verb, path)?.[accessOf(verb)];
    if (!accepted) return [`${outside.find((prefix) => path.startsWith(prefix)) ?? route}: not served`];
    return kinds
      .map((kind) => [kind, accepted[kind].join(', '), permissions[kind].join(', ')])
      .filter(([, ours, theirs]) => ours !== theirs)
      .map(([kind, ours, theirs]) => `${route}: ${kind} ${ours}, not ${theirs}`);
  });
}

if (areDocumentsHere) {
  describe('every documented route is served, to whom its page says, but these', () => {
    it.each(graphVersions)('in %s', (version) => {
      const pages = documentedExamples.filter((example) => example.version === version);
      expect([...new Set(pages.flatMap(differences))].toSorted()).toEqual(known[version]);
    });
  });
} else {
  it.skip(`serves every documented route, to whom its page says (${needed})`, () => undefined);
}
