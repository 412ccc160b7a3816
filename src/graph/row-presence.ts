import type { Address, Through } from '../odata/address.js';
import { graphError } from '../odata/errors.js';
import { type Preconditions, unconditional } from '../odata/preconditions.js';
import type { ServedLink, ServedSet } from './served-set.js';
import { type Place, rowsExist } from './statements.js';
import type { Statements } from './store.js';

/** The rows that a URL addresses, and what it goes through to them. */
export type RowsAddress = Through<ServedSet> & Pick<Address<ServedSet>, 'through'>;

/** An address in one tenant's rows: tells what of it isn't there. */
export abstract class RowPresence {
  protected readonly place: Place;

  constructor(
    protected readonly store: Statements,
    readonly tenantId: string,
    protected readonly address: RowsAddress,
  ) {
    this.place = placeOf(address);
  }

  protected async missing(): Promise<never> {
    await this.requireAncestors();
    throw this.address.set.missing(this.address.keys['id'] ?? '');
  }

  protected async requireAncestors(): Promise<void> {
    await this.require(this.ancestors());
  }

  private ancestors(): Through<ServedSet>[] {
    const { set, keys, linked } = this.address;
    if (linked) return [linked.from];
    return set.ancestors.map(({ set: ancestor, key }) => ({
      set: ancestor,
      keys: { ...keys, id: keys[key] ?? '' },
    }));
  }

  /** The entity that directly contains the rows. */
  protected container(): Place {
    return placeOf(this.ancestors().at(-1) ?? this.address);
  }

  /** @throws {GraphError} 404 for what isn't there, 412 for a row that isn't as the client wants it */
  protected async requireState(when: Preconditions): Promise<void> {
    const states = when === unconditional ? [] : [{ ...this.place, when }];
    await this.require([...this.address.through, ...this.ancestors(), this.address], states);
  }

  /** The row for the statement of a write, which meets it only as all that the URL and the client want is so. */
  protected placeWhen(when: Preconditions): Place {
    return { ...this.place, through: this.address.through.map(placeOf), when };
  }

  /** What the URL goes through must be there first: a row behind it could be reached without. */
  protected async requireThrough(): Promise<void> {
    await this.require(this.address.through);
  }

  protected async require(
    entities: readonly Through<ServedSet>[],
    states: readonly Place[] = [],
  ): Promise<void> {
    if (entities.length === 0) return;
    const places = [...entities.map(placeOf), ...states];
    const result = await this.store.run(rowsExist(this.tenantId, places));
    const exists = result.rows[0] as boolean[];
    const absent = entities[exists.indexOf(false)];
    if (absent) throw absent.set.missing(absent.keys['id'] ?? '');
    if (exists.includes(false)) throw graphError('preconditionFailed');
  }
}

const placeOf = ({ set, keys, linked }: Through<ServedSet>): Place => ({
  table: set.table,
  keys,
  types: set.castTo && set.types.map(({ name }) => name),
  linked: linked && { link: (linked.link as ServedLink).link, id: linked.from.keys['id'] ?? '' },
});
