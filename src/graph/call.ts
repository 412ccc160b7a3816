import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { graphError } from '../odata/errors.js';
import {
  type CollectionQuery,
  collectionQuery,
  countQuery,
  entitySelection,
  type Selection,
} from '../odata/collection-query.js';
import { entityOptions } from '../odata/query-options.js';
import type { Call, GraphRequest } from './exchange.js';

/** A request that the front door gave an address and the guard a caller, as every route of a set has them. */
type Admitted = GraphRequest & Pick<Call, 'address' | 'caller'>;

const isAdmitted = (request: GraphRequest): request is Admitted =>
  request.address !== undefined && request.caller !== undefined;

/** @throws {GraphError} when a route is reached past the front door or the guard: a fault of ours */
export function admitted(context: ExecutionContext): Admitted {
  const request = context.switchToHttp().getRequest<GraphRequest>();
  if (!isAdmitted(request)) throw graphError('internal');
  return request;
}

const callOf = ({ caller, address, publicBase: baseUrl }: Admitted): Call => ({ caller, address, baseUrl });

/** Who asks and for what. */
export const Called = createParamDecorator((_: unknown, context: ExecutionContext): Call =>
  callOf(admitted(context)),
);

/** The same for a write, which takes no query options. */
export const CalledPlainly = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const request = admitted(context);
  entityOptions(request.search, []);
  refusePreconditions(request.headers);
  return callOf(request);
});

/** What is selected of a single entity that is read. */
export const Selected = createParamDecorator((_: unknown, context: ExecutionContext): Selection => {
  const { search, address, headers } = admitted(context);
  refusePreconditions(headers);
  return entitySelection(search, address.set, address.version);
});

const preconditions = ['If-None-Match', 'If-Unmodified-Since', 'If-Modified-Since', 'If-Match'] as const;

/** None is served yet. `If-Match: *` asks for no more than that the entity is there, which its key does too. */
function refusePreconditions(headers: GraphRequest['headers']): void {
  const condition = preconditions.find((header) => headers[header.toLowerCase()] !== undefined);
  const isKept = condition === 'If-Match' && headers['if-match'] === '*';
  if (condition !== undefined && !isKept) throw graphError('headerNotSupported', condition);
}

/** The options of a list. */
export const Queried = createParamDecorator((_: unknown, context: ExecutionContext): CollectionQuery => {
  const { search, address, headers } = admitted(context);
  return collectionQuery(search, address.set, address.version, headers['prefer'] as string | undefined);
});

/** The options of a count. */
export const Counted = createParamDecorator((_: unknown, context: ExecutionContext): CollectionQuery => {
  const { search, address } = admitted(context);
  return countQuery(search, address.set, address.version);
});
