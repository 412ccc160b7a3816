import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { noRoute } from '../odata/address.js';
import { graphError } from '../odata/errors.js';
import type { CollectionQuery, Selection } from '../odata/bound-query.js';
import { collectionQuery, countQuery, entitySelection, referencesQuery } from '../odata/collection-query.js';
import { defaultFormat, type Format, jsonFormat, requireAcceptable } from '../odata/format.js';
import { type Preconditions, readPreconditions } from '../odata/preconditions.js';
import { type Preferences, readPreferences } from '../odata/preferences.js';
import { entityOptions, formatOption } from '../odata/query-options.js';
import type { Call, GraphRequest } from './exchange.js';
import { rawMediaType } from './property-answer.js';
import { writesTo } from './verbs-answer.js';

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
  const { caller, address, publicBase, statements } = request;
  const root = `${publicBase}/${address.version}`;
  return { caller, address, root, format: formatOf(request), statements };
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
  return callOf(request);
});

/**
 * The same for a write, which goes to a set, or to an entity as it is or cast to its type, as edit links are. It doesn't go
 * to a part of a set.
 */
export const CalledToWrite = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const request = admitted(context);
  const { address, method = '' } = request;
  if (!writesTo(address).includes(method)) throw noRoute(address, method);
  entityOptions(request.search, []);
  return callOf(request);
});

/**
 * The same for a write of links, which goes to what an entity is linked to (OData 4.01, 11.4.6). Links to what is contained
 * can't be made or removed: the entity itself is.
 * @param options the system options that it takes
 */
export const CalledToLink = createParamDecorator((options: string[], context: ExecutionContext): Call => {
  const request = admitted(context);
  const { address, method = '' } = request;
  if (!address.linked || address.set.castTo) throw noRoute(address, method);
  entityOptions(request.search, options);
  return callOf(request);
});

/** What the client wants to be so before its request is carried out. */
export const Conditioned = createParamDecorator((_: unknown, context: ExecutionContext): Preconditions => {
  const { headers, method = '' } = admitted(context);
  return readPreconditions(headers, method === 'GET' || method === 'HEAD');
});

/** What the client would like a write to answer. */
export const Preferred = createParamDecorator((_: unknown, context: ExecutionContext): Preferences =>
  readPreferences(admitted(context).headers['prefer']),
);

/** What is selected of a single entity that is read. */
export const Selected = createParamDecorator((_: unknown, context: ExecutionContext): Selection => {
  const { search, address } = admitted(context);
  return entitySelection(search, address.set, address.version);
});

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
