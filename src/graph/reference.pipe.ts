import { createParamDecorator, type ExecutionContext, Injectable, type PipeTransform } from '@nestjs/common';
import { type Address, noRoute } from '../odata/address.js';
import { graphError } from '../odata/errors.js';
import { parseJsonBody } from '../odata/json-body.js';
import { entityOptions } from '../odata/query-options.js';
import { referencedId, sentReference } from '../odata/reference.js';
import { readBody } from './body.js';
import { admitted } from './call.js';
import { GraphModel } from './graph-model.js';
import type { ServedSet } from './served-set.js';

interface Named {
  address: Address<ServedSet>;
  publicBase: string;
  method: string;
  url: string;
}

/** The URL of an entity becomes the id of one that can be linked here, or a 400. */
@Injectable()
export class ReferencePipe implements PipeTransform<Named, string> {
  constructor(private readonly model: GraphModel) {}

  transform({ url, address, publicBase, method }: Named): string {
    if (!address.linked) throw noRoute(address, method);
    const scope = { trees: this.model.trees, base: publicBase, version: address.version };
    return referencedId(url, address.linked.link.set, scope);
  }
}

const bodyReference = createParamDecorator(async (_: unknown, context: ExecutionContext): Promise<Named> => {
  const request = admitted(context);
  const { address, publicBase, method = '' } = request;
  return { address, publicBase, method, url: sentReference(parseJsonBody(await readBody(request))) };
});

/** The id of the entity that the body names. */
export const SentReference = (): ParameterDecorator => bodyReference(ReferencePipe);

const optionReference = createParamDecorator((_: unknown, context: ExecutionContext): Named => {
  const { address, publicBase, method = '', search } = admitted(context);
  if (!address.linked) throw noRoute(address, method);
  const url = entityOptions(search, ['id']).get('id')?.value;
  if (url === undefined) throw graphError('invalidReference', "'$id' has to name the entity");
  return { address, publicBase, method, url };
});

/** The id of the entity that `$id` names (OData 4.01, 11.4.6.2). */
export const NamedReference = (): ParameterDecorator => optionReference(ReferencePipe);
