import { withDerived } from '../complex-types.js';
import { type ApiVersion, type EnumType, isVisible, namespace, type ValueType } from '../edm.js';
import { allProperties } from '../edm.js';
import type { EntitySet } from '../entity-set.js';
import type { Scope } from './scope.js';
import type { Source } from './typed.js';

/** The namespace and the alias that `$metadata` declares for it: clients made from it write either. */
const prefixes = [`${namespace}.`, 'graph.'];

/** A type's name without its namespace, in lower case: names match in any case. Undefined when it is of another namespace. */
export function localName(qualified: string): string | undefined {
  const lower = qualified.toLowerCase();
  const prefix = prefixes.find((candidate) => lower.startsWith(candidate));
  return prefix === undefined ? undefined : lower.slice(prefix.length);
}

/** An enumeration of any type that expressions on the rows can reach. */
export function enumTypeNamed(scope: Scope, qualified: string): EnumType | undefined {
  const name = localName(qualified);
  if (name === undefined) return undefined;
  return setsFrom(setOf(scope.row))
    .flatMap((set) => enumTypesOf(set, scope.version))
    .find((type) => type.name.toLowerCase() === name);
}

const setOf = ({ rows }: Source): EntitySet => ('segments' in rows ? rows : setOf(rows.elementsOf.source));

/** A set and those that its rows lead to, each once. */
function setsFrom(start: EntitySet): EntitySet[] {
  const found = [start];
  for (const { contained, singles, references } of found) {
    const next = [...contained, ...singles, ...references]
      .map(({ set }) => set)
      .filter((set) => !found.includes(set));
    found.push(...new Set(next));
  }
  return found;
}

const enumTypesOf = ({ types }: EntitySet, version: ApiVersion): EnumType[] =>
  types
    .flatMap(allProperties)
    .filter((property) => isVisible(property, version))
    .flatMap(({ type }) => enumTypesIn(type));

function enumTypesIn(type: ValueType): EnumType[] {
  switch (type.kind) {
    case 'enum':
      return [type];
    case 'collection':
      return enumTypesIn(type.of);
    case 'complex':
      return withDerived(type)
        .flatMap(({ properties }) => properties)
        .flatMap((property) => enumTypesIn(property.type));
    case 'primitive':
      return [];
  }
}
