import { keyProperty } from './address.js';
import type { Selection } from './bound-query.js';
import {
  allProperties,
  type ApiVersion,
  type EntityType,
  isVisible,
  namespace,
  type Property,
} from './edm.js';
import { type EntitySet, isA } from './entity-set.js';
import { defaultFormat } from './format.js';
import { etagOf, type Validators } from './preconditions.js';
import { type Json, typeMember, type ValueStyle } from './stored-value.js';

/** A row as the statement returned it: an array of column values. */
export type Row = readonly unknown[];

/** How the columns of a set become JSON. */
export interface RowText {
  /** The row's id, unescaped. */
  id: (row: Row) => string;
  /** Unqualified name of the row's type. */
  typeName: (row: Row) => string;
  /** The writer of one property: the JSON text of its value in a row. */
  property: (property: Property, style: ValueStyle) => (row: Row) => string;
  /** The reader of one property: its stored value in a row. */
  value: (property: Property) => (row: Row) => Json;
  /** What tells the state of a row from another. */
  validators: (row: Row) => Validators & { version: number };
}

/** What an entity has beside its row. */
export interface Surroundings {
  /** The absolute URL of the entity, without casts. */
  url: string;
  /** JSON text of what is expanded, each member behind a comma. */
  expanded: string;
}

/** JSON text of one entity; `head` is written first, such as `"@odata.context":"…",`. */
export type EntityWriter = (row: Row, head: string, surroundings?: Surroundings) => string;

/**
 * The writer of a set's rows in one API version: every property by name, nulls included, or just what is selected.
 * That of all properties in the format that nobody has to ask for is made once; a query may make its own.
 */
export function entityWriter(
  set: EntitySet,
  version: ApiVersion,
  text: RowText,
  selection?: Selection,
  format = defaultFormat,
): EntityWriter {
  const writers = new Map<string, EntityWriter>();
  // A set has many types and most pages are of few, so a type's is made for its first row.
  const made = (name: string): EntityWriter => {
    const type = set.types.find((candidate) => candidate.name === name) ?? set.type;
    const writer = typeWriter(set, type, { version, format, inner: undefined }, text, selection);
    writers.set(name, writer);
    return writer;
  };
  return (row, head, surroundings) => {
    const name = text.typeName(row);
    return (writers.get(name) ?? made(name))(row, head, surroundings);
  };
}

function typeWriter(
  set: EntitySet,
  type: EntityType,
  style: ValueStyle,
  text: RowText,
  selection: Selection | undefined,
): EntityWriter {
  // A type that the version doesn't know is served as the declared one, without a name, as the live service does.
  const known = isVisible(type, style.version) && set.types.includes(type);
  const { metadata } = style.format;
  const annotation = known && metadata !== 'none' ? `"@odata.type":"#${namespace}.${type.name}",` : '';
  const etag = metadata === 'full' ? etagText(text) : noEtag;
  const own = metadata === 'full' ? ownLinks(known && type !== set.type ? type : undefined) : noLinks;
  const onward = metadata === 'full' ? onwardLinks(set, style.version, selection) : noLinks;
  const members = membersOf(known ? type : set.type, style, text, selection);
  const withKey = selects(selection, keyProperty, type);
  return (row, head, { url, expanded } = nothingAround) => {
    // Every member is written behind a comma; that of the first goes.
    let json = etag(row) + own(url);
    if (withKey) json += `,"id":${JSON.stringify(text.id(row))}`;
    for (const member of members) json += member.label + member.value(row);
    json += onward(url) + expanded;
    // A selection may leave nothing of a row's own.
    return json === '' ? `{${(head + annotation).slice(0, -1)}}` : `{${head}${annotation}${json.slice(1)}}`;
  };
}

const nothingAround: Surroundings = { url: '', expanded: '' };

interface Member {
  label: string;
  value: (row: Row) => string;
}

function membersOf(
  type: EntityType,
  style: ValueStyle,
  text: RowText,
  selection: Selection | undefined,
): Member[] {
  const isTyped = style.format.metadata === 'full';
  return allProperties(type)
    .filter((property) => isVisible(property, style.version) && selects(selection, property, type))
    .map((property) => {
      const inner = selection?.properties?.find((selected) => selected.property === property)?.inner;
      const annotations = isTyped ? typeMember(property).map((member) => `,${member}`) : [];
      return {
        label: `${annotations.join('')},${JSON.stringify(property.name)}:`,
        value: text.property(property, { ...style, inner }),
      };
    });
}

const selects = (selection: Selection | undefined, property: Property, type: EntityType): boolean =>
  selection?.properties?.some(
    (selected) => selected.property === property && (!selected.castTo || isA(type, selected.castTo)),
  ) ?? true;

/** Full metadata says which version of the entity this is (OData JSON 4.01, 4.6.11). */
const etagText =
  ({ validators }: RowText) =>
  (row: Row): string =>
    `,"@odata.etag":${JSON.stringify(etagOf(validators(row).version))}`;

const noEtag = (): string => '';

/** Writes members from an entity's URL. */
type Links = (url: string) => string;

const noLinks: Links = () => '';

/** Full metadata says where the entity is, and where to change it as what it is (OData JSON 4.01, 4.6.8 and 4.6.9). */
function ownLinks(derived: EntityType | undefined): Links {
  const cast = derived ? `/${namespace}.${derived.name}` : '';
  return (url) => `,"@odata.id":${JSON.stringify(url)},"@odata.editLink":${JSON.stringify(url + cast)}`;
}

/** Full metadata says where the navigations lead (OData JSON 4.01, 8.1 and 8.2). */
function onwardLinks(set: EntitySet, version: ApiVersion, selection: Selection | undefined): Links {
  const names = [...set.contained, ...set.singles, ...set.linked, ...set.references]
    .filter((navigation) => isVisible(navigation.set, version))
    .map(({ name }) => name)
    .filter((name) => selection?.navigations?.has(name) ?? true);
  return (url) => names.map((name) => onwardLink(name, `${url}/${name}`)).join('');
}

const onwardLink = (name: string, url: string): string =>
  `,"${name}@odata.associationLink":${JSON.stringify(`${url}/$ref`)},"${name}@odata.navigationLink":${JSON.stringify(url)}`;
