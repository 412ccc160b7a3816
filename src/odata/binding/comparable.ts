import { namespace } from '../edm.js';
import { unsupported, wrong } from './bind-fault.js';
import type { Scalar, Typed } from './typed.js';

/** @throws {BindFault} when values of these types don't compare */
export function requireComparable(left: Typed, right: Typed, operator: string): void {
  const [a, b] = [left.type, right.type];
  if (a.kind === 'null' || b.kind === 'null') return;
  const complex = [a, b].find(({ kind }) => kind === 'complex');
  if (complex) throw unsupported(`Comparing a value of type '${typeName(complex)}'`);
  if (isSameType(a, b)) return;
  throw wrong(
    `A binary operator with incompatible types was detected. Found operand types '${typeName(a)}' and '${typeName(b)}' for operator kind '${operator}'.`,
  );
}

export const isSameType = (a: Scalar, b: Scalar): boolean =>
  a.kind === b.kind && (a.kind !== 'enum' || b.kind !== 'enum' || a.type === b.type);

const names: Readonly<Record<Exclude<Scalar['kind'], 'enum' | 'complex'>, string>> = {
  null: 'null',
  boolean: 'Edm.Boolean',
  date: 'Edm.Date',
  timeOfDay: 'Edm.TimeOfDay',
  instant: 'Edm.DateTimeOffset',
  duration: 'Edm.Duration',
  binary: 'Edm.Binary',
  number: 'Edm.Decimal',
  string: 'Edm.String',
};

export function typeName(type: Scalar): string {
  if (type.kind === 'enum' || type.kind === 'complex') return `${namespace}.${type.type.name}`;
  return type.kind === 'number' && type.integer ? 'Edm.Int32' : names[type.kind];
}
