import { Delete, Get, Inject, Patch, Post } from '@nestjs/common';
import { type Address, parenthesizedPath } from '../odata/address.js';
import type { Changes } from '../odata/changes.js';
import { limits } from '../odata/limits.js';
import type { CollectionQuery, Selection } from '../odata/collection-query.js';
import { contextMember, type EntityWriter, entityWriter, pageText, type Row } from '../odata/serializer.js';
import { Answer, emptyAnswer, jsonAnswer } from './answer.js';
import { Called, CalledPlainly, Counted, Queried, Selected } from './call.js';
import { SentChanges } from './changes.pipe.js';
import type { Call } from './exchange.js';
import { cursorOf, rowQuery } from './row-query.js';
import type { ServedSet } from './served-set.js';
import { SkipTokens } from './skip-tokens.js';
import { Store } from './store.js';
import { TenantRows } from './tenant-rows.js';

/** The routes of an entity set. What differs between sets is declared with `@ServesEntitySet`. */
export abstract class EntitySetController {
  @Inject(Store) private readonly store!: Store;
  @Inject(SkipTokens) private readonly skipTokens!: SkipTokens;

  @Get('$count')
  async count(@Called() call: Call, @Counted() query: CollectionQuery): Promise<Answer> {
    const count = await this.rowsOf(call).count(call.address.keys, rowQuery(query));
    return new Answer(200, count, {
      'Content-Type': 'text/plain',
      'OData-Version': '4.0',
      'Cache-Control': 'no-cache',
    });
  }

  @Get(':id')
  async get(@Called() call: Call, @Selected() select: Selection): Promise<Answer> {
    const row = await this.rowsOf(call).row(call.address.keys);
    return jsonAnswer(200, entityText(call, row, select));
  }

  @Patch(':id')
  async update(@CalledPlainly() call: Call, @SentChanges('update') changes: Changes): Promise<Answer> {
    const row = await this.rowsOf(call).update(call.address.keys, changes);
    return jsonAnswer(200, entityText(call, row));
  }

  @Get()
  async list(@Called() call: Call, @Queried() query: CollectionQuery): Promise<Answer> {
    const { keys, set } = call.address;
    const rows = this.rowsOf(call);
    const sql = rowQuery(query);
    // One row more than the page holds tells whether there is a next one.
    const slices = rows.slices(keys, sql, this.skipTokens.read(call, query), query.top + 1, query.skip);
    const { texts, last } = await pageOf(slices, writerOf(call.address, query.select), query.top);
    const count = query.count ? await rows.count(keys, sql) : undefined;
    const nextLink = last && this.skipTokens.nextLink(call, query, cursorOf(last, set.table));
    const applied = query.preferred && { 'Preference-Applied': `odata.maxpagesize=${query.preferred}` };
    return jsonAnswer(200, pageText(contextUrl(call, query.select), count, nextLink, texts), applied || {});
  }

  @Post()
  async create(@CalledPlainly() call: Call, @SentChanges('create') changes: Changes): Promise<Answer> {
    const row = await this.rowsOf(call).create(call.address.keys, changes);
    const path = parenthesizedPath(call.address, row[0] as string);
    const location = `${call.baseUrl}/${call.address.version}/${path}`;
    return jsonAnswer(201, entityText(call, row), { Location: location });
  }

  @Delete(':id')
  async remove(@CalledPlainly() call: Call): Promise<Answer> {
    await this.rowsOf(call).remove(call.address.keys);
    return emptyAnswer;
  }

  private rowsOf({ caller, address }: Call): TenantRows {
    return new TenantRows(this.store, caller.tenantId, address.set, address.set.ancestors);
  }
}

/** The entities of a page, fewer than asked for where they are very large; `last` is its last row if more follow. */
async function pageOf(
  slices: AsyncIterable<Row[]>,
  writer: EntityWriter,
  top: number,
): Promise<{ texts: string[]; last?: Row | undefined }> {
  const texts: string[] = [];
  let size = 0;
  let last: Row | undefined;
  for await (const slice of slices) {
    for (const row of slice) {
      if (texts.length === top || size >= limits.pageText) return { texts, last };
      const text = writer(row, '');
      size += text.length;
      last = row;
      texts.push(text);
    }
  }
  return { texts };
}

const entityText = (call: Call, row: Row, select?: Selection): string =>
  writerOf(call.address, select)(row, contextMember(`${contextUrl(call, select)}/$entity`));

/** That of all properties was made at start. */
const writerOf = ({ set, version }: Address<ServedSet>, select: Selection): EntityWriter =>
  select ? entityWriter(set, version, set.text, select) : set.writers[version];

/** OData JSON 4.01, 10.1, 10.2 and 10.7: the collection, with the keys of its ancestors, and what was selected of it. */
function contextUrl({ address, baseUrl }: Call, select?: Selection): string {
  const selected = select ? `(${[...select].join(',')})` : '';
  return `${baseUrl}/${address.version}/$metadata#${parenthesizedPath(address)}${selected}`;
}
