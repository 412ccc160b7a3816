import { gunzipSync, inflateSync } from 'node:zlib';
import { type InnerAnswer, isBatch, type Json, textOf } from './fuzz-answers.js';
import type { FuzzAnswer, FuzzRequest, Sender } from './fuzz-http.js';
import { model } from './sets.js';

/** A write that was answered with success. */
export interface Write {
  method: string;
  /** The last key of `path`: of a single that of what contains it. */
  id: string;
  /** Where the entity can be read, options that decide how it looks included. */
  path: string;
  /** Those that decide how it looks, too. */
  headers: FuzzRequest['headers'];
  /** What was answered; undefined where that was a 204. */
  shown: unknown;
}

const isWrite = (method: string): boolean => ['POST', 'PATCH', 'DELETE'].includes(method);

/** The writes that an answer says were done. */
export function writesOf(request: FuzzRequest, answer: FuzzAnswer): Write[] {
  const { method, target, headers } = request;
  if (answer.status >= 300 || !isWrite(method) || target.includes('/oauth2/')) return [];
  const text = textOf(answer);
  const shown = text === '' ? undefined : (JSON.parse(text) as unknown);
  if (isBatch(shown)) return writesOfBatch(request, shown.responses);
  const looks = headers.filter(([name]) => /^(accept|host|authorization)$/i.test(name));
  return [writeOf(method, target, looks, answer.headers.location, shown)];
}

function writesOfBatch(request: FuzzRequest, responses: readonly InnerAnswer[]): Write[] {
  const { requests } = JSON.parse(sentText(request)) as { requests: Json[] };
  const version = request.target.startsWith('/v1.0') ? '/v1.0' : '/beta';
  const asked = request.headers.filter(([name]) => /^(host|authorization)$/i.test(name));
  return responses.flatMap(({ id, status, headers: answered, body }) => {
    const part = requests.find((candidate) => candidate['id'] === id) ?? {};
    const method = String(part['method']).toUpperCase();
    if (status >= 300 || !isWrite(method)) return [];
    const url = String(part['url']);
    const target = /^\/((2017-01|2018-11|live)\/)?(beta|v1\.0)\//i.test(url) ? url : version + url;
    const own = Object.entries(part['headers'] as Record<string, string>);
    const looks = [...asked, ...own.filter(([name]) => /^accept$/i.test(name))];
    return [writeOf(method, target, looks, answered['Location'], body)];
  });
}

function sentText({ headers, body = Buffer.alloc(0) }: FuzzRequest): string {
  const coding = headers.find(([name]) => name === 'Content-Encoding')?.[1];
  const bytes = coding === 'gzip' ? gunzipSync(body) : coding === 'deflate' ? inflateSync(body) : body;
  return bytes.toString().replace(/^\ufeff/, '');
}

function writeOf(
  method: string,
  target: string,
  headers: FuzzRequest['headers'],
  location: string | undefined,
  shown: unknown,
): Write {
  const [path = '', ...query] = target.split('?');
  const own = location?.replace(/^https?:\/\/[^/]*/, '') ?? path;
  return { method, id: lastKey(own), path: [own, ...query].join('?'), headers, shown };
}

/** Names of the navigations that lead to singles. */
const singles = new Set(
  model.sets
    .filter(({ isSingle }) => isSingle)
    .map(({ segments }) => String(segments.at(-1)?.name).toLowerCase()),
);

/** Of a path in any spelling. */
function lastKey(path: string): string {
  const segments = path.replace(/\/+$/, '').split('/');
  const segment = decodeURIComponent(segments.at(-1) ?? '');
  if (singles.has(segment.toLowerCase())) return lastKey(segments.slice(0, -1).join('/'));
  const [, quoted, bare] = /^[\w.]+\((?:id=)?(?:'(.*)'|([^']*))\)$/is.exec(segment) ?? [];
  return quoted?.replaceAll("''", "'") ?? bare ?? segment;
}

const keysIn = (path: string): string => decodeURIComponent(path.split('?')[0] ?? '').replaceAll("''", "'");

/** Those that no other write of the same time can have changed. */
export const undisturbed = (writes: readonly Write[]): Write[] =>
  writes.filter((write) => !writes.some((other) => other !== write && disturbs(other, write)));

const disturbs = (other: Write, write: Write): boolean =>
  other.id === write.id ||
  (other.method === 'DELETE' && keysIn(write.path).includes(other.id)) ||
  isFollowing(other, write);

const relationship = /\/relationships\b/i;
const appOrRelationship = /\/mobileApps(\([^/]*\)|\/[^/?]*)(\/relationships\b[^?]*)?\/?(\?|$)/i;

/** Apps tell whether they have assignments, and count relationships along chains, which tell the names of apps. */
function isFollowing(other: Write, { id, path }: Write): boolean {
  if (relationship.test(path)) return appOrRelationship.test(other.path);
  if (!appOrRelationship.test(path)) return false;
  return (
    relationship.test(other.path) ||
    (/\/assignments\b/i.test(other.path) && keysIn(other.path).includes(id)) ||
    (other.method === 'DELETE' && appOrRelationship.test(other.path))
  );
}

/** Whether GET shows what a write was answered with; else what it shows instead. */
export async function differenceFrom(write: Write, sender: Sender): Promise<string | undefined> {
  const { method, path, headers, shown } = write;
  const answer = await sender.send({ method: 'GET', target: path, headers, body: undefined });
  if (typeof answer === 'string') return answer;
  const wanted = method === 'DELETE' ? 404 : 200;
  if (answer.status !== wanted) return `${method} ${path}: then GET answers ${answer.status}`;
  if (shown === undefined) return undefined;
  const text = JSON.stringify(JSON.parse(textOf(answer)));
  return text === JSON.stringify(shown)
    ? undefined
    : `${method} ${path} answers ${JSON.stringify(shown)}, then GET ${text}`;
}
