/** What a client wants to be so before its request is carried out (RFC 9110, 13.1). */
export interface Preconditions {
  /** `If-Match`. */
  match: Tags | undefined;
  /** `If-None-Match`. */
  noneMatch: Tags | undefined;
  /** In seconds of Unix time; undefined where a tag says it better, or where it is no date. */
  unmodifiedSince: number | undefined;
  modifiedSince: number | undefined;
}

/** The row versions that entity tags name: a tag that no row of ours can have names none. */
export type Tags = '*' | readonly number[];

/** What tells one state of an entity from another; nothing of what has no tag and no date. */
export interface Validators {
  version?: number;
  /** When it was last changed, in seconds of Unix time. */
  modified?: number | undefined;
}

export const unconditional: Preconditions = {
  match: undefined,
  noneMatch: undefined,
  unmodifiedSince: undefined,
  modifiedSince: undefined,
};

const fields = ['if-match', 'if-none-match', 'if-unmodified-since', 'if-modified-since'] as const;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** @param isRead `If-Modified-Since` is for GET and HEAD alone (RFC 9110, 13.1.3) */
export function readPreconditions(headers: Headers, isRead: boolean): Preconditions {
  if (!fields.some((name) => headers[name] !== undefined)) return unconditional;
  const [match, noneMatch] = [readTags(headers['if-match']), readTags(headers['if-none-match'])];
  return {
    match,
    noneMatch,
    // Tags go before dates (RFC 9110, 13.1.3 and 13.1.4), and a date that is none is as good as no header.
    unmodifiedSince: match ? undefined : readDate(headers['if-unmodified-since']),
    modifiedSince: noneMatch || !isRead ? undefined : readDate(headers['if-modified-since']),
  };
}

/**
 * A tag in a list. Weak or not makes no difference: what tells versions of an entity apart is enough against overwriting,
 * so OData compares weakly in `If-Match`, too (Protocol 4.01, 8.2.4), where RFC 9110 would not.
 */
const tagForm = /(?:^|,)[ \t]*(?:W\/)?"([^"]*)"(?=[ \t]*(?:,|$))/g;
const versionForm = /^[1-9]\d{0,9}$/;
const maxVersion = 2 ** 31 - 1;

function readTags(given: string | string[] | undefined): Tags | undefined {
  if (typeof given !== 'string') return undefined;
  if (given.trim() === '*') return '*';
  const own = [...given.matchAll(tagForm)].map(([, tag = '']) => tag).filter((tag) => versionForm.test(tag));
  return [...new Set(own.map(Number))].filter((version) => version <= maxVersion);
}

const weekday = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const time = '\\d\\d:\\d\\d:\\d\\d';
/** The three forms of a date that HTTP knows (RFC 9110, 5.6.7). */
const dateForms = [
  `${weekday}, \\d\\d ${month} [1-9]\\d{3} ${time} GMT`,
  `[A-Z][a-z]{5,8}, \\d\\d-${month}-\\d\\d ${time} GMT`,
  `${weekday} ${month} [\\d ]\\d ${time} [1-9]\\d{3}`,
].map((form) => new RegExp(`^${form}$`));

function readDate(given: string | string[] | undefined): number | undefined {
  if (typeof given !== 'string' || !dateForms.some((form) => form.test(given))) return undefined;
  const milliseconds = Date.parse(given.endsWith('GMT') ? given : `${given} GMT`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

/** What becomes of a request; `current` is for a read the news that there is none, and for a write a failure. */
export type Verdict = 'met' | 'current' | 'failed';

/** Judges preconditions in the order of RFC 9110, 13.2.2, where without them the request would succeed. */
export function verdict(
  { match, noneMatch, unmodifiedSince, modifiedSince }: Preconditions,
  { version, modified }: Validators,
): Verdict {
  if (match && !names(match, version)) return 'failed';
  // Without a date of its last change an entity can't be judged by one, and MUST not be (RFC 9110, 13.1.3 and 13.1.4).
  if (unmodifiedSince !== undefined && modified !== undefined && modified > unmodifiedSince) return 'failed';
  if (noneMatch) return names(noneMatch, version) ? 'current' : 'met';
  const isOld = modifiedSince !== undefined && modified !== undefined && modified <= modifiedSince;
  return isOld ? 'current' : 'met';
}

const names = (tags: Tags, version: number | undefined): boolean =>
  tags === '*' || (version !== undefined && tags.includes(version));

/** Weak: it says which version of an entity this is, whatever was selected of it and however it is written. */
export const etagOf = (version: number): string => `W/"${version}"`;

/** The headers that offer validators to a client. */
export function validatorHeaders({ version, modified }: Validators): Readonly<Record<string, string>> {
  return {
    ...(version !== undefined && { ETag: etagOf(version) }),
    ...(modified !== undefined && { 'Last-Modified': new Date(modified * 1000).toUTCString() }),
  };
}
