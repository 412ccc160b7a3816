import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { noRoute } from '../odata/address.js';
import { graphError } from '../odata/errors.js';
import type { CollectionQuery, Selection } from '../odata/bound-query.js';
import { collectionQuery, countQuery, entitySelection, referencesQuery } from '../odata/collection-query.js';
import { defaultFormat, type Format, jsonFormat, requireAcceptable } from '../odata/format.js';
import { entityOptions, formatOption } from '../odata/query-options.js';
import type { Call, GraphRequest } from './exchange.js';
import { rawMediaType } from './property-answer.js';

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

function callOf(request: Admitted): Call {
  const { caller, address, publicBase } = request;
  return { caller, address, root: `${publicBase}/${address.version}`, format: formatOf(request) };
}

/** @throws {GraphError} 406 for what isn't served in any media type that the client takes */
function formatOf({ address: { part }, headers, search }: Admitted): Format {
  const isCount = part.kind === 'count' || (part.kind === 'property' && part.as === 'count');
  // A count is plain text whatever was asked for: it knows no negotiation (OData 4.01, 11.2.10).
  if (isCount) return defaultFormat;
  const isRaw = part.kind === 'property' && part.as === 'raw';
  if (!isRaw) return jsonFormat(headers.accept, formatOption(search));
  requireAcceptable(rawMediaType(part), headers.accept, formatOption(search));
  return defaultFormat;
}

/** Who asks and for what. */
export const Called = createParamDecorator((_: unknown, context: ExecutionContext): Call =>
  callOf(admitted(context)),
);

/** The same where there is nothing to choose: no option but `$format` is taken. */
export const CalledPlainly = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const request = admitted(context);
  entityOptions(request.search, []);
  refusePreconditions(request.headers);
  return callOf(request);
});

/** The same for a write, which goes to a set or an entity as it is: not to a part of it that the URL casts or leads to. */
export const CalledToWrite = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const request = admitted(context);
  const { address, method = '' } = request;
  if (address.set.castTo || address.through.length > 0) throw noRoute(address, method);
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

/** The options of a list of links. */
export const QueriedReferences = createParamDecorator(
  (_: unknown, context: ExecutionContext): CollectionQuery => {
    const { search, address, headers } = admitted(context);
    return referencesQuery(search, address.set, address.version, headers['prefer'] as string | undefined);
  },
);

/** The options of a count. */
export const Counted = createParamDecorator((_: unknown, context: ExecutionContext): CollectionQuery => {
  const { search, address } = admitted(context);
  return countQuery(search, address.set, address.version);
});
