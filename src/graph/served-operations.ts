import { Controller } from '@nestjs/common';
import { type Existence, type GraphVersion, versionsOf } from '../odata/edm.js';
import { parseTemplate } from '../odata/entity-set.js';
import { type Operation, operationMark, type Parameter, type Returned } from '../odata/operation.js';
import type { EntityClass } from './declare.js';

/** What a controller does beside entity sets. */
export interface ServedOperations {
  operations: readonly Operation[];
  /** Classes of what it keeps: tables whose key begins with the tenant. */
  entities?: readonly EntityClass[];
}

/** An action or a function as it is declared. */
export interface Declared extends Existence {
  kind: 'action' | 'function';
  name: string;
  parameters?: readonly Parameter[];
  returns?: Returned;
}

interface OperationsOptions extends Pick<Operation, 'permissions'> {
  /** Of what they are bound to, below the version: `deviceAppManagement/mobileApps/{mobileAppId}`. */
  path: string;
  operations: readonly Declared[];
}

interface ResourceOptions extends Pick<Operation, 'permissions'> {
  versions: readonly GraphVersion[];
  /** Of the collection, below the version. */
  path: string;
  /** What the collection takes, and what one of it takes. */
  verbs: Readonly<Record<'collection' | 'entity', Operation['verbs']>>;
  entities: readonly EntityClass[];
}

const served = new WeakMap<object, ServedOperations>();

/** What changes or computes something on request: its handler is a `@Post` of its name (OData 4.01, 11.5.5). */
export const action = (name: string, facets: Omit<Declared, 'kind' | 'name'>): Declared => ({
  kind: 'action',
  name,
  ...facets,
});

/** What only tells something: its handler is a `@Get` of its name (OData 4.01, 11.5.4). */
export const functionOf = (name: string, facets: Omit<Declared, 'kind' | 'name'>): Declared => ({
  kind: 'function',
  name,
  ...facets,
});

/** Declares the actions and functions that a controller runs, and the path of their handlers. */
export function ServesOperations({ path, operations, permissions }: OperationsOptions): ClassDecorator {
  return (target) => {
    const declared = operations.map((operation): Operation => {
      const { kind, name, parameters, returns } = operation;
      return {
        kind,
        segments: parseTemplate(`${path}/${name}`),
        verbs: [kind === 'action' ? 'POST' : 'GET'],
        versions: versionsOf(operation),
        permissions,
        ...(parameters && { parameters }),
        ...(returns && { returns }),
      };
    });
    served.set(target, { operations: declared });
    Controller(routerPath(`${path}/${operationMark}`))(target);
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
