import { expression } from './expression.js';
import { Parser } from './parser.js';
import { queryLimits } from '../limits.js';
import type { OrderByItem } from './syntax.js';

/**
 * An `$orderby` (ABNF `orderby`): expressions, each with `asc` or `desc` in any case, or neither.
 * @param text the percent-decoded option value
 * @throws {QuerySyntaxError} what isn't an order, or exceeds `queryLimits`
 */
export function parseOrderBy(text: string): readonly OrderByItem[] {
  const parser = new Parser(text);
  const items = orderBy(parser);
  parser.expectEnd("an operator, 'asc', 'desc' or ',' was expected");
  return items;
}

export function orderBy(parser: Parser): readonly OrderByItem[] {
  let count = 0;
  return parser.list(() => {
    count += 1;
    if (count > queryLimits.orderBy) parser.fail(`there are more than ${queryLimits.orderBy} sort keys`);
    return item(parser);
  });
}

function item(parser: Parser): OrderByItem {
  const { at } = parser.peek();
  const sortKey = expression(parser);
  const token = parser.peek();
  const direction = token.kind === 'word' ? token.text.toLowerCase() : '';
  if (direction === 'asc' || direction === 'desc') parser.take();
  return { at, expression: sortKey, descending: direction === 'desc' };
}
