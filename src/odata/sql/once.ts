/**
 * SQL that uses values more than once. Written out each time, text within text would double with every level; so a
 * subselect names them, which OFFSET keeps from being written out by the planner.
 * @param alias another one within `use` of another: what `values` hold is closed in itself
 */
export function once(values: readonly string[], use: (...names: string[]) => string, alias = 'once'): string {
  if (values.every(isShort)) return use(...values);
  const names = values.map((_, index) => `${alias}.v${index}`);
  const columns = values.map((value, index) => `${value} AS v${index}`);
  return `(SELECT ${use(...names)} FROM (SELECT ${columns.join(', ')} OFFSET 0) AS ${alias})`;
}

/** As long as a column, a parameter, and the little around them. */
const isShort = (value: string): boolean => value.length <= 60;
