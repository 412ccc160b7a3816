import { limits } from './limits.js';

/** What a client would like: none of it has to be heeded, and what is unknown or malformed is as good as not said (RFC 7240, 2). */
export interface Preferences {
  /** What a successful write answers with. */
  returned: 'minimal' | 'representation' | undefined;
  /** Rows on a page, at most as many as there can be. */
  maxPageSize: number | undefined;
}

const none: Preferences = { returned: undefined, maxPageSize: undefined };

/** The preferences in a `Prefer` header, or in several that are joined by commas. */
export function readPreferences(prefer: string | string[] | undefined): Preferences {
  if (typeof prefer !== 'string') return none;
  const given = new Map<string, string>();
  for (const element of prefer.match(elements) ?? []) {
    const preference = readPreference(element);
    // The first of a name counts (RFC 7240, 2).
    if (preference && !given.has(preference.name)) given.set(preference.name, preference.value);
  }
  return { returned: returned(given.get('return')), maxPageSize: pageSize(given.get('maxpagesize')) };
}

// What stands between separators outside of quotes. Each alternative starts with another character: one pass, whatever the text.
const elements = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;
const parts = /(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g;

const token = "[\\w!#$%&'*+.^`|~-]+";
const preferenceForm = new RegExp(`^(${token})(?:[ \\t]*=[ \\t]*(?:(${token})|"((?:[^"\\\\]|\\\\.)*)"))?$`);

/** OData 4.0 has it on its own preferences, and 4.01 lets it go (Protocol 4.01, 8.2.8). */
const prefix = /^odata\.(?=maxpagesize$)/;

/** One preference without its parameters: none that is heeded has any. */
function readPreference(element: string): { name: string; value: string } | undefined {
  const [, given, bare, quoted = ''] = preferenceForm.exec(element.match(parts)?.[0]?.trim() ?? '') ?? [];
  if (given === undefined) return undefined;
  const name = given.toLowerCase().replace(prefix, '');
  return { name, value: bare ?? quoted.replaceAll(/\\(.)/g, '$1') };
}

function returned(value: string | undefined): Preferences['returned'] {
  const lower = value?.toLowerCase();
  return lower === 'minimal' || lower === 'representation' ? lower : undefined;
}

/** A page can be made smaller, so a size is never an error. */
function pageSize(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d{1,9}$/.test(value) || Number(value) === 0) return undefined;
  return Math.min(Number(value), limits.maxPageSize);
}
