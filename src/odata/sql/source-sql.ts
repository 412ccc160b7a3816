import type { ComplexCast, PropertyPath, Source } from '../binding/typed.js';
import { storedTypeMember } from '../complex-types.js';
import type { EntityType, Property } from '../edm.js';
import type { EntitySet } from '../entity-set.js';
import { everyFlag } from '../enums.js';
import type { Parameters } from './parameters.js';

/** How rows are kept: what SQL needs to know of the tables. */
export interface RowStore {
  /** The value of a property: text, number, Boolean, ticks, or a document for complex values and collections. */
  property(path: PropertyPath): string;
  /** How a DateTimeOffset was written: `DateTimeOffset.written`. */
  written(path: PropertyPath): string;
  /** `FROM` and `WHERE` of the rows of `over` that the row of `from` contains, or is linked to. */
  contained(over: Source & { rows: EntitySet }, from: Source): { from: string; where: string };
  /** `FROM` and `WHERE` of the one row that `over` is reached as. */
  referenced(over: Reached): { from: string; where: string };
  /** Names the type of a row. */
  typeColumn(source: Source): string;
}

export type Reached = Source & { rows: EntitySet; reached: NonNullable<Source['reached']> };

/** `FROM` and `WHERE` of a subselect. */
export interface Rows {
  from: string;
  where: string;
}

/** Writes the SQL of what expressions read: rows, columns and elements, those behind navigations among them. */
export class SourceSql {
  constructor(
    private readonly store: RowStore,
    private readonly parameters: Parameters,
  ) {}

  /** The rows of a collection that the row of `from` has. */
  rows(over: Source, from: Source): Rows {
    return this.joined(from, this.rowsOf(over, from));
  }

  property(path: PropertyPath): string {
    return this.read(path.source, () => this.column(path));
  }

  /** How a DateTimeOffset was written. */
  written(path: PropertyPath): string {
    return this.read(path.source, () => this.where(path, this.store.written(path)));
  }

  /** Whether the row is of one of the types. */
  isOf(source: Source, types: readonly EntityType[]): string {
    return this.read(source, () => this.typeIs(source, types));
  }

  private rowsOf(over: Source, from: Source): Rows {
    if ('segments' in over.rows) {
      const found = this.store.contained({ ...over, rows: over.rows }, from);
      return { ...found, where: `${found.where}${this.onlyOf(over, from)}` };
    }
    const elements = this.column(over.rows.elementsOf);
    return { from: `jsonb_array_elements(${elements}) AS ${over.alias}(value)`, where: 'TRUE' };
  }

  private onlyOf(over: Source, from: Source): string {
    return over.onlyOf ? ` AND ${this.typeIs(from, over.onlyOf)}` : '';
  }

  private typeIs(source: Source, types: readonly EntityType[]): string {
    const names = this.parameters.add(types.map(({ name }) => name));
    return `${this.store.typeColumn(source)} = ANY(${names}::text[])`;
  }

  /** With the rows that lead to the source, where it isn't one that the statement has already. */
  private joined(source: Source, rows: Rows): Rows {
    if (!isReached(source)) return rows;
    const { from } = source.reached;
    const own = this.store.referenced(source);
    const where = `${own.where}${this.onlyOf(source, from)} AND ${rows.where}`;
    return this.joined(from, { from: `${own.from}, ${rows.from}`, where });
  }

  /** What is read of a source: by a subselect where a navigation leads to it. */
  private read(source: Source, write: () => string): string {
    if (!isReached(source)) return write();
    const { from } = source.reached;
    const own = this.store.referenced(source);
    const rows = this.joined(from, { ...own, where: `${own.where}${this.onlyOf(source, from)}` });
    return `(SELECT ${write()} FROM ${rows.from} WHERE ${rows.where})`;
  }

  private column(path: PropertyPath): string {
    return this.where(path, shown(path, this.store.property(path)));
  }

  /** A value that just rows and complex values of some types have. */
  private where(path: PropertyPath, value: string): string {
    const conditions = (path.casts ?? []).map((cast) => this.castHolds(path, cast));
    if (path.onlyOf) conditions.unshift(this.typeIs(path.source, path.onlyOf));
    return conditions.length > 0 ? `CASE WHEN ${conditions.join(' AND ')} THEN ${value} END` : value;
  }

  private castHolds({ source, steps }: PropertyPath, { behind, types }: ComplexCast): string {
    const value = this.store.property({
      source,
      steps: steps.slice(0, behind) as Property[],
      onlyOf: undefined,
    });
    const names = this.parameters.add(types.map(({ name }) => name));
    return `${value}->>'${storedTypeMember}' = ANY(${names}::text[])`;
  }
}

/** An enum's number, as it reads: numbers that the enum doesn't know may read as a member's. */
function shown({ steps }: PropertyPath, value: string): string {
  const type = steps === 'id' ? undefined : steps.at(-1)?.type;
  if (type?.kind !== 'enum' || type.unknownAs === undefined) return value;
  if (type.flags) return `(${value} & ${everyFlag(type)})`;
  const known = [...type.names.keys()].join(', ');
  return `(CASE WHEN ${value} IN (${known}) THEN ${value} WHEN ${value} IS NOT NULL THEN ${type.unknownAs} END)`;
}

const isReached = (source: Source): source is Reached => source.reached !== undefined;
