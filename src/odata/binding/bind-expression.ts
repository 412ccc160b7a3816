import { maxTicks } from '../date-time-offset.js';
import { namespace } from '../edm.js';
import type { Binary, Call, Expression, In, TypeName } from '../query/syntax.js';
import { excerpt } from '../value-problem.js';
import { unsupported, wrong } from './bind-fault.js';
import { bindEnumMember, bindLiteral, bindQualifiedEnum, constant, ticksOfDays } from './bind-literal.js';
import { bindPath } from './bind-path.js';
import { signatures, unserved } from './functions.js';
import { concreteTypes, rowTypeOf, type Scope, typeNamed } from './scope.js';
import { booleanType, condition, integerType, type Scalar, type Typed } from './typed.js';

/** A condition, such as all of `$filter`. @throws {BindFault} when it isn't one, or its sense is wrong or isn't served */
export function bindCondition(expression: Expression, scope: Scope): Typed {
  const bound = bindExpression(expression, scope);
  if (bound.type.kind !== 'boolean' && bound.type.kind !== 'null') {
    throw wrong('The expression is not a condition: its value is not a Boolean.');
  }
  return bound;
}

/** Gives every name its property and every operator operands that fit. @throws {BindFault} */
export function bindExpression(expression: Expression, scope: Scope): Typed {
  switch (expression.kind) {
    case 'literal':
      if (expression.type !== 'enum') return bindLiteral(expression);
      throw wrong(`'${excerpt(expression.text)}' can only be compared with a value of its type.`);
    case 'path':
      return bindPath(expression, scope, bindCondition);
    case 'and':
    case 'or': {
      const operands = expression.operands.map((operand) => bindCondition(operand, scope));
      return {
        kind: expression.kind,
        type: booleanType,
        nullable: operands.some(({ nullable }) => nullable),
        operands,
      };
    }
    case 'not': {
      const operand = bindCondition(expression.operand, scope);
      return { kind: 'not', type: booleanType, nullable: operand.nullable, operand };
    }
    case 'negate':
      return call('negate', [bindExpression(expression.operand, scope)]);
    case 'binary':
      return bindBinary(expression, scope);
    case 'in':
      return bindIn(expression, scope);
    case 'call':
      return bindCall(expression, scope);
    case 'alias':
      throw unsupported(`The parameter alias '@${excerpt(expression.name)}'`);
    case 'type':
      throw wrong(`The type '${excerpt(expression.name)}' is not a value.`);
    case 'array':
    case 'object':
      throw unsupported('A JSON literal');
  }
}

function bindBinary({ operator, left, right }: Binary, scope: Scope): Typed {
  switch (operator) {
    case 'eq':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return compare(operator, left, right, scope);
    case 'ne':
      return { kind: 'not', ...condition, operand: compare('eq', left, right, scope) };
    case 'has': {
      const value = bindExpression(left, scope);
      return call('has', [value, bindAs(right, value.type, scope)]);
    }
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'divby':
    case 'mod':
      return call(operator, [bindExpression(left, scope), bindExpression(right, scope)]);
  }
}

function compare(
  operator: Extract<Typed, { kind: 'compare' }>['operator'],
  left: Expression,
  right: Expression,
  scope: Scope,
): Typed {
  // A literal takes the type of what it is compared with, on whichever side it stands.
  const literalFirst = left.kind === 'literal';
  const known = bindExpression(literalFirst ? right : left, scope);
  const other = bindAs(literalFirst ? left : right, known.type, scope);
  const [a, b] = literalFirst ? [other, known] : [known, other];
  requireComparable(a, b, operator);
  return { kind: 'compare', ...condition, operator, left: a, right: b };
}

/** A literal, as the type that is expected of it: an enum's member, an instant's date. */
function bindAs(expression: Expression, expected: Scalar, scope: Scope): Typed {
  if (expression.kind !== 'literal') return bindExpression(expression, scope);
  if (expected.kind === 'enum') {
    if (expression.type === 'enum') return bindQualifiedEnum(expression, expected.type);
    if (expression.type === 'string') return bindEnumMember(expected.type, expression.value);
    if (expression.type === 'integer') return { ...bindExpression(expression, scope), type: expected };
  }
  const bound = bindExpression(expression, scope);
  if (expected.kind === 'instant' && bound.type.kind === 'date' && bound.kind === 'constant') {
    return constant(expected, ticksOfDays(String(bound.value)));
  }
  return bound;
}

function requireComparable(left: Typed, right: Typed, operator: string): void {
  const [a, b] = [left.type, right.type];
  if (a.kind === 'null' || b.kind === 'null') return;
  const isSame = a.kind === b.kind && (a.kind !== 'enum' || b.kind !== 'enum' || a.type === b.type);
  if (isSame) return;
  throw wrong(
    `A binary operator with incompatible types was detected. Found operand types '${typeName(a)}' and '${typeName(b)}' for operator kind '${operator}'.`,
  );
}

function bindIn({ operand, of }: In, scope: Scope): Typed {
  if (of.kind !== 'list') throw unsupported("'in' with anything but a list in parentheses");
  const value = bindExpression(operand, scope);
  const list = of.items.map((item) => {
    const bound = bindAs(item, value.type, scope);
    requireComparable(value, bound, 'in');
    return bound;
  });
  return { kind: 'in', ...condition, operand: value, list };
}

function bindCall(expression: Call, scope: Scope): Typed {
  const { name } = expression;
  const [only] = expression.arguments;
  if (name === 'isof' && expression.arguments.length === 1 && only?.kind === 'type') return isOf(only, scope);
  if (expression.arguments.length === 0) {
    if (name === 'now') return constant({ kind: 'instant' }, scope.now);
    if (name === 'mindatetime') return constant({ kind: 'instant' }, '0');
    if (name === 'maxdatetime') return constant({ kind: 'instant' }, maxTicks);
  }
  if (!Object.hasOwn(signatures, name)) {
    if (unserved.has(name)) throw unsupported(`The function '${name}'`);
    throw wrong(`An unknown function with name '${excerpt(name)}' was found.`);
  }
  const operands = expression.arguments.map((argument) => bindExpression(argument, scope));
  if (name === 'matchespattern') requireBoundedPattern(operands[1]);
  return call(name, operands);
}

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

function isOf(type: TypeName, scope: Scope): Typed {
  const { rows } = scope.row;
  if (!('segments' in rows) || rowTypeOf(scope.row) === undefined) throw unsupported("'isof' of a value");
  return {
    kind: 'isof',
    ...condition,
    source: scope.row,
    types: concreteTypes(rows, typeNamed(rows, type.name)),
  };
}

function call(name: string, operands: readonly Typed[]): Typed {
  const { takes, gives, optional = 0 } = signatures[name] as (typeof signatures)[string];
  const isRight =
    operands.length <= takes.length &&
    operands.length >= takes.length - optional &&
    operands.every(({ type }, index) => type.kind === 'null' || takes[index]?.includes(type.kind));
  if (!isRight)
    throw wrong(
      `No function signature for the function with name '${name}' matches the specified arguments.`,
    );
  if (operands.some(({ type }) => type.kind === 'null')) return constant({ kind: 'null' }, null);
  const isWhole = ['add', 'sub', 'mul', 'div', 'mod', 'negate'].includes(name) && operands.every(isInteger);
  return {
    kind: 'call',
    name,
    operands,
    type: isWhole ? integerType : gives,
    nullable: operands.some((o) => o.nullable),
  };
}

const isInteger = ({ type }: Typed): boolean => type.kind === 'number' && type.integer;

const typeNames: Readonly<Record<Exclude<Scalar['kind'], 'enum'>, string>> = {
  null: 'null',
  boolean: 'Edm.Boolean',
  date: 'Edm.Date',
  timeOfDay: 'Edm.TimeOfDay',
  instant: 'Edm.DateTimeOffset',
  number: 'Edm.Decimal',
  string: 'Edm.String',
};

function typeName(type: Scalar): string {
  if (type.kind === 'enum') return `${namespace}.${type.type.name}`;
  return type.kind === 'number' && type.integer ? 'Edm.Int32' : typeNames[type.kind];
}
