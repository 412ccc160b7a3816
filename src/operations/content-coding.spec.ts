import { describe, expect, it } from '@jest/globals';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { GraphError } from '../odata/errors.js';
import { limits } from '../odata/limits.js';
import { acceptedCodings, decoderOf, gzipped, requireAcceptableCoding } from './content-coding.js';

const shown = (header: string): string => {
  const { gzip, identity } = acceptedCodings(header);
  return [gzip && 'gzip', identity && 'identity'].filter(Boolean).join() || 'none';
};

describe('Accept-Encoding', () => {
  it.each([
    ['', 'identity'],
    ['gzip', 'gzip,identity'],
    ['GZip', 'gzip,identity'],
    ['x-gzip', 'gzip,identity'],
    ['gzip, deflate, br, zstd', 'gzip,identity'],
    ['deflate;q=1.0, gzip;q=0.001', 'gzip,identity'],
    ['gzip ; q=0.5', 'gzip,identity'],
    ['gzip;q=0', 'identity'],
    ['gzip;q=0.000, *', 'identity'],
    ['gzip;Q=0', 'identity'],
    ['br, deflate', 'identity'],
    ['*', 'gzip,identity'],
    ['*;q=0.1', 'gzip,identity'],
    ['*;q=0', 'none'],
    ['br, *;q=0', 'none'],
    ['gzip, *;q=0', 'gzip'],
    ['identity, *;q=0', 'identity'],
    ['identity;q=0', 'none'],
    ['gzip, identity;q=0', 'gzip'],
    ['*, identity;q=0', 'gzip'],
    ['identity', 'identity'],
    ['gzip;q=0.5, identity', 'identity'],
    ['gzip;q=0.5, identity;q=0.5', 'gzip,identity'],
    ['gzip;q=2', 'identity'],
    ['gzip;q=-1, gzip;level=9, "gzip", , ;', 'identity'],
    ['__proto__, constructor;q=0', 'identity'],
    ['gzip,'.repeat(12_000), 'identity'],
  ])('%j accepts %s', (header, accepted) => {
    expect(shown(header)).toBe(accepted);
  });

  it('that nothing can satisfy is 406', () => {
    expect(() => requireAcceptableCoding('br, *;q=0')).toThrow("the acceptable codings 'br, *;q=0'");
    expect(() => requireAcceptableCoding('br')).not.toThrow();
  });
});

/** The text, or the kind of the error; what isn't a `GraphError` fails the test. */
async function outcome(coding: string | undefined, bytes: Buffer): Promise<string> {
  try {
    const decode = decoderOf(coding);
    return `=${String(decode ? await decode(bytes) : bytes)}`;
  } catch (error) {
    if (error instanceof GraphError) return error.kind;
    throw error;
  }
}

const text = '{"a":1}';
const zipped = gzipSync(text);
const deflated = deflateSync(text);
const joined = (...parts: (Buffer | string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));
const zeros = (size: number): Buffer => Buffer.alloc(size);

describe('a body with Content-Encoding', () => {
  it.each<[string, string | undefined, Buffer, string]>([
    ['none', undefined, Buffer.from(text), `=${text}`],
    ['an empty one', '', Buffer.from(text), `=${text}`],
    ['identity', 'Identity', Buffer.from(text), `=${text}`],
    ['gzip', 'gzip', zipped, `=${text}`],
    ['gzip in another case', ' X-GZIP ', zipped, `=${text}`],
    ['gzip in two members', 'gzip', joined(zipped, gzipSync(' ')), `=${text} `],
    ['gzip of nothing', 'gzip', gzipSync(''), '='],
    ['deflate', 'deflate', deflated, `=${text}`],
    ['deflate without its wrapper', 'deflate', deflateRawSync(text), 'brokenCoding'],
    ['gzip that is none', 'gzip', Buffer.from(text), 'brokenCoding'],
    ['gzip that is deflate', 'gzip', deflated, 'brokenCoding'],
    ['gzip without its last byte', 'gzip', zipped.subarray(0, -1), 'brokenCoding'],
    ['one byte of gzip', 'gzip', zipped.subarray(0, 1), 'brokenCoding'],
    ['deflate without its last byte', 'deflate', deflated.subarray(0, -1), 'brokenCoding'],
    ['gzip with a wrong checksum', 'gzip', joined(zipped.subarray(0, -8), zeros(8)), 'brokenCoding'],
    ['gzip and garbage', 'gzip', joined(zipped, 'garbage'), 'brokenCoding'],
    ['gzip and zeros', 'gzip', joined(zipped, zeros(9)), 'brokenCoding'],
    ['gzip and what starts like it', 'gzip', joined(zipped, [0x1f, 0x8b, 0xff, 0xff]), 'brokenCoding'],
    ['deflate and garbage', 'deflate', joined(deflated, 'garbage'), 'brokenCoding'],
    ['two codings', 'gzip, gzip', gzipSync(zipped), 'contentCoding'],
    ['br', 'br', Buffer.from(text), 'contentCoding'],
    ['the name of something else', 'constructor', zipped, 'contentCoding'],
    ['as much as there may be', 'gzip', gzipSync(zeros(limits.body)), `=${'\0'.repeat(limits.body)}`],
    ['one byte more', 'gzip', gzipSync(zeros(limits.body + 1)), 'bodyTooLarge'],
    [
      'one byte more in two members',
      'gzip',
      joined(gzipSync(zeros(limits.body)), gzipSync(' ')),
      'bodyTooLarge',
    ],
  ])('%s', async (_title, coding, bytes, expected) => {
    expect((await outcome(coding, bytes)) === expected).toBe(true);
  });

  it('what was made by ourselves is read again', async () => {
    expect(await outcome('gzip', await gzipped(text))).toBe(`=${text}`);
  });
});
