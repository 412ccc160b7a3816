import { createParamDecorator, type ExecutionContext, Injectable, type PipeTransform } from '@nestjs/common';
import type { Address } from '../odata/address.js';
import { type Changes, readChanges } from '../odata/changes.js';
import { graphError } from '../odata/errors.js';
import { parseJsonBody } from '../odata/json-body.js';
import { readBody } from './body.js';
import { admitted } from './call.js';
import { dtoProblem } from './dto.js';
import type { ServedSet } from './served-set.js';

type Purpose = 'create' | 'update';

interface SentBody {
  purpose: Purpose;
  address: Address<ServedSet>;
  text: string;
}

/** The one body pipe: JSON text becomes `Changes`, or a 400 that says what is wrong with it. */
@Injectable()
export class ChangesPipe implements PipeTransform<SentBody, Changes> {
  transform({ purpose, address, text }: SentBody): Changes {
    const { set, version, keys } = address;
    const changes = readChanges(set, version, purpose, parseJsonBody(text), dtoProblem);
    if (purpose === 'update' && changes.id !== undefined && changes.id !== keys['id'])
      throw graphError('keyMismatch');
    return changes;
  }
}

/** The request's body as `Changes`; `purpose` decides what an absent type and an `id` mean. */
export const SentChanges = (purpose: Purpose): ParameterDecorator => sentBody(purpose, ChangesPipe);

const sentBody = createParamDecorator(
  async (purpose: Purpose, context: ExecutionContext): Promise<SentBody> => {
    const request = admitted(context);
    return { purpose, address: request.address, text: await readBody(request) };
  },
);
