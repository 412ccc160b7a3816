import { containedKeys, entityPath, type Keys, type Through } from './address.js';
import type { Expansion, RowsQuery, Selection } from './bound-query.js';
import { contextMember, countText, referenceText } from './documents.js';
import type { EntitySet } from './entity-set.js';
import type { Format } from './format.js';
import { limits } from './limits.js';
import type { EntityWriter, Row } from './serializer.js';

/** A row with where it is and what was read along with it. */
export interface Entity {
  row: Row;
  /** Those of its ancestors. */
  keys: Keys;
  /** In the order of the selection's expansions; undefined for one that an entity of this type doesn't have. */
  expanded: readonly (Expanded | undefined)[];
}

/** What an expansion leads to from one entity. */
export interface Expanded {
  /** In order; one at most for a navigation to one entity. */
  entities: readonly Entity[];
  count: string | undefined;
  /** Whether there are more than were read. */
  more: boolean;
}

/** A collection's rows, or the links to them. */
export interface Collection extends Through {
  isLinks: boolean;
}

/** What writing entities takes beside them. */
export interface TextContext {
  /** Absolute URL of the version, without a slash at its end. */
  root: string;
  format: Format;
  idOf: (row: Row) => string;
  writerOf: (set: EntitySet, selection: Selection) => EntityWriter;
  /**
   * The URL of what follows an expanded collection.
   * @param after the last entity that was written, if any
   * @param left how many are still wanted, where that is limited
   */
  nextLink: (collection: Collection, query: RowsQuery, after: Entity | undefined, left?: number) => string;
}

/** JSON text of an entity with all that is expanded of it; `head` is written first. */
export type EntityText = (entity: Entity, head: string) => string;

/** The writer of a selection's entities, made once for all of them. */
export function entityText(set: EntitySet, selection: Selection, context: TextContext): EntityText {
  const writer = context.writerOf(set, selection);
  const isPlain = selection.expansions.length === 0 && context.format.metadata !== 'full';
  if (isPlain) return ({ row }, head) => writer(row, head);
  const parts = selection.expansions.map((expansion) => expandedText(set, expansion, context));
  return (entity, head) => {
    const id = context.idOf(entity.row);
    const expanded = entity.expanded.map((found, index) =>
      found ? parts[index]?.(found, entity.keys, id) : '',
    );
    const url = `${context.root}/${entityPath(set, entity.keys, id)}`;
    return writer(entity.row, head, { url, expanded: expanded.join('') });
  };
}

/** Writes one expansion of the entity with these keys and id, behind a comma. */
type ExpandedText = (expanded: Expanded, keys: Keys, id: string) => string;

function expandedText(owner: EntitySet, expansion: Expansion, context: TextContext): ExpandedText {
  const { name, set } = expansion;
  const label = `,${JSON.stringify(name)}:`;
  if (expansion.of === 'count') return ({ count }) => countMember(name, count, context.format);
  const selection = expansion.kind === 'entity' ? expansion.selection : expansion.query.selection;
  const text = expansion.of === 'entities' ? entityText(set, selection, context) : linkText(set, context);
  if (expansion.kind === 'entity') {
    const shared = sharedText(text);
    return ({ entities: [one] }) => `${label}${one ? shared(one, '') : 'null'}`;
  }
  return ({ entities, count, more }, container, id) => {
    const place = collectionOf(owner, expansion, container, id);
    const texts = textsOf(entities, text);
    const { keys } = place;
    const about = contextMember(context.format, context.root, { kind: 'collection', set, keys, selection });
    const head = about === '' || expansion.of === 'references' ? '' : `,"${name}${about.slice(1, -1)}`;
    const next =
      more || texts.length < entities.length ? nextLink(expansion, place, entities, texts, context) : '';
    return `${head}${countMember(name, count, context.format)}${next}${label}[${texts.join(',')}]`;
  };
}

/** Where a collection is that an entity contains or is linked to. */
function collectionOf(
  owner: EntitySet,
  { set, link }: Expansion & { kind: 'collection' },
  container: Keys,
  id: string,
): Through {
  if (!link) return { set, keys: containedKeys(set, container, id) };
  return { set, keys: {}, linked: { link, from: { set: owner, keys: { ...container, id } } } };
}

/** Many entities may lead to the same one, which was read once and is written once. */
function sharedText(text: EntityText): EntityText {
  const texts = new Map<Entity, string>();
  return (entity, head) => {
    const known = texts.get(entity) ?? text(entity, head);
    texts.set(entity, known);
    return known;
  };
}

const countMember = (name: string, count: string | undefined, format: Format): string =>
  count === undefined ? '' : `,"${name}@odata.count":${countText(format, count)}`;

/** The writer of links to a set's entities, which says nothing else of them. */
export const linkText =
  (set: EntitySet, { root, idOf }: Pick<TextContext, 'root' | 'idOf'>): EntityText =>
  ({ row, keys }, head) =>
    referenceText(head, root, set, keys, idOf(row));

/** As many entities as an answer should hold: one collection can't make it grow without bound. */
function textsOf(entities: readonly Entity[], text: EntityText): string[] {
  const texts: string[] = [];
  let size = 0;
  for (const entity of entities) {
    if (size >= limits.pageText) break;
    const one = text(entity, '');
    size += one.length;
    texts.push(one);
  }
  return texts;
}

function nextLink(
  { name, query, of }: Expansion & { kind: 'collection' },
  place: Through,
  entities: readonly Entity[],
  { length }: readonly string[],
  context: TextContext,
): string {
  const left = query.isTotal ? query.top - length : undefined;
  const url = context.nextLink({ ...place, isLinks: of === 'references' }, query, entities[length - 1], left);
  return `,"${name}@odata.nextLink":${JSON.stringify(url)}`;
}
