import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { graphError } from '../odata/errors.js';
import { type CollectionQuery, collectionQuery, countQuery } from '../odata/collection-query.js';
import { refuseOptions } from '../odata/query-options.js';
import type { Call, GraphRequest } from './exchange.js';

const requestOf = (context: ExecutionContext): GraphRequest =>
  context.switchToHttp().getRequest<GraphRequest>();

/** Who asks and for what. */
export const Called = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const { caller, address, publicBase: baseUrl } = requestOf(context);
  if (!caller || !address) throw graphError('internal');
  return { caller, address, baseUrl };
});

const preconditions = ['If-None-Match', 'If-Unmodified-Since', 'If-Modified-Since', 'If-Match'] as const;

/** The same for a single entity or a write, where no query option and no precondition is served yet. */
export const CalledPlainly = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const { caller, address, publicBase: baseUrl, search, headers } = requestOf(context);
  if (!caller || !address) throw graphError('internal');
  refuseOptions(search);
  // `If-Match: *` asks for no more than that the entity is there, which its key does too.
  const condition = preconditions.find((header) => headers[header.toLowerCase()] !== undefined);
  const isKept = condition === 'If-Match' && headers['if-match'] === '*';
  if (condition !== undefined && !isKept) throw graphError('headerNotSupported', condition);
  return { caller, address, baseUrl };
});

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
