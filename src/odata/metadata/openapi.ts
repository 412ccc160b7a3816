import { type ApiVersion, isVisible } from '../edm.js';
import { type EntitySet, type LinkedSet, parentKeys, templateOf } from '../entity-set.js';
import { limits } from '../limits.js';
import { type Operation as ServedOperation, operationTemplate } from '../operation.js';
import { accessOf, type Permissions, type PermissionTable } from '../permissions.js';
import { createBody, entityBody, errorBody, json, linkBody, pageBody, typedBody } from './body-schemas.js';
import { type Schema, typeSchemas } from './json-schema.js';

/** A system query option that is served, and by which reads. */
export interface QueryOption {
  /** With its `$`. */
  name: string;
  on: 'collection' | 'entity' | 'both';
  description: string;
  schema: Schema;
}

/** What the document says of the service beyond its model. */
export interface ServiceFacts {
  /** Of the product, not of Graph. */
  release: string;
  /** Absolute, without a slash at its end. */
  base: string;
  /** Where the issuer of users' tokens describes itself, absolute (OpenID Connect Discovery 1.0, 4). */
  discovery: string;
  queryOptions: readonly QueryOption[];
}

/** `patchedSilently`: where a PATCH answers with nothing. */
export type DescribedSet = EntitySet & {
  permissions: Permissions;
  patchedSilently?: readonly ApiVersion[];
};

interface Operation {
  operationId: string;
  tags: readonly string[];
  parameters?: readonly Schema[];
  requestBody?: Schema;
  responses: Readonly<Record<string, Schema>>;
  security?: readonly Schema[];
}

interface PathItem {
  parameters: readonly Schema[];
  get?: Operation;
  post?: Operation;
  patch?: Operation;
  delete?: Operation;
}

/** OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1). */
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string };
  servers: readonly { url: string }[];
  paths: Readonly<Record<string, PathItem>>;
  components: Readonly<Record<'schemas' | 'responses' | 'securitySchemes', Readonly<Record<string, Schema>>>>;
}

/**
 * The five routes of every set that a version shows, those of links, and what operations take; keys are segments, named as the
 * documents name them.
 */
export function openApi(
  sets: readonly DescribedSet[],
  version: ApiVersion,
  { release, base, discovery, queryOptions }: ServiceFacts,
  operations: readonly ServedOperation[] = [],
): OpenApiDocument {
  const shown = sets.filter((set) => isVisible(set, version));
  const ofSets = shown.flatMap((set) =>
    setPaths(set, version, queryOptions).map(([path, item]): [string, PathItem] => [
      path,
      secured(item, set.permissions[version]),
    ]),
  );
  const ofOperations = operations
    .filter((candidate) => isVisible(candidate, version))
    .map((served): [string, PathItem] => [
      `/${operationTemplate(served)}`,
      secured(operationItem(served), served.permissions[version]),
    ]);
  const paths = [...ofSets, ...ofOperations];
  return {
    openapi: '3.1.0',
    info: { title: `Understudy, Microsoft Graph ${version}`, version: release },
    servers: [{ url: `${base}/${version}` }],
    paths: Object.fromEntries(paths.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: { ...typeSchemas(sets, version), error: errorBody },
      responses: { error: { description: 'Graph’s error', ...json({ $ref: '#/components/schemas/error' }) } },
      securitySchemes: {
        application: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        delegated: { type: 'openIdConnect', openIdConnectUrl: discovery },
      },
    },
  };
}

/** With what each operation takes: any one of the roles of an application or of the scopes of a user, least privileged first. */
function secured({ parameters, ...operations }: PathItem, permissions: PermissionTable): PathItem {
  const all = Object.entries(operations).map(([method, described]) => {
    const { application, delegated } = permissions[accessOf(method.toUpperCase())];
    const roles = application.map((name) => ({ application: [name] }));
    const scopes = delegated.map((name) => ({ delegated: [name] }));
    return [method, { ...described, security: [...roles, ...scopes] }];
  });
  return { parameters, ...(Object.fromEntries(all) as typeof operations) };
}

function setPaths(
  set: DescribedSet,
  version: ApiVersion,
  options: readonly QueryOption[],
): [string, PathItem][] {
  const own = `${set.type.name}Id`;
  const keys = parentKeys(set).map(keyParameter);
  const path = `/${templateOf(set)}`;
  if (set.isSingle) {
    const { delete: _, ...taken } = entityOperations(set, version, options);
    return [[path, { parameters: keys, ...taken }]];
  }
  return [
    [path, { parameters: keys, ...collectionOperations(set, version, options) }],
    [
      `${path}/{${own}}`,
      { parameters: [...keys, keyParameter(own)], ...entityOperations(set, version, options) },
    ],
    ...set.linked
      .filter((link) => isVisible(link.set, version))
      .flatMap((link) =>
        linkPaths(`${path}/{${own}}`, [...keys, keyParameter(own)], set, link, version, options),
      ),
  ];
}

const someObject = { type: 'object' };
const file = { content: { 'application/octet-stream': { schema: {} } } };

/** An operation's verbs; what goes to it and comes from it are objects of its own. */
function operationItem({ kind, segments, verbs }: ServedOperation): PathItem {
  const names = segments.flatMap((segment) => (segment.kind === 'name' ? [segment.name] : []));
  const isEntity = segments.at(-1)?.kind === 'key';
  const described = verbs.map((verb): [string, Operation] => {
    const body = kind === 'action' ? file : json(someObject);
    const answer =
      verb === 'DELETE'
        ? { 204: { description: 'Deleted' } }
        : { [verb === 'POST' && kind === 'resource' ? 201 : 200]: { description: 'The answer', ...body } };
    const takes = verb === 'POST' ? { requestBody: { required: true, ...json(someObject) } } : {};
    const error = { default: { $ref: '#/components/responses/error' } };
    const operationId = [...names, ...(isEntity ? ['one'] : []), verb.toLowerCase()].join('.');
    return [
      verb.toLowerCase(),
      { operationId, tags: [names[0] ?? ''], ...takes, responses: { ...answer, ...error } },
    ];
  });
  const keys = segments.flatMap(({ kind: of, name }) => (of === 'key' ? [keyParameter(name)] : []));
  return { parameters: keys, ...(Object.fromEntries(described) as Omit<PathItem, 'parameters'>) };
}

/** What entities are linked to is listed there; links are made and removed, and the entities written in their own set. */
function linkPaths(
  owner: string,
  keys: readonly Schema[],
  set: EntitySet,
  link: LinkedSet,
  version: ApiVersion,
  options: readonly QueryOption[],
): [string, PathItem][] {
  const path = `${owner}/${link.name}`;
  const other = `${link.set.type.name}Id`;
  const named = (verb: string, responses: Readonly<Record<number, Schema>>): Operation =>
    operation(set, `${link.name}.${verb}`, responses);
  const page = { 200: { description: 'A page', ...json(pageBody(typedBody(link.set, version))) } };
  const list = { ...named('list', page), parameters: optionParameters(options, 'collection') };
  const body = { required: true, ...json(linkBody) };
  const add = { ...named('link', { 204: { description: 'Linked' } }), requestBody: body };
  return [
    [path, { parameters: keys, get: list }],
    [`${path}/$ref`, { parameters: keys, post: add }],
    [
      `${path}/{${other}}/$ref`,
      {
        parameters: [...keys, keyParameter(other)],
        delete: named('unlink', { 204: { description: 'Unlinked' } }),
      },
    ],
  ];
}

function collectionOperations(set: EntitySet, version: ApiVersion, options: readonly QueryOption[]) {
  const answer = typedBody(set, version);
  const location = { Location: { required: true, schema: { type: 'string', format: 'uri' } } };
  return {
    get: {
      ...operation(set, 'list', { 200: { description: 'A page', ...json(pageBody(answer)) } }),
      parameters: optionParameters(options, 'collection'),
    },
    post: {
      ...operation(set, 'create', { 201: { description: 'Created', headers: location, ...json(answer) } }),
      requestBody: { required: true, ...json(createBody(set, version)) },
    },
  };
}

function entityOperations(set: DescribedSet, version: ApiVersion, options: readonly QueryOption[]) {
  const found = { 200: { description: 'The entity', ...json(typedBody(set, version)) } };
  const updated = set.patchedSilently?.includes(version) ? { 204: { description: 'Updated' } } : found;
  return {
    get: { ...operation(set, 'get', found), parameters: optionParameters(options, 'entity') },
    patch: {
      ...operation(set, 'update', updated),
      requestBody: { required: true, ...json(entityBody(set, version)) },
    },
    delete: operation(set, 'delete', { 204: { description: 'Deleted' } }),
  };
}

function operation(set: EntitySet, verb: string, responses: Readonly<Record<number, Schema>>): Operation {
  const names = set.segments.flatMap(({ kind, name }) => (kind === 'name' ? [name] : []));
  return {
    operationId: [...names, verb].join('.'),
    tags: [set.type.name],
    responses: { ...responses, default: { $ref: '#/components/responses/error' } },
  };
}

const optionParameters = (options: readonly QueryOption[], on: 'collection' | 'entity'): Schema[] =>
  options
    .filter((option) => option.on === on || option.on === 'both')
    .map(({ name, description, schema }) => ({ name, in: 'query', description, schema }));

const keyParameter = (name: string): Schema => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string', minLength: 1, maxLength: limits.key },
});
