import type { Parameters, Sql } from './parameters.js';

/** One column of an order; the last one of a list is the key: not null and unique within the collection. */
export interface OrderTerm {
  sql: Sql;
  /** The SQL type of its values, for those of a cursor. */
  type: string;
  descending: boolean;
  nullable: boolean;
}

/** The values of the order's columns in the last row that was served; null is lowest (OData URL 4.01, 5.1.4). */
export type Cursor = readonly (string | number | boolean | null)[];

/** `ORDER BY`: no NULLS clause where there are no nulls, since an index would not match it. */
export const orderByText = (terms: readonly OrderTerm[], parameters: Parameters): string =>
  terms.map((term) => `${term.sql(parameters)} ${direction(term)}`).join(', ');

function direction({ descending, nullable }: OrderTerm): string {
  if (!nullable) return descending ? 'DESC' : 'ASC';
  return descending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST';
}

/**
 * The rows after a cursor as disjoint ranges in the order of the result, each one range of an index: a page takes the
 * first, and the next only where that one did not fill it. One predicate with OR would read from the start.
 */
export function rangesAfter(terms: readonly OrderTerm[], cursor: Cursor): Sql[] {
  const start = rowComparisonStart(terms, cursor);
  const ranges = [tailRange(terms, cursor, start), ...nullsBehind(terms, cursor, start)];
  for (let index = start - 1; index >= 0; index--) ranges.push(...rangesOf(terms, cursor, index));
  return ranges;
}

/**
 * How far back from the end one row comparison reaches: over columns of one direction without null in the cursor. In
 * descending order a null of any but the first of them sorts after the cursor, where the comparison would lose it.
 */
function rowComparisonStart(terms: readonly OrderTerm[], cursor: Cursor): number {
  const last = terms.at(-1) as OrderTerm;
  let start = terms.length - 1;
  while (start > 0) {
    const before = terms[start - 1] as OrderTerm;
    if (before.descending !== last.descending || cursor[start - 1] === null) break;
    if (last.descending && (terms[start] as OrderTerm).nullable) break;
    start--;
  }
  return start;
}

function tailRange(terms: readonly OrderTerm[], cursor: Cursor, start: number): Sql {
  const tail = terms.slice(start);
  const operator = (terms.at(-1) as OrderTerm).descending ? '<' : '>';
  return (parameters) => {
    const columns = tail.map((term) => term.sql(parameters));
    const values = tail.map((term, index) => value(term, cursor[start + index], parameters));
    const compared =
      tail.length === 1
        ? `${columns[0]} ${operator} ${values[0]}`
        : `(${columns.join(', ')}) ${operator} (${values.join(', ')})`;
    return [...prefix(terms, cursor, start, parameters), compared].join(' AND ');
  };
}

function nullsBehind(terms: readonly OrderTerm[], cursor: Cursor, index: number): Sql[] {
  const term = terms[index] as OrderTerm;
  if (!term.descending || !term.nullable || cursor[index] === null) return [];
  return [(parameters) => and(terms, cursor, index, parameters, `${term.sql(parameters)} IS NULL`)];
}

/** What follows when all columns before this one are equal and this one is beyond the cursor's. */
function rangesOf(terms: readonly OrderTerm[], cursor: Cursor, index: number): Sql[] {
  const term = terms[index] as OrderTerm;
  if (cursor[index] === null) {
    // Ascending, everything that is not null follows; descending, null is the end.
    if (term.descending) return [];
    return [(parameters) => and(terms, cursor, index, parameters, `${term.sql(parameters)} IS NOT NULL`)];
  }
  const beyond: Sql = (parameters) => {
    const compared = `${term.sql(parameters)} ${term.descending ? '<' : '>'} ${value(term, cursor[index], parameters)}`;
    return and(terms, cursor, index, parameters, compared);
  };
  return [beyond, ...nullsBehind(terms, cursor, index)];
}

const and = (
  terms: readonly OrderTerm[],
  cursor: Cursor,
  count: number,
  parameters: Parameters,
  last: string,
): string => [...prefix(terms, cursor, count, parameters), last].join(' AND ');

function prefix(
  terms: readonly OrderTerm[],
  cursor: Cursor,
  count: number,
  parameters: Parameters,
): string[] {
  return terms.slice(0, count).map((term, index) => {
    const column = term.sql(parameters);
    return cursor[index] === null
      ? `${column} IS NULL`
      : `${column} = ${value(term, cursor[index], parameters)}`;
  });
}

const value = (term: OrderTerm, at: Cursor[number] | undefined, parameters: Parameters): string =>
  `${parameters.add(at)}::${term.type}`;
