/** Collects the values of a statement while its text is written: they go to Postgres apart from it, as `$1`, `$2`, …. */
export class Parameters {
  readonly values: unknown[] = [];

  /** @returns the placeholder that stands for the value in the text */
  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/** A piece of SQL text, written when its parameters have their place. */
export type Sql = (parameters: Parameters) => string;
