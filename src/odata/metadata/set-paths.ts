import type { ApiVersion } from '../edm.js';
import { type EntitySet, parentKeys, templateOf } from '../entity-set.js';
import type { Permissions } from '../permissions.js';
import { createBody, entityBody, json, linkBody, pageBody, typedBody } from './body-schemas.js';
import type { Schema } from './json-schema.js';
import { keyParameter, type Operation, type PathItem, secured } from './path-item.js';

/** A system query option that is served, and by which reads. */
export interface QueryOption {
  /** With its `$`. */
  name: string;
  on: 'collection' | 'entity' | 'both';
  description: string;
  schema: Schema;
}

/** `patchedSilently`: where a PATCH answers with nothing. */
export type DescribedSet = EntitySet & {
  permissions: Permissions;
  patchedSilently?: readonly ApiVersion[];
};

/** What the paths of a set depend on beside it. */
export interface Scope {
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

/** The paths of a set, by its own and behind the navigations of its entities to what they don't contain. */
export function setPaths(set: DescribedSet, scope: Scope): [string, PathItem][] {
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
