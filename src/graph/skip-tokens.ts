import { Injectable } from '@nestjs/common';
import { castSegment, type Keys, pathOf } from '../odata/address.js';
import type { CollectionQuery, RowsQuery } from '../odata/bound-query.js';
import type { EntitySet } from '../odata/entity-set.js';
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
    const { set, keys } = call.address;
    return JSON.parse(readSkipToken(this.key, scopeOf(call, set, keys, query), query.skipToken)) as Place;
  }

  /** The absolute URL of the page at a place in a collection: with the other options as they were sent. */
  nextLink(call: Call, collection: Collection, query: RowsQuery, place: Place): string {
    const { set, keys, isLinks } = collection;
    const token = writeSkipToken(this.key, scopeOf(call, set, keys, query), JSON.stringify(place));
    const repeated = query.repeated === '' ? '' : `${query.repeated}&`;
    return `${call.root}/${collectionPath(set, keys)}${isLinks ? '/$ref' : ''}?${repeated}$skiptoken=${token}`;
  }
}

const collectionPath = (set: EntitySet, keys: Keys): string => pathOf(set, keys) + castSegment(set);

/** A place means something only in the order that it was taken from. */
const scopeOf = ({ caller }: Call, set: EntitySet, keys: Keys, { ordering }: RowsQuery): string =>
  `${caller.tenantId}/${collectionPath(set, keys)}?${ordering}`;
