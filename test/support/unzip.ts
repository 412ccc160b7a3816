import { crc32, inflateRawSync } from 'node:zlib';

/** The one file of a zip archive, read by its directory as readers do. @throws {Error} for what isn't such an archive */
export function unzipped(archive: Buffer): { name: string; content: Buffer } {
  const end = archive.length - 22;
  if (archive.readUInt32LE(end) !== 0x06054b50) throw new Error('no end of the directory');
  if (archive.readUInt16LE(end + 10) !== 1) throw new Error('not one file');
  const entry = archive.readUInt32LE(end + 16);
  if (archive.readUInt32LE(entry) !== 0x02014b50) throw new Error('no entry in the directory');
  if (entry + archive.readUInt32LE(end + 12) !== end) throw new Error('the directory has another length');
  const [crc, packed, size] = [16, 20, 24].map((at) => archive.readUInt32LE(entry + at)) as [
    number,
    number,
    number,
  ];
  const nameLength = archive.readUInt16LE(entry + 28);
  const head = archive.readUInt32LE(entry + 42);
  if (archive.readUInt32LE(head) !== 0x04034b50) throw new Error('no header of the file');
  const start = head + 30 + archive.readUInt16LE(head + 26) + archive.readUInt16LE(head + 28);
  const content = inflateRawSync(archive.subarray(start, start + packed));
  if (content.length !== size || crc32(content) !== crc) throw new Error('the file is not whole');
  return { name: archive.toString('utf8', entry + 46, entry + 46 + nameLength), content };
}
