import { containedKeys, containerKeys, type Keys } from '../odata/address.js';
import type { Expansion, RowsQuery } from '../odata/bound-query.js';
import { rowAlias } from '../odata/collection-query.js';
import { isA } from '../odata/entity-set.js';
import type { Entity, Expanded } from '../odata/expanded-text.js';
import { limits } from '../odata/limits.js';
import type { Row } from '../odata/serializer.js';
import { planned, rowQuery } from './row-query.js';
import type { ServedLink, ServedSet } from './served-set.js';
import { countRanges, type KeyLists, selectRanges, type Statement } from './statements.js';
import type { Link } from './table.js';

/** Runs the statements of one tenant. */
export interface Reader {
  tenantId: string;
  /** All rows. */
  read(statement: Statement): Promise<Row[]>;
  /** Rows until they are too large together; `isCut` says so. */
  readWithin(statement: Statement, budget: number): Promise<{ rows: Row[]; isCut: boolean }>;
}

type CollectionExpansion = Expansion & { kind: 'collection' };
type EntityExpansion = Expansion & { kind: 'entity' };
type ContainerExpansion = EntityExpansion & { key: string };

const leadsToContainer = (expansion: EntityExpansion): expansion is ContainerExpansion =>
  expansion.key !== undefined;

/** The entities with what is expanded of them: one statement for each navigation, however many the entities are. */
export async function withExpanded(
  reader: Reader,
  set: ServedSet,
  entities: readonly Entity[],
  expansions: readonly Expansion[],
): Promise<readonly Entity[]> {
  if (expansions.length === 0 || entities.length === 0) return entities;
  const columns: (readonly (Expanded | undefined)[])[] = [];
  for (const expansion of expansions) columns.push(await expandedOf(reader, set, entities, expansion));
  return entities.map((entity, index) => ({ ...entity, expanded: columns.map((column) => column[index]) }));
}

/** What one navigation leads to from each entity; undefined from those of types that don't have it. */
async function expandedOf(
  reader: Reader,
  set: ServedSet,
  entities: readonly Entity[],
  expansion: Expansion,
): Promise<(Expanded | undefined)[]> {
  const { castTo } = expansion;
  const isOwner = ({ row }: Entity): boolean =>
    !castTo || set.types.some((type) => type.name === set.text.typeName(row) && isA(type, castTo));
  const owners = entities.filter(isOwner);
  if (owners.length === 0) return entities.map(() => undefined);
  const found = await foundOf(reader, set, owners, expansion);
  const byOwner = new Map(owners.map((owner, index) => [owner, found[index]]));
  return entities.map((entity) => byOwner.get(entity));
}

function foundOf(
  reader: Reader,
  set: ServedSet,
  owners: readonly Entity[],
  expansion: Expansion,
): Promise<Expanded[]> {
  if (expansion.kind === 'collection') return containedIn(reader, set, owners, expansion);
  return leadsToContainer(expansion)
    ? containersOf(reader, owners, expansion)
    : singlesOf(reader, set, owners, expansion);
}

/** The entity that each of the others contains as the only one of its kind. */
async function singlesOf(
  reader: Reader,
  container: ServedSet,
  containers: readonly Entity[],
  expansion: EntityExpansion,
): Promise<Expanded[]> {
  const set = expansion.set as ServedSet;
  const places = containers.map(({ row, keys }) => containedKeys(set, keys, container.text.id(row)));
  const range = { ...rowQuery({ filter: undefined, orderBy: [] }), limit: 1, offset: 0 };
  const lists = keyLists(places);
  const rows = await reader.read(
    selectRanges(set.table, rowAlias, reader.tenantId, lists, range, places.length),
  );
  const found = rows.map(([number, ...row]): Entity => {
    return { row, keys: places[Number(number) - 1] ?? {}, expanded: [] };
  });
  const whole = await withExpanded(reader, set, found, expansion.selection.expansions);
  const byNumber = new Map(rows.map(([number], index) => [Number(number), whole[index]]));
  return places.map((_, index) => {
    const one = byNumber.get(index + 1);
    return { entities: one ? [one] : [], count: undefined, more: false };
  });
}

/** The entity that a navigation leads to from each of the others: each is read once. */
async function containersOf(
  reader: Reader,
  contained: readonly Entity[],
  expansion: ContainerExpansion,
): Promise<Expanded[]> {
  const set = expansion.set as ServedSet;
  const keys = contained.map((entity) => containerKeys(expansion, entity.keys));
  if (expansion.of === 'references') return keys.map(keyAlone);
  const texts = keys.map((key) => JSON.stringify(key));
  const places = [...new Map(keys.map((key, index) => [texts[index] as string, key]))];
  const query = { ...rowQuery({ filter: undefined, orderBy: [] }), limit: 1, offset: 0 };
  const lists = keyLists(places.map(([, key]) => key));
  const rows = await reader.read(
    selectRanges(set.table, rowAlias, reader.tenantId, lists, query, places.length),
  );
  const placed = rows.map(([number, ...row]) => ({ number: Number(number), row }));
  const found = placed.map(({ number, row }): Entity => ({
    row,
    keys: places[number - 1]?.[1] ?? {},
    expanded: [],
  }));
  const whole = await withExpanded(reader, set, found, expansion.selection.expansions);
  const byKey = new Map(placed.map(({ number }, index) => [places[number - 1]?.[0], whole[index]]));
  return texts.map((text) => {
    const one = byKey.get(text);
    return { entities: one ? [one] : [], count: undefined, more: false };
  });
}

/** A link to an entity says no more than its key, and what contains a row is there as long as the row. */
const keyAlone = (keys: Keys): Expanded => ({
  entities: [{ row: [keys['id'] ?? ''], keys, expanded: [] }],
  count: undefined,
  more: false,
});

/** The collection that each of the entities contains or is linked to, as far as it was asked for and can be read at once. */
async function containedIn(
  reader: Reader,
  container: ServedSet,
  containers: readonly Entity[],
  expansion: CollectionExpansion,
): Promise<Expanded[]> {
  const set = expansion.set as ServedSet;
  const { query, of } = expansion;
  const link = (expansion.link as ServedLink | undefined)?.link;
  const places = containers.map(({ row, keys }): Keys => {
    const id = container.text.id(row);
    return link ? { [link.from]: id } : containedKeys(set, keys, id);
  });
  const isCounted = of === 'count' || query.count;
  const counts = isCounted ? await countsOf(reader, set, places, query, link) : undefined;
  const counted = (index: number): string | undefined => counts && (counts.get(index + 1) ?? '0');
  if (of === 'count') return places.map((_, index) => ({ entities: [], count: counted(index), more: false }));
  const { found, complete } = await rowsOf(reader, set, places, query, link);
  const entities = found.map(({ number, row }): Entity => ({
    row,
    keys: (!link && places[number - 1]) || {},
    expanded: [],
  }));
  const whole = await withExpanded(reader, set, entities, query.selection.expansions);
  const groups = places.map((): Entity[] => []);
  found.forEach(({ number }, index) => groups[number - 1]?.push(whole[index] as Entity));
  return groups.map((group, index) => {
    const more = index >= complete || (!query.isTotal && group.length > query.top);
    return { entities: more ? group.slice(0, query.top) : group, count: counted(index), more };
  });
}

async function countsOf(
  reader: Reader,
  set: ServedSet,
  places: readonly Keys[],
  query: RowsQuery,
  link: Link | undefined,
): Promise<Map<number, string>> {
  const counted = rowQuery({ ...query, orderBy: [] });
  const lists = keyLists(places);
  const statement = countRanges(set.table, rowAlias, reader.tenantId, lists, counted.where, link);
  const rows = await reader.read(planned(statement, counted));
  return new Map(rows as unknown as [number, string][]);
}

/** The rows with the numbers of their places; of the places, the first `complete` ones have all that they should. */
async function rowsOf(
  reader: Reader,
  set: ServedSet,
  places: readonly Keys[],
  query: RowsQuery,
  link: Link | undefined,
): Promise<{ found: { number: number; row: Row }[]; complete: number }> {
  // One row more than is sent tells whether there is a next page.
  const limit = query.isTotal ? query.top : query.top + 1;
  const range = { ...rowQuery(query), limit, offset: query.skip };
  const lists = keyLists(places);
  const statement = selectRanges(set.table, rowAlias, reader.tenantId, lists, range, limits.expanded, link);
  const { rows, isCut } = await reader.readWithin(statement, limits.pageText);
  const found = rows.map(([number, ...row]) => ({ number: number as number, row }));
  const isWhole = !isCut && rows.length < limits.expanded;
  return { found, complete: isWhole ? places.length : (found.at(-1)?.number ?? 1) - 1 };
}

/** One array for each key. */
function keyLists(places: readonly Keys[]): KeyLists {
  const names = Object.keys(places[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, places.map((keys) => keys[name] ?? '')]));
}
