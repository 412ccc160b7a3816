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

/**
 * The writer of a set's rows in one API version: every property by name, nulls included, or just the selected ones.
 * That of all properties is made once; `$select` makes its own.
 */
export function entityWriter(
  set: EntitySet,
  version: ApiVersion,
  text: RowText,
  select?: ReadonlySet<string>,
): EntityWriter {
  const writers = new Map(set.types.map((type) => [type.name, typeWriter(set, type, version, text, select)]));
  const fallback = typeWriter(set, set.type, version, text, select);
  return (row, head) => (writers.get(text.typeName(row)) ?? fallback)(row, head);
}

function typeWriter(
  set: EntitySet,
  type: EntityType,
  version: ApiVersion,
  text: RowText,
  select: ReadonlySet<string> | undefined,
): EntityWriter {
  // A type that the version doesn't know is served as the declared one, without a name, as the live service does.
  const known = isVisible(type, version) && set.types.includes(type);
  const annotation = known ? `"@odata.type":"#${namespace}.${type.name}",` : '';
  const members = allProperties(known ? type : set.type)
    .filter((property) => isVisible(property, version) && (select?.has(property.name) ?? true))
    .map((property) => ({ label: `,${JSON.stringify(property.name)}:`, value: text.property(property) }));
  const withKey = select?.has('id') ?? true;
  return (row, head) => {
    // Every member is written behind a comma; that of the first goes.
    let json = withKey ? `,"id":${JSON.stringify(text.id(row))}` : '';
    for (const member of members) json += member.label + member.value(row);
    // A selection may leave nothing of a row's own.
    return json === '' ? `{${(head + annotation).slice(0, -1)}}` : `{${head}${annotation}${json.slice(1)}}`;
  };
}

/** `"@odata.context":"…",` for the head of an entity or a page. */
export const contextMember = (url: string): string => `"@odata.context":${JSON.stringify(url)},`;

/** A page of a collection. Shape: `@odata.context`, `@odata.count` if asked, `@odata.nextLink` if there is more, `value`. */
export function pageText(
  context: string,
  count: string | undefined,
  nextLink: string | undefined,
  entities: readonly string[],
): string {
  const counted = count === undefined ? '' : `"@odata.count":${count},`;
  const next = nextLink === undefined ? '' : `"@odata.nextLink":${JSON.stringify(nextLink)},`;
  return `{${contextMember(context)}${counted}${next}"value":[${entities.join(',')}]}`;
}
