import { Controller } from '@nestjs/common';
import { type GraphVersion, versionsOf } from '../odata/edm.js';
import { parseTemplate } from '../odata/entity-set.js';
import { actionMark, type Operation } from '../odata/operation.js';
import type { EntityClass } from './declare.js';

/** What a controller does beside entity sets. */
export interface ServedOperations {
  operations: readonly Operation[];
  /** Classes of what it keeps: tables whose key begins with the tenant. */
  entities?: readonly EntityClass[];
}

interface ActionsOptions extends Omit<Operation, 'kind' | 'segments' | 'verbs' | 'versions'> {
  /** Of what they are bound to, below the version: `deviceManagement/reports`. */
  path: string;
  /** The versions that have each of them, by name. */
  actions: Readonly<Record<string, readonly GraphVersion[]>>;
}

interface ResourceOptions extends Omit<Operation, 'kind' | 'segments' | 'verbs' | 'versions'> {
  versions: readonly GraphVersion[];
  /** Of the collection, below the version. */
  path: string;
  /** What the collection takes, and what one of it takes. */
  verbs: Readonly<Record<'collection' | 'entity', Operation['verbs']>>;
  entities: readonly EntityClass[];
}

const served = new WeakMap<object, ServedOperations>();

/** Declares the actions that a controller runs: its `@Post(':action')`. */
export function ServesActions({ path, actions, permissions }: ActionsOptions): ClassDecorator {
  return (target) => {
    const operations = Object.entries(actions).map(([name, versions]): Operation => {
      const segments = parseTemplate(`${path}/${name}`);
      return { kind: 'action', segments, verbs: ['POST'], versions: versionsOf({ versions }), permissions };
    });
    served.set(target, { operations });
    Controller(routerPath(`${path}/${actionMark}`))(target);
  };
}

/** Declares a collection whose rows aren't written as clients sent them, and with it the path of the controller's routes. */
export function ServesResource(options: ResourceOptions): ClassDecorator {
  const { path, verbs, entities, versions, permissions } = options;
  const facets = { versions: versionsOf({ versions }), permissions };
  return (target) => {
    const operations = [
      resource(path, verbs.collection, facets),
      resource(`${path}/{id}`, verbs.entity, facets),
    ];
    served.set(target, { operations, entities });
    Controller(routerPath(path))(target);
  };
}

const resource = (
  path: string,
  verbs: Operation['verbs'],
  facets: Pick<Operation, 'versions' | 'permissions'>,
): Operation => ({ ...facets, kind: 'resource', segments: parseTemplate(path), verbs });

const routerPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** What the controllers of these Nest modules do beside entity sets. */
export function servedOperationsOf(modules: readonly object[]): ServedOperations[] {
  return modules.flatMap((module) => {
    const controllers = (Reflect.getMetadata('controllers', module) ?? []) as object[];
    return controllers.flatMap((controller) => served.get(controller) ?? []);
  });
}
