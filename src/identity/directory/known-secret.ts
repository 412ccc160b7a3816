import { createHash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

/** A secret that is known by its SHA-256 alone, so that no log and no error can tell it. */
export class KnownSecret {
  readonly #digest: Buffer;

  constructor(text: string) {
    this.#digest = digest(text);
  }

  /** Takes the same time for every wrong text. */
  is(text: string): boolean {
    return timingSafeEqual(digest(text), this.#digest);
  }

  toJSON(): string {
    return '(secret)';
  }

  [inspect.custom](): string {
    return '(secret)';
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
