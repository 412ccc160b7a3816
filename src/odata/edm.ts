import { limits } from './limits.js';

/** The entity data model as plain data: what OData calls types, properties and facets (OData CSDL 4.01, sections 6 to 10). */

/** Where the service has a root: a version of Graph as today's documents have it, or at the contract date before it. */
export const apiVersions = [
  'v1.0',
  'beta',
  '2017-01/beta',
  '2018-11/beta',
  'live/beta',
  'live/v1.0',
] as const;
export type ApiVersion = (typeof apiVersions)[number];

export const graphVersions = ['v1.0', 'beta'] as const;
export type GraphVersion = (typeof graphVersions)[number];

/** In the order of time: the service as it answers now is younger than today's documents. */
export const contractDates = ['2017-01', '2018-11', 'today', 'live'] as const;
export type ContractDate = (typeof contractDates)[number];

/** Where a thing exists: in the versions of Graph that are named, from the first of the dates to the last. Default: all. */
export interface Existence {
  versions?: readonly GraphVersion[];
  from?: ContractDate;
  until?: ContractDate;
}

export const contractDateOf = (version: ApiVersion): ContractDate =>
  contractDates.find((date) => version.startsWith(`${date}/`)) ?? 'today';

/** A declaration's versions, each at each of its dates. */
export function versionsOf({ versions = graphVersions, from, until }: Existence): readonly ApiVersion[] {
  const first = contractDates.indexOf(from ?? '2017-01');
  const last = contractDates.indexOf(until ?? 'live');
  return apiVersions.filter((version) => {
    const date = contractDates.indexOf(contractDateOf(version));
    return date >= first && date <= last && versions.some((graph) => version.endsWith(graph));
  });
}

export type PrimitiveName =
  'Edm.String' | 'Edm.Boolean' | 'Edm.Int32' | 'Edm.Int64' | 'Edm.DateTimeOffset' | 'Edm.Binary';

export interface PrimitiveType {
  kind: 'primitive';
  name: PrimitiveName;
}

export interface EnumType {
  kind: 'enum';
  name: string;
  /** A flags enum holds a set of members: `x86,x64`. */
  flags: boolean;
  members: ReadonlyMap<string, number>;
  names: ReadonlyMap<number, string>;
  /** The number that a create gives where the client gives none. */
  initial: number;
  /** The member that stands for stored numbers without one; without it their digits do. In a set it has no members. */
  unknownAs?: number;
}

export interface ComplexType {
  kind: 'complex';
  name: string;
  base: ComplexType | undefined;
  /** A value's type has to be named then; which of those that derive from it is meant can't be told otherwise. */
  abstract: boolean;
  versions: readonly ApiVersion[];
  /** Those of its base first. */
  properties: readonly Property[];
  /** The types that derive from it directly. */
  derived: readonly ComplexType[];
}

export interface CollectionType {
  kind: 'collection';
  of: SingleType;
}

export type SingleType = PrimitiveType | EnumType | ComplexType;
export type ValueType = SingleType | CollectionType;

export interface Property {
  name: string;
  type: ValueType;
  /** Of a collection: whether its elements may be null. */
  nullable: boolean;
  /** The server's to write: ignored in bodies (OData 11.4.3). `created` and `modified` follow the clock. */
  computed: 'initial' | 'created' | 'modified' | undefined;
  /** Taken when an entity is made, and ignored in updates (OData Core vocabulary, `Immutable`). */
  immutable: boolean;
  versions: readonly ApiVersion[];
  /** In UTF-16 code units. */
  maxLength: number;
  /** What keeps the value, of another type at other dates: this property is a second view of it. */
  of?: Property;
}

export interface EntityType {
  kind: 'entity';
  name: string;
  base: EntityType | undefined;
  abstract: boolean;
  versions: readonly ApiVersion[];
  /** Its own, in the order they are written. */
  properties: readonly Property[];
  /** What a create stores for some of its properties, or its base's, where the client gives nothing: values by names. */
  initial?: Readonly<Record<string, string | number | boolean>>;
}

export const namespace = 'microsoft.graph';

/** How Intune's services name a type in their errors: their own namespace, not Graph's. */
export function backendTypeName(type: ValueType | EntityType): string {
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'collection':
      return `Collection(${backendTypeName(type.of)})`;
    case 'enum':
    case 'complex':
    case 'entity':
      return `microsoft.management.services.api.${type.name}`;
  }
}

/** Properties of the type and of all it derives from, base first. */
export function allProperties(type: EntityType): Property[] {
  return [...(type.base ? allProperties(type.base) : []), ...type.properties];
}

export function isVisible(facet: { versions: readonly ApiVersion[] }, version: ApiVersion): boolean {
  return facet.versions.includes(version);
}

/** `members` name the number that is stored; `initial` names the member of a fresh row (default: the one that is 0). */
export function enumType(
  name: string,
  members: Readonly<Record<string, number>>,
  facets: { flags?: boolean; initial?: string } = {},
): EnumType {
  const entries = Object.entries(members);
  return {
    kind: 'enum',
    name,
    flags: facets.flags ?? false,
    members: new Map(entries),
    names: new Map(entries.map(([member, value]) => [value, member])),
    initial: (facets.initial !== undefined ? members[facets.initial] : undefined) ?? 0,
  };
}

/** An enum as it was earlier: with just these members. What came later reads as `unknownAs`, and in a set as nothing. */
export function earlierEnum(type: EnumType, members: readonly string[], unknownAs: string): EnumType {
  const known = [...type.members].filter(([name]) => members.includes(name));
  const earlier = enumType(type.name, Object.fromEntries(known), { flags: type.flags });
  return { ...earlier, initial: type.initial, unknownAs: type.members.get(unknownAs) ?? 0 };
}

/** `base` is the type that it derives from: values of `base` may be of this type. */
export function complexType(
  name: string,
  own: readonly Property[],
  facets: Existence & { base?: ComplexType; abstract?: boolean } = {},
): ComplexType {
  const { base, abstract = false } = facets;
  const properties = [...(base?.properties ?? []), ...own];
  const type = { kind: 'complex', name, base, abstract, properties, derived: [] } as const;
  const made: ComplexType = { ...type, versions: versionsOf(facets) };
  if (base) (base.derived as ComplexType[]).push(made);
  return made;
}

export function collection(of: SingleType | PrimitiveName): CollectionType {
  return { kind: 'collection', of: typeof of === 'string' ? { kind: 'primitive', name: of } : of };
}

export interface Facets extends Existence {
  /** Default: true, as in CSDL. */
  nullable?: boolean;
  computed?: 'initial' | 'created' | 'modified';
  immutable?: true;
  maxLength?: number;
  /** An index may hold it, so it is shorter than other text. */
  indexed?: boolean;
}

/** A property of a type; lengths are UTF-16 code units. */
export function property(name: string, type: ValueType | PrimitiveName, facets: Facets = {}): Property {
  return {
    name,
    type: typeof type === 'string' ? { kind: 'primitive', name: type } : type,
    nullable: facets.nullable ?? true,
    computed: facets.computed,
    immutable: facets.immutable ?? false,
    versions: versionsOf(facets),
    maxLength: facets.maxLength ?? (facets.indexed ? limits.indexedText : limits.text),
  };
}
