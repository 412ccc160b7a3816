import { createParamDecorator, type ExecutionContext, Injectable, type PipeTransform } from '@nestjs/common';
import type { Address } from '../odata/address.js';
import { type Changes, readChanges } from '../odata/changes.js';
import { parentKeys } from '../odata/entity-set.js';
import { graphError } from '../odata/errors.js';
import { parseJsonBody } from '../odata/json-body.js';
import { referencedId, type ReferenceScope } from '../odata/reference.js';
import { readBody } from './body.js';
import { admitted } from './call.js';
import { singleId } from './deep-insert.js';
import { dtoProblem } from './dto.js';
import { GraphModel } from './graph-model.js';
import type { ServedSet } from './served-set.js';

type Purpose = 'create' | 'update';

interface SentBody {
  purpose: Purpose;
  address: Address<ServedSet>;
  publicBase: string;
  text: string;
  /** The id that an update's body may name. */
  id: string | undefined;
}

/** The one body pipe: JSON text becomes `Changes`, or a 400 that says what is wrong with it. */
@Injectable()
export class ChangesPipe implements PipeTransform<SentBody, Changes> {
  constructor(private readonly model: GraphModel) {}

  transform({ purpose, address, publicBase, text, id }: SentBody): Changes {
    const { set, version } = address;
    const scope: ReferenceScope = { trees: this.model.trees, base: publicBase, version };
    const changes = readChanges(set, version, purpose, parseJsonBody(text), dtoProblem, (url, target) =>
      referencedId(url, target, scope),
    );
    if (purpose === 'update' && changes.id !== undefined && changes.id !== id)
      throw graphError('keyMismatch');
    return changes;
  }
}

/** The request's body as `Changes`; `purpose` decides what an absent type and an `id` mean. */
export const SentChanges = (purpose: Purpose): ParameterDecorator => sentBody(purpose, ChangesPipe);

const sentBody = createParamDecorator(
  async (purpose: Purpose, context: ExecutionContext): Promise<SentBody> => {
    const request = admitted(context);
    const { address, publicBase, caller } = request;
    const id = addressedId(address, caller.tenantId);
    return { purpose, address, publicBase, text: await readBody(request), id };
  },
);

function addressedId({ set, keys }: Address<ServedSet>, tenantId: string): string | undefined {
  const container = keys[parentKeys(set).at(-1) ?? ''];
  return set.isSingle && container !== undefined ? singleId(tenantId, container) : keys['id'];
}
