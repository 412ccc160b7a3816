import { ownProperties } from '../complex-types.js';
import {
  type ApiVersion,
  apiVersions,
  type ComplexType,
  type EntityType,
  type EnumType,
  namespace,
  type Property,
} from '../edm.js';
import type { EntitySet } from '../entity-set.js';
import type { Operation, Returned } from '../operation.js';
import { type BoundOperation, boundOperations, valueTypesOf } from './bound-operations.js';
import type {
  CsdlDocument,
  CsdlEnumType,
  CsdlOperation,
  CsdlParameter,
  CsdlProperty,
  CsdlRoot,
  CsdlStructuredType,
} from './csdl.js';
import { type Navigation, navigationsOf, type Root, rootsOf } from './navigation.js';
import { distinct, shownProperties, shownTypes } from './shown-types.js';

/** Microsoft's own alias and container name. */
const alias = 'graph';
const container = 'GraphService';
const vocabulary = 'Org.OData.Core.V1';

/** The model of a version as CSDL JSON (OData CSDL JSON 4.01): what the version shows and nothing else, by name. */
export function csdlJson(
  sets: readonly EntitySet[],
  version: ApiVersion,
  operations: readonly Operation[] = [],
): CsdlDocument {
  const bound = boundOperations(sets, version, operations);
  const types = shownTypes(sets, version, valueTypesOf(bound.map(({ operation }) => operation)));
  const roots = rootsOf(sets, version);
  const navigations = navigationsOf(sets, version);
  const singletons = roots.filter(({ kind }) => kind === 'Singleton').map(singletonType);
  const entities = distinct([...singletons, ...types.entities], ({ name }) => name);
  return {
    $Version: '4.0',
    $EntityContainer: `${namespace}.${container}`,
    $Reference: {
      [`https://oasis-tcs.github.io/odata-vocabularies/vocabularies/${vocabulary}.json`]: {
        $Include: [{ $Namespace: vocabulary }],
      },
    },
    [namespace]: {
      $Alias: alias,
      ...named(types.enums, enumElement),
      ...named(types.complexes, (type) => complexElement(type, version)),
      entity: baseEntity,
      ...named(entities, (type) => entityElement(type, version, navigations)),
      ...overloads(bound),
      [container]: { $Kind: 'EntityContainer', ...named(roots, rootElement) },
    },
  };
}

/** Graph's base of all entities holds the key, so no other type's properties do. */
const baseEntity: CsdlStructuredType = { $Kind: 'EntityType', $Abstract: true, $Key: ['id'], id: {} };

/** A singleton is a way to what it contains: it has no properties of its own here. */
const singletonType = ({ type }: Root): EntityType => ({
  kind: 'entity',
  name: type,
  base: undefined,
  abstract: false,
  versions: apiVersions,
  properties: [],
});

const named = <T extends { name: string }, E>(items: readonly T[], element: (item: T) => E) =>
  Object.fromEntries(items.map((item) => [item.name, element(item)]));

function entityElement(
  type: EntityType,
  version: ApiVersion,
  navigations: readonly Navigation[],
): CsdlStructuredType {
  const own = navigations.filter(({ owner }) => owner === type.name);
  return {
    $Kind: 'EntityType',
    $BaseType: `${alias}.${type.base?.name ?? 'entity'}`,
    ...(type.abstract && { $Abstract: true }),
    ...named(shownProperties(type, version), propertyElement),
    ...named(own, navigationElement),
  };
}

const complexElement = (type: ComplexType, version: ApiVersion): CsdlStructuredType => ({
  $Kind: 'ComplexType',
  ...(type.base && { $BaseType: `${alias}.${type.base.name}` }),
  ...(type.abstract && { $Abstract: true }),
  ...named(shownProperties({ properties: ownProperties(type) }, version), propertyElement),
});

const enumElement = (type: EnumType): CsdlEnumType => ({
  $Kind: 'EnumType',
  ...(type.flags && { $IsFlags: true }),
  ...Object.fromEntries(type.members),
});

/** Operations by name: types may have some of the same. */
function overloads(operations: readonly BoundOperation[]): Record<string, CsdlOperation[]> {
  const byName: Record<string, CsdlOperation[]> = {};
  for (const bound of operations) (byName[bound.name] ??= []).push(operationElement(bound));
  return byName;
}

const operationElement = ({ operation, set, isOfEntity, parameters }: BoundOperation): CsdlOperation => ({
  $Kind: operation.kind === 'function' ? 'Function' : 'Action',
  $IsBound: true,
  $Parameter: [
    { $Name: 'bindingParameter', ...entityType(set, isOfEntity) },
    ...parameters.map((parameter) =>
      'set' in parameter
        ? { $Name: parameter.name, ...entityType(parameter.set, false) }
        : { $Name: parameter.name, ...valueType(parameter) },
    ),
  ],
  ...(operation.returns && { $ReturnType: returnedType(operation.returns, set) }),
});

const entityType = ({ type }: EntitySet, isOne: boolean): CsdlParameter => ({
  ...(!isOne && { $Collection: true }),
  $Type: `${alias}.${type.name}`,
});

const returnedType = (returns: Returned, set: EntitySet): CsdlParameter =>
  returns.kind === 'entities' ? entityType(set, false) : valueType({ type: returns.type, nullable: false });

/** Without `$MaxLength` and `$Precision`: Graph prints none. `$Nullable` of a collection speaks of its elements (CSDL JSON 4.01, 7.2.1). */
function propertyElement({ computed, immutable, ...property }: Property): CsdlProperty {
  return {
    ...valueType(property),
    ...(computed && { '@Org.OData.Core.V1.Computed': true }),
    ...(immutable && { '@Org.OData.Core.V1.Immutable': true }),
  };
}

function valueType({ type, nullable }: Pick<Property, 'type' | 'nullable'>): CsdlParameter {
  const single = type.kind === 'collection' ? type.of : type;
  const name = single.kind === 'primitive' ? single.name : `${alias}.${single.name}`;
  return {
    ...(type.kind === 'collection' && { $Collection: true }),
    ...(name !== 'Edm.String' && { $Type: name }),
    ...(nullable && { $Nullable: true }),
  };
}

/** A collection never is null, so it has no `$Nullable` (CSDL JSON 4.01, 8.2). Graph's to-one navigations all may be. */
const navigationElement = ({ target, collection, contained }: Navigation): CsdlProperty => ({
  $Kind: 'NavigationProperty',
  ...(collection && { $Collection: true }),
  $Type: `${alias}.${target}`,
  ...(!collection && { $Nullable: true }),
  ...(contained && { $ContainsTarget: true }),
});

const rootElement = ({ kind, type }: Root): CsdlRoot => ({
  ...(kind === 'EntitySet' && { $Collection: true }),
  $Type: `${alias}.${type}`,
});
