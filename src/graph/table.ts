import type { Property } from '../odata/edm.js';

export interface Parent {
  /** Name of the parent's class. */
  entity: string;
  /** The key in URLs, and the column that holds the parent's id. */
  key: string;
  /** The navigation property that leads from a row to this parent, where there is one. */
  navigation?: string;
  /** The row may stand without this parent: it is a second way to the row. */
  optional?: boolean;
}

/** A navigation to rows of another table that stand for themselves, each way to many: a row of a third table links two. */
export interface Link {
  /** The navigation property. */
  name: string;
  /** Name of the class of what it leads to. */
  entity: string;
  /** The table of the links. */
  table: string;
  /** Its columns with the ids of what is linked: of the one that has the navigation, and of the one that it leads to. */
  from: string;
  to: string;
}

/** A table as statements need it. */
export interface Table {
  name: string;
  parents: readonly Parent[];
  links: readonly Link[];
  /** Whether rows of derived types share it: `odataType` names a row's type, `derived` holds that type's own properties. */
  derived: boolean;
  /** Properties that are columns, and the views of such. */
  properties: readonly Property[];
  /** Every column that a statement returns, in the order of the row. */
  columns: readonly string[];
}

export function tableOf(
  name: string,
  parents: readonly Parent[],
  derived: boolean,
  properties: readonly Property[],
  links: readonly Link[] = [],
): Table {
  const columns = [
    'id',
    'rowVersion',
    ...(derived ? ['odataType', 'derived'] : []),
    // Views of a value share its column.
    ...new Set(properties.flatMap(columnNames)),
  ];
  return { name, parents, links, derived, properties, columns };
}

/** One column named as the property; two for a DateTimeOffset. */
export function columnNames({ type, name }: Property): string[] {
  return isDateTimeOffset(type) ? [`${name}Ticks`, `${name}Written`] : [name];
}

export const isDateTimeOffset = (type: Property['type']): boolean =>
  type.kind === 'primitive' && type.name === 'Edm.DateTimeOffset';
