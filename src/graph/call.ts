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

const requestOf = (context: ExecutionContext): GraphRequest =>
  context.switchToHttp().getRequest<GraphRequest>();

/** Who asks and for what. */
export const Called = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const { caller, address, publicBase: baseUrl } = requestOf(context);
  if (!caller || !address) throw graphError('internal');
  return { caller, address, baseUrl };
});

/** The same for a write, which takes no query options. */
export const CalledPlainly = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const { caller, address, publicBase: baseUrl, search, headers } = requestOf(context);
  if (!caller || !address) throw graphError('internal');
  entityOptions(search, []);
  refusePreconditions(headers);
  return { caller, address, baseUrl };
});

/** What is selected of a single entity that is read. */
export const Selected = createParamDecorator((_: unknown, context: ExecutionContext): Selection => {
  const { search, address, headers } = requestOf(context);
  if (!address) throw graphError('internal');
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
  const { search, address, headers } = requestOf(context);
  if (!address) throw graphError('internal');
  return collectionQuery(search, address.set, address.version, headers['prefer'] as string | undefined);
});

/** The options of a count. */
export const Counted = createParamDecorator((_: unknown, context: ExecutionContext): CollectionQuery => {
  const { search, address } = requestOf(context);
  if (!address) throw graphError('internal');
  return countQuery(search, address.set, address.version);
});
