import { Delete, Get, Inject, Patch, Post } from '@nestjs/common';
import { type Address, parenthesizedPath } from '../odata/address.js';
import type { Changes } from '../odata/changes.js';
import { type CollectionQuery } from '../odata/query-options.js';
import { contextMember, pageText, type Row } from '../odata/serializer.js';
import { type Answer, emptyAnswer, jsonAnswer } from './answer.js';
import { Called, CalledPlainly, Queried } from './call.js';
import { SentChanges } from './changes.pipe.js';
import type { Call } from './exchange.js';
import { GraphModel } from './graph-model.js';
import { SkipTokens } from './skip-tokens.js';
import { Store } from './store.js';
import { TenantRows } from './tenant-rows.js';

/** The five routes of an entity set. What differs between sets is declared with `@ServesEntitySet`. */
export abstract class EntitySetController {
  @Inject(Store) private readonly store!: Store;
  @Inject(GraphModel) private readonly model!: GraphModel;
  @Inject(SkipTokens) private readonly skipTokens!: SkipTokens;

  @Get(':id')
  async get(@CalledPlainly() call: Call): Promise<Answer> {
    const row = await this.rowsOf(call).row(call.address.keys);
    return jsonAnswer(200, entityText(call, row));
  }

  @Patch(':id')
  async update(@CalledPlainly() call: Call, @SentChanges('update') changes: Changes): Promise<Answer> {
    const row = await this.rowsOf(call).update(call.address.keys, changes);
    return jsonAnswer(200, entityText(call, row));
  }

  @Get()
  async list(@Called() call: Call, @Queried() query: CollectionQuery): Promise<Answer> {
    const after = this.skipTokens.read(call, query.skipToken);
    // One row more than the page holds tells whether there is a next one.
    const rows = await this.rowsOf(call).page(call.address.keys, after, query.top + 1);
    const page = rows.slice(0, query.top);
    const writer = writerOf(call.address);
    const nextLink =
      rows.length > page.length ? this.skipTokens.nextLink(call, query, page.at(-1)) : undefined;
    return jsonAnswer(
      200,
      pageText(
        contextUrl(call),
        nextLink,
        page.map((row) => writer(row, '')),
      ),
    );
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
    return new TenantRows(this.store, caller.tenantId, address.set, this.model.ancestorsOf(address.set));
  }
}

const writerOf = ({ set, version }: Address<Call['address']['set']>) => set.writers[version];

const entityText = (call: Call, row: Row): string =>
  writerOf(call.address)(row, contextMember(`${contextUrl(call)}/$entity`));

/** OData JSON 4.01, 10.1 and 10.2: the collection, with the keys of its ancestors in parentheses. */
const contextUrl = ({ address, baseUrl }: Call): string =>
  `${baseUrl}/${address.version}/$metadata#${parenthesizedPath(address)}`;
