import {
  collectionOptions,
  countOptions,
  nestedOptions,
  natural,
  type OptionReader,
  type OptionReaders,
  refOptions,
} from './nested-options.js';
import { Parser } from './parser.js';
import { select, step } from './select.js';
import type { ExpandItem, NestedOption, Step } from './syntax.js';

/**
 * An `$expand` (ABNF `expand`): paths to navigation properties, `/$ref`, `/$count`, `*`, with nested options.
 * @param text the percent-decoded option value
 * @throws {QuerySyntaxError} what isn't an expansion, or exceeds `queryLimits`
 */
export function parseExpand(text: string): readonly ExpandItem[] {
  const parser = new Parser(text);
  const items = expand(parser);
  parser.expectEnd("',' was expected");
  return items;
}

function expand(parser: Parser): readonly ExpandItem[] {
  return parser.nestedExpand(parser.peek().at, () => parser.list(item));
}

const levels: OptionReader = (parser, option) => ({ ...option, name: 'levels', value: level(parser) });

/** Which options may stand behind what (ABNF `expandPath`). */
const options: Readonly<Record<ExpandItem['of'], OptionReaders>> = {
  entities: new Map<string, OptionReader>([
    ...collectionOptions,
    ['select', (parser, option) => ({ ...option, name: 'select', value: select(parser) })],
    ['expand', (parser, option) => ({ ...option, name: 'expand', value: expand(parser) })],
    ['levels', levels],
  ]),
  refs: refOptions,
  count: countOptions,
  all: new Map([['levels', levels]]),
  allRefs: new Map(),
  media: new Map(),
};

function item(parser: Parser): ExpandItem {
  const { at } = parser.peek();
  parser.count(at);
  const { steps, of } = isDollar(parser, '$value') ? media(parser) : path(parser);
  return { at, steps, of, options: parentheses(parser, of) };
}

function parentheses(parser: Parser, of: ExpandItem['of']): readonly NestedOption[] {
  if (!parser.is('(') || options[of].size === 0) return [];
  return nestedOptions(parser, options[of], of === 'entities');
}

type Target = Pick<ExpandItem, 'steps' | 'of'>;

function media(parser: Parser): Target {
  parser.take();
  return { steps: [], of: 'media' };
}

function path(parser: Parser): Target {
  const steps: Step[] = [];
  do {
    if (parser.accept('*')) return { steps, of: acceptRef(parser) ? 'allRefs' : 'all' };
    if (isDollar(parser, '$ref')) return suffix(parser, steps, 'refs');
    if (isDollar(parser, '$count')) return suffix(parser, steps, 'count');
    if (steps.length > 0) parser.count(parser.peek().at);
    steps.push(step(parser));
  } while (parser.accept('/'));
  return { steps, of: 'entities' };
}

function suffix(parser: Parser, steps: readonly Step[], of: 'refs' | 'count'): Target {
  if (steps.length === 0) parser.fail('a property was expected');
  parser.take();
  return { steps, of };
}

function acceptRef(parser: Parser): boolean {
  if (!parser.accept('/')) return false;
  if (!isDollar(parser, '$ref')) parser.fail("'$ref' was expected");
  parser.take();
  return true;
}

function isDollar(parser: Parser, name: string): boolean {
  const token = parser.peek();
  return token.kind === 'dollar' && token.text.toLowerCase() === name;
}

/** ABNF `levels`: at least 1, without leading zeros, or `max`. */
function level(parser: Parser): number | 'max' {
  const { kind, text } = parser.peek();
  if (kind === 'word' && text.toLowerCase() === 'max') {
    parser.take();
    return 'max';
  }
  if (text.startsWith('0')) parser.fail('levels start at 1');
  return natural(parser);
}
