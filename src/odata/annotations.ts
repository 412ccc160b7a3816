import { namespace } from './edm.js';

/** A member that speaks about the value and is none of its properties: `@odata.id`, `settings@odata.count` (OData JSON 4.01, 4.6). */
export const isAnnotation = (member: string): boolean => member.includes('@');

/** The annotation that names a value's type, in its 4.0 and 4.01 spelling. */
export const isTypeAnnotation = (member: string): boolean => member === '@odata.type' || member === '@type';

/** The unqualified type that the annotation's value names: with or without `#`, as documents print both. */
export function declaredTypeName(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const name = value.startsWith('#') ? value.slice(1) : value;
  const qualifier = `${namespace}.`;
  return name.toLowerCase().startsWith(qualifier) ? name.slice(qualifier.length) : name;
}

export const sameTypeName = (given: string, name: string): boolean =>
  given.toLowerCase() === name.toLowerCase();
