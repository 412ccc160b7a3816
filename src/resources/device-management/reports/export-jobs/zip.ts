import { pipeline, Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

/** What is known of a file once it was read. */
interface Sums {
  crc: number;
  size: number;
}

// APPNOTE 6.3.10, 4.3.6 to 4.3.16 and 4.4.
const deflated = 8;
/** Sizes stand behind the file; its name is UTF-8. */
const flags = (1 << 3) | (1 << 11);
/** 2.0: the least that knows deflate. */
const version = 20;
const mostBytes = 0xff_ff_ff_ff;

/**
 * A zip archive of one file, made while the file is read: what is in memory doesn't grow with it.
 * @throws {Error} for 4 GiB or more, amid the archive
 */
export async function* zipOf(
  name: string,
  modified: Date,
  content: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const path = Buffer.from(name);
  const common = { modified, pathLength: path.length };
  const head = Buffer.concat([localHeader(common), path]);
  yield head;
  const sums: Sums = { crc: 0, size: 0 };
  const packer = createDeflateRaw();
  // Whoever of the two ends early ends the other, too.
  pipeline(Readable.from(counted(content, sums)), packer, () => undefined);
  let packed = 0;
  for await (const piece of packer as AsyncIterable<Buffer>) {
    packed += piece.length;
    yield piece;
  }
  if (packed > mostBytes) throw new Error('the archive is too large');
  const ends = [sums.crc, packed, sums.size];
  const descriptor = Buffer.concat([u32(0x08074b50), ...ends.map(u32)]);
  const entry = Buffer.concat([centralHeader({ ...common, ends }), path]);
  yield Buffer.concat([
    descriptor,
    entry,
    endOfDirectory(entry.length, head.length + packed + descriptor.length),
  ]);
}

async function* counted(content: AsyncIterable<Buffer>, sums: Sums): AsyncGenerator<Buffer> {
  for await (const piece of content) {
    sums.crc = crc32(piece, sums.crc);
    sums.size += piece.length;
    if (sums.size > mostBytes) throw new Error('the file is too large for its archive');
    if (piece.length > 0) yield piece;
  }
}

interface Entry {
  modified: Date;
  pathLength: number;
}

const localHeader = ({ modified, pathLength }: Entry): Buffer =>
  Buffer.concat([
    u32(0x04034b50),
    ...[version, flags, deflated, ...dosTime(modified)].map(u16),
    ...[0, 0, 0].map(u32),
    ...[pathLength, 0].map(u16),
  ]);

const centralHeader = ({ modified, pathLength, ends }: Entry & { ends: readonly number[] }): Buffer =>
  Buffer.concat([
    u32(0x02014b50),
    ...[version, version, flags, deflated, ...dosTime(modified)].map(u16),
    ...ends.map(u32),
    // Its name's length, and neither extra fields, comment, other disks nor attributes; it begins with the archive.
    ...[pathLength, 0, 0, 0, 0].map(u16),
    ...[0, 0].map(u32),
  ]);

const endOfDirectory = (size: number, offset: number): Buffer =>
  Buffer.concat([u32(0x06054b50), ...[0, 0, 1, 1].map(u16), u32(size), u32(offset), u16(0)]);

/** Time and date of MS-DOS, to two seconds, in UTC. */
function dosTime(at: Date): number[] {
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  return [time, date];
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
