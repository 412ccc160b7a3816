import { ConstraintViolation } from '../database/postgres-errors.js';
import type { Through } from '../odata/address.js';
import { graphError } from '../odata/errors.js';
import type { Preconditions } from '../odata/preconditions.js';
import { RowReader } from './row-reader.js';
import type { ServedLink, ServedSet } from './served-set.js';
import { deleteLink, insertLinks } from './statements.js';
import type { Link } from './table.js';

/** Makes and removes the links that lead to one tenant's rows at an address. */
export abstract class RowLinks extends RowReader {
  /** Links the entity that the address comes from to one of the set; it may be so already. @throws {GraphError} 404, 412 */
  async link(id: string, { match }: Preconditions): Promise<void> {
    await this.requireThrough();
    await this.requireNoTag(match);
    await this.insertLink(id);
  }

  protected async insertLink(id: string): Promise<void> {
    const { link, from } = this.linked();
    try {
      await this.store.run(insertLinks(link, this.tenantId, from.keys['id'] ?? '', [id]));
    } catch (error) {
      if (!(error instanceof ConstraintViolation)) throw error;
      await this.require([from, { set: this.address.set, keys: { id } }]);
      // It was deleted and made again in between: the client may retry.
      throw graphError('unavailable');
    }
  }

  /** @throws {GraphError} 404 when there is no such link, 412 */
  async unlink(id: string, { match }: Preconditions): Promise<void> {
    await this.requireThrough();
    await this.requireNoTag(match);
    const { link, from } = this.linked();
    const { count } = await this.store.run(deleteLink(link, this.tenantId, from.keys['id'] ?? '', id));
    if (count > 0) return;
    await this.requireAncestors();
    throw this.address.set.missing(id);
  }

  private linked(): { link: Link; from: Through<ServedSet> } {
    const { linked } = this.address;
    if (!linked) throw graphError('internal');
    return { link: (linked.link as ServedLink).link, from: linked.from };
  }

  /** What is asked for is the collection: it is there, and has no tag that could match (RFC 9110, 13.1.1). */
  protected async requireNoTag(match: Preconditions['match']): Promise<void> {
    if (!match || match === '*') return;
    await this.requireAncestors();
    throw graphError('preconditionFailed');
  }
}
