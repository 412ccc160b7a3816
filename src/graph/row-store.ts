import type { PropertyPath, Source } from '../odata/binding/typed.js';
import type { Property } from '../odata/edm.js';
import type { EntitySet } from '../odata/entity-set.js';
import type { Reached, RowStore } from '../odata/sql/source-sql.js';
import type { ServedLink, ServedSet } from './served-set.js';
import { columnNames, isDateTimeOffset, type Link, type Table } from './table.js';

const column = (alias: string, name: string): string => `${alias}."${name}"`;

/** Where the tables keep what expressions speak of. */
export const rowStore: RowStore = {
  property({ source, steps }: PropertyPath): string {
    if (!('segments' in source.rows)) return elementValue(source, steps as readonly Property[]);
    if (steps === 'id') return column(source.alias, 'id');
    const [first, ...inner] = steps as [Property, ...Property[]];
    const value = rowValue(tableOfSet(source.rows), source.alias, first, inner.length > 0);
    return inner.length === 0 ? value : documentValue(value, inner);
  },

  written({ source, steps }: PropertyPath): string {
    const [property] = steps as readonly [Property];
    return column(source.alias, columnNames(property)[1] as string);
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

function rowValue(table: Table, alias: string, property: Property, isOuter: boolean): string {
  if (table.properties.includes(property)) return column(alias, columnNames(property)[0] as string);
  const derived = column(alias, 'derived');
  return isOuter || !isSimple(property)
    ? `${derived}->'${property.name}'`
    : documentValue(derived, [property]);
}

const isSimple = ({ type }: Property): boolean => type.kind === 'primitive' || type.kind === 'enum';

function elementValue(source: Source, steps: readonly Property[]): string {
  const element = `${source.alias}.value`;
  if (steps.length > 0) return documentValue(element, steps);
  return `(${element} #>> '{}') COLLATE "C"`;
}

/** A member of a jsonb document. Names are the model's own, never a client's. */
function documentValue(document: string, steps: readonly Property[]): string {
  const names = steps.map(({ name }) => `'${name}'`);
  const last = steps.at(-1) as Property;
  const inner = names
    .slice(0, -1)
    .map((name) => `->${name}`)
    .join('');
  const text = `(${document}${inner}->>${names.at(-1)})`;
  if (last.type.kind === 'enum') return `${text}::bigint`;
  if (last.type.kind !== 'primitive') return `(${document}${inner}->${names.at(-1)})`;
  if (isDateTimeOffset(last.type))
    throw new Error(`${last.name}: a DateTimeOffset in a document is not compared yet`);
  return last.type.name === 'Edm.String' || last.type.name === 'Edm.Binary'
    ? `${text} COLLATE "C"`
    : `${text}::${last.type.name === 'Edm.Boolean' ? 'boolean' : 'bigint'}`;
}
