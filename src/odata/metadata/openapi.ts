import { type ApiVersion, isVisible } from '../edm.js';
import { type Operation as ServedOperation, operationTemplate } from '../operation.js';
import { errorBody, json } from './body-schemas.js';
import { boundOperations, valueTypesOf } from './bound-operations.js';
import { type Schema, typeSchemas } from './json-schema.js';
import { boundPath } from './operation-paths.js';
import { keyParameter, type Operation, type PathItem, secured } from './path-item.js';
import { type DescribedSet, type QueryOption, setPaths } from './set-paths.js';

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
  const bound = boundOperations(sets, version, operations);
  const described = new Set(bound.map(({ operation: served }) => served));
  const ofOperations = operations
    .filter((candidate) => isVisible(candidate, version) && !described.has(candidate))
    .map((served): [string, PathItem] => [
      `/${operationTemplate(served)}`,
      secured(operationItem(served), served.permissions[version]),
    ]);
  const paths = [...ofSets, ...bound.map((one) => boundPath(one, version)), ...ofOperations];
  return {
    openapi: '3.1.0',
    info: { title: `Understudy, Microsoft Graph ${version}`, version: release },
    servers: [{ url: `${base}/${version}` }],
    paths: Object.fromEntries(paths.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: { ...typeSchemas(sets, version, valueTypesOf([...described])), error: errorBody },
      responses: { error: { description: 'Graph’s error', ...json({ $ref: '#/components/schemas/error' }) } },
      securitySchemes: {
        application: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        delegated: { type: 'openIdConnect', openIdConnectUrl: discovery },
      },
    },
  };
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
