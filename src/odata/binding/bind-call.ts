import { maxTicks } from '../date-time-offset.js';
import type { Call, Expression } from '../query/syntax.js';
import { excerpt } from '../value-problem.js';
import { unsupported, wrong } from './bind-fault.js';
import { constant } from './bind-literal.js';
import { type Binders, bindCast, bindIsOf } from './bind-type-function.js';
import { call } from './call.js';
import { requireComparable } from './comparable.js';
import { signatures, unserved } from './functions.js';
import type { Scope } from './scope.js';
import { integerType, nullType, type Scalar, type Typed } from './typed.js';

/** A function of `$filter` or `$orderby`. @throws {BindFault} for one that isn't known or served, or takes other operands */
export function bindCall(
  expression: Call,
  scope: Scope,
  bind: Binders & { as: (expression: Expression, type: Scalar, scope: Scope) => Typed },
): Typed {
  const { name } = expression;
  if (name === 'isof') return bindIsOf(expression, scope, bind);
  if (name === 'cast') return bindCast(expression, scope, bind);
  if (name === 'case') return bindCase(expression, scope, bind);
  if (expression.arguments.length === 0) {
    if (name === 'now') return constant({ kind: 'instant' }, nowOf(scope));
    if (name === 'mindatetime') return constant({ kind: 'instant' }, '0');
    if (name === 'maxdatetime') return constant({ kind: 'instant' }, maxTicks);
  }
  if (!Object.hasOwn(signatures, name) || operators.has(name)) {
    if (unserved.has(name)) throw unsupported(`The function '${name}'`);
    throw wrong(`An unknown function with name '${excerpt(name)}' was found.`);
  }
  const operands = expression.arguments.map((argument) => bind.expression(argument, scope));
  if (name === 'matchespattern') requireBoundedPattern(operands[1]);
  return call(name, operands);
}

/** They are among the functions of SQL, and none of OData's. */
const operators = new Set('add sub mul div divby mod negate has'.split(' '));

const longestPattern = 256;

/** Back references are what a pattern's time grows without bound by; all else Postgres matches in steps of the text. */
function requireBoundedPattern(pattern: Typed | undefined): void {
  if (pattern?.kind !== 'constant' || typeof pattern.value !== 'string') {
    throw unsupported("A pattern of 'matchesPattern' that isn't a literal");
  }
  if (pattern.value.length > longestPattern)
    throw wrong(`The pattern is longer than ${longestPattern} characters.`);
  if (/\\\d/.test(pattern.value)) throw wrong('The pattern refers back to a group.');
}

/** Conditions and values by turns; the first value that isn't null gives the type of all. */
function bindCase({ arguments: given }: Call, scope: Scope, bind: Parameters<typeof bindCall>[2]): Typed {
  if (given.length === 0) throw wrong("The function 'case' needs a condition and a value.");
  let known: Typed = constant(nullType, null);
  const operands = given.map((argument, index) => {
    if (index % 2 === 0) return bind.condition(argument, scope);
    const value = bind.as(argument, known.type, scope);
    requireComparable(known, value, 'case');
    if (known.type.kind === 'null') known = value;
    return value;
  });
  // Whatever the conditions are, it is null: SQL would take it for text.
  if (known.type.kind === 'null') return constant(nullType, null);
  const values = operands.filter((_, index) => index % 2 === 1);
  return { kind: 'call', name: 'case', operands, type: typeOfAll(values, known.type), nullable: true };
}

/** Numbers are whole, and texts keys, only where all of them are. */
function typeOfAll(values: readonly Typed[], known: Scalar): Scalar {
  const types = values.map(({ type }) => type);
  if (known.kind === 'number') {
    const isWhole = types.every((type) => type.kind !== 'number' || type.integer);
    return isWhole ? integerType : { kind: 'number', integer: false };
  }
  if (known.kind !== 'string') return known;
  return { kind: 'string', exact: types.every((type) => type.kind !== 'string' || type.exact) };
}

function nowOf({ now }: Scope): string {
  if (now === undefined) throw unsupported("'now' in $orderby");
  return now;
}
