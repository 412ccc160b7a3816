import { type BigIntStats, readFileSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

const largest = 1024 * 1024;

/** A file that gives no text, in words that follow its name. */
export class UnreadableFile extends Error {}

/** Files that were read, and how they were then. */
export class ReadFiles {
  private readonly states = new Map<string, string>();

  /** @param folder what relative paths start from */
  constructor(private readonly folder: string) {}

  /** The text of a file of UTF-8. @throws UnreadableFile also for what is no file, or larger than 1 MiB. */
  read(name: string): string {
    const path = resolve(this.folder, name);
    try {
      const stats = this.note(path);
      if (!stats.isFile()) throw new UnreadableFile('is no file');
      if (stats.size > largest) throw new UnreadableFile('is larger than 1 MiB');
      return textOf(readFileSync(path));
    } catch (error) {
      if (error instanceof UnreadableFile) throw error;
      const code = codeOf(error);
      throw new UnreadableFile(code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`);
    }
  }

  /** How they were when they were read; compared with `state`. */
  get stateRead(): string {
    return [...this.states.values()].join();
  }

  /** How they are now: another text when one was written, replaced (also by way of a link) or removed. */
  async state(): Promise<string> {
    const states = [...this.states.keys()].map((path) => stat(path, { bigint: true }).then(stateOf, codeOf));
    return (await Promise.all(states)).join();
  }

  /** Before it is read: what is written meanwhile must look new later. */
  private note(path: string): BigIntStats {
    try {
      const stats = statSync(path, { bigint: true });
      this.states.set(path, stateOf(stats));
      return stats;
    } catch (error) {
      this.states.set(path, codeOf(error));
      throw error;
    }
  }
}

function stateOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableFile('is not in UTF-8');
  }
}

/** The system's name of an error, such as `EACCES`. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}
