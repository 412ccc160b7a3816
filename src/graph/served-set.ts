import { Controller } from '@nestjs/common';
import { type ApiVersion, apiVersions } from '../odata/edm.js';
import { type ContainedSet, type EntitySet, parseTemplate, templateOf } from '../odata/entity-set.js';
import type { GraphError } from '../odata/errors.js';
import { type EntityWriter, entityWriter, type RowText } from '../odata/serializer.js';
import { rowText } from './column-values.js';
import { edmTypeOf, type EntityClass, tableOfClass } from './declare.js';
import { declareDtos } from './dto.js';
import type { Table } from './table.js';

/** Any of these grants the access; least privileged first, as the documents list them. */
export interface Permissions {
  read: readonly string[];
  write: readonly string[];
}

/** An entity set with what serving it takes. */
export interface ServedSet extends EntitySet {
  /** The class with the table. */
  entity: EntityClass;
  table: Table;
  permissions: Permissions;
  writers: Readonly<Record<ApiVersion, EntityWriter>>;
  text: RowText;
  /** The error for a row of this set that isn't there. */
  missing: (id: string) => GraphError;
}

export interface ServedSetOptions {
  /** Below the version, keys by the names that the documents give them: `…/mobileApps/{mobileAppId}/deviceStatuses`. */
  path: string;
  type: EntityClass;
  /** Concrete types of its rows, where they derive from `type`. */
  derived?: readonly EntityClass[];
  versions: readonly ApiVersion[];
  permissions: Permissions;
  missing: (id: string) => GraphError;
}

const servedSets = new WeakMap<object, ServedSet>();

/** Declares the entity set that a controller serves, and with it the controller's routes. */
export function ServesEntitySet(options: ServedSetOptions): ClassDecorator {
  return (target) => {
    servedSets.set(target, servedSet(options));
    Controller(options.path.replaceAll(/\{(\w+)\}/g, ':$1'))(target);
  };
}

export const servedSetOf = (controller: object): ServedSet | undefined => servedSets.get(controller);

function servedSet(options: ServedSetOptions): ServedSet {
  const classes = options.derived ?? [options.type];
  const type = edmTypeOf(options.type);
  const table = tableOfClass(options.type);
  const set: EntitySet = {
    segments: parseTemplate(options.path),
    type,
    types: classes.map(edmTypeOf),
    versions: options.versions,
    contained: [],
  };
  declareDtos(classes);
  const text = rowText(table, type);
  const writers = Object.fromEntries(
    apiVersions.map((version) => [version, entityWriter(set, version, text)]),
  );
  return {
    ...set,
    entity: options.type,
    table,
    permissions: options.permissions,
    writers: writers as Record<ApiVersion, EntityWriter>,
    text,
    missing: options.missing,
  };
}

/** All sets that the controllers of these Nest modules serve, in the order of the modules, each with what it contains. */
export function servedSetsOf(modules: readonly object[]): ServedSet[] {
  const declared = modules.flatMap((module) => {
    const controllers = (Reflect.getMetadata('controllers', module) ?? []) as object[];
    return controllers.flatMap((controller) => servedSetOf(controller) ?? []);
  });
  const linked = declared.map((set) => ({ ...set, contained: [] as ContainedSet[] }));
  for (const set of linked) {
    const last = set.segments.at(-1);
    const parent = linked.find((candidate) => isParent(candidate, set));
    if (parent && last) parent.contained.push({ name: last.name, set });
  }
  return linked;
}

/** Whether a set's path is another's, a key and one more name. */
const isParent = (parent: EntitySet, set: EntitySet): boolean =>
  set.segments.length === parent.segments.length + 2 && keyBehind(parent, set) !== undefined;

/** An ancestor of a set, and where its row's id stands among the keys of the set. */
export interface Ancestor {
  set: ServedSet;
  key: string;
}

/** The sets whose entities contain those of `set`, outermost first: each set that its path goes through. */
export function ancestorsOf(set: ServedSet, sets: readonly ServedSet[]): Ancestor[] {
  const outermostFirst = sets.toSorted((a, b) => a.segments.length - b.segments.length);
  return outermostFirst.flatMap((candidate) => {
    const key = keyBehind(candidate, set);
    return key === undefined ? [] : [{ set: candidate, key }];
  });
}

/** The key that follows an ancestor's path in a set's own; undefined when it is no ancestor. */
function keyBehind(ancestor: EntitySet, set: EntitySet): string | undefined {
  const prefix = `${templateOf(ancestor)}/{`;
  const whole = templateOf(set);
  return whole.startsWith(prefix) ? /^\w+/.exec(whole.slice(prefix.length))?.[0] : undefined;
}
