import { compute } from './compute.js';
import { expression } from './expression.js';
import { orderBy } from './order-by.js';
import type { Parser } from './parser.js';
import { search } from './search.js';
import type { NestedOption } from './syntax.js';

/** What is known of an option before its value: where it starts and its name as written. */
export interface Given {
  at: number;
  given: string;
  /** Of the value, when it has been read. */
  text: string;
}

/** Reads the value of an option. */
export type OptionReader = (parser: Parser, option: Given) => NestedOption;

/** Lower-case names, without `$`. */
export type OptionReaders = ReadonlyMap<string, OptionReader>;

const count: OptionReader = (parser, option) => ({ ...option, name: 'count', value: truth(parser) });
const filter: OptionReader = (parser, option) => ({ ...option, name: 'filter', value: expression(parser) });
const order: OptionReader = (parser, option) => ({ ...option, name: 'orderby', value: orderBy(parser) });
const find: OptionReader = (parser, option) => ({ ...option, name: 'search', value: search(parser, true) });
const skip: OptionReader = (parser, option) => ({ ...option, name: 'skip', value: natural(parser) });
const top: OptionReader = (parser, option) => ({ ...option, name: 'top', value: natural(parser) });
const computed: OptionReader = (parser, option) => ({ ...option, name: 'compute', value: compute(parser) });

/** ABNF `expandCountOption`. */
export const countOptions: OptionReaders = new Map([
  ['filter', filter],
  ['search', find],
]);

/** ABNF `expandRefOption`, the same as `selectOptionPC`. */
export const refOptions: OptionReaders = new Map([
  ...countOptions,
  ['count', count],
  ['orderby', order],
  ['skip', skip],
  ['top', top],
]);

/** What `selectOption` and `expandOption` have in common, `$select` and aliases aside. */
export const collectionOptions: OptionReaders = new Map([...refOptions, ['compute', computed]]);

/**
 * `(name=value;…)`, names in any case, with or without `$` as at the root.
 * @param readers the options that may stand there
 * @param aliases whether `@p=value` may
 */
export function nestedOptions(parser: Parser, readers: OptionReaders, aliases: boolean): NestedOption[] {
  const { at } = parser.expect('(');
  const options = parser.nested(at, () => {
    const names = new Set<string>();
    const read = [nestedOption(parser, readers, aliases, names)];
    while (parser.accept(';')) read.push(nestedOption(parser, readers, aliases, names));
    return read;
  });
  parser.expect(')');
  return options;
}

function nestedOption(
  parser: Parser,
  readers: OptionReaders,
  aliases: boolean,
  names: Set<string>,
): NestedOption {
  const { kind, at, text: given } = parser.peek();
  const isAlias = kind === 'at' && aliases && /^@[^.#]+$/.test(given);
  const name = isAlias ? given : given.toLowerCase().replace(/^\$/, '');
  const reader = isAlias ? alias : readers.get(name);
  if (!reader)
    return parser.fail(given === '' ? 'an option was expected' : `'${clipped(given)}' is not an option here`);
  if (names.has(name)) return parser.fail(`'${clipped(given)}' is given twice`);
  names.add(name);
  parser.take();
  parser.expect('=');
  const start = parser.position;
  const option = reader(parser, { at, given, text: '' });
  return { ...option, text: parser.text.slice(start, parser.position).trim() };
}

const clipped = (given: string): string => given.slice(0, 40).toWellFormed();

const alias: OptionReader = (parser, option) => ({
  ...option,
  name: 'alias',
  alias: option.given.slice(1),
  value: expression(parser),
});

function truth(parser: Parser): boolean {
  const value = parser.peek().text.toLowerCase();
  if (value !== 'true' && value !== 'false') return parser.fail("'true' or 'false' was expected");
  parser.take();
  return value === 'true';
}

/** Digits only. Beyond what a number holds exactly it is not exact, and beyond all it is infinite. */
export function natural(parser: Parser): number {
  const { kind, text } = parser.peek();
  if (kind !== 'literal' || !/^\d+$/.test(text)) return parser.fail('a whole number was expected');
  parser.take();
  return Number(text);
}
