import { Controller } from '@nestjs/common';
import {
  type ApiVersion,
  apiVersions,
  type EntityType,
  type Existence,
  type GraphVersion,
  versionsOf,
} from '../odata/edm.js';
import {
  castTypes,
  type ContainedSet,
  type EntitySet,
  entitySet,
  isA,
  type LinkedSet,
  type Reference,
  templateOf,
} from '../odata/entity-set.js';
import type { GraphError } from '../odata/errors.js';
import type { Permissions } from '../odata/permissions.js';
import { type EntityWriter, entityWriter, type RowText } from '../odata/serializer.js';
import { rowText } from './column-values.js';
import { edmTypeOf, type EntityClass, tableOfClass } from './declare.js';
import { declareDtos } from './dto.js';
import type { Follows } from './follows.js';
import type { Link, Table } from './table.js';

/** An entity set with what serving it takes. */
export interface ServedSet extends EntitySet {
  /** The class with the table. */
  entity: EntityClass;
  table: Table;
  permissions: Permissions;
  /** The sets whose entities contain its own, outermost first: each set that its path goes through. */
  ancestors: readonly Ancestor[];
  linked: readonly ServedLink[];
  writers: Readonly<Record<ApiVersion, EntityWriter>>;
  text: RowText;
  /** The error for a row of this set that isn't there. */
  missing: (id: string) => GraphError;
  /** Where a PATCH answers 204 unless the client prefers the entity. */
  patchedSilently: readonly ApiVersion[];
  follows: Follows | undefined;
}

/** A navigation with the table that keeps it. */
export interface ServedLink extends LinkedSet {
  set: ServedSet;
  link: Link;
}

/** An ancestor of a set, and where its row's id stands among the keys of the set. */
export interface Ancestor {
  set: ServedSet;
  key: string;
}

export interface ServedSetOptions extends Existence {
  /** Below the version, keys by the names that the documents give them: `…/mobileApps/{mobileAppId}/deviceStatuses`. */
  path: string;
  type: EntityClass;
  /** Concrete types of its rows, where they derive from `type`. */
  derived?: readonly EntityClass[];
  versions: readonly GraphVersion[];
  permissions: Permissions;
  missing: (id: string) => GraphError;
  /** Where a PATCH answers 204 unless the client prefers the entity. */
  patchedSilently?: readonly ApiVersion[];
  follows?: Follows;
  /** The path leads to one entity, which is there as long as the one that contains it. */
  isSingle?: true;
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
  const set = entitySet(options.path, type, {
    types: classes.map(edmTypeOf),
    versions: versionsOf(options),
    isSingle: options.isSingle ?? false,
  });
  declareDtos(classes);
  const text = rowText(table, type);
  return {
    ...set,
    entity: options.type,
    table,
    permissions: options.permissions,
    ancestors: [],
    linked: [],
    writers: writersOf(set, text),
    text,
    missing: options.missing,
    patchedSilently: options.patchedSilently ?? [],
    follows: options.follows,
  };
}

function writersOf(set: EntitySet, text: RowText): Readonly<Record<ApiVersion, EntityWriter>> {
  const writers = apiVersions.map((version) => [version, entityWriter(set, version, text)]);
  return Object.fromEntries(writers) as Record<ApiVersion, EntityWriter>;
}

/** All sets that the controllers of these Nest modules serve, in the order of the modules, each linked to the others. */
export function servedSetsOf(modules: readonly object[]): ServedSet[] {
  const declared = modules.flatMap((module) => {
    const controllers = (Reflect.getMetadata('controllers', module) ?? []) as object[];
    return controllers.flatMap((controller) => servedSetOf(controller) ?? []);
  });
  const linked = declared.map((set) => ({
    ...set,
    contained: [] as ContainedSet[],
    singles: [] as ContainedSet[],
    references: [] as Reference[],
    linked: [] as ServedLink[],
    ancestors: [] as Ancestor[],
    casts: [] as ServedSet[],
  }));
  for (const set of linked) {
    set.ancestors.push(...ancestorsOf(set, linked));
    set.references.push(...referencesOf(set));
    set.linked.push(...linkedOf(set, linked));
    const last = set.segments.at(-1);
    const parent = linked.find((candidate) => isParent(candidate, set));
    const siblings = set.isSingle ? parent?.singles : parent?.contained;
    if (last) siblings?.push({ name: last.name, set });
  }
  // Behind the links, which a cast has too.
  for (const set of linked) set.casts.push(...castsOf(set));
  return linked;
}

/** Each with the casts that may follow it. */
const castsOf = (set: ServedSet): ServedSet[] => castTypes(set).map((type) => castOf(set, type));

function castOf(set: ServedSet, type: EntityType): ServedSet {
  const types = set.types.filter((candidate) => isA(candidate, type));
  const cast = { ...set, type, types, castTo: type };
  return { ...cast, casts: castsOf(cast), writers: writersOf(cast, set.text) };
}

/** Whether a set's path is another's, a key and one more name. */
const isParent = (parent: EntitySet, set: EntitySet): boolean =>
  set.segments.length === parent.segments.length + 2 && keyBehind(parent, set) !== undefined;

function ancestorsOf(set: EntitySet, sets: readonly ServedSet[]): Ancestor[] {
  const outermostFirst = sets.toSorted((a, b) => a.segments.length - b.segments.length);
  return outermostFirst.flatMap((candidate) => {
    const key = keyBehind(candidate, set);
    return key === undefined ? [] : [{ set: candidate, key }];
  });
}

/** The navigations that the table's parents declare, each to the ancestor that its key names. */
function referencesOf({ table, ancestors }: ServedSet): Reference[] {
  return table.parents.flatMap(({ navigation: name, key }) => {
    const ancestor = ancestors.find((candidate) => candidate.key === key);
    return name === undefined || !ancestor ? [] : [{ name, set: ancestor.set, key }];
  });
}

/** The navigations that the table's links declare, each to the set with all rows of its class. */
function linkedOf({ table }: ServedSet, sets: readonly ServedSet[]): ServedLink[] {
  return table.links.map((link) => {
    const target = sets.find(({ entity, table: { parents } }) => entity.name === link.entity && !parents[0]);
    if (!target) throw new Error(`no set has all of ${link.entity}, which '${link.name}' leads to`);
    return { name: link.name, set: target, link };
  });
}

/** The key that follows an ancestor's path in a set's own; undefined when it is no ancestor. */
function keyBehind(ancestor: EntitySet, set: EntitySet): string | undefined {
  const prefix = `${templateOf(ancestor)}/{`;
  const whole = templateOf(set);
  return whole.startsWith(prefix) ? /^\w+/.exec(whole.slice(prefix.length))?.[0] : undefined;
}
