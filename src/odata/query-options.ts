import { graphError } from './errors.js';
import { excerpt } from './value-problem.js';

const known = new Set(
  (
    'apply compute count deltatoken expand filter format id index levels orderby schemaversion search select skip ' +
    'skiptoken top'
  ).split(' '),
);
/** Graph takes these without the `$` too; any other name without it is a custom option, and ignored. */
const undollared = new Set([
  'count',
  'expand',
  'filter',
  'format',
  'orderby',
  'search',
  'select',
  'skip',
  'skiptoken',
  'top',
]);

/** Options that say which of many: they mean nothing where a single entity is addressed. */
const ofCollections = new Set(['top', 'skip', 'skiptoken', 'count', 'filter', 'orderby', 'search']);

/**
 * The system options where a single entity is addressed or written.
 * @throws {GraphError} 400 for one that only lists have or that doesn't exist, 501 for one that isn't among `served`
 */
export function entityOptions(search: string, served: readonly string[]): ReadonlyMap<string, SystemOption> {
  const options = readOptions(search);
  const refused = [...options.keys()].find((name) => !isServed(name, served));
  if (refused === undefined) return options;
  throw graphError(ofCollections.has(refused) ? 'optionNotApplicable' : 'optionNotSupported', `$${refused}`);
}

export interface SystemOption {
  /** Decoded. */
  value: string;
  /** `name=value` as it was sent. */
  pair: string;
}

/**
 * The system options of a query string, by lower-case name without `$`, and parameter aliases.
 * @param search the raw query string, without `?`: split before it is decoded
 * @throws {GraphError} 400 for an unknown or repeated one, 501 for one that isn't among `served`
 */
export function systemOptions(search: string, served: readonly string[]): ReadonlyMap<string, SystemOption> {
  const options = readOptions(search);
  for (const name of options.keys()) {
    if (!isServed(name, served)) throw graphError('optionNotSupported', `$${name}`);
  }
  return options;
}

/** A parameter alias means something only where an expression names it, and `$format` is for whoever writes the answer. */
const isServed = (name: string, served: readonly string[]): boolean =>
  name.startsWith('@') || name === 'format' || served.includes(name);

/** Values of the parameter aliases, by names with their `@`. */
export function aliasesOf(options: ReadonlyMap<string, SystemOption>): ReadonlyMap<string, string> {
  const aliases = [...options].filter(([name]) => name.startsWith('@'));
  return new Map(aliases.map(([name, { value }]) => [name, value]));
}

/** The value of `$format`, if it is given. @throws {GraphError} as `systemOptions` */
export const formatOption = (search: string): string | undefined => readOptions(search).get('format')?.value;

const none: ReadonlyMap<string, SystemOption> = new Map();

function readOptions(search: string): ReadonlyMap<string, SystemOption> {
  if (search === '') return none;
  const options = new Map<string, SystemOption>();
  for (const pair of search.split('&')) {
    const equals = pair.indexOf('=');
    const name = systemOptionName(decode(equals < 0 ? pair : pair.slice(0, equals)));
    if (name === undefined) continue;
    if (options.has(name)) throw graphError('repeatedOption', `$${name}`);
    options.set(name, { value: decode(equals < 0 ? '' : pair.slice(equals + 1)), pair });
  }
  return options;
}

/** Lower-case and without `$`, a parameter alias as it is; undefined for a custom option. */
function systemOptionName(given: string): string | undefined {
  if (given.startsWith('@')) return given;
  const name = given.toLowerCase();
  if (!name.startsWith('$')) return undollared.has(name) ? name : undefined;
  if (!known.has(name.slice(1))) throw graphError('invalidOption', excerpt(given));
  return name.slice(1);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.split('+').join(' '));
  } catch {
    throw graphError('malformedUrl', 'a percent sign does not start an escape of UTF-8');
  }
}
