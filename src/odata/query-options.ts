import { graphError } from './errors.js';
import { limits } from './limits.js';
import { excerpt } from './value-problem.js';

/** What a list was asked for. */
export interface CollectionQuery {
  /** Rows on the page. */
  top: number;
  /** Whether the client chose `top`: nextLinks repeat it. */
  topGiven: boolean;
  /** The opaque text of a nextLink, not yet verified. */
  skipToken: string | undefined;
}

const served = ['top', 'skiptoken'];
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

/**
 * The options of a list.
 * @param search the raw query string, without `?`
 * @throws {GraphError} 400 for an unknown `$option`, a bad or repeated value; 501 for one that isn't served
 */
export function collectionQuery(search: string): CollectionQuery {
  const options = systemOptions(search);
  for (const name of options.keys()) {
    if (!served.includes(name)) throw graphError('optionNotSupported', `$${name}`);
  }
  const top = options.get('top');
  return {
    top: top === undefined ? limits.pageSize : pageSize(top),
    topGiven: top !== undefined,
    skipToken: options.get('skiptoken'),
  };
}

/**
 * Refuses every system option where a single entity is addressed or written.
 * @throws {GraphError} 400 for one that only lists have or that doesn't exist, 501 for one that isn't served
 */
export function refuseOptions(search: string): void {
  const [name] = systemOptions(search).keys();
  if (name === undefined) return;
  throw graphError(served.includes(name) ? 'optionNotApplicable' : 'optionNotSupported', `$${name}`);
}

const none: ReadonlyMap<string, string> = new Map();

function systemOptions(search: string): ReadonlyMap<string, string> {
  if (search === '') return none;
  const options = new Map<string, string>();
  for (const pair of search.split('&')) {
    const equals = pair.indexOf('=');
    const given = decode(equals < 0 ? pair : pair.slice(0, equals));
    const name = systemOptionName(given);
    if (name === undefined) continue;
    if (options.has(name)) throw graphError('repeatedOption', `$${name}`);
    options.set(name, decode(equals < 0 ? '' : pair.slice(equals + 1)));
  }
  return options;
}

/** Lower-case and without `$`; undefined for a custom option. */
function systemOptionName(given: string): string | undefined {
  const name = given.toLowerCase();
  if (!name.startsWith('$')) return undollared.has(name) ? name : undefined;
  if (!known.has(name.slice(1))) throw graphError('invalidOption', excerpt(given));
  return name.slice(1);
}

function pageSize(given: string): number {
  if (!/^\d{1,9}$/.test(given)) throw graphError('invalidOptionValue', '$top', excerpt(given));
  const size = Number(given);
  if (size > limits.maxPageSize) throw graphError('invalidPageSize', given);
  return size;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw graphError('malformedUrl', 'a percent sign does not start an escape of UTF-8');
  }
}
