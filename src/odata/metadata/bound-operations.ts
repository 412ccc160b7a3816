import { type ApiVersion, isVisible, type Property, type ValueType } from '../edm.js';
import { type EntitySet, templateOf } from '../entity-set.js';
import type { Operation, Parameter } from '../operation.js';
import { distinct } from './shown-types.js';

/** An action or function as a description has it (OData CSDL 4.01, section 12). */
export interface BoundOperation {
  operation: Operation;
  name: string;
  /** The set whose entity, or which itself, is what it is called for. */
  set: EntitySet;
  isOfEntity: boolean;
  /** Without what it is called for. */
  parameters: readonly BoundParameter[];
}

/** A value, or entities as the collection of a set takes them. */
export type BoundParameter = Property | { name: string; set: EntitySet };

/**
 * The actions and functions of a version whose parameters are declared and that a set has, by name and set. Those of what
 * isn't described itself have no place in a description.
 */
export function boundOperations(
  sets: readonly EntitySet[],
  version: ApiVersion,
  operations: readonly Operation[],
): BoundOperation[] {
  const shown = sets.filter((set) => isVisible(set, version));
  const bound = operations.filter((operation) => isVisible(operation, version)).flatMap(boundTo(shown));
  return distinct(bound, ({ name, set }) => `${name}/${set.type.name}`);
}

const boundTo =
  (sets: readonly EntitySet[]) =>
  (operation: Operation): BoundOperation[] => {
    const { segments, parameters } = operation;
    const isOfEntity = segments.at(-2)?.kind === 'key';
    const template = templateOf({ segments: segments.slice(0, isOfEntity ? -2 : -1) });
    const set = sets.find((candidate) => templateOf(candidate) === template);
    if (!set || !parameters) return [];
    const described = parameters.map((parameter) => boundParameter(parameter, set));
    return [{ operation, name: segments.at(-1)?.name ?? '', set, isOfEntity, parameters: described }];
  };

function boundParameter(parameter: Parameter, { contained }: EntitySet): BoundParameter {
  if (!('entitiesOf' in parameter)) return parameter;
  const { name, entitiesOf } = parameter;
  const found = contained.find((collection) => collection.name === entitiesOf);
  if (!found) throw new Error(`nothing contains '${entitiesOf}', which '${name}' takes entities of`);
  return { name, set: found.set };
}

/** The types of the values that operations take and give. */
export const valueTypesOf = (operations: readonly Operation[]): ValueType[] =>
  operations.flatMap(({ parameters = [], returns }) => [
    ...parameters.flatMap((parameter) => ('type' in parameter ? [parameter.type] : [])),
    ...(returns?.kind === 'value' ? [returns.type] : []),
  ]);
