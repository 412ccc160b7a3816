import { keyProperty } from '../address.js';
import { type ComplexType, type EntityType, isVisible, namespace, type Property } from '../edm.js';
import type { EntitySet } from '../entity-set.js';
import type { CountSegment, Lambda, Path, Segment } from '../query/syntax.js';
import { excerpt } from '../value-problem.js';
import { unsupported, wrong } from './bind-fault.js';
import { castTarget, withCast } from './complex-cast.js';
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
import {
  type ComplexCast,
  condition,
  integerType,
  type PropertyPath,
  type Source,
  type Typed,
} from './typed.js';

/** Binds the condition of a lambda or a count, in a scope of its own. */
export type BindCondition = (expression: NonNullable<Lambda['body']>, scope: Scope) => Typed;

/** Where a path has come to. */
interface Position {
  source: Source;
  steps: Property[];
  /** The type that the row is cast to. */
  cast: EntityType | undefined;
  /** The type that the complex value is cast to which the steps lead to. */
  complex?: ComplexType | undefined;
  casts?: readonly ComplexCast[];
}

/**
 * What a path is: a property, a quantified collection, or a count.
 * @throws {BindFault} for a name that nothing has, or a form that isn't served
 */
export function bindPath(path: Path, scope: Scope, bindCondition: BindCondition): Typed {
  const end = walk(path, scope, bindCondition);
  return 'kind' in end ? end : propertyAt(end);
}

/** A row that a path ends at, where it does: `$it`, a lambda variable of rows, a navigation to one row. */
export function rowAt(path: Path, scope: Scope, bindCondition: BindCondition): Source | undefined {
  const end = walk(path, scope, bindCondition);
  const isRow = !('kind' in end) && end.steps.length === 0 && rowTypeOf(end.source) !== undefined;
  return isRow ? end.source : undefined;
}

function walk(path: Path, scope: Scope, bindCondition: BindCondition): Typed | Position {
  if (path.root !== undefined && path.root !== '$it') throw unsupported(`'${path.root}'`);
  const { source, segments } = start(path, scope);
  let position: Position = { source, steps: [], cast: undefined };
  for (const [index, segment] of segments.entries()) {
    const rest = segments.slice(index);
    const collection = collectionAt(position, segment, rest, scope);
    if (collection)
      return overCollection(collection.from, collection.tail, scope, position.source, bindCondition);
    position = step(position, segment, scope);
  }
  return position;
}

function start(path: Path, scope: Scope): { source: Source; segments: readonly Segment[] } {
  const segments = withCasts(path.segments);
  if (path.root === '$it') {
    if (scope.isExpanded) throw unsupported("'$it' in $expand");
    return { source: scope.it ?? scope.row, segments };
  }
  const [first] = segments;
  const variable = first?.kind === 'name' ? scope.variables.get(first.name) : undefined;
  return variable ? { source: variable, segments: segments.slice(1) } : { source: scope.row, segments };
}

/** `cast(type)/a` is `type/a`: the parser, which knows no functions in paths, has it as a name with a key. */
function withCasts(segments: readonly Segment[]): Segment[] {
  return segments.flatMap((segment, index) => {
    const [before, next] = [segments[index - 1], segments[index + 1]];
    if (isCast(segment) && typeOfKey(next)) return [];
    return (isCast(before) && typeOfKey(segment)) || [segment];
  });
}

const isCast = (segment: Segment | undefined): boolean =>
  segment?.kind === 'name' && segment.name.toLowerCase() === 'cast';

function typeOfKey(segment: Segment | undefined): Segment[] | undefined {
  if (segment?.kind !== 'key' || segment.value.kind !== 'path') return undefined;
  const { segments } = segment.value;
  return segments.length === 1 && segments[0]?.kind === 'cast' ? [segments[0]] : undefined;
}

/** A segment that names a collection, with the lambda or count behind it. */
function collectionAt(
  position: Position,
  segment: Segment,
  rest: readonly Segment[],
  scope: Scope,
): { from: Source; tail: Lambda | CountSegment } | undefined {
  if (segment.kind !== 'name') return undefined;
  const from = rowsAt(position, segment.name, scope) ?? elementsAt(position, segment.name, scope);
  if (!from) return undefined;
  const [, tail, beyond] = rest;
  if (beyond) throw unsupported('A path through a collection');
  if (tail?.kind === 'lambda' || tail?.kind === 'count') return { from, tail };
  if (tail) throw unsupported('A path through a collection');
  throw wrong(`The collection '${excerpt(segment.name)}' can only be used with any, all or $count.`);
}

/** What a navigation of this name leads to, where the version has it. */
function navigated<T extends { name: string; set: EntitySet }>(
  navigations: readonly T[],
  name: string,
  { version }: Scope,
): T | undefined {
  const lower = name.toLowerCase();
  return navigations.find(
    (candidate) => candidate.name.toLowerCase() === lower && isVisible(candidate.set, version),
  );
}

/** The rows of a collection that a navigation leads to. */
function rowsAt(position: Position, name: string, scope: Scope): Source | undefined {
  const { source, steps } = position;
  if (!('segments' in source.rows) || steps.length > 0) return undefined;
  const link = navigated(source.rows.linked, name, scope);
  const found = link ?? navigated(source.rows.contained, name, scope);
  return (
    found && {
      alias: scope.alias(),
      rows: found.set,
      onlyOf: pathAt(position).onlyOf,
      ...(link && { link }),
    }
  );
}

/** The one row that a navigation leads to. */
function referencedAt(position: Position, name: string, scope: Scope): Source | undefined {
  const { source, steps } = position;
  if (!('segments' in source.rows) || steps.length > 0) return undefined;
  const single = navigated(source.rows.singles, name, scope);
  const reference = navigated(source.rows.references, name, scope);
  const found = single ?? reference;
  if (!found) return undefined;
  const reached = { from: source, key: reference?.key };
  return { alias: scope.alias(), rows: found.set, onlyOf: pathAt(position).onlyOf, reached };
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
    const inner = { ...scope, row: over, it: scope.it ?? scope.row };
    const body = tail.filter && bindCondition(tail.filter, inner);
    return { kind: 'count', type: integerType, nullable: false, over, from, body };
  }
  const variables = new Map(scope.variables);
  if (tail.variable !== undefined) variables.set(tail.variable, over);
  const body = tail.body && bindCondition(tail.body, { ...scope, variables });
  return { kind: tail.quantifier, ...condition, over, from, body };
}

/** Goes on by a cast, a navigation to one row, or a property. */
function step(position: Position, segment: Segment, scope: Scope): Position {
  switch (segment.kind) {
    case 'cast':
      return castAt(position, segment.type, scope);
    case 'name': {
      const source = referencedAt(position, segment.name, scope);
      if (source) return { source, steps: [], cast: undefined };
      const properties = propertiesHere(position, scope);
      const property = propertyNamed(properties, segment.name, typeNameHere(position));
      return { ...position, steps: [...position.steps, property], complex: undefined };
    }
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

function castAt(position: Position, type: string, { version }: Scope): Position {
  const { source, steps, casts = [] } = position;
  const from = complexHere(position);
  if (from) {
    const complex = castTarget(from, type, version);
    return { ...position, complex, casts: withCast(casts, steps.length, from, complex) };
  }
  if (!('segments' in source.rows) || steps.length > 0) throw unsupported('A cast of a primitive value');
  return { ...position, cast: typeNamed(source.rows, type, version) };
}

/** The type of the complex value that a path has come to. */
function complexHere({ source, steps, complex }: Position): ComplexType | undefined {
  const type = complex ?? steps.at(-1)?.type ?? elementType(source);
  return type?.kind === 'complex' ? type : undefined;
}

function propertiesHere(position: Position, scope: Scope): readonly Property[] {
  const complex = complexHere(position);
  if (complex) return complex.properties.filter((property) => isVisible(property, scope.version));
  if (position.steps.length > 0) return [];
  const type = position.cast ?? rowTypeOf(position.source);
  const own = propertiesOf(position.source, type, scope.version);
  return type ? [keyProperty, ...own] : own;
}

function typeNameHere({ steps, complex, cast, source }: Position): string {
  const type = complex ?? steps.at(-1)?.type ?? cast ?? rowTypeOf(source) ?? elementType(source);
  return type === undefined || type.kind === 'collection' ? '' : type.name;
}

function pathAt({ source, steps, cast, casts = [] }: Position): PropertyPath {
  const narrowed =
    cast && cast !== rowTypeOf(source) ? concreteTypes(source.rows as EntitySet, cast) : undefined;
  const isKey = steps.length === 1 && steps[0] === keyProperty;
  return {
    source,
    steps: isKey ? 'id' : steps,
    onlyOf: narrowed,
    ...(casts.length > 0 && { casts }),
  };
}

function propertyAt(position: Position): Typed {
  const path = pathAt(position);
  const mayMiss = path.onlyOf !== undefined || (path.source.onlyOf !== undefined && path.source.reached);
  if (path.steps === 'id') {
    return { kind: 'property', path, type: { kind: 'string', exact: true }, nullable: Boolean(mayMiss) };
  }
  const type = position.complex ?? path.steps.at(-1)?.type ?? elementType(path.source);
  const scalar = type && scalarOf(type);
  if (!scalar) throw unsupported(`Comparing a value of type '${namespace}.${typeNameHere(position)}'`);
  const nullable = path.steps.length !== 1 || Boolean(mayMiss) || (path.steps[0] as Property).nullable;
  return { kind: 'property', path, type: scalar, nullable };
}
