import { type ApiVersion, property } from '../edm.js';
import type { EntitySet } from '../entity-set.js';
import { operationTemplate, type Returned } from '../operation.js';
import { createBody, json, pageBody, typedBody, valueBody } from './body-schemas.js';
import type { BoundOperation, BoundParameter } from './bound-operations.js';
import { propertySchema, type Schema } from './json-schema.js';
import { keyParameter, type PathItem, secured } from './path-item.js';

/** What a path item says of an action or function: what it takes and answers. */
interface Invocation {
  method: 'get' | 'post';
  parameters: readonly Schema[];
  requestBody?: Schema;
  responses: Readonly<Record<number, Schema>>;
}

/** The path of an action or function, and what is said there. */
export function boundPath(bound: BoundOperation, version: ApiVersion): [string, PathItem] {
  const { segments, permissions } = bound.operation;
  const { method, parameters, responses, ...rest } = invocationOf(bound, version);
  const names = segments.flatMap(({ kind, name }) => (kind === 'name' ? [name] : []));
  const keys = segments.flatMap(({ kind, name }) => (kind === 'key' ? [keyParameter(name)] : []));
  const error = { default: { $ref: '#/components/responses/error' } };
  const described = { operationId: names.join('.'), tags: [bound.set.type.name], ...rest };
  const item = {
    parameters: [...keys, ...parameters],
    [method]: { ...described, responses: { ...responses, ...error } },
  };
  return [invocationPath(bound), secured(item, permissions[version])];
}

/** Keys as the set's documents name them, and a function's parameters by their names: `…/getMobileAppCount(status='{status}')`. */
function invocationPath({ operation, parameters }: BoundOperation): string {
  const path = `/${operationTemplate(operation)}`;
  if (operation.kind === 'action') return path;
  return `${path}(${parameters.map((parameter) => `${parameter.name}=${placeholder(parameter)}`).join(',')})`;
}

/** Texts stand in quotes. */
const placeholder = (parameter: BoundParameter): string =>
  'type' in parameter && parameter.type.kind === 'primitive' && parameter.type.name === 'Edm.String'
    ? `'{${parameter.name}}'`
    : `{${parameter.name}}`;

function invocationOf(bound: BoundOperation, version: ApiVersion): Invocation {
  const { operation, parameters, set } = bound;
  const responses = answer(operation.returns, set, version);
  if (operation.kind === 'action')
    return { method: 'post', parameters: [], requestBody: body(parameters, version), responses };
  const inPath = parameters.map((parameter) => ({
    name: parameter.name,
    in: 'path',
    required: true,
    schema: parameterSchema(parameter, version),
  }));
  return { method: 'get', parameters: inPath, responses };
}

function body(parameters: readonly BoundParameter[], version: ApiVersion): Schema {
  const properties = parameters.map((parameter) => [parameter.name, parameterSchema(parameter, version)]);
  const required = parameters.filter((parameter) => !('type' in parameter && parameter.nullable));
  const schema = {
    type: 'object',
    required: required.map(({ name }) => name),
    properties: Object.fromEntries(properties),
  };
  return { required: true, ...json(schema) };
}

const parameterSchema = (parameter: BoundParameter, version: ApiVersion): Schema =>
  'type' in parameter
    ? propertySchema(parameter, version)
    : { type: 'array', items: createBody(parameter.set, version) };

function answer(returns: Returned | undefined, set: EntitySet, version: ApiVersion) {
  if (!returns) return { 204: { description: 'Done' } };
  const content =
    returns.kind === 'entities'
      ? pageBody(typedBody(set, version))
      : valueBody(propertySchema(property('value', returns.type, { nullable: false }), version));
  return { 200: { description: 'The answer', ...json(content) } };
}
