import type { PropertyPath, Source } from '../odata/binding/typed.js';
import { elementType } from '../odata/binding/scope.js';
import type { Property, ValueType } from '../odata/edm.js';
import type { EntitySet } from '../odata/entity-set.js';
import type { Reached, RowStore } from '../odata/sql/source-sql.js';
import type { ServedLink, ServedSet } from './served-set.js';
import { columnNames, type Link, type Table } from './table.js';

const column = (alias: string, name: string): string => `${alias}."${name}"`;

/** Where the tables keep what expressions speak of. */
export const rowStore: RowStore = {
  property(path: PropertyPath): string {
    const { source, steps } = path;
    if (steps === 'id') return column(source.alias, 'id');
    const [own] = columnsOf(path);
    return own ?? valueIn(documentOf(path), steps.at(-1)?.type ?? elementType(source));
  },

  written(path: PropertyPath): string {
    const [, own] = columnsOf(path);
    return own ?? `(${documentOf(path).json}->>'written')::smallint`;
  },

  contained(over: Source & { rows: EntitySet }, from: Source): { from: string; where: string } {
    if (over.link) return linked(over, from, (over.link as ServedLink).link);
    const table = tableOfSet(over.rows);
    const outer = tableOfSet(from.rows as EntitySet);
    const own = outer.parents.filter(({ optional }) => !optional).map(({ key }) => [key, key]);
    const joined = [['tenantId', 'tenantId'], ...own, [containerKey(over.rows), 'id']];
    const where = joined.map(
      ([inner = '', outerName = '']) => `${column(over.alias, inner)} = ${column(from.alias, outerName)}`,
    );
    return { from: `${table.name} AS ${over.alias}`, where: where.join(' AND ') };
  },

  referenced({ alias, rows, reached }: Reached): { from: string; where: string } {
    if (reached.key === undefined) return this.contained({ alias, rows }, reached.from);
    const { name, parents } = tableOfSet(rows);
    const shared = ['tenantId', ...parents.filter(({ optional }) => !optional).map(({ key }) => key)];
    const where = [...shared.map((key) => [key, key]), ['id', reached.key]].map(
      ([own = '', outer = '']) => `${column(alias, own)} = ${column(reached.from.alias, outer)}`,
    );
    return { from: `${name} AS ${alias}`, where: where.join(' AND ') };
  },

  typeColumn: ({ alias }: Source): string => column(alias, 'odataType'),
};

function linked(
  over: Source & { rows: EntitySet },
  from: Source,
  link: Link,
): { from: string; where: string } {
  const alias = `${over.alias}_link`;
  const joined = [
    [column(alias, 'tenantId'), column(from.alias, 'tenantId')],
    [column(alias, link.from), column(from.alias, 'id')],
    [column(over.alias, 'tenantId'), column(from.alias, 'tenantId')],
    [column(over.alias, 'id'), column(alias, link.to)],
  ];
  const tables = `${link.table} AS ${alias}, ${tableOfSet(over.rows).name} AS ${over.alias}`;
  return { from: tables, where: joined.map((pair) => pair.join(' = ')).join(' AND ') };
}

const tableOfSet = (set: EntitySet): Table => (set as ServedSet).table;

/** The column that names the entity which directly contains the set's rows: the last key of its path. */
function containerKey(set: EntitySet): string {
  return set.segments.findLast((segment) => segment.kind === 'key')?.name ?? '';
}

/** The columns that hold all of a property; none where it is a part of a document. */
function columnsOf({ source, steps }: PropertyPath): string[] {
  const [first, inner] = steps as readonly Property[];
  if (!('segments' in source.rows) || !first || inner) return [];
  const isColumn = tableOfSet(source.rows).properties.includes(first);
  return isColumn ? columnNames(first).map((name) => column(source.alias, name)) : [];
}

/** A value in a jsonb document: as it is, and as text. */
interface Inner {
  json: string;
  text: string;
}

/** Where a value is in a document: that of a column, or an element of a collection. */
function documentOf({ source, steps }: PropertyPath): Inner {
  const properties = steps as readonly Property[];
  const names = properties.map(({ name }) => name);
  if (!('segments' in source.rows)) return memberOf(`${source.alias}.value`, names);
  const [first] = properties as [Property];
  return tableOfSet(source.rows).properties.includes(first)
    ? memberOf(column(source.alias, first.name), names.slice(1))
    : memberOf(column(source.alias, 'derived'), names);
}

/** Names are the model's own, never a client's. */
function memberOf(document: string, names: readonly string[]): Inner {
  const last = names.at(-1);
  if (last === undefined) return { json: document, text: `(${document} #>> '{}')` };
  const outer = names.slice(0, -1).reduce((json, name) => `${json}->'${name}'`, document);
  return { json: `(${outer}->'${last}')`, text: `(${outer}->>'${last}')` };
}

function valueIn({ json, text }: Inner, type: ValueType | undefined): string {
  if (type?.kind === 'enum') return `${text}::bigint`;
  if (type?.kind !== 'primitive') return json;
  switch (type.name) {
    case 'Edm.String':
    case 'Edm.Binary':
      return `${text} COLLATE "C"`;
    case 'Edm.Boolean':
      return `${text}::boolean`;
    case 'Edm.Int32':
    case 'Edm.Int64':
      return `${text}::bigint`;
    case 'Edm.DateTimeOffset':
      return `(${json}->>'ticks')::bigint`;
  }
}
