import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Address } from '../odata/address.js';
import { type Changes, readChanges } from '../odata/changes.js';
import { graphError } from '../odata/errors.js';
import { type Format, jsonFormat } from '../odata/format.js';
import { functionArguments } from '../odata/function-arguments.js';
import { parseJsonBody } from '../odata/json-body.js';
import { limits } from '../odata/limits.js';
import {
  type EntitiesParameter,
  noOperationRoute,
  type OperationAddress,
  type Parameter,
} from '../odata/operation.js';
import { aliasesOf, entityOptions, formatOption } from '../odata/query-options.js';
import { excerpt, valueProblem } from '../odata/value-problem.js';
import type { Caller } from '../identity/caller.js';
import { readBody } from './body.js';
import { dtoProblem } from './dto.js';
import type { GraphRequest } from './exchange.js';
import type { ServedSet } from './served-set.js';
import type { Statements, Store } from './store.js';
import { TenantRows } from './tenant-rows.js';

/** What the handler of an operation works with. */
export interface OperationCall {
  caller: Caller;
  address: OperationAddress<ServedSet>;
  /** Base of every absolute URL, without a slash at its end; a version's documents lie below it. */
  base: string;
  /** What its statements run in, where they share a transaction with those of other requests. */
  statements: Statements | undefined;
}

/** What an operation was given, checked. */
export interface Given {
  /** By the names of the parameters; null for those that aren't given. */
  values: ReadonlyMap<string, unknown>;
  /** Entities that are to be made, by the names of the parameters. */
  entities: ReadonlyMap<string, readonly Changes[]>;
}

type Admitted = GraphRequest & { operation: OperationAddress<ServedSet>; caller: Caller };

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
  (_: unknown, context: ExecutionContext): Promise<ReadonlyMap<string, unknown>> =>
    membersOf(admitted(context)),
);

/** What the operation's declared parameters were given: an action's in the body, a function's in the URL. */
export const GivenParameters = createParamDecorator(
  async (_: unknown, context: ExecutionContext): Promise<Given> => {
    const request = admitted(context);
    const { operation, given } = request.operation;
    const parameters = operation.parameters ?? [];
    if (operation.kind === 'action') return readParameters(parameters, await membersOf(request), request);
    const values = parameters.filter(isValue);
    const aliases = aliasesOf(entityOptions(request.search, []));
    return { values: functionArguments(given, values, aliases), entities: new Map() };
  },
);

async function membersOf(request: Admitted): Promise<ReadonlyMap<string, unknown>> {
  const body = parseJsonBody(await readBody(request));
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw graphError('unexpectedNode', Array.isArray(body) ? 'StartArray' : 'PrimitiveValue', 'StartObject');
  const members = Object.entries(body).filter(([name, value]) => value !== null && !name.includes('@'));
  return new Map(members);
}

const isValue = (parameter: Parameter): parameter is Exclude<Parameter, EntitiesParameter> =>
  !('entitiesOf' in parameter);

function readParameters(
  parameters: readonly Parameter[],
  members: ReadonlyMap<string, unknown>,
  request: Admitted,
): Given {
  const unknown = [...members.keys()].find((name) => !parameters.some((known) => known.name === name));
  if (unknown !== undefined) throw graphError('unknownParameter', excerpt(unknown));
  const values = new Map<string, unknown>();
  const entities = new Map<string, readonly Changes[]>();
  for (const parameter of parameters) {
    const value = members.get(parameter.name) ?? null;
    if (isValue(parameter)) values.set(parameter.name, checkedValue(parameter, value));
    else entities.set(parameter.name, sentEntities(parameter, value, request.operation));
  }
  return { values, entities };
}

function checkedValue(parameter: Exclude<Parameter, EntitiesParameter>, value: unknown): unknown {
  if (value === null && !parameter.nullable)
    throw graphError('invalidParameter', parameter.name, 'it is missing');
  const problem = valueProblem(parameter, value);
  if (problem) throw problem;
  return value;
}

function sentEntities(
  { name, entitiesOf }: EntitiesParameter,
  value: unknown,
  { bound, version }: OperationAddress<ServedSet>,
): readonly Changes[] {
  if (value === null) throw graphError('invalidParameter', name, 'it is missing');
  if (!Array.isArray(value)) throw graphError('invalidParameter', name, 'it is not a list');
  if (value.length > limits.deepInsert) throw graphError('deepInsert', limits.deepInsert);
  const set = containedSet(bound, entitiesOf);
  return value.map((entity: unknown) => readChanges(set, version, 'create', entity, dtoProblem));
}

/** The rows that an operation is bound to: one where that is an entity. */
export function boundRows({ address, caller, statements }: OperationCall, store: Store): TenantRows {
  if (!address.bound) throw new Error('the operation is bound to no rows');
  return new TenantRows(statements ?? store, caller.tenantId, address.bound);
}

/** The set that an operation is bound to, or what a cast leaves of it. */
export function boundSet({ address }: OperationCall): ServedSet {
  if (!address.bound) throw new Error('the operation is bound to no set');
  return address.bound.set;
}

/** The collection of that name in what an operation is bound to. */
export function containedSet(bound: Address<ServedSet> | undefined, name: string): ServedSet {
  const found = bound?.set.contained.find((contained) => contained.name === name);
  if (!found) throw new Error(`nothing contains '${name}'`);
  return found.set as ServedSet;
}
