import { parseDateTimeOffset } from '../../../odata/date-time-offset.js';
import { graphError } from '../../../odata/errors.js';
import type { Expression, PlainLiteral } from '../../../odata/query/syntax.js';
import type { ColumnType, Report } from './report.js';

/** A filter without the term that names the app. */
export interface AppFilter {
  app: string;
  rest: Expression | undefined;
}

const appColumn = 'applicationid';

/**
 * The app that a filter names, in `ApplicationId eq '…'` by itself or as one of the terms that all have to hold.
 * @throws {GraphError} 400 when it names none
 */
export function appFilter(filter: Expression | undefined): AppFilter {
  const terms = filter ? termsOf(filter) : [];
  const named = terms.map(namedApp).find((app) => app !== undefined);
  if (named === undefined) throw graphError('requiredFilter', 'ApplicationId');
  const rest = terms.filter((term) => term !== named.term);
  const [first] = rest;
  if (!first) return { app: named.app, rest: undefined };
  return { app: named.app, rest: rest.length === 1 ? first : { kind: 'and', at: first.at, operands: rest } };
}

const termsOf = (filter: Expression): readonly Expression[] =>
  filter.kind === 'and' ? filter.operands.flatMap(termsOf) : [filter];

function namedApp(term: Expression): { term: Expression; app: string } | undefined {
  if (term.kind !== 'binary' || term.operator !== 'eq') return undefined;
  const [column, value] = term.left.kind === 'literal' ? [term.right, term.left] : [term.left, term.right];
  const isText = value.kind === 'literal' && (value.type === 'string' || value.type === 'guid');
  return isText && columnOf(column) === appColumn ? { term, app: value.value } : undefined;
}

/** The lower-case name of the column that an expression is; undefined for anything else. */
function columnOf(expression: Expression): string | undefined {
  if (expression.kind !== 'path' || expression.root !== undefined) return undefined;
  const [segment, ...beyond] = expression.segments;
  return segment?.kind === 'name' && beyond.length === 0 ? segment.name.toLowerCase() : undefined;
}

/** The same filter with literals of the columns' types: clients quote whatever they compare, as in `(OwnerType eq '1')`. */
export function unquoted(filter: Expression, { columns }: Report): Expression {
  const types = new Map(columns.map(({ name, type }) => [name.toLowerCase(), type]));
  const typed = (value: Expression, other: Expression): Expression => {
    const type = types.get(columnOf(other) ?? '');
    return value.kind === 'literal' && value.type === 'string' && type ? literalOf(value, type) : value;
  };
  const within = (expression: Expression): Expression => {
    switch (expression.kind) {
      case 'and':
      case 'or':
        return { ...expression, operands: expression.operands.map(within) };
      case 'not':
        return { ...expression, operand: within(expression.operand) };
      case 'binary': {
        const { left, right } = expression;
        return { ...expression, left: typed(left, right), right: typed(right, left) };
      }
      case 'in': {
        const { of, operand } = expression;
        if (of.kind !== 'list') return expression;
        return { ...expression, of: { ...of, items: of.items.map((item) => typed(item, operand)) } };
      }
      case 'literal':
      case 'path':
      case 'alias':
      case 'negate':
      case 'call':
      case 'type':
      case 'array':
      case 'object':
        return expression;
    }
  };
  return within(filter);
}

/** Text that can't be a value of the column stays what it is: binding says why it doesn't fit. */
function literalOf(literal: PlainLiteral, type: ColumnType): PlainLiteral {
  const { value } = literal;
  switch (type) {
    case 'String':
      return literal;
    case 'Int32':
    case 'Int64':
    case 'Double':
      if (/^-?\d+$/.test(value)) return { ...literal, type: 'integer' };
      return /^-?\d+\.\d+$/.test(value) ? { ...literal, type: 'decimal' } : literal;
    case 'Boolean':
      return /^(true|false)$/i.test(value)
        ? { ...literal, type: 'boolean', value: value.toLowerCase() }
        : literal;
    case 'DateTime':
      if (/^\d{4}-\d\d-\d\d$/.test(value)) return { ...literal, type: 'date' };
      return parseDateTimeOffset(value) ? { ...literal, type: 'dateTimeOffset' } : literal;
  }
}
