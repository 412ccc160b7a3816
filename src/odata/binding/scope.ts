import {
  allProperties,
  type ApiVersion,
  type EntityType,
  isVisible,
  namespace,
  type Property,
  type ValueType,
} from '../edm.js';
import { type EntitySet, isA, lineage } from '../entity-set.js';
import { excerpt } from '../value-problem.js';
import { wrong } from './bind-fault.js';
import { localName } from './type-names.js';
import { booleanType, integerType, type Scalar, type Source, textType } from './typed.js';

/** What names mean where an expression stands. */
export interface Scope {
  version: ApiVersion;
  /** The row that names without a variable speak of: the one that the option is about. */
  row: Source;
  /** Options of the request that every page of a nested collection needs too, as they were sent. */
  carried: readonly string[];
  /** `$it` where that is another row: within the filter of a count, names speak of what is counted. */
  it?: Source;
  /** Inside `$expand`, where `$it` is a row that the statement doesn't have. */
  isExpanded?: true;
  /** Lambda variables by name. */
  variables: ReadonlyMap<string, Source>;
  /** Values of parameter aliases by their names, `@` included: what `@p=…` beside the options says. */
  aliases: ReadonlyMap<string, string>;
  /** Ticks of `now()`, the same throughout a request; undefined where it can't be had. */
  now: string | undefined;
  /** A fresh name for a source within the statement. */
  alias: () => string;
}

/** The declared type of a source's rows; undefined for elements of a collection. */
export const rowTypeOf = (source: Source): EntityType | undefined =>
  'segments' in source.rows ? source.rows.type : undefined;

/** Properties that a name may mean on a source, after a cast to `type` where one was written. */
export function propertiesOf(
  source: Source,
  type: EntityType | undefined,
  version: ApiVersion,
): readonly Property[] {
  if (type) return allProperties(type).filter((property) => isVisible(property, version));
  const element = elementType(source);
  return element?.kind === 'complex'
    ? element.properties.filter((property) => isVisible(property, version))
    : [];
}

/** The type of a collection's elements. */
export function elementType(source: Source): ValueType | undefined {
  if ('segments' in source.rows) return undefined;
  const { steps } = source.rows.elementsOf;
  const last = steps === 'id' ? undefined : steps.at(-1);
  return last?.type.kind === 'collection' ? last.type.of : undefined;
}

/** Names of properties match in any case, as Graph documents. @throws {BindFault} when there is none */
export function propertyNamed(properties: readonly Property[], name: string, typeName: string): Property {
  const found = properties.find((property) => property.name.toLowerCase() === name.toLowerCase());
  if (!found)
    throw wrong(`Could not find a property named '${excerpt(name)}' on type '${namespace}.${typeName}'.`);
  return found;
}

/** A type by its qualified name, from the types of a set and their bases. @throws {BindFault} when the set has none such */
export function typeNamed(set: EntitySet, qualifiedName: string, version: ApiVersion): EntityType {
  const name = localName(qualifiedName);
  const found = [set.type, ...set.types]
    .flatMap(lineage)
    .find((type) => type.name.toLowerCase() === name && isVisible(type, version));
  if (!found)
    throw wrong(`The type '${excerpt(qualifiedName)}' is not derived from '${namespace}.${set.type.name}'.`);
  return found;
}

/** The types of a set's rows that are, or derive from, a type. */
export const concreteTypes = (set: EntitySet, type: EntityType): EntityType[] =>
  set.types.filter((candidate) => isA(candidate, type));

/** How a property's value compares; undefined for collections. */
export function scalarOf(type: ValueType): Scalar | undefined {
  switch (type.kind) {
    case 'enum':
      return { kind: 'enum', type };
    case 'complex':
      return { kind: 'complex', type };
    case 'collection':
      return undefined;
    case 'primitive':
      switch (type.name) {
        case 'Edm.String':
          return textType;
        case 'Edm.Binary':
          return { kind: 'binary' };
        case 'Edm.Boolean':
          return booleanType;
        case 'Edm.Int32':
        case 'Edm.Int64':
          return integerType;
        case 'Edm.DateTimeOffset':
          return { kind: 'instant' };
      }
  }
}
