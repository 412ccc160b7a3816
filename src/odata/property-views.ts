import {
  contractDateOf,
  type ContractDate,
  type Facets,
  property,
  type PrimitiveName,
  type Property,
  type ValueType,
} from './edm.js';

/** The types that a property has at other dates than most. What is stored is the same. */
export type TypeAt = Partial<Record<ContractDate, ValueType | PrimitiveName>>;

/** A property as it is at all dates: the one that keeps the value, and its views of other types; a version shows one of them. */
export function propertyViews(
  name: string,
  type: ValueType | PrimitiveName,
  { typeAt = {}, ...facets }: Facets & { typeAt?: TypeAt },
): [Property, ...Property[]] {
  const whole = property(name, type, facets);
  const kept = { ...whole, versions: whole.versions.filter((version) => !typeAt[contractDateOf(version)]) };
  const views = Object.entries(typeAt).map(([date, other]) => ({
    ...property(name, other, facets),
    versions: whole.versions.filter((version) => contractDateOf(version) === date),
    of: kept,
  }));
  return [kept, ...views];
}
