import { type GraphError, graphError } from '../odata/errors.js';
import { limits } from '../odata/limits.js';
import { excerpt } from '../odata/value-problem.js';
import { decoderOf } from '../operations/content-coding.js';
import type { GraphRequest } from './exchange.js';

/** What gzip adds to what it can't make smaller is not held against the body. */
const codingOverhead = limits.body / 256;

/**
 * The text of a JSON request body, without a byte order mark.
 * @throws {GraphError} 400 without a body, a media type, valid UTF-8 or a whole coding; 413; 415
 */
export async function readBody(request: GraphRequest): Promise<string> {
  const decode = decoderOf(request.headers['content-encoding']);
  const bytes = await readBytes(request, limits.body + (decode ? codingOverhead : 0));
  if (bytes.length === 0) throw graphError('emptyBody');
  const problem = mediaTypeProblem(request.headers['content-type']);
  if (problem) throw problem;
  return decodeUtf8(decode ? await decode(bytes) : bytes);
}

const jsonMediaType = /^application\/json\s*(;|$)/i;
const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i;

function mediaTypeProblem(given: string | undefined): GraphError | undefined {
  if (given === undefined || given === '') return graphError('unreadableBody');
  const isRead =
    jsonMediaType.test(given) && /^(utf-?8|us-ascii)$/i.test(charset.exec(given)?.[1] ?? 'utf-8');
  return isRead ? undefined : graphError('mediaType', 'application/json', excerpt(given));
}

/** Reads to the end even what is too large: a client that is still sending would see a reset instead of its 413. */
function readBytes(request: GraphRequest, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else chunks.length = 0;
      if (size > 8 * limits.body) request.destroy();
    });
    request.on('end', () => {
      if (size > most) reject(graphError('bodyTooLarge', limits.body));
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
    // The connection is gone: nobody reads the answer, but the handler must come to an end.
    request.on('close', () => {
      if (!request.readableEnded) reject(graphError('malformedRequest'));
    });
  });
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw graphError('unreadableBody');
  }
}
