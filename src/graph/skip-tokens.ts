import { Injectable } from '@nestjs/common';
import { canonicalPath, parenthesizedPath } from '../odata/address.js';
import type { CollectionQuery } from '../odata/query-options.js';
import type { Row } from '../odata/serializer.js';
import { readSkipToken, writeSkipToken } from '../odata/skip-token.js';
import type { Call } from './exchange.js';

/** The places in a collection that nextLinks lead to. */
@Injectable()
export class SkipTokens {
  /** @param key the same for all instances of a database: any of them continues a page of another */
  constructor(private readonly key: Buffer) {}

  /**
   * The id of the last row before the page; undefined for the first page.
   * @throws {GraphError} 400 for a token of another collection or tenant, or of nobody
   */
  read(call: Call, token: string | undefined): string | undefined {
    return token === undefined ? undefined : readSkipToken(this.key, scopeOf(call), token);
  }

  /** The absolute URL of the page after `last`; undefined when there is no such row. */
  nextLink(call: Call, query: CollectionQuery, last: Row | undefined): string | undefined {
    if (!last) return undefined;
    const token = writeSkipToken(this.key, scopeOf(call), last[0] as string);
    const top = query.topGiven ? `$top=${query.top}&` : '';
    return `${call.baseUrl}/${call.address.version}/${parenthesizedPath(call.address)}?${top}$skiptoken=${token}`;
  }
}

const scopeOf = ({ caller, address }: Call): string => `${caller.tenantId}${canonicalPath(address)}`;
