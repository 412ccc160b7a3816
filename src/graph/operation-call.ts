import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { graphError } from '../odata/errors.js';
import { type Format, jsonFormat } from '../odata/format.js';
import { parseJsonBody } from '../odata/json-body.js';
import { noOperationRoute, type OperationAddress } from '../odata/operation.js';
import { entityOptions, formatOption } from '../odata/query-options.js';
import type { Caller } from '../identity/caller.js';
import { readBody } from './body.js';
import type { GraphRequest } from './exchange.js';
import type { Statements } from './store.js';

/** What the handler of an operation works with. */
export interface OperationCall {
  caller: Caller;
  address: OperationAddress;
  /** Base of every absolute URL, without a slash at its end; a version's documents lie below it. */
  base: string;
  /** What its statements run in, where they share a transaction with those of other requests. */
  statements: Statements | undefined;
}

type Admitted = GraphRequest & { operation: OperationAddress; caller: Caller };

function admitted(context: ExecutionContext): Admitted {
  const request = context.switchToHttp().getRequest<GraphRequest>();
  const { operation, caller, method = '' } = request;
  if (!operation || !caller) throw graphError('internal');
  const verb = method === 'HEAD' ? 'GET' : method;
  if (!operation.operation.verbs.some((taken) => taken === verb)) throw noOperationRoute(operation, method);
  entityOptions(request.search, []);
  return request as Admitted;
}

/** Who asks, and for which operation. No system option but `$format` is taken. */
export const Invoked = createParamDecorator((_: unknown, context: ExecutionContext): OperationCall => {
  const { caller, operation: address, publicBase: base, statements } = admitted(context);
  return { caller, address, base, statements };
});

/** How a JSON answer is to be written. @throws {GraphError} 406 */
export const Formatted = createParamDecorator((_: unknown, context: ExecutionContext): Format => {
  const { headers, search } = admitted(context);
  return jsonFormat(headers.accept, formatOption(search));
});

/** The members of the request's body, which has to be an object; those with a null count as absent, as do annotations. */
export const SentMembers = createParamDecorator(
  async (_: unknown, context: ExecutionContext): Promise<ReadonlyMap<string, unknown>> => {
    const body = parseJsonBody(await readBody(admitted(context)));
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw graphError(
        'unexpectedNode',
        Array.isArray(body) ? 'StartArray' : 'PrimitiveValue',
        'StartObject',
      );
    const members = Object.entries(body).filter(([name, value]) => value !== null && !name.includes('@'));
    return new Map(members);
  },
);
