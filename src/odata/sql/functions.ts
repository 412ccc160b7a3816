/** SQL of the functions and operators that `binding/functions.ts` knows, from the SQL of their operands. */
export const functionSql: Readonly<Record<string, (...operands: string[]) => string>> = {
  // `fold` on both sides: text compares without regard to case, the same on every machine (ICU's root locale).
  contains: (text, part) => `(strpos(fold(${text}), fold(${part})) > 0)`,
  startswith: (text, start) => `(fold(${text}) ^@ fold(${start}))`,
  endswith: (text, end) => `(right(fold(${text}), length(fold(${end}))) = fold(${end}))`,
  matchespattern: (text, pattern) => `(${text} ~* ${pattern})`,
  // A place in the folded text: it differs from one in the text where folding lengthens a letter (ß).
  indexof: (text, part) => `(strpos(fold(${text}), fold(${part})) - 1)`,
  length: (text) => `length(${text})`,
  substring: (text, start, count) =>
    count === undefined
      ? `substr(${text}, ${index(start)} + 1)`
      : `substr(${text}, ${index(start)} + 1, ${index(count)})`,
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
  has: (flags, flag) => `((${flags} & ${flag}) = ${flag})`,
};

/** Within what `substr` takes: a position before the start is the start (OData has no negative ones). */
const index = (number: string | undefined): string =>
  `(CASE WHEN ${number} IS NOT NULL THEN greatest(least(${number}::numeric, 1000000000), 0)::integer END)`;

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

const dateOf = (days: string): string => `date '0001-01-01' + (${days})::integer`;
