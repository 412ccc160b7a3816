import { once } from './once.js';

/** SQL of the functions and operators that `binding/functions.ts` knows, from the SQL of their operands. */
export const functionSql: Readonly<Record<string, (...operands: string[]) => string>> = {
  // Of texts that are folded, unless one is a key.
  contains: (text, part) => `(strpos(${text}, ${part}) > 0)`,
  startswith: (text, start) => `(${text} ^@ ${start})`,
  endswith: (text, end) => `(reverse(${text}) ^@ reverse(${end}))`,
  matchespattern: (text, pattern) => `(${text} ~* ${pattern})`,
  length: (text) => `length(${units(text)})`,
  substring: (text, start, count) =>
    once([units(text), bounded(start)], (all = '', from = '') =>
      count === undefined
        ? joined(`substr(${all}, ${placeFrom(all, from)})`)
        : joined(`substr(${all}, ${placeFrom(all, from)}, ${bounded(count)})`),
    ),
  tolower: (text) => `lower(${text} COLLATE "und-x-icu") COLLATE "C"`,
  toupper: (text) => `upper(${text} COLLATE "und-x-icu") COLLATE "C"`,
  trim: (text) =>
    `btrim(${text}, E' \\t\\n\\u000b\\f\\r\\u0085\\u00a0\\u1680\\u2000\\u2001\\u2002\\u2003\\u2004\\u2005\\u2006\\u2007\\u2008\\u2009\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000')`,
  concat: (a, b) => `(${a} || ${b})`,
  round: (number) => `round(${number}::numeric)`,
  floor: (number) => `floor(${number}::numeric)`,
  ceiling: (number) => `ceil(${number}::numeric)`,
  // numeric throughout: bigint would overflow.
  add: (a, b) => `(${a}::numeric + ${b}::numeric)`,
  sub: (a, b) => `(${a}::numeric - ${b}::numeric)`,
  mul: (a, b) => `(${a}::numeric * ${b}::numeric)`,
  div: (a, b) => `(${a}::numeric / ${b}::numeric)`,
  divby: (a, b) => `(${a}::numeric / ${b}::numeric)`,
  wholediv: (a, b) => `div(${a}::numeric, ${b}::numeric)`,
  mod: (a, b) => `mod(${a}::numeric, ${b}::numeric)`,
  negate: (number) => `(- ${number}::numeric)`,
  // Ticks and days; what is out of range is an error that Postgres blames on the data.
  addticks: (a, b) => `(${a} + ${b})`,
  subticks: (a, b) => `(${a} - ${b})`,
  adddays: (days, ticks) => floorDays(`${days} * ${ticksPerDay}::numeric + ${ticks}`),
  subdays: (days, ticks) => floorDays(`${days} * ${ticksPerDay}::numeric - ${ticks}`),
  daysbetween: (a, b) => `((${a} - ${b}) * ${ticksPerDay})`,
  multicks: (a, b) => wholeTicks(`${a}::numeric * ${b}::numeric`),
  divticks: (ticks, number) => wholeTicks(`${ticks}::numeric / ${number}::numeric`),
  negateticks: (ticks) => `(- ${ticks})`,
  totalseconds: (ticks) => `(${ticks}::numeric / 10000000)`,
  has: (flags, flag) => `((~ (${flags})) & (${flag}) = 0)`,
};

const ticksPerDay = '864000000000';

/** A date less part of a day is the day before (OData URL 4.01, 5.1.1.2.1). */
const floorDays = (ticks: string): string => `floor((${ticks}) / ${ticksPerDay})::bigint`;

/** By way of text: infinity as a bigint is then an error of the data, and not of a missing feature. */
const wholeTicks = (ticks: string): string => `round(${ticks})::text::bigint`;

// Clients count UTF-16 code units, Postgres characters. So a filler stands behind each character that is two units: U+FFFF,
// which Unicode keeps for such use within a program. A pair that is cut goes with its first half.
const units = (text: string | undefined): string =>
  `regexp_replace(${text}, '[\\U00010000-\\U0010ffff]', E'\\\\&\\uffff', 'g')`;
const joined = (text: string): string => `replace(${text}, E'\\uffff', '')`;

/** Within what `substr` takes, and null for null. */
const bounded = (number: string | undefined): string =>
  `(width_bucket(${number}::numeric, -1000000000, 1000000000, 2000000000) - 1000000001)`;

/** A negative place is that far before the end (OData URL 4.01, 5.1.1.5.7). */
const placeFrom = (text: string, from: string): string =>
  `CASE WHEN ${from} < 0 THEN greatest(length(${text}) + ${from}, 0) ELSE ${from} END + 1`;

/**
 * Where a text first has a part, in UTF-16 code units of the text itself: folded, a letter can be longer (ß). The letter
 * of that place is the first that is not wholly before it.
 */
export function indexOf(text: string, part: string, fold: (text: string) => string): string {
  return once([text, part], (all = '', sought = '') =>
    once([`strpos(${fold(all)}, ${fold(sought)})`], (place = '') => unitsBefore(all, place, fold), 'place'),
  );
}

function unitsBefore(text: string, place: string, fold: (text: string) => string): string {
  const letters = `string_to_table(${text}, NULL) WITH ORDINALITY AS letter(value, number)`;
  const end = `sum(length(${fold('letter.value')})) OVER (ORDER BY letter.number)`;
  const size = `CASE WHEN octet_length(letter.value) = 4 THEN 2 ELSE 1 END`;
  const before = `(SELECT coalesce(sum(size), 0) FROM (SELECT ${size} AS size, ${end} AS folded FROM ${letters}) AS before WHERE before.folded < ${place})`;
  const isAscii = `(octet_length(${text}) = length(${text}))`;
  return `CASE WHEN ${place} > 0 AND NOT ${isAscii} THEN ${before} ELSE ${place} - 1 END`;
}

/** A part of an instant's local time or of a time of day; `local` is a number of ticks. */
export const tickParts: Readonly<Record<string, (local: string) => string>> = {
  hour: (local) => `(${local} / 36000000000 % 24)`,
  minute: (local) => `(${local} / 600000000 % 60)`,
  second: (local) => `(${local} / 10000000 % 60)`,
  fractionalseconds: (local) => `((${local} % 10000000)::numeric / 10000000)`,
  time: (local) => `(${local} % 864000000000)`,
  date: (local) => `(${local} / 864000000000)`,
};

/** A part of a day since 0001-01-01. */
export const dayParts: Readonly<Record<string, (days: string) => string>> = {
  year: (days) => `extract(year FROM ${dateOf(days)})`,
  month: (days) => `extract(month FROM ${dateOf(days)})`,
  day: (days) => `extract(day FROM ${dateOf(days)})`,
  date: (days) => days,
};

export const dateOf = (days: string): string => `(date '0001-01-01' + (${days})::integer)`;
