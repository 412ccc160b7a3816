import { type ApiVersion, isVisible } from '../edm.js';
import { type EntitySet, isPolymorphic } from '../entity-set.js';
import { discriminator, type Schema, typeReference } from './json-schema.js';

/** A body's content. */
export const json = (schema: Schema) => ({ content: { 'application/json': { schema } } });

/** An entity of the set: any of its types that the version shows. */
export function entityBody(set: EntitySet, version: ApiVersion): Schema {
  return isPolymorphic(set)
    ? { anyOf: bodyTypes(set, version).map(typeReference) }
    : typeReference(set.type.name);
}

/** The same where `@odata.type` tells which: in answers. */
export function typedBody(set: EntitySet, version: ApiVersion): Schema {
  if (!isPolymorphic(set)) return entityBody(set, version);
  return { ...entityBody(set, version), discriminator: discriminator(bodyTypes(set, version)) };
}

/** The same for a create: the server can't choose a type where the declared one has several (OData JSON 4.01, 4.6.3). */
export function createBody(set: EntitySet, version: ApiVersion): Schema {
  const typed = typedBody(set, version);
  return isPolymorphic(set) ? { ...typed, required: ['@odata.type'] } : typed;
}

const bodyTypes = (set: EntitySet, version: ApiVersion): string[] =>
  set.types.filter((type) => isVisible(type, version)).map(({ name }) => name);

const text: Schema = { type: 'string' };
const url: Schema = { type: 'string', format: 'uri' };

/** The URL of an entity that is to be linked. */
export const linkBody: Schema = {
  type: 'object',
  required: ['@odata.id'],
  properties: { '@odata.id': { type: 'string', format: 'uri-reference' } },
};

/** A page of a collection. */
export const pageBody = (items: Schema): Schema => ({
  type: 'object',
  required: ['value'],
  properties: {
    '@odata.context': url,
    '@odata.count': { type: 'integer', format: 'int64' },
    '@odata.nextLink': url,
    value: { type: 'array', items },
  },
});

/** A value that is no entity. */
export const valueBody = (value: Schema): Schema => ({
  type: 'object',
  required: ['value'],
  properties: { '@odata.context': url, value },
});

/** The error envelope, as `renderError` writes it. */
export const errorBody: Schema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'innerError'],
      properties: {
        code: text,
        message: text,
        innerError: {
          type: 'object',
          properties: { date: text, 'request-id': text, 'client-request-id': text },
        },
      },
    },
  },
};
