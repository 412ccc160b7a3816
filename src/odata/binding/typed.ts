import type { ComplexType, EntityType, EnumType, Property } from '../edm.js';
import type { EntitySet, LinkedSet } from '../entity-set.js';

/** What a bound expression's value is, as far as comparing it goes. */
export type Scalar =
  | { kind: 'null' | 'boolean' | 'date' | 'timeOfDay' | 'instant' }
  /** In ticks of 100 ns. */
  | { kind: 'duration' }
  /** Base64 as it was sent; its bytes compare. */
  | { kind: 'binary' }
  /** It is null or not: nothing else can be asked of it. */
  | { kind: 'complex'; type: ComplexType }
  /** `integer` keeps division whole. */
  | { kind: 'number'; integer: boolean }
  /** Keys compare to the letter, other text without regard to case. */
  | { kind: 'string'; exact: boolean }
  | { kind: 'enum'; type: EnumType };

/** Where columns are read from: the rows of a set, or the elements of a collection that one of its rows holds. */
export interface Source {
  /** Its name in the statement. */
  alias: string;
  rows: EntitySet | { elementsOf: PropertyPath };
  /** Of rows that another leads to, the contained or the referenced: those of rows of other types are none. */
  onlyOf?: readonly EntityType[] | undefined;
  /** Of rows that another is linked to and doesn't contain: the navigation there. */
  link?: LinkedSet;
  /** Of the one row that a navigation leads to: where from, and the key there that is its id, unless it is contained. */
  reached?: { from: Source; key: string | undefined };
}

/** A property of a row or element; more than one where it goes through complex values. */
export interface PropertyPath {
  source: Source;
  /** `id` is the key, which is no declared property; empty is the element itself. */
  steps: readonly Property[] | 'id';
  /** Rows of other types have no such property. */
  onlyOf: readonly EntityType[] | undefined;
  /** Where the complex values that the steps lead to are of other types there is no such property, either. */
  casts?: readonly ComplexCast[];
}

/** A cast of a complex value that may be of several types. */
export interface ComplexCast {
  /** How many steps lead to the value. */
  behind: number;
  /** The type that it is cast to, and all that derive from that. */
  types: readonly ComplexType[];
}

/** What `cast` can make of a value, and `isof` can ask of it. */
export type CastTarget = { kind: 'primitive'; name: CastName } | EnumType;

export const castNames = [
  'Edm.Binary',
  'Edm.Boolean',
  'Edm.Byte',
  'Edm.Date',
  'Edm.DateTimeOffset',
  'Edm.Decimal',
  'Edm.Double',
  'Edm.Duration',
  'Edm.Guid',
  'Edm.Int16',
  'Edm.Int32',
  'Edm.Int64',
  'Edm.SByte',
  'Edm.Single',
  'Edm.String',
  'Edm.TimeOfDay',
] as const;
export type CastName = (typeof castNames)[number];

interface Node {
  type: Scalar;
  nullable: boolean;
}

/** An expression whose names are known properties and whose operands fit: SQL is written from it without a check. */
export type Typed =
  // `written` is that of a DateTimeOffset: parts of its local time depend on it.
  | (Node & { kind: 'constant'; value: string | number | boolean | null; written?: number })
  | (Node & { kind: 'property'; path: PropertyPath })
  | (Node & { kind: 'compare'; operator: 'eq' | 'gt' | 'ge' | 'lt' | 'le'; left: Typed; right: Typed })
  | (Node & { kind: 'and' | 'or'; operands: readonly Typed[] })
  | (Node & { kind: 'not'; operand: Typed })
  | (Node & { kind: 'in'; operand: Typed; list: readonly Typed[] })
  // Operands of `case` are conditions and values by turns.
  | (Node & { kind: 'call'; name: string; operands: readonly Typed[] })
  | (Node & { kind: 'cast'; operand: Typed; to: CastTarget })
  | (Node & { kind: 'isof'; source: Source; types: readonly EntityType[] })
  | (Node & { kind: 'any' | 'all'; over: Source; from: Source; body: Typed | undefined })
  | (Node & { kind: 'count'; over: Source; from: Source; body: Typed | undefined });

export const booleanType: Scalar = { kind: 'boolean' };
export const integerType: Scalar = { kind: 'number', integer: true };
export const decimalType: Scalar = { kind: 'number', integer: false };
export const textType: Scalar = { kind: 'string', exact: false };
export const nullType: Scalar = { kind: 'null' };

/** A condition of two values: null has been decided. */
export const condition = { type: booleanType, nullable: false } as const;
