import { type ApiVersion, isVisible } from '../edm.js';
import { type EntitySet, parentKeys, templateOf } from '../entity-set.js';
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
 * The five routes of every set that a version shows, by its own path and behind the navigations that lead to it, those of
 * links, and what operations take; keys are segments, named as the documents name them.
 */
export function openApi(
  sets: readonly DescribedSet[],
  version: ApiVersion,
  { release, base, discovery, queryOptions }: ServiceFacts,
  operations: readonly ServedOperation[] = [],
): OpenApiDocument {
  const shown = sets.filter((set) => isVisible(set, version));
  const ofSets = shown.flatMap((set) => setPaths(set, { sets: shown, version, options: queryOptions }));
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

/** What the paths of a set depend on beside it. */
interface Scope {
  /** All that the version shows. */
  sets: readonly DescribedSet[];
  version: ApiVersion;
  options: readonly QueryOption[];
}

/** A way to entities: the keys on it, and the names that the operations' own begin with. */
interface Way {
  path: string;
  keys: readonly string[];
  names: readonly string[];
}

function setPaths(set: DescribedSet, scope: Scope): [string, PathItem][] {
  const names = set.segments.flatMap(({ kind, name }) => (kind === 'name' ? [name] : []));
  const way = { path: `/${templateOf(set)}`, keys: parentKeys(set), names };
  const behind = (name: string): Way => {
    const { path, keys } = toEntity(set, way);
    return { path: `${path}/${name}`, keys, names: [...names, name] };
  };
  const described = ({ set: to }: { set: EntitySet }): DescribedSet[] =>
    scope.sets.filter((candidate) => templateOf(candidate) === templateOf(to));
  return [
    ...collectionPaths(set, way, scope),
    ...set.linked.flatMap((link) =>
      described(link).flatMap((to) => [
        ...collectionPaths(to, behind(link.name), scope),
        ...linkPaths(set, to, behind(link.name), scope),
      ]),
    ),
    ...set.references.flatMap((reference) =>
      described(reference).map((to) => entityPath(to, behind(reference.name), scope)),
    ),
  ];
}

/** The way to one of the entities of a set, from that to all of them. */
function toEntity({ type, isSingle }: EntitySet, way: Way): Way {
  if (isSingle) return way;
  const { path, keys, names } = way;
  const own = `${type.name}Id`;
  return { path: `${path}/{${own}}`, keys: [...keys, own], names };
}

function collectionPaths(set: DescribedSet, way: Way, scope: Scope): [string, PathItem][] {
  if (set.isSingle) return [entityPath(set, way, scope)];
  const item = { parameters: way.keys.map(keyParameter), ...collectionOperations(set, way, scope) };
  return [
    [way.path, secured(item, set.permissions[scope.version])],
    entityPath(set, toEntity(set, way), scope),
  ];
}

function entityPath(set: DescribedSet, way: Way, scope: Scope): [string, PathItem] {
  const item = { parameters: way.keys.map(keyParameter), ...entityOperations(set, way, scope) };
  return [way.path, secured(item, set.permissions[scope.version])];
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

/** Links to entities are made and removed behind the navigation to these: they are their owner's. */
function linkPaths(owner: DescribedSet, set: EntitySet, way: Way, { version }: Scope): [string, PathItem][] {
  const { path, keys } = toEntity(set, way);
  const body = { required: true, ...json(linkBody) };
  const add = { ...operation(owner, way, 'link', { 204: { description: 'Linked' } }), requestBody: body };
  const remove = operation(owner, way, 'unlink', { 204: { description: 'Unlinked' } });
  const items: [string, PathItem][] = [
    [`${way.path}/$ref`, { parameters: way.keys.map(keyParameter), post: add }],
    [`${path}/$ref`, { parameters: keys.map(keyParameter), delete: remove }],
  ];
  return items.map(([at, item]) => [at, secured(item, owner.permissions[version])]);
}

function collectionOperations(set: EntitySet, way: Way, { version, options }: Scope) {
  const answer = typedBody(set, version);
  const location = { Location: { required: true, schema: { type: 'string', format: 'uri' } } };
  return {
    get: {
      ...operation(set, way, 'list', { 200: { description: 'A page', ...json(pageBody(answer)) } }),
      parameters: optionParameters(options, 'collection'),
    },
    post: {
      ...operation(set, way, 'create', {
        201: { description: 'Created', headers: location, ...json(answer) },
      }),
      requestBody: { required: true, ...json(createBody(set, version)) },
    },
  };
}

function entityOperations(set: DescribedSet, way: Way, { version, options }: Scope) {
  const found = { 200: { description: 'The entity', ...json(typedBody(set, version)) } };
  const updated = set.patchedSilently?.includes(version) ? { 204: { description: 'Updated' } } : found;
  return {
    get: { ...operation(set, way, 'get', found), parameters: optionParameters(options, 'entity') },
    patch: {
      ...operation(set, way, 'update', updated),
      requestBody: { required: true, ...json(entityBody(set, version)) },
    },
    ...(!set.isSingle && { delete: operation(set, way, 'delete', { 204: { description: 'Deleted' } }) }),
  };
}

const operation = (
  { type }: EntitySet,
  { names }: Way,
  verb: string,
  responses: Readonly<Record<number, Schema>>,
): Operation => ({
  operationId: [...names, verb].join('.'),
  tags: [type.name],
  responses: { ...responses, default: { $ref: '#/components/responses/error' } },
});

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
