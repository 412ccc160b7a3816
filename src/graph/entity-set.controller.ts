import { Delete, Get, Inject, Patch, Post } from '@nestjs/common';
import { entityPath } from '../odata/address.js';
import { type CollectionQuery, type Selection, wholeSelection } from '../odata/bound-query.js';
import { type Changes, expandOf } from '../odata/changes.js';
import { entitySelection } from '../odata/collection-query.js';
import { type Context, contextMember, countText, pageText } from '../odata/documents.js';
import { type Entity, type EntityText, entityText, linkText } from '../odata/expanded-text.js';
import { type Preconditions, validatorHeaders, type Validators } from '../odata/preconditions.js';
import type { Preferences } from '../odata/preferences.js';
import { Answer, emptyAnswer, jsonAnswer, plainAnswer } from './answer.js';
import {
  Called,
  CalledPlainly,
  CalledToLink,
  CalledToWrite,
  Conditioned,
  Counted,
  Preferred,
  Queried,
  QueriedReferences,
  Selected,
} from './call.js';
import { SentChanges } from './changes.pipe.js';
import { conditional } from './conditional.js';
import type { Call } from './exchange.js';
import { pageOf } from './page.js';
import { propertyAnswer } from './property-answer.js';
import { NamedReference, SentReference } from './reference.pipe.js';
import { SkipTokens } from './skip-tokens.js';
import { Store } from './store.js';
import { TenantRows } from './tenant-rows.js';
import { idOf, textContext } from './text-context.js';

/** The routes of an entity set. What differs between sets is declared with `@ServesEntitySet`. */
export abstract class EntitySetController {
  @Inject(Store) private readonly store!: Store;
  @Inject(SkipTokens) private readonly skipTokens!: SkipTokens;

  @Get('$count')
  async count(
    @Called() call: Call,
    @Counted() query: CollectionQuery,
    @Conditioned() when: Preconditions,
  ): Promise<Answer> {
    const count = await this.rowsOf(call).count(query);
    return conditional(when, {}, () => plainAnswer(count, 'text/plain'));
  }

  @Get('$ref')
  async references(
    @Called() call: Call,
    @QueriedReferences() query: CollectionQuery,
    @Conditioned() when: Preconditions,
  ): Promise<Answer> {
    const page = await this.page(call, query, linksOf(call), { kind: 'references' });
    return conditional(when, {}, () => page);
  }

  @Get(':id/$ref')
  async reference(@CalledPlainly() call: Call, @Conditioned() when: Preconditions): Promise<Answer> {
    const entity = await this.rowsOf(call).one([]);
    const head = contextMember(call.format, call.root, { kind: 'reference' });
    return conditional(when, {}, () => jsonAnswer(200, linksOf(call)(entity, head), call.format));
  }

  @Post('$ref')
  async link(
    @CalledToLink([]) call: Call,
    @SentReference() id: string,
    @Conditioned() when: Preconditions,
  ): Promise<Answer> {
    await this.rowsOf(call).link(id, when);
    return emptyAnswer;
  }

  @Delete('$ref')
  async unlinkNamed(
    @CalledToLink(['id']) call: Call,
    @NamedReference() id: string,
    @Conditioned() when: Preconditions,
  ): Promise<Answer> {
    await this.rowsOf(call).unlink(id, when);
    return emptyAnswer;
  }

  @Delete(':id/$ref')
  async unlink(@CalledToLink([]) call: Call, @Conditioned() when: Preconditions): Promise<Answer> {
    await this.rowsOf(call).unlink(call.address.keys['id'] ?? '', when);
    return emptyAnswer;
  }

  @Get(':id/$property')
  async property(@CalledPlainly() call: Call, @Conditioned() when: Preconditions): Promise<Answer> {
    const entity = await this.rowsOf(call).one([]);
    return conditional(when, {}, () => propertyAnswer(call, entity));
  }

  @Get(':id')
  async get(
    @Called() call: Call,
    @Selected() selection: Selection,
    @Conditioned() when: Preconditions,
  ): Promise<Answer> {
    const entity = await this.rowsOf(call).one(selection.expansions);
    // What is expanded changes without the row, whose tag can't speak for it.
    const state = selection.expansions.length === 0 ? stateOf(call, entity) : {};
    return conditional(when, state, (headers) =>
      jsonAnswer(200, this.text(call, entity, selection), call.format, headers),
    );
  }

  @Patch(':id')
  async update(
    @CalledToWrite() call: Call,
    @SentChanges('update') changes: Changes,
    @Conditioned() when: Preconditions,
    @Preferred() preferences: Preferences,
  ): Promise<Answer> {
    const entity = await this.rowsOf(call).update(changes, when);
    const { set, version } = call.address;
    const isSilent = preferences.returned === undefined && set.patchedSilently.includes(version);
    if (isSilent)
      return new Answer(204, '', { ...emptyAnswer.headers, ...validatorHeaders(stateOf(call, entity)) });
    return this.written(call, entity, preferences, 200);
  }

  @Get()
  async list(
    @Called() call: Call,
    @Queried() query: CollectionQuery,
    @Conditioned() when: Preconditions,
  ): Promise<Answer> {
    const { set, keys } = call.address;
    const { selection } = query;
    const text = entityText(set, selection, textContext(call, this.skipTokens));
    const page = await this.page(call, query, text, { kind: 'collection', set, keys, selection });
    return conditional(when, {}, () => page);
  }

  @Post()
  async create(
    @CalledToWrite() call: Call,
    @SentChanges('create') changes: Changes,
    @Conditioned() when: Preconditions,
    @Preferred() preferences: Preferences,
  ): Promise<Answer> {
    const entity = await this.rowsOf(call).create(changes, when);
    const expand = expandOf(changes);
    if (expand === '') return this.written(call, entity, preferences, 201);
    // What was made within it is sent with it (OData 4.01, 11.4.2.2), and may have changed it.
    const { set, version, keys } = call.address;
    const sent = preferences.returned === 'minimal' ? '' : `$expand=${expand}`;
    const selection = entitySelection(sent, set, version);
    const address = { ...call.address, keys: { ...keys, id: idOf(entity.row) } };
    const whole = await this.rowsOf({ ...call, address }).one(selection.expansions);
    return this.written(call, whole, preferences, 201, selection);
  }

  @Delete(':id')
  async remove(@CalledToWrite() call: Call, @Conditioned() when: Preconditions): Promise<Answer> {
    await this.rowsOf(call).remove(when);
    return emptyAnswer;
  }

  private rowsOf({ caller, address, statements }: Call): TenantRows {
    return new TenantRows(statements ?? this.store, caller.tenantId, address);
  }

  /** What a write made of an entity, or that it did, where the client would have no more (RFC 7240, 4.2). */
  private written(
    call: Call,
    entity: Entity,
    { returned }: Preferences,
    status: 200 | 201,
    selection = wholeSelection,
  ): Answer {
    const { set, keys } = call.address;
    const url = `${call.root}/${entityPath(set, keys, idOf(entity.row))}`;
    const headers = {
      ...validatorHeaders(stateOf(call, entity)),
      ...(status === 201 && { Location: url }),
      ...(returned && { 'Preference-Applied': `return=${returned}` }),
    };
    if (returned !== 'minimal')
      return jsonAnswer(status, this.text(call, entity, selection), call.format, headers);
    // Without a body nothing else names what was made (OData 4.01, 8.3.4).
    const named = status === 201 ? { 'OData-EntityId': url } : {};
    return new Answer(204, '', { ...emptyAnswer.headers, ...headers, ...named });
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
    const collection = { ...address, isLinks: address.part.kind === 'reference' };
    const nextLink = next && this.skipTokens.nextLink(call, collection, query, next);
    const applied = query.preferred && { 'Preference-Applied': `odata.maxpagesize=${query.preferred}` };
    const head = contextMember(format, root, context);
    return jsonAnswer(200, pageText(head, count, nextLink, texts), format, applied || {});
  }
}

const stateOf = ({ address }: Call, { row }: Entity): Validators => address.set.text.validators(row);

const linksOf = ({ root, address }: Call): EntityText => linkText(address.set, { root, idOf });
