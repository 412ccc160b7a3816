import { type ApiVersion, property } from '../edm.js';
import type { EntitySet } from '../entity-set.js';
import { operationTemplate, type Returned } from '../operation.js';
import { createBody, json, pageBody, typedBody, valueBody } from './body-schemas.js';
import type { BoundOperation, BoundParameter } from './bound-operations.js';
import { propertySchema, type Schema } from './json-schema.js';

/** What a path item says of an action or function: what it takes and answers. */
export interface Invocation {
  method: 'get' | 'post';
  parameters: readonly Schema[];
  requestBody?: Schema;
  responses: Readonly<Record<number, Schema>>;
}

/** Keys as the set's documents name them, and a function's parameters by their names: `…/getMobileAppCount(status='{status}')`. */
export function invocationPath({ operation, parameters }: BoundOperation): string {
  const path = `/${operationTemplate(operation)}`;
  if (operation.kind === 'action') return path;
  return `${path}(${parameters.map((parameter) => `${parameter.name}=${placeholder(parameter)}`).join(',')})`;
}

/** Texts stand in quotes. */
const placeholder = (parameter: BoundParameter): string =>
  'type' in parameter && parameter.type.kind === 'primitive' && parameter.type.name === 'Edm.String'
    ? `'{${parameter.name}}'`
    : `{${parameter.name}}`;

export function invocationOf(bound: BoundOperation, version: ApiVersion): Invocation {
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
