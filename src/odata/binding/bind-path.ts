import { type EntityType, namespace, type Property } from '../edm.js';
import type { EntitySet } from '../entity-set.js';
import type { CountSegment, Lambda, Path, Segment } from '../query/syntax.js';
import { excerpt } from '../value-problem.js';
import { unsupported, wrong } from './bind-fault.js';
import {
  concreteTypes,
  elementType,
  propertiesOf,
  propertyNamed,
  rowTypeOf,
  type Scope,
  scalarOf,
  typeNamed,
} from './scope.js';
import { condition, integerType, type PropertyPath, type Source, type Typed } from './typed.js';

/** Binds the condition of a lambda or a count, in a scope of its own. */
export type BindCondition = (expression: NonNullable<Lambda['body']>, scope: Scope) => Typed;

/** Where a path has come to. */
interface Position {
  source: Source;
  steps: Property[];
  cast: EntityType | undefined;
}

/**
 * What a path is: a property, a quantified collection, or a count.
 * @throws {BindFault} for a name that nothing has, or a form that isn't served
 */
export function bindPath(path: Path, scope: Scope, bindCondition: BindCondition): Typed {
  if (path.root !== undefined && path.root !== '$it') throw unsupported(`'${path.root}'`);
  const { source, segments } = start(path, scope);
  const position: Position = { source, steps: [], cast: undefined };
  for (const [index, segment] of segments.entries()) {
    const rest = segments.slice(index);
    const collection = collectionAt(position, segment, rest, scope);
    if (collection)
      return overCollection(collection.from, collection.tail, scope, position.source, bindCondition);
    step(position, segment, scope);
  }
  return propertyAt(position);
}

function start(path: Path, scope: Scope): { source: Source; segments: readonly Segment[] } {
  const [first] = path.segments;
  const variable =
    path.root === undefined && first?.kind === 'name' ? scope.variables.get(first.name) : undefined;
  return variable
    ? { source: variable, segments: path.segments.slice(1) }
    : { source: scope.row, segments: path.segments };
}

/** A segment that names a collection, with the lambda or count behind it. */
function collectionAt(
  position: Position,
  segment: Segment,
  rest: readonly Segment[],
  scope: Scope,
): { from: Source; tail: Lambda | CountSegment } | undefined {
  if (segment.kind !== 'name') return undefined;
  const from = containedAt(position, segment.name, scope) ?? elementsAt(position, segment.name, scope);
  if (!from) return undefined;
  const [, tail, beyond] = rest;
  if (beyond) throw unsupported('A path through a collection');
  if (tail?.kind === 'lambda' || tail?.kind === 'count') return { from, tail };
  if (tail) throw unsupported('A path through a collection');
  throw wrong(`The collection '${excerpt(segment.name)}' can only be used with any, all or $count.`);
}

function containedAt({ source, steps, cast }: Position, name: string, scope: Scope): Source | undefined {
  if (!('segments' in source.rows) || steps.length > 0) return undefined;
  const lower = name.toLowerCase();
  const found = source.rows.contained.find((candidate) => candidate.name.toLowerCase() === lower);
  return found && { alias: scope.alias(), rows: found.set, onlyOf: pathAt({ source, steps, cast }).onlyOf };
}

function elementsAt(position: Position, name: string, scope: Scope): Source | undefined {
  const property = propertiesHere(position, scope).find(
    ({ name: own }) => own.toLowerCase() === name.toLowerCase(),
  );
  if (property?.type.kind !== 'collection') return undefined;
  const elementsOf: PropertyPath = { ...pathAt(position), steps: [...position.steps, property] };
  return { alias: scope.alias(), rows: { elementsOf } };
}

function overCollection(
  over: Source,
  tail: Lambda | CountSegment,
  scope: Scope,
  from: Source,
  bindCondition: BindCondition,
): Typed {
  if (tail.kind === 'count') {
    if (tail.search) throw unsupported('$search in $count');
    const body = tail.filter && bindCondition(tail.filter, { ...scope, row: over });
    return { kind: 'count', type: integerType, nullable: false, over, from, body };
  }
  const variables = new Map(scope.variables);
  if (tail.variable !== undefined) variables.set(tail.variable, over);
  const body = tail.body && bindCondition(tail.body, { ...scope, variables });
  return { kind: tail.quantifier, ...condition, over, from, body };
}

/** Goes on by a cast or a name, in place. */
function step(position: Position, segment: Segment, scope: Scope): void {
  switch (segment.kind) {
    case 'cast':
      position.cast = castAt(position, segment.type);
      return;
    case 'name':
      position.steps.push(
        propertyNamed(propertiesHere(position, scope), segment.name, typeNameHere(position)),
      );
      return;
    case 'annotation':
      throw unsupported('An annotation in a path');
    case 'key':
      throw unsupported('A key in a path');
    case 'function':
      throw unsupported(`The function '${excerpt(segment.name)}'`);
    case 'filter':
      throw unsupported('$filter in a path');
    case 'count':
    case 'lambda':
      throw wrong('any, all and $count can only follow a collection.');
  }
}

function castAt({ source, steps }: Position, type: string): EntityType {
  if (!('segments' in source.rows) || steps.length > 0) throw unsupported('A cast of a complex value');
  return typeNamed(source.rows, type);
}

const keyProperty: Property = {
  name: 'id',
  type: { kind: 'primitive', name: 'Edm.String' },
  nullable: false,
  computed: undefined,
  versions: ['v1.0', 'beta'],
  maxLength: 0,
};

function propertiesHere(position: Position, scope: Scope): readonly Property[] {
  const last = position.steps.at(-1);
  if (last) return last.type.kind === 'complex' ? last.type.properties : [];
  const type = position.cast ?? rowTypeOf(position.source);
  const own = propertiesOf(position.source, type, scope.version);
  return type ? [keyProperty, ...own] : own;
}

function typeNameHere({ steps, cast, source }: Position): string {
  const type = steps.at(-1)?.type ?? cast ?? rowTypeOf(source) ?? elementType(source);
  return type === undefined || type.kind === 'collection' ? '' : type.name;
}

function pathAt({ source, steps, cast }: Position): PropertyPath {
  const narrowed =
    cast && cast !== rowTypeOf(source) ? concreteTypes(source.rows as EntitySet, cast) : undefined;
  const isKey = steps.length === 1 && steps[0] === keyProperty;
  return { source, steps: isKey ? 'id' : steps, onlyOf: narrowed };
}

function propertyAt(position: Position): Typed {
  const path = pathAt(position);
  if (path.steps === 'id')
    return {
      kind: 'property',
      path,
      type: { kind: 'string', exact: true },
      nullable: path.onlyOf !== undefined,
    };
  const type = path.steps.at(-1)?.type ?? elementType(path.source);
  const scalar = type && scalarOf(type);
  if (!scalar) throw unsupported(`Comparing a value of type '${namespace}.${typeNameHere(position)}'`);
  const nullable =
    path.steps.length !== 1 || path.onlyOf !== undefined || (path.steps[0] as Property).nullable;
  return { kind: 'property', path, type: scalar, nullable };
}
