import { annotation } from './expression.js';
import { afterSpace } from './lexer.js';
import { collectionOptions, nestedOptions, type OptionReaders } from './nested-options.js';
import { Parser } from './parser.js';
import type { NestedOption, SelectItem, SelectPath, Step } from './syntax.js';

/**
 * A `$select` (ABNF `select`): `*`, `ns.*`, paths of properties and casts, operations, annotations, with nested options.
 * @param text the percent-decoded option value
 * @throws {QuerySyntaxError} what isn't a selection, or exceeds `queryLimits`
 */
export function parseSelect(text: string): readonly SelectItem[] {
  const parser = new Parser(text);
  const items = select(parser);
  parser.expectEnd("',' was expected");
  return items;
}

export const select = (parser: Parser): readonly SelectItem[] => parser.list(item);

const options: OptionReaders = new Map([
  ...collectionOptions,
  ['select', (parser, option) => ({ ...option, name: 'select', value: select(parser) })],
]);

function item(parser: Parser): SelectItem {
  const { at } = parser.peek();
  parser.count(at);
  if (parser.accept('*')) return { kind: 'all', at };
  const first = step(parser);
  if (first.kind !== 'annotation' && parser.accept('.')) {
    parser.expect('*');
    return { kind: 'operations', at, namespace: first.kind === 'cast' ? first.type : first.name };
  }
  const steps = [first];
  while (parser.accept('/')) {
    parser.count(parser.peek().at);
    steps.push(step(parser));
  }
  return { kind: 'path', at, steps, ...parentheses(parser) };
}

/** One name of a path: a property, a type, an operation, an annotation. */
export function step(parser: Parser): Step {
  const token = parser.peek();
  if (token.kind === 'at') return annotation(parser);
  if (token.kind !== 'word') return parser.fail('a property was expected');
  const { at, text } = parser.take();
  return text.includes('.') ? { kind: 'cast', at, type: text } : { kind: 'name', at, name: text };
}

/** Options have a `=` behind their name, the names of a function's parameters a comma or the end. */
function parentheses(parser: Parser): Pick<SelectPath, 'parameters' | 'options'> {
  const none: readonly NestedOption[] = [];
  if (!parser.is('(')) return { parameters: undefined, options: none };
  const first = parser.peekSecond();
  if (first.kind !== 'word' || parser.text.charAt(afterSpace(parser.text, first.end)) === '=') {
    return { parameters: undefined, options: nestedOptions(parser, options, true) };
  }
  parser.expect('(');
  const parameters = parser.list((inner) => inner.expectName('a parameter').text);
  parser.expect(')');
  return { parameters, options: none };
}
