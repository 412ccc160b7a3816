import { Injectable } from '@nestjs/common';
import { collectionPath, type Through } from '../odata/address.js';
import type { CollectionQuery, RowsQuery } from '../odata/bound-query.js';
import { contractDateOf } from '../odata/edm.js';
import type { Collection } from '../odata/expanded-text.js';
import { readSkipToken, writeSkipToken } from '../odata/skip-token.js';
import type { Cursor } from '../odata/sql/keyset.js';
import type { Call } from './exchange.js';

/** Where a nextLink goes on. */
export interface Place {
  /** The place of the last row before the page; absent where none was sent yet. */
  after?: Cursor | undefined;
  /** How many rows are still wanted, where that is limited. */
  left?: number | undefined;
  /** Rows still to be left out. */
  skip?: number | undefined;
}

/** The places in a collection that nextLinks lead to. */
@Injectable()
export class SkipTokens {
  /** @param key the same for all instances of a database: any of them continues a page of another */
  constructor(private readonly key: Buffer) {}

  /**
   * The place before the page; undefined for the first page.
   * @throws {GraphError} 400 for a token of another collection, order or tenant, or of nobody
   */
  read(call: Call, query: CollectionQuery): Place | undefined {
    if (query.skipToken === undefined) return undefined;
    const scope = scopeOf(call, call.address, query);
    return JSON.parse(readSkipToken(this.key, scope, query.skipToken)) as Place;
  }

  /** The absolute URL of the page at a place in a collection: with the other options as they were sent. */
  nextLink(call: Call, collection: Collection, query: RowsQuery, place: Place): string {
    const token = writeSkipToken(this.key, scopeOf(call, collection, query), JSON.stringify(place));
    const repeated = query.repeated === '' ? '' : `${query.repeated}&`;
    return `${call.root}/${collectionPath(collection)}${collection.isLinks ? '/$ref' : ''}?${repeated}$skiptoken=${token}`;
  }
}

/** A place means something only in the order that it was taken from: a contract date may show other values in it. */
function scopeOf({ caller, address }: Call, collection: Through, { ordering }: RowsQuery): string {
  const date = contractDateOf(address.version);
  const dated = date === 'today' ? '' : `${date}/`;
  return `${caller.tenantId}/${dated}${collectionPath(collection)}?${ordering}`;
}
