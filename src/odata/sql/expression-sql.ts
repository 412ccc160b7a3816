import type { PropertyPath, Scalar, Source, Typed } from '../binding/typed.js';
import type { EntitySet } from '../entity-set.js';
import { dayParts, functionSql, tickParts } from './functions.js';
import type { Parameters } from './parameters.js';

/** How rows are kept: what SQL needs to know of the tables. */
export interface RowStore {
  /** The value of a property: text, number, Boolean, ticks, or a document for complex values and collections. */
  property(path: PropertyPath): string;
  /** A DateTimeOffset's second column: how it was written. */
  written(path: PropertyPath): string;
  /** `FROM` and `WHERE` of the rows of `over` that the row of `from` contains. */
  contained(over: Source & { rows: EntitySet }, from: Source): { from: string; where: string };
  /** Names the type of a row. */
  typeColumn(source: Source): string;
}

/** Writes the SQL of a bound expression; values become parameters. */
export class ExpressionSql {
  constructor(
    private readonly store: RowStore,
    private readonly parameters: Parameters,
  ) {}

  /**
   * A condition that is true for just the rows that OData says. Comparisons have two values there (null equals null and
   * nothing else is true of it), functions of null give null: so `not` is carried down to where it matters.
   */
  condition(expression: Typed, negated = false): string {
    switch (expression.kind) {
      case 'and':
      case 'or': {
        const operator = (expression.kind === 'and') === negated ? ' OR ' : ' AND ';
        return `(${expression.operands.map((operand) => this.condition(operand, negated)).join(operator)})`;
      }
      case 'not':
        return this.condition(expression.operand, !negated);
      case 'compare':
        return this.comparison(expression, negated);
      case 'in':
        return this.membership(expression, negated);
      case 'any':
      case 'all':
        return this.quantified(expression, negated);
      case 'isof': {
        const names = expression.types.map(({ name }) => name);
        const found = `${this.store.typeColumn(expression.source)} = ANY(${this.parameters.add(names)}::text[])`;
        return negated ? `NOT ${found}` : found;
      }
      case 'constant':
      case 'property':
      case 'call':
      case 'count': {
        const value = this.value(expression);
        return negated ? `NOT (${value})` : `(${value})`;
      }
    }
  }

  /** The value of an expression; text as it is, not folded. */
  value(expression: Typed): string {
    switch (expression.kind) {
      case 'constant':
        return this.constant(expression.type, expression.value);
      case 'property':
        return this.property(expression.path);
      case 'call':
        return this.call(expression);
      case 'count': {
        const { from, where } = this.collection(expression.over, expression.from, expression.body);
        return `(SELECT count(*) FROM ${from} WHERE ${where})`;
      }
      case 'compare':
      case 'in':
      case 'any':
      case 'all':
      case 'isof':
        return `((${this.condition(expression)}) IS TRUE)`;
      case 'and':
      case 'or':
        return `(${expression.operands.map((operand) => this.value(operand)).join(` ${expression.kind.toUpperCase()} `)})`;
      case 'not':
        return `(NOT ${this.value(expression.operand)})`;
    }
  }

  /** The value as it is compared and ordered: text folded, unless it is a key. */
  comparable(expression: Typed, exact = false): string {
    const value = this.value(expression);
    return expression.type.kind === 'string' && !expression.type.exact && !exact ? `fold(${value})` : value;
  }

  private comparison(
    { operator, left, right }: Extract<Typed, { kind: 'compare' }>,
    negated: boolean,
  ): string {
    const [nullSide, other] = left.type.kind === 'null' ? [left, right] : [right, left];
    if (nullSide.type.kind === 'null') return this.comparisonWithNull(operator, other, negated);
    const exact = isExact(left) || isExact(right);
    const [a, b] = [this.comparable(left, exact), this.comparable(right, exact)];
    const bothNullable = left.nullable && right.nullable;
    const eitherNullable = left.nullable || right.nullable;
    if (operator === 'eq' && bothNullable) return `${a} IS ${negated ? '' : 'NOT '}DISTINCT FROM ${b}`;
    const plain = `${a} ${sqlOperators[operator]} ${b}`;
    const isReflexive = bothNullable && (operator === 'ge' || operator === 'le');
    const found = isReflexive ? `(${plain} OR (${a} IS NULL AND ${b} IS NULL))` : plain;
    if (!negated) return found;
    return eitherNullable ? `(${found}) IS NOT TRUE` : `NOT (${found})`;
  }

  /** Null equals null, is not below or above anything, and so is `ge` and `le` to itself alone (OData URL 4.01, 5.1.1.1). */
  private comparisonWithNull(operator: string, other: Typed, negated: boolean): string {
    if (operator === 'gt' || operator === 'lt') return negated ? 'TRUE' : 'FALSE';
    if (other.type.kind === 'null') return negated ? 'FALSE' : 'TRUE';
    return `${this.value(other)} IS ${negated ? 'NOT ' : ''}NULL`;
  }

  private membership({ operand, list }: Extract<Typed, { kind: 'in' }>, negated: boolean): string {
    const values = list.filter(({ type }) => type.kind !== 'null');
    const exact = isExact(operand);
    const found = values.length
      ? `${this.comparable(operand, exact)} IN (${values.map((item) => this.comparable(item, exact)).join(', ')})`
      : 'FALSE';
    const withNull = values.length < list.length ? `(${found} OR ${this.value(operand)} IS NULL)` : found;
    return negated ? `(${withNull}) IS NOT TRUE` : withNull;
  }

  private quantified(
    { kind, over, from, body }: Extract<Typed, { kind: 'any' | 'all' }>,
    negated: boolean,
  ): string {
    const collection = this.collection(over, from, undefined);
    const filtered = body
      ? ` AND ${kind === 'any' ? this.condition(body) : `(${this.condition(body)}) IS NOT TRUE`}`
      : '';
    const exists = `EXISTS (SELECT 1 FROM ${collection.from} WHERE ${collection.where}${filtered})`;
    return (kind === 'all') === negated ? exists : `NOT ${exists}`;
  }

  private collection(over: Source, from: Source, body: Typed | undefined): { from: string; where: string } {
    const rows = this.rowsOf(over, from);
    return body ? { from: rows.from, where: `${rows.where} AND ${this.condition(body)}` } : rows;
  }

  private rowsOf(over: Source, from: Source): { from: string; where: string } {
    if ('segments' in over.rows) {
      const found = this.store.contained({ ...over, rows: over.rows }, from);
      if (!over.onlyOf) return found;
      const names = this.parameters.add(over.onlyOf.map(({ name }) => name));
      return { ...found, where: `${found.where} AND ${this.store.typeColumn(from)} = ANY(${names}::text[])` };
    }
    const elements = this.property(over.rows.elementsOf);
    return { from: `jsonb_array_elements(${elements}) AS ${over.alias}(value)`, where: 'TRUE' };
  }

  private property(path: PropertyPath): string {
    const value = this.store.property(path);
    if (!path.onlyOf) return value;
    const names = this.parameters.add(path.onlyOf.map(({ name }) => name));
    return `CASE WHEN ${this.store.typeColumn(path.source)} = ANY(${names}::text[]) THEN ${value} END`;
  }

  private call({ name, operands, type }: Extract<Typed, { kind: 'call' }>): string {
    const [first] = operands;
    if (first && (name in tickParts || name in dayParts || name === 'totaloffsetminutes'))
      return this.timePart(name, first);
    const isWholeDivision = name === 'div' && type.kind === 'number' && type.integer;
    const write = functionSql[isWholeDivision ? 'wholediv' : name] as (...values: string[]) => string;
    return write(...operands.map((operand) => this.value(operand)));
  }

  private timePart(name: string, operand: Typed): string {
    // Before the value is written: a parameter that the text doesn't use has no type.
    if (name === 'totaloffsetminutes') return offsetMinutes(this.writtenOf(operand));
    const value = this.value(operand);
    const isInstant = operand.type.kind === 'instant';
    const local = isInstant
      ? `(${value} + ${offsetMinutes(this.writtenOf(operand))} * 600000000::bigint)`
      : value;
    const dayPart = dayParts[name];
    if (dayPart) return dayPart(isInstant ? `${local} / 864000000000` : value);
    return (tickParts[name] as (ticks: string) => string)(local);
  }

  private writtenOf(operand: Typed): string {
    if (operand.kind === 'property') return this.store.written(operand.path);
    return operand.kind === 'constant' && operand.written !== undefined ? `(${operand.written})` : '9000';
  }

  private constant(type: Scalar, value: string | number | boolean | null): string {
    if (type.kind === 'null') return 'NULL';
    const sqlType = sqlTypeOf(type);
    return `${this.parameters.add(value)}::${sqlType}`;
  }
}

const sqlOperators = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;

const isExact = ({ type }: Typed): boolean => type.kind === 'string' && type.exact;

/** UTC for `Z`; else the sign and minutes that the value was written with. */
const offsetMinutes = (written: string): string =>
  `(CASE WHEN abs(${written}::integer) >= 9000 THEN 0 ELSE ${written}::integer / 10 END)`;

/** The SQL type of values that are compared. Numbers are wide, so that none is out of a column's range. */
export function sqlTypeOf(type: Scalar): string {
  switch (type.kind) {
    case 'boolean':
      return 'boolean';
    case 'number':
      return type.integer ? 'bigint' : 'numeric';
    case 'date':
    case 'timeOfDay':
    case 'instant':
    case 'enum':
      return 'bigint';
    case 'null':
    case 'string':
      return 'text';
  }
}
