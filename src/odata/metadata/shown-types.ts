import { ownProperties, withDerived } from '../complex-types.js';
import {
  type ApiVersion,
  type ComplexType,
  type EntityType,
  type EnumType,
  isVisible,
  type Property,
  type ValueType,
} from '../edm.js';
import { type EntitySet, lineage } from '../entity-set.js';

/** The types that a version's sets lead to, each kind by name. */
export interface ShownTypes {
  entities: readonly EntityType[];
  complexes: readonly ComplexType[];
  enums: readonly EnumType[];
}

/**
 * The types of a version's sets, all that they derive from, and those of all properties that the version shows.
 * @param further types of values that no property has
 */
export function shownTypes(
  sets: readonly EntitySet[],
  version: ApiVersion,
  further: readonly ValueType[] = [],
): ShownTypes {
  const entities = sets
    .filter((set) => isVisible(set, version))
    .flatMap((set) => [set.type, ...set.types])
    .filter((type) => isVisible(type, version))
    .flatMap(lineage);
  const properties = entities.flatMap((type) => shownProperties(type, version));
  const values = [...properties, ...further.map((type) => ({ type }))].flatMap(withInner(version));
  return {
    entities: byName(entities),
    complexes: byName(values.filter((type) => type.kind === 'complex')),
    enums: byName(values.filter((type) => type.kind === 'enum')),
  };
}

/** A type's own properties in a version, in the order they are written. */
export const shownProperties = (
  type: { properties: readonly Property[] },
  version: ApiVersion,
): readonly Property[] => type.properties.filter((property) => isVisible(property, version));

const byName = <T extends { name: string }>(types: readonly T[]): T[] => distinct(types, ({ name }) => name);

/** The type of a property and, through complex types and collections, all types inside of it and those that derive from them. */
const withInner =
  (version: ApiVersion) =>
  ({ type }: { type: ValueType }): ValueType[] => {
    switch (type.kind) {
      case 'primitive':
      case 'enum':
        return [type];
      case 'collection':
        return withInner(version)({ type: type.of });
      case 'complex':
        return relatives(type, version).flatMap((one) => [
          one,
          ...shownProperties({ properties: ownProperties(one) }, version).flatMap(withInner(version)),
        ]);
    }
  };

/** A type, those that values of it can be of in a version, and all that these derive from. */
const relatives = (type: ComplexType, version: ApiVersion): ComplexType[] => [
  ...new Set([type, ...withDerived(type).filter((one) => isVisible(one, version))].flatMap(lineage)),
];

/** One item of each key, in the order of the keys: a description must not depend on the order of declarations. */
export function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}
