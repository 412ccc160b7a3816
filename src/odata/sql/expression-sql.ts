import type { Scalar, Source, Typed } from '../binding/typed.js';
import { arithmetic } from '../binding/call.js';
import { castSql, offsetMinutes } from './cast-sql.js';
import { dayParts, functionSql, indexOf, tickParts } from './functions.js';
import { once } from './once.js';
import type { Parameters } from './parameters.js';
import { type Rows, type RowStore, SourceSql } from './source-sql.js';

/** Writes the SQL of a bound expression; values become parameters. */
export class ExpressionSql {
  private readonly sources: SourceSql;

  constructor(
    store: RowStore,
    private readonly parameters: Parameters,
  ) {
    this.sources = new SourceSql(store, parameters);
  }

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
        const found = this.sources.isOf(expression.source, expression.types);
        return negated ? `(${found}) IS NOT TRUE` : found;
      }
      case 'constant':
      case 'property':
      case 'call':
      case 'cast':
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
        return this.sources.property(expression.path);
      case 'call':
        return this.call(expression);
      case 'cast':
        return this.cast(expression);
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

  /** The value as it is compared and ordered: text folded, unless it is a key; bytes by their digits. */
  comparable(expression: Typed, exact = false): string {
    return comparableValue(this.value(expression), expression.type, exact);
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
    const isReflexive = bothNullable && (operator === 'ge' || operator === 'le');
    const found = isReflexive
      ? once([a, b], (x, y) => `(${x} ${sqlOperators[operator]} ${y} OR (${x} IS NULL AND ${y} IS NULL))`)
      : `${a} ${sqlOperators[operator]} ${b}`;
    if (!negated) return found;
    return eitherNullable ? `(${found}) IS NOT TRUE` : `NOT (${found})`;
  }

  /** Null equals null, is not below or above anything, and so is `ge` and `le` to itself alone (OData URL 4.01, 5.1.1.1). */
  private comparisonWithNull(operator: string, other: Typed, negated: boolean): string {
    if (operator === 'gt' || operator === 'lt') return negated ? 'TRUE' : 'FALSE';
    if (other.type.kind === 'null') return negated ? 'FALSE' : 'TRUE';
    const value = this.value(other);
    // Beside the null of a column, that of a document.
    const found = other.type.kind === 'complex' ? `nullif(${value}, 'null')` : value;
    return `${found} IS ${negated ? 'NOT ' : ''}NULL`;
  }

  private membership({ operand, list }: Extract<Typed, { kind: 'in' }>, negated: boolean): string {
    if (list.length === 0) return negated ? 'TRUE' : 'FALSE';
    const found = once([this.value(operand)], (value = '') => {
      const terms = [true, false].flatMap((exact) => this.matches(operand, value, list, exact));
      if (list.some(({ type }) => type.kind === 'null')) terms.push(`${value} IS NULL`);
      return terms.length > 1 ? `(${terms.join(' OR ')})` : (terms[0] ?? 'FALSE');
    });
    return negated ? `(${found}) IS NOT TRUE` : found;
  }

  /** The operand against the items that it compares with to the letter, or the others. */
  private matches(operand: Typed, value: string, list: readonly Typed[], exact: boolean): string[] {
    const items = list.filter(
      (item) => item.type.kind !== 'null' && (isExact(operand) || isExact(item)) === exact,
    );
    const compared = comparableValue(value, operand.type, exact);
    // Null is among the values of a list, too.
    const [either, known] = [true, false].map((isNullable) =>
      items
        .filter((item) => (item.nullable && operand.nullable) === isNullable)
        .map((item) => this.comparable(item, exact)),
    ) as [string[], string[]];
    return [
      ...(known.length > 0 ? [`${compared} IN (${known.join(', ')})`] : []),
      ...either.map((item) => `${compared} IS NOT DISTINCT FROM ${item}`),
    ];
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

  private collection(over: Source, from: Source, body: Typed | undefined): Rows {
    const rows = this.sources.rows(over, from);
    return body ? { from: rows.from, where: `${rows.where} AND ${this.condition(body)}` } : rows;
  }

  private call(expression: Extract<Typed, { kind: 'call' }>): string {
    const { name, operands, type } = expression;
    const [first, second] = operands as [Typed, Typed | undefined];
    if (name === 'case') return this.branches(operands);
    if (name in tickParts || name in dayParts || name === 'totaloffsetminutes')
      return this.timePart(name, first);
    const exact = second !== undefined && (isExact(first) || isExact(second));
    const fold = (text: string): string => (exact ? text : `fold(${text})`);
    if (name === 'indexof' && second) return indexOf(this.value(first), this.value(second), fold);
    const isWhole = type.kind === 'number' && type.integer;
    const write = functionSql[name === 'div' && isWhole ? 'wholediv' : name] as (
      ...values: string[]
    ) => string;
    const values = operands.map((operand) => this.value(operand));
    const written = write(...(foldedFunctions.has(name) ? values.map(fold) : values));
    return arithmetic.has(name) && !isWhole ? `nullif(${written}, 'NaN')` : written;
  }

  /** Conditions and values by turns. */
  private branches(operands: readonly Typed[]): string {
    const parts = operands.map((operand, index) =>
      index % 2 === 0 ? `WHEN ${this.condition(operand)}` : `THEN ${this.value(operand)}`,
    );
    return `CASE ${parts.join(' ')} END`;
  }

  private cast({ operand, to }: Extract<Typed, { kind: 'cast' }>): string {
    // An instant as one is the same however it was written: a parameter that the text doesn't use has no type.
    const isAsWritten = operand.type.kind === 'instant' && to.name !== 'Edm.DateTimeOffset';
    const written = isAsWritten ? [this.writtenOf(operand, 'NULL')] : [];
    return once([this.value(operand), ...written], (value = '', asWritten = 'NULL') =>
      castSql({ type: operand.type, value, written: asWritten }, to, this.parameters),
    );
  }

  private timePart(name: string, operand: Typed): string {
    // Before the value is written: a parameter that the text doesn't use has no type.
    if (name === 'totaloffsetminutes') return this.offset(this.writtenOf(operand, '9000'));
    const value = this.value(operand);
    const isInstant = operand.type.kind === 'instant';
    const local = isInstant
      ? `(${value} + ${offsetMinutes(this.writtenOf(operand, '9000'))} * 600000000::bigint)`
      : value;
    const dayPart = dayParts[name];
    if (dayPart) return dayPart(isInstant ? `${local} / 864000000000` : value);
    return (tickParts[name] as (ticks: string) => string)(local);
  }

  /** In minutes; that of no instant is null. */
  private offset(written: string): string {
    return once([written], (given = '') => `CASE WHEN ${given} IS NOT NULL THEN ${offsetMinutes(given)} END`);
  }

  /** @param computed what stands for how a computed instant is written */
  private writtenOf(operand: Typed, computed: string): string {
    if (operand.kind === 'property') return this.sources.written(operand.path);
    // What is moved keeps its clock's offset.
    if (operand.kind === 'call' && moved.has(operand.name))
      return this.writtenOf(operand.operands[0] as Typed, computed);
    return operand.kind === 'constant' && operand.written !== undefined ? `(${operand.written})` : computed;
  }

  private constant(type: Scalar, value: string | number | boolean | null): string {
    if (type.kind === 'null') return 'NULL';
    const sqlType = sqlTypeOf(type);
    return `${this.parameters.add(value)}::${sqlType}`;
  }
}

const sqlOperators = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;

const isExact = ({ type }: Typed): boolean => type.kind === 'string' && type.exact;

const foldedFunctions: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith']);
const moved: ReadonlySet<string> = new Set(['addticks', 'subticks']);

function comparableValue(value: string, type: Scalar, exact: boolean): string {
  if (type.kind === 'binary') return bytes(value);
  return type.kind === 'string' && !type.exact && !exact ? `fold(${value})` : value;
}

/** Base64 in either alphabet, padded or not, as the digits of its bytes. */
const bytes = (base64: string): string =>
  once(
    [`rtrim(translate(${base64}, '-_', '+/'), '=')`],
    (text = '') =>
      `encode(decode(rpad(${text}, (length(${text}) + 3) / 4 * 4, '='), 'base64'), 'hex') COLLATE "C"`,
  );

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
    case 'duration':
    case 'enum':
      return 'bigint';
    case 'complex':
      return 'jsonb';
    case 'null':
    case 'string':
    case 'binary':
      return 'text';
  }
}
