import { relativeNamed, withDerived } from '../complex-types.js';
import { type ApiVersion, type ComplexType, namespace } from '../edm.js';
import { isA } from '../entity-set.js';
import { excerpt } from '../value-problem.js';
import { unsupported, wrong } from './bind-fault.js';
import { localName } from './type-names.js';
import type { ComplexCast, Typed } from './typed.js';

/** The type that a path casts a complex value to. @throws {BindFault} for one that its values can't be of */
export function castTarget(type: ComplexType, qualifiedName: string, version: ApiVersion): ComplexType {
  const found = relativeNamed(type, localName(qualifiedName), version);
  if (found) return found;
  throw wrong(`The type '${excerpt(qualifiedName)}' is not derived from '${namespace}.${type.name}'.`);
}

/** A path's casts with one more; a cast to what the value is anyway leaves them as they are. */
export const withCast = (
  casts: readonly ComplexCast[],
  behind: number,
  from: ComplexType,
  to: ComplexType,
): readonly ComplexCast[] => (isA(from, to) ? casts : [...casts, { behind, types: withDerived(to) }]);

/** A complex value where it is of a type, else null; undefined where it can't be. @throws {BindFault} for a computed one */
export function castComplex(operand: Typed, qualifiedName: string, version: ApiVersion): Typed | undefined {
  if (operand.type.kind !== 'complex') return undefined;
  const from = operand.type.type;
  const to = relativeNamed(from, localName(qualifiedName), version);
  if (!to) return undefined;
  const type = { kind: 'complex', type: to } as const;
  if (isA(from, to)) return { ...operand, type };
  if (operand.kind !== 'property') throw unsupported('A cast of a computed value');
  const { path } = operand;
  const casts = withCast(path.casts ?? [], path.steps.length, from, to);
  return { ...operand, path: { ...path, casts }, type, nullable: true };
}
