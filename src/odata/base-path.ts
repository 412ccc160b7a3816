import { type ApiVersion, apiVersions } from './edm.js';
import { type GraphError, graphError } from './errors.js';
import { excerpt } from './value-problem.js';

/** A path's version and what stands behind it. */
export interface BasePath {
  version: ApiVersion;
  rest: string;
}

const byName: ReadonlyMap<string, ApiVersion> = new Map(apiVersions.map((version) => [version, version]));

/** The version that a path starts with, in any case: one segment, or a contract date and one more. */
export function basePathOf(path: string): BasePath | undefined {
  const [first, rest] = firstSegment(path);
  const version = byName.get(first.toLowerCase());
  if (version) return { version, rest };
  if (!isDate(first)) return undefined;
  const [second, behind] = firstSegment(rest);
  const dated = byName.get(`${first}/${second}`.toLowerCase());
  return dated && { version: dated, rest: behind };
}

/** Why a path that starts with no version is an address of none, where it starts with what looks like a contract date. */
export function unknownDate(path: string): GraphError | undefined {
  const [first, rest] = firstSegment(path);
  if (!isDate(first)) return undefined;
  const [second] = firstSegment(rest);
  return graphError('invalidContract', excerpt(`${first}/${second}`), apiVersions.join(', '));
}

function firstSegment(path: string): [first: string, rest: string] {
  const [, first = '', rest = ''] = /^\/*([^/]*)(.*)$/s.exec(path) ?? [];
  return [first, rest];
}

const isDate = (segment: string): boolean => /^(\d{4}-\d\d|live)$/i.test(segment);
