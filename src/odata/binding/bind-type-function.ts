import type { Call, Expression } from '../query/syntax.js';
import { excerpt } from '../value-problem.js';
import { written } from './bind-alias.js';
import { unsupported, wrong } from './bind-fault.js';
import { constant } from './bind-literal.js';
import { type BindCondition, rowAt } from './bind-path.js';
import { castType, isCastable } from './casts.js';
import { isSameType } from './comparable.js';
import { castComplex } from './complex-cast.js';
import { concreteTypes, rowTypeOf, type Scope, typeNamed } from './scope.js';
import { enumTypeNamed, localName } from './type-names.js';
import {
  booleanType,
  type CastTarget,
  castNames,
  condition,
  nullType,
  type Source,
  type Typed,
} from './typed.js';

export interface Binders {
  expression: (expression: Expression, scope: Scope) => Typed;
  condition: BindCondition;
}

const nothing = constant(nullType, null);

/** `cast(value,type)`: null where the value can't be of the type (OData URL 4.01, 5.1.1.10.1). */
export function bindCast(call: Call, scope: Scope, bind: Binders): Typed {
  const { value, typeName } = parts(call);
  const target = targetNamed(typeName, scope);
  const given = value && written(value, scope);
  if (!given || isRow(given, scope, bind)) throw unsupported('A cast of a row, but at the start of a path,');
  const operand = bind.expression(given, scope);
  if (target) return castOf(operand, target);
  requireKnown(typeName);
  return castComplex(operand, typeName, scope.version) ?? nothing;
}

const isRow = (given: Expression, scope: Scope, bind: Binders): boolean =>
  given.kind === 'path' && rowAt(given, scope, bind.condition) !== undefined;

function castOf(operand: Typed, to: CastTarget): Typed {
  const type = castType(to, operand.type);
  if (!isCastable(operand.type, to)) return nothing;
  return { kind: 'cast', type, nullable: true, operand, to };
}

/** `isof`: whether a row is of a type, or a value isn't null and is of one. */
export function bindIsOf(call: Call, scope: Scope, bind: Binders): Typed {
  const { value, typeName } = parts(call);
  const target = targetNamed(typeName, scope);
  if (!value) return rowIsOf(scope.it ?? scope.row, typeName, scope);
  const given = written(value, scope);
  const row = given.kind === 'path' ? rowAt(given, scope, bind.condition) : undefined;
  if (row) return rowIsOf(row, typeName, scope);
  return target
    ? valueIsOf(bind.expression(given, scope), target)
    : complexIsOf(given, typeName, scope, bind);
}

function rowIsOf(source: Source, typeName: string, { version }: Scope): Typed {
  const { rows } = source;
  if (!('segments' in rows) || rowTypeOf(source) === undefined) throw unsupported("'isof' of an element");
  const types = concreteTypes(rows, typeNamed(rows, typeName, version));
  // Of a set of one type no row says which.
  if (types.length === rows.types.length) return constant(booleanType, true);
  return { kind: 'isof', ...condition, source, types };
}

/** Text isn't an integer, though it can be cast to one. */
function valueIsOf(operand: Typed, to: CastTarget): Typed {
  if (!isSameType(operand.type, castType(to, operand.type))) return constant(booleanType, false);
  return isThere(castOf(operand, to));
}

function complexIsOf(value: Expression, typeName: string, scope: Scope, bind: Binders): Typed {
  const operand = bind.expression(value, scope);
  requireKnown(typeName);
  const found = castComplex(operand, typeName, scope.version);
  return found ? isThere(found) : constant(booleanType, false);
}

/** Of Graph's namespace; what else there is in it makes no difference. */
function requireKnown(typeName: string): void {
  if (localName(typeName) === undefined) throw wrong(`The type '${excerpt(typeName)}' is not known.`);
}

const isThere = (operand: Typed): Typed => ({
  kind: 'not',
  ...condition,
  operand: { kind: 'compare', ...condition, operator: 'eq', left: operand, right: nothing },
});

/** The parser makes sure that the last argument is a type. */
function parts({ name, arguments: given }: Call): { value: Expression | undefined; typeName: string } {
  const [type, value, third] = given.toReversed();
  if (type?.kind !== 'type' || third) {
    throw wrong(
      `No function signature for the function with name '${name}' matches the specified arguments.`,
    );
  }
  return { value, typeName: type.name };
}

/** A type of values; undefined for one of rows. @throws {BindFault} for an Edm type that there isn't, and collections */
function targetNamed(typeName: string, scope: Scope): CastTarget | undefined {
  if (/^Collection\(/i.test(typeName)) throw unsupported(`The type '${excerpt(typeName)}'`);
  const lower = typeName.toLowerCase();
  if (!lower.startsWith('edm.')) return enumTypeNamed(scope, typeName);
  const name = castNames.find((candidate) => candidate.toLowerCase() === lower);
  if (!name) throw unsupported(`The type '${excerpt(typeName)}'`);
  return { kind: 'primitive', name };
}
