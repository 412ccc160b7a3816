import {
  allProperties,
  type ApiVersion,
  type EntityType,
  isVisible,
  namespace,
  type Property,
} from './edm.js';
import type { EntitySet } from './entity-set.js';

/** A row as the statement returned it: an array of column values. */
export type Row = readonly unknown[];

/** How the columns of a set become JSON. */
export interface RowText {
  /** The row's id, unescaped. */
  id: (row: Row) => string;
  /** Unqualified name of the row's type. */
  typeName: (row: Row) => string;
  /** The writer of one property: the JSON text of its value in a row. */
  property: (property: Property) => (row: Row) => string;
}

/** JSON text of one entity; `head` is written first, such as `"@odata.context":"…",`. */
export type EntityWriter = (row: Row, head: string) => string;

/** The writer of a set's rows in one API version, made once: every property by name, nulls included. */
export function entityWriter(set: EntitySet, version: ApiVersion, text: RowText): EntityWriter {
  const writers = new Map(set.types.map((type) => [type.name, typeWriter(set, type, version, text)]));
  const fallback = typeWriter(set, set.type, version, text);
  return (row, head) => (writers.get(text.typeName(row)) ?? fallback)(row, head);
}

function typeWriter(set: EntitySet, type: EntityType, version: ApiVersion, text: RowText): EntityWriter {
  // A type that the version doesn't know is served as the declared one, without a name, as the live service does.
  const known = isVisible(type, version) && set.types.includes(type);
  const annotation = known ? `"@odata.type":"#${namespace}.${type.name}",` : '';
  const members = allProperties(known ? type : set.type)
    .filter((property) => isVisible(property, version))
    .map((property) => ({ label: `,${JSON.stringify(property.name)}:`, value: text.property(property) }));
  return (row, head) => {
    let json = `{${head}${annotation}"id":${JSON.stringify(text.id(row))}`;
    for (const member of members) json += member.label + member.value(row);
    return `${json}}`;
  };
}

/** `"@odata.context":"…",` for the head of an entity or a page. */
export const contextMember = (url: string): string => `"@odata.context":${JSON.stringify(url)},`;

/** A page of a collection. Shape: `@odata.context`, `@odata.nextLink` when there is more, `value`. */
export function pageText(context: string, nextLink: string | undefined, entities: readonly string[]): string {
  const next = nextLink === undefined ? '' : `"@odata.nextLink":${JSON.stringify(nextLink)},`;
  return `{${contextMember(context)}${next}"value":[${entities.join(',')}]}`;
}
