import { Injectable } from '@nestjs/common';
import { canonicalPath, parenthesizedPath } from '../odata/address.js';
import type { CollectionQuery } from '../odata/collection-query.js';
import { readSkipToken, writeSkipToken } from '../odata/skip-token.js';
import type { Cursor } from '../odata/sql/keyset.js';
import type { Call } from './exchange.js';

/** The places in a collection that nextLinks lead to. */
@Injectable()
export class SkipTokens {
  /** @param key the same for all instances of a database: any of them continues a page of another */
  constructor(private readonly key: Buffer) {}

  /**
   * The place before the page; undefined for the first page.
   * @throws {GraphError} 400 for a token of another collection, order or tenant, or of nobody
   */
  read(call: Call, query: CollectionQuery): Cursor | undefined {
    if (query.skipToken === undefined) return undefined;
    return JSON.parse(readSkipToken(this.key, scopeOf(call, query), query.skipToken)) as Cursor;
  }

  /** The absolute URL of the page after a place: with the other options as they were sent. */
  nextLink(call: Call, query: CollectionQuery, after: Cursor): string {
    const token = writeSkipToken(this.key, scopeOf(call, query), JSON.stringify(after));
    const repeated = query.repeated === '' ? '' : `${query.repeated}&`;
    return `${call.baseUrl}/${call.address.version}/${parenthesizedPath(call.address)}?${repeated}$skiptoken=${token}`;
  }
}

/** A place means something only in the order that it was taken from. */
const scopeOf = ({ caller, address }: Call, { ordering }: CollectionQuery): string =>
  `${caller.tenantId}${canonicalPath(address)}?${ordering}`;
