import { apiVersions, type EntityType, type PrimitiveName, property } from '../../../odata/edm.js';
import { type EntitySet, entitySet } from '../../../odata/entity-set.js';

/** How an answer's `Schema` names the type of a column. */
export type ColumnType = 'String' | 'Int32' | 'Int64' | 'Double' | 'Boolean' | 'DateTime';

export interface Column {
  name: string;
  type: ColumnType;
  /** Its value, over the aliases of the report's rows; of a DateTime the ticks. */
  sql: string;
  /** Of a DateTime: how it was written. */
  written?: string;
  /** What its numbers mean: comes as a column of its own, `…_loc`, or in their place. */
  text?: (value: number) => string;
  /** Only where it is selected. */
  onRequest?: true;
}

/** A report over the tenant's rows. */
export interface Report {
  /** As export jobs name it. */
  name: string;
  columns: readonly Column[];
  /** Whether it is of one app, which its filter has to name. */
  isPerApp: boolean;
  /** `FROM` and `WHERE` with the placeholders of the tenant and, where it is of one, the app. */
  rows: (tenant: string, app: string) => string;
  /** What tells its rows apart, and orders them where nothing else does. */
  key: string;
  /** Whether its rows are costly enough to be made just once in a statement. */
  isComputed: boolean;
  /** The columns as what filters know: a set of entities that have them for properties. */
  set: EntitySet;
}

/** How filters compare a column. They know no fractions but in literals, so a Double may be any number. */
const comparedAs: Readonly<Record<ColumnType, PrimitiveName>> = {
  String: 'Edm.String',
  Int32: 'Edm.Int32',
  Int64: 'Edm.Int64',
  Double: 'Edm.Int64',
  Boolean: 'Edm.Boolean',
  DateTime: 'Edm.DateTimeOffset',
};

export function report(declared: Omit<Report, 'set'>): Report {
  const type: EntityType = {
    kind: 'entity',
    name: declared.name,
    base: undefined,
    abstract: false,
    versions: apiVersions,
    properties: declared.columns.map((column) => property(column.name, comparedAs[column.type])),
  };
  return { ...declared, set: entitySet(declared.name, type) };
}

export const column = (
  name: string,
  type: ColumnType,
  sql: string,
  facets: Pick<Column, 'written' | 'text' | 'onRequest'> = {},
): Column => ({ name, type, sql, ...facets });
