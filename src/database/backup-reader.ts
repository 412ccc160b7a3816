import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type BackupHeader, BackupRefusal, endOfRows, fileFaults } from './backup-format.js';
import { codeOf, hasCode, messageOf } from './postgres-refusal.js';

/** More than a row of the store can take, in bytes: what is longer is no backup of ours. */
const longestLine = 256 * 1024 * 1024;

/** Lends a backup for one reading from front to back. @throws {BackupRefusal} when the file is not a whole backup */
export async function readBackup<T>(file: string, use: (backup: BackupReader) => Promise<T>): Promise<T> {
  const text = pipeline(createReadStream(file), createGunzip({ chunkSize: 65_536 }), () => undefined);
  try {
    return await use(new BackupReader(wholeLines(text)));
  } catch (error) {
    throw refusal(file, error);
  } finally {
    text.destroy();
  }
}

function refusal(file: string, error: unknown): unknown {
  const reason = messageOf(error);
  if (hasCode(error, ...fileFaults)) return new BackupRefusal(`${file} cannot be read (${reason}).`);
  // SQLSTATE classes 22 and 23: rows that the tables do not take.
  const isFault = error instanceof BackupFault || /^(Z_|22...$|23...$)/.test(codeOf(error) ?? '');
  if (!isFault) return error;
  return new BackupRefusal(`${file} is not a whole backup of this program (${reason}): nothing was changed.`);
}

/** What is wrong with the content of a file, in a few words. */
export class BackupFault extends Error {}

/** Blocks of bytes that end where a line ends. */
async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let open: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(newline) + 1;
    if (end > 0) {
      yield Buffer.concat([...open, chunk.subarray(0, end)]);
      [open, length] = [[], 0];
    }
    open.push(chunk.subarray(end));
    length += chunk.length - end;
    if (length > longestLine) throw new BackupFault('a line is too long');
  }
  if (length > 0) throw new BackupFault('its last line is not whole');
}

const newline = 0x0a;

/** The lines of a backup in their order; rows pass as bytes, in blocks. */
export class BackupReader {
  /** What was read and not yet given out; starts where a line starts. */
  private block: Buffer = Buffer.alloc(0);

  constructor(private readonly blocks: AsyncGenerator<Buffer>) {}

  async header(): Promise<BackupHeader> {
    const header = await this.line();
    if (header['format'] !== 'understudy-backup') throw new BackupFault('it is something else');
    if (header['version'] !== 1) throw new BackupFault('its format is of another version');
    if (!Array.isArray(header['migrations'])) throw new BackupFault('it names no migrations');
    return header as unknown as BackupHeader;
  }

  /** The next line, which is a JSON object. */
  async line(): Promise<Record<string, unknown>> {
    if (!(await this.fill())) throw new BackupFault('it ends too early');
    const end = this.block.indexOf(newline);
    const value = parse(this.block.toString('utf8', 0, end));
    this.block = this.block.subarray(end + 1);
    return value;
  }

  /** Everything up to the end of a table's rows. */
  async *rows(): AsyncGenerator<Buffer> {
    while (await this.fill()) {
      const end = endIn(this.block);
      const rows = end < 0 ? this.block : this.block.subarray(0, end);
      this.block = this.block.subarray(end < 0 ? this.block.length : end + endOfRows.length);
      if (rows.length > 0) yield rows;
      if (end >= 0) return;
    }
    throw new BackupFault('it ends amid rows');
  }

  /** Reads the file to its end, and so to gzip's checksum. */
  async finish(): Promise<void> {
    if (await this.fill()) throw new BackupFault('something follows its end');
  }

  private async fill(): Promise<boolean> {
    if (this.block.length > 0) return true;
    const { value, done } = await this.blocks.next();
    if (!done) this.block = value;
    return !done;
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below, without the parser's excerpt: the line may hold a secret.
  }
  throw new BackupFault('a line is not what it should be');
}

/** Where the line `\.` is: COPY writes a backslash of the data as two, so no row can hold it. */
function endIn(block: Buffer): number {
  if (block.subarray(0, endOfRows.length).toString('latin1') === endOfRows) return 0;
  const before = block.indexOf(`\n${endOfRows}`);
  return before < 0 ? -1 : before + 1;
}
