import type { ApiVersion } from '../edm.js';
import { basePathOf, unknownDate } from '../base-path.js';
import { invalidPart } from './batch-part.js';

/** What a request's `url` may not be, as a client could otherwise lead it past what checks paths. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [/^(\?|$)/, 'without a path'],
  [/^[a-z][a-z\d+.-]*:/i, 'that is not relative'],
  [/^\/\//, 'that names a host'],
  [/#/, 'with a fragment'],
  [/\\/, 'with a backslash'],
  [/\p{Cc}/u, 'with a control character'],
  [/\p{Cs}/u, 'with a lone surrogate'],
  [/^[^?]*\s/, 'with a space in its path'],
];

/**
 * Path and query, the API version first. Raw spaces in the query, as many clients of Graph send them, become `%20`;
 * nothing else changes, since `+` and raw quotes are read where the query is.
 * @param version for a `url` that names none
 */
export function partUrl(id: string, url: unknown, version: ApiVersion): string {
  if (typeof url !== 'string') throw invalidPart(id, "has no 'url'");
  const refusal = refusals.find(([pattern]) => pattern.test(url));
  if (refusal) throw invalidPart(id, `has a 'url' ${refusal[1]}`);
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  if (path.split('/').some(isBatch)) throw invalidPart(id, 'is a batch itself');
  return withVersion(path, version) + url.slice(path.length).replaceAll(' ', '%20');
}

function withVersion(path: string, version: ApiVersion): string {
  const relative = path.replace(/^\//, '');
  const named = basePathOf(relative)?.version;
  // At a date, a version alone is relative to it, as the batch's own is.
  if (named && datePart(named) === '') return `/${datePart(version)}${relative}`;
  return named || unknownDate(relative) ? `/${relative}` : `/${version}/${relative}`;
}

/** `2018-11/` of `2018-11/beta`. */
const datePart = (version: ApiVersion): string => version.slice(0, version.lastIndexOf('/') + 1);

const isBatch = (segment: string): boolean =>
  segment.replace(/%[0-7][\da-f]/gi, (escape) => decodeURIComponent(escape)).toLowerCase() === '$batch';
