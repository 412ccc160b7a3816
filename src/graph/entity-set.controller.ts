import { Delete, Get, Inject, Patch, Post } from '@nestjs/common';
import { entityPath } from '../odata/address.js';
import { type CollectionQuery, type Selection, wholeSelection } from '../odata/bound-query.js';
import type { Changes } from '../odata/changes.js';
import { type Context, contextMember, countText, pageText, referenceText } from '../odata/documents.js';
import { type Entity, type EntityText, entityText } from '../odata/expanded-text.js';
import { type Answer, emptyAnswer, jsonAnswer, plainAnswer } from './answer.js';
import {
  Called,
  CalledPlainly,
  CalledToWrite,
  Counted,
  Queried,
  QueriedReferences,
  Selected,
} from './call.js';
import { SentChanges } from './changes.pipe.js';
import type { Call } from './exchange.js';
import { pageOf } from './page.js';
import { propertyAnswer } from './property-answer.js';
import { SkipTokens } from './skip-tokens.js';
import { Store } from './store.js';
import { TenantRows } from './tenant-rows.js';
import { idOf, textContext } from './text-context.js';

/** The routes of an entity set. What differs between sets is declared with `@ServesEntitySet`. */
export abstract class EntitySetController {
  @Inject(Store) private readonly store!: Store;
  @Inject(SkipTokens) private readonly skipTokens!: SkipTokens;

  @Get('$count')
  async count(@Called() call: Call, @Counted() query: CollectionQuery): Promise<Answer> {
    return plainAnswer(await this.rowsOf(call).count(query), 'text/plain');
  }

  @Get('$ref')
  async references(@Called() call: Call, @QueriedReferences() query: CollectionQuery): Promise<Answer> {
    return this.page(call, query, linkText(call), { kind: 'references' });
  }

  @Get(':id/$ref')
  async reference(@CalledPlainly() call: Call): Promise<Answer> {
    const entity = await this.rowsOf(call).one([]);
    const head = contextMember(call.format, call.root, { kind: 'reference' });
    return jsonAnswer(200, linkText(call)(entity, head), call.format);
  }

  @Get(':id/$property')
  async property(@CalledPlainly() call: Call): Promise<Answer> {
    return propertyAnswer(call, await this.rowsOf(call).one([]));
  }

  @Get(':id')
  async get(@Called() call: Call, @Selected() selection: Selection): Promise<Answer> {
    const entity = await this.rowsOf(call).one(selection.expansions);
    return jsonAnswer(200, this.text(call, entity, selection), call.format);
  }

  @Patch(':id')
  async update(@CalledToWrite() call: Call, @SentChanges('update') changes: Changes): Promise<Answer> {
    const entity = await this.rowsOf(call).update(changes);
    return jsonAnswer(200, this.text(call, entity, wholeSelection), call.format);
  }

  @Get()
  async list(@Called() call: Call, @Queried() query: CollectionQuery): Promise<Answer> {
    const { set, keys } = call.address;
    const { selection } = query;
    const text = entityText(set, selection, textContext(call, this.skipTokens));
    return this.page(call, query, text, { kind: 'collection', set, keys, selection });
  }

  @Post()
  async create(@CalledToWrite() call: Call, @SentChanges('create') changes: Changes): Promise<Answer> {
    const entity = await this.rowsOf(call).create(changes);
    const { set, keys } = call.address;
    const location = `${call.root}/${entityPath(set, keys, idOf(entity.row))}`;
    return jsonAnswer(201, this.text(call, entity, wholeSelection), call.format, { Location: location });
  }

  @Delete(':id')
  async remove(@CalledToWrite() call: Call): Promise<Answer> {
    await this.rowsOf(call).remove();
    return emptyAnswer;
  }

  private rowsOf({ caller, address }: Call): TenantRows {
    return new TenantRows(this.store, caller.tenantId, address);
  }

  private text(call: Call, entity: Entity, selection: Selection): string {
    const { set, keys } = call.address;
    const head = contextMember(call.format, call.root, { kind: 'entity', set, keys, selection });
    return entityText(set, selection, textContext(call, this.skipTokens))(entity, head);
  }

  /** What a nextLink still owes goes before the size of the page. */
  private async page(
    call: Call,
    query: CollectionQuery,
    text: EntityText,
    context: Context,
  ): Promise<Answer> {
    const { format, root, address } = call;
    const rows = this.rowsOf(call);
    const start = this.skipTokens.read(call, query) ?? { skip: query.skip };
    const wanted = Math.min(query.top, start.left ?? query.top);
    const { texts, last } = await pageOf(rows.slices(query, start, wanted), text);
    const count = query.count ? countText(format, await rows.count(query)) : undefined;
    const left = start.left === undefined ? undefined : start.left - texts.length;
    const next = last && left !== 0 ? { after: rows.cursorOf(last.row), left } : undefined;
    const { set, keys, part } = address;
    const collection = { set, keys, isLinks: part.kind === 'reference' };
    const nextLink = next && this.skipTokens.nextLink(call, collection, query, next);
    const applied = query.preferred && { 'Preference-Applied': `odata.maxpagesize=${query.preferred}` };
    const head = contextMember(format, root, context);
    return jsonAnswer(200, pageText(head, count, nextLink, texts), format, applied || {});
  }
}

const linkText =
  ({ root, address }: Call): EntityText =>
  ({ row, keys }, head) =>
    referenceText(head, root, address.set, keys, idOf(row));
