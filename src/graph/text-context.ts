import type { Selection } from '../odata/bound-query.js';
import { type ApiVersion } from '../odata/edm.js';
import type { TextContext } from '../odata/expanded-text.js';
import { defaultFormat, type Format } from '../odata/format.js';
import { type EntityWriter, entityWriter, type Row } from '../odata/serializer.js';
import type { Call } from './exchange.js';
import { cursorOf } from './row-query.js';
import type { ServedSet } from './served-set.js';
import type { SkipTokens } from './skip-tokens.js';

/** The first column of every table's rows. */
export const idOf = (row: Row): string => row[0] as string;

/** What writing the entities of an answer takes: made for each request, and cheap. */
export function textContext(call: Call, tokens: SkipTokens): TextContext {
  const { root, format, address } = call;
  return {
    root,
    format,
    idOf,
    writerOf: (set, selection) => writerOf(set as ServedSet, address.version, selection, format),
    nextLink: (collection, query, last, left) => {
      const after = last && cursorOf(last.row, (collection.set as ServedSet).table);
      return tokens.nextLink(call, collection, query, after ? { after, left } : { left, skip: query.skip });
    },
  };
}

/** That of all properties in the usual format was made at start. */
const writerOf = (set: ServedSet, version: ApiVersion, selection: Selection, format: Format): EntityWriter =>
  selection.properties === undefined && format === defaultFormat
    ? set.writers[version]
    : entityWriter(set, version, set.text, selection, format);
