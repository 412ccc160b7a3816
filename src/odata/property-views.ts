import {
  type ApiVersion,
  contractDateOf,
  type ContractDate,
  type GraphVersion,
  type Facets,
  property,
  type PrimitiveName,
  type Property,
  type ValueType,
} from './edm.js';

/** The types that a property has at other dates than most, or in one of Graph's versions. What is stored is the same. */
export type TypeAt = Partial<Record<ContractDate | GraphVersion, ValueType | PrimitiveName>>;

/** A property as it is everywhere: the one that keeps the value, and its views of other types; a version shows one of them. */
export function propertyViews(
  name: string,
  type: ValueType | PrimitiveName,
  { typeAt = {}, ...facets }: Facets & { typeAt?: TypeAt },
): [Property, ...Property[]] {
  const whole = property(name, type, facets);
  const others = Object.entries(typeAt);
  const isOther = (version: ApiVersion): boolean => others.some(([at]) => isAt(version, at));
  const kept = { ...whole, versions: whole.versions.filter((version) => !isOther(version)) };
  const views = others.map(([at, other]) => ({
    ...property(name, other, facets),
    versions: whole.versions.filter((version) => isAt(version, at)),
    of: kept,
  }));
  return [kept, ...views];
}

const isAt = (version: ApiVersion, at: string): boolean =>
  contractDateOf(version) === at || version.split('/').at(-1) === at;
