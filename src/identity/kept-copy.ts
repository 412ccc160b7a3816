/** Milliseconds after which a newer copy is fetched. */
const freshFor = 24 * 60 * 60 * 1000;
/** Milliseconds between two attempts, so that nobody can make us ask as often as we are asked. */
const cooldown = 30_000;
/** The same while there is no copy at all: what a 503 gives in `Retry-After`. */
const firstCooldown = 1000;

/** Something fetched and kept: an old copy stays good for as long as no newer one can be had. */
export class KeptCopy<T> {
  private kept: { value: T; freshUntil: number } | undefined;
  private pending: Promise<void> | undefined;
  private asked = -Infinity;
  private failed = false;

  /** @param now milliseconds, of a clock that never goes back */
  constructor(
    private readonly fetchCopy: () => Promise<T>,
    private readonly now: () => number,
  ) {}

  /** What is known. When it is old, a newer copy is fetched behind the caller's back. */
  current(): T | undefined {
    if (this.kept !== undefined && this.now() >= this.kept.freshUntil) void this.refresh();
    return this.kept?.value;
  }

  /** A copy as new as may be asked for; undefined when the last attempt failed. Never rejects. */
  async refresh(): Promise<T | undefined> {
    const wait = this.kept === undefined ? firstCooldown : cooldown;
    if (this.pending === undefined && this.now() - this.asked >= wait) this.pending = this.attempt();
    await this.pending;
    return this.failed ? undefined : this.kept?.value;
  }

  private async attempt(): Promise<void> {
    this.asked = this.now();
    try {
      const value = await this.fetchCopy();
      this.kept = { value, freshUntil: this.now() + freshFor };
      this.failed = false;
    } catch {
      this.failed = true;
    } finally {
      this.pending = undefined;
    }
  }
}
