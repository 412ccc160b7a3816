import { queryLimits } from '../limits.js';
import type { Binary, Expression, In } from '../query/syntax.js';
import { excerpt } from '../value-problem.js';
import { written, writtenCollection } from './bind-alias.js';
import { bindCall } from './bind-call.js';
import { unsupported, wrong } from './bind-fault.js';
import {
  bindDuration,
  bindEnumMember,
  bindLiteral,
  bindQualifiedEnum,
  constant,
  isNaNConstant,
  ticksOfDays,
} from './bind-literal.js';
import { bindPath } from './bind-path.js';
import { call } from './call.js';
import { requireComparable, typeName } from './comparable.js';
import type { Scope } from './scope.js';
import { enumTypeNamed } from './type-names.js';
import { booleanType, condition, type Scalar, type Typed } from './typed.js';

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
  const bound = bindOperand(expression, scope);
  if (bound.type.kind !== 'complex') return bound;
  throw unsupported(`Comparing a value of type '${typeName(bound.type)}'`);
}

/** Also a complex value: that can be null, and nothing else is asked of it. */
function bindOperand(given: Expression, scope: Scope): Typed {
  const expression = written(given, scope);
  switch (expression.kind) {
    case 'literal':
      return expression.type === 'enum' ? bindEnum(expression, scope) : bindLiteral(expression);
    case 'path':
      return bindPath(expression, scope, bindCondition);
    case 'and':
    case 'or': {
      const operands = expression.operands.map((operand) => bindCondition(operand, scope));
      const nullable = operands.some((operand) => operand.nullable);
      return { kind: expression.kind, type: booleanType, nullable, operands };
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
      return bindCall(expression, scope, { expression: bindOperand, condition: bindCondition, as: bindAs });
    case 'type':
      throw wrong(`The type '${excerpt(expression.name)}' is not a value.`);
    case 'array':
      throw unsupported("A JSON array but on the right of 'in'");
    case 'object':
      throw unsupported('A JSON object');
  }
}

type EnumLiteral = Extract<Expression, { kind: 'literal'; type: 'enum' }>;

function bindEnum(literal: EnumLiteral, scope: Scope): Typed {
  const type = enumTypeNamed(scope, literal.typeName);
  if (type) return bindQualifiedEnum(literal, type);
  throw wrong(`'${excerpt(literal.text)}' can only be compared with a value of its type.`);
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
    case 'sub': {
      const value = bindExpression(left, scope);
      const isTemporal = ['instant', 'date', 'duration'].includes(value.type.kind);
      const other = isTemporal ? bindAs(right, { kind: 'duration' }, scope) : bindExpression(right, scope);
      return call(operator, [value, other]);
    }
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
  const [first, second] = [written(left, scope), written(right, scope)];
  // A literal takes the type of what it is compared with, on whichever side it stands.
  const literalFirst = first.kind === 'literal';
  const known = bindOperand(literalFirst ? second : first, scope);
  const other = bindAs(literalFirst ? first : second, known.type, scope);
  const [a, b] = literalFirst ? [other, known] : [known, other];
  requireComparable(a, b, operator);
  // Postgres has NaN equal itself and above all other numbers.
  if (isNaNConstant(a) || isNaNConstant(b)) return constant(booleanType, false);
  return { kind: 'compare', ...condition, operator, left: a, right: b };
}

/** A literal, as the type that is expected of it: an enum's member, an instant's date. */
function bindAs(given: Expression, expected: Scalar, scope: Scope): Typed {
  const expression = written(given, scope);
  if (expression.kind !== 'literal') return bindOperand(expression, scope);
  if (expected.kind === 'enum') {
    if (expression.type === 'enum') return bindQualifiedEnum(expression, expected.type);
    if (expression.type === 'string') return bindEnumMember(expected.type, expression.value);
    if (expression.type === 'integer') return { ...bindExpression(expression, scope), type: expected };
  }
  if (expected.kind === 'duration' && expression.type === 'string') return bindDuration(expression);
  const bound = bindExpression(expression, scope);
  if (expected.kind === 'instant' && bound.type.kind === 'date' && bound.kind === 'constant') {
    return constant(expected, ticksOfDays(String(bound.value)));
  }
  return bound;
}

function bindIn({ operand, of }: In, scope: Scope): Typed {
  const value = bindExpression(operand, scope);
  const list = itemsOf(of, scope).map((item) => {
    const bound = bindAs(item, value.type, scope);
    requireComparable(value, bound, 'in');
    return bound;
  });
  return { kind: 'in', ...condition, operand: value, list: list.filter((item) => !isNaNConstant(item)) };
}

/** `a in (b)` has just `b`: where that is one value, the list is of one. */
function itemsOf(of: In['of'], scope: Scope): readonly Expression[] {
  const collection = writtenCollection(of, scope);
  if (collection.kind !== 'list' && collection.kind !== 'array') return [collection];
  if (collection.items.length <= queryLimits.inList) return collection.items;
  throw wrong(`The list of 'in' has more than ${queryLimits.inList} values.`);
}
