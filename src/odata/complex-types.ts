import { declaredTypeName, isTypeAnnotation, sameTypeName } from './annotations.js';
import { type ApiVersion, type ComplexType, isVisible } from './edm.js';
import { lineage } from './entity-set.js';

/**
 * The member of a stored document that names the value's type, unqualified. Just values of types that others derive from
 * have it: the declaration says the type of all other. So who derives the first type from another has to migrate the
 * values that are stored of that one.
 */
export const storedTypeMember = '@odata.type';

/** Whether values of the declared type can be of others. */
export const isPolymorphic = ({ derived }: ComplexType): boolean => derived.length > 0;

/** The types that values of a declared type can be of: itself, then those that derive from it. */
export const withDerived = (type: ComplexType): ComplexType[] => [type, ...type.derived.flatMap(withDerived)];

/** The properties that a type has beside those of its base. */
export const ownProperties = ({ base, properties }: ComplexType): ComplexType['properties'] =>
  properties.slice(base?.properties.length ?? 0);

/** The type that an annotation names, of those that a value of the declared type can be of; undefined for any other. */
export function annotatedType(declared: ComplexType, annotation: unknown): ComplexType | undefined {
  const given = declaredTypeName(annotation);
  return withDerived(declared).find(({ name }) => sameTypeName(given, name));
}

/** The type of a value: what its annotation says, or else the declared one; undefined where it names one that it can't be of. */
export function typeOfValue(declared: ComplexType, value: object): ComplexType | undefined {
  const annotation = Object.entries(value).find(([name]) => isTypeAnnotation(name));
  return annotation ? annotatedType(declared, annotation[1]) : declared;
}

/** The type that a version shows a value as: its own, or the nearest that the version has; at last the declared one. */
export function shownType(declared: ComplexType, value: object, version: ApiVersion): ComplexType {
  const type = typeOfValue(declared, value) ?? declared;
  return lineage(type).find((shown) => shown === declared || isVisible(shown, version)) ?? declared;
}

/**
 * The type that a cast names: one that the given type derives from, or that derives from it; undefined for any other.
 * @param name unqualified, in lower case
 */
export const relativeNamed = (
  type: ComplexType,
  name: string | undefined,
  version: ApiVersion,
): ComplexType | undefined =>
  [...lineage(type), ...withDerived(type)].find(
    (relative) => relative.name.toLowerCase() === name && isVisible(relative, version),
  );
