import { expression } from './expression.js';
import { Parser } from './parser.js';
import type { ComputeItem } from './syntax.js';

/**
 * A `$compute` (ABNF `compute`): expressions, each with `as` and a name.
 * @param text the percent-decoded option value
 * @throws {QuerySyntaxError} what isn't a computation, or exceeds `queryLimits`
 */
export function parseCompute(text: string): readonly ComputeItem[] {
  const parser = new Parser(text);
  const items = compute(parser);
  parser.expectEnd("',' was expected");
  return items;
}

export const compute = (parser: Parser): readonly ComputeItem[] => parser.list(item);

function item(parser: Parser): ComputeItem {
  const { at } = parser.peek();
  const computed = expression(parser);
  const token = parser.peek();
  if (token.kind !== 'word' || token.text.toLowerCase() !== 'as') return parser.fail("'as' was expected");
  parser.take();
  return { at, expression: computed, name: parser.expectName('a name').text };
}
