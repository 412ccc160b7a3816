import { wrong } from './bind-fault.js';
import { constant, isNaNConstant } from './bind-literal.js';
import { type Signature, signatures } from './functions.js';
import { integerType, nullType, type Typed } from './typed.js';

const nothing = constant(nullType, null);

/** A function or operator with operands that it takes. @throws {BindFault} when it takes others */
export function call(name: string, operands: readonly Typed[]): Typed {
  const signature = signatures[name]?.find((candidate) => fits(candidate, operands));
  if (!signature)
    throw wrong(
      `No function signature for the function with name '${name}' matches the specified arguments.`,
    );
  // What is computed from NaN is NaN, which Postgres would take to be a number like others.
  if (operands.some((operand) => operand.type.kind === 'null' || isNaNConstant(operand))) return nothing;
  const { gives, sql = name } = signature;
  const isArithmetic = gives.kind === 'number' && arithmetic.has(name);
  const isWhole = isArithmetic && name !== 'divby' && operands.every(isInteger);
  return {
    kind: 'call',
    name: sql,
    operands,
    type: isWhole ? integerType : gives,
    // Infinity less itself is NaN, which is null here.
    nullable: operands.some((operand) => operand.nullable) || (isArithmetic && !isWhole),
  };
}

export const arithmetic: ReadonlySet<string> = new Set([
  'add',
  'sub',
  'mul',
  'div',
  'divby',
  'mod',
  'negate',
]);

const fits = ({ takes, optional = 0 }: Signature, operands: readonly Typed[]): boolean =>
  operands.length <= takes.length &&
  operands.length >= takes.length - optional &&
  operands.every(({ type }, index) => type.kind === 'null' || takes[index]?.includes(type.kind));

const isInteger = ({ type }: Typed): boolean => type.kind === 'number' && type.integer;
