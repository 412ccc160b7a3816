import type { CastName, CastTarget, Scalar } from '../binding/typed.js';
import type { EnumType } from '../edm.js';
import { enumName } from '../enums.js';
import type { Parameters } from './parameters.js';
import { dateOf } from './functions.js';

/** A value to cast: its SQL is short enough to be written often. */
export interface Given {
  type: Scalar;
  value: string;
  /** Of an instant: how it was written, NULL where it was computed. */
  written: string;
}

/**
 * The value as another type; NULL where it can't be, and never an error (OData URL 4.01, 5.1.1.10.1). `casts.ts` says what
 * can be cast to what.
 */
export function castSql(given: Given, to: CastTarget, parameters: Parameters): string {
  const { type, value } = given;
  if (to.kind === 'enum') return type.kind === 'enum' ? value : memberNumber(given, to, parameters);
  const isText = type.kind === 'string';
  switch (to.name) {
    case 'Edm.String':
      return jsonText(given, parameters);
    case 'Edm.Guid':
      return matching(value, forms.guid, value);
    case 'Edm.Binary':
      return isText ? matching(value, forms.base64, value) : value;
    case 'Edm.Boolean':
      return isText ? `CASE lower(${value}) WHEN 'true' THEN true WHEN 'false' THEN false END` : value;
    case 'Edm.Byte':
    case 'Edm.SByte':
    case 'Edm.Int16':
    case 'Edm.Int32':
    case 'Edm.Int64': {
      const number = `round(${isText ? matching(value, forms.integer, `${value}::numeric`) : `${value}::numeric`})`;
      return `CASE WHEN ${number} BETWEEN ${ranges[to.name]} THEN ${number}::bigint END`;
    }
    case 'Edm.Decimal':
    case 'Edm.Double':
    case 'Edm.Single': {
      if (!isText) return `${value}::numeric`;
      const infinite = `WHEN ${value} = 'INF' THEN 'Infinity' WHEN ${value} = '-INF' THEN '-Infinity'`;
      return `CASE WHEN ${value} ~ '${forms.number}' THEN ${value}::numeric ${infinite} END`;
    }
    case 'Edm.Date':
      if (isText) return matching(value, `^${forms.date}$`, days(value));
      return type.kind === 'instant' ? `(${local(given)} / 864000000000)` : value;
    case 'Edm.TimeOfDay':
      if (isText) return matching(value, `^${forms.time}$`, timeTicks(value, '^'));
      return type.kind === 'instant' ? `(${local(given)} % 864000000000)` : value;
    case 'Edm.DateTimeOffset':
      if (isText) return instant(value);
      return type.kind === 'date' ? `(${value} * 864000000000)` : value;
    case 'Edm.Duration':
      return isText ? matching(value, forms.duration, durationTicks(value)) : value;
  }
}

const ranges: Readonly<Record<Extract<CastName, `Edm.Int${string}` | `Edm.${string}Byte`>, string>> = {
  'Edm.Byte': '0 AND 255',
  'Edm.SByte': '-128 AND 127',
  'Edm.Int16': '-32768 AND 32767',
  'Edm.Int32': '-2147483648 AND 2147483647',
  'Edm.Int64': '-9223372036854775808 AND 9223372036854775807',
};

/** What Postgres reads of these is in range: lengths are bounded for that. */
const forms = {
  guid: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
  base64: '^([A-Za-z0-9+/_-]{4})*([A-Za-z0-9+/_-]{2}(==)?|[A-Za-z0-9+/_-]{3}=?)?$',
  integer: '^[+-]?[0-9]{1,40}$',
  number: '^[+-]?[0-9]{1,200}([.][0-9]{1,200})?([eE][+-]?[0-9]{1,3})?$',
  date: '(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])',
  time: '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,12})?)?',
  zone: '(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?',
  duration:
    '^[+-]?P(?=.)([0-9]{1,6}D)?(T(?=[0-9])([0-9]{1,7}H)?([0-9]{1,8}M)?([0-9]{1,9}([.][0-9]{1,12})?S)?)?$',
} as const;

/** A value that is read from a text, where that has the form. */
const matching = (text: string, form: string, read: string): string =>
  `CASE WHEN ${text} ~ '${form}' THEN ${read} END`;

/** What a group of a pattern matches, as digits. */
const digits = (text: string, pattern: string): string =>
  `coalesce(substring(${text} FROM '${pattern}'), '0')::bigint`;

/** A fraction of a second, cut to 100 ns. */
const fraction = (text: string): string =>
  `rpad(left(coalesce(substring(${text} FROM '[.]([0-9]+)'), ''), 7), 7, '0')::bigint`;

/** Days since 0001-01-01 of a text that starts like a date; NULL where its month has no such day. */
function days(text: string): string {
  const month = `make_date(substr(${text}, 1, 4)::integer, substr(${text}, 6, 2)::integer, 1)`;
  const day = `substr(${text}, 9, 2)::integer`;
  const last = `extract(day FROM ${month} + interval '1 month' - interval '1 day')`;
  return `(CASE WHEN ${day} <= ${last} THEN (${month} - date '0001-01-01' + ${day} - 1)::bigint END)`;
}

/** Ticks into the day. @param before what the time stands behind */
function timeTicks(text: string, before: string): string {
  const hours = digits(text, `${before}([0-9]{2}):`);
  const minutes = digits(text, `${before}[0-9]{2}:([0-9]{2})`);
  const seconds = digits(text, `${before}[0-9]{2}:[0-9]{2}:([0-9]{2})`);
  return `(${hours} * 36000000000 + ${minutes} * 600000000 + ${seconds} * 10000000 + ${fraction(text)})`;
}

/** Without an offset it is UTC; what is not between the years 1 and 9999 there is none. */
function instant(text: string): string {
  const upper = `upper(${text})`;
  const minutes = `(${digits(text, '[+-]([0-9]{2}):[0-9]{2}$')} * 60 + ${digits(text, '[+-][0-9]{2}:([0-9]{2})$')})`;
  const sign = `CASE WHEN ${text} ~ '-[0-9]{2}:[0-9]{2}$' THEN -1 ELSE 1 END`;
  const ticks = `${days(text)} * 864000000000 + ${timeTicks(upper, 'T')} - ${sign} * ${minutes} * 600000000`;
  const found = `CASE WHEN ${ticks} BETWEEN 0 AND 3155378975999999999 THEN ${ticks} END`;
  return matching(upper, `^${forms.date}T${forms.time}${forms.zone}$`, found);
}

function durationTicks(text: string): string {
  const part = (unit: string, ticks: string): string => `${digits(text, `([0-9]+)${unit}`)} * ${ticks}`;
  const whole = [part('D', '864000000000'), part('H', '36000000000'), part('M', '600000000')].join(' + ');
  const sum = `${whole} + ${part('([.][0-9]+)?S', '10000000')} + ${fraction(text)}`;
  return `(CASE WHEN ${text} ^@ '-' THEN -1 ELSE 1 END * (${sum}))`;
}

/** The number of a member's name in any case, or of its digits. */
function memberNumber({ type, value }: Given, to: EnumType, parameters: Parameters): string {
  const names = memberNames(to);
  const numbers = names.flatMap(([number, name]) => [
    [String(number), number],
    [name.toLowerCase(), number],
  ]);
  const key = type.kind === 'string' ? `lower(${value})` : `trim_scale(${value}::numeric)::text`;
  return `(${parameters.add(JSON.stringify(Object.fromEntries(numbers)))}::jsonb ->> ${key})::bigint`;
}

/** Numbers and names; of flags those of all sets of few members, which is what there is. */
function memberNames(type: EnumType): [number, string][] {
  if (!type.flags) return [...type.names];
  const all = [...type.names.keys()].reduce((sum, bit) => sum | bit, 0);
  const sets = Array.from({ length: Math.min(all, 4095) + 1 }, (_, number) => number);
  return sets.map((number) => [number, enumName(type, number)]);
}

/** As JSON has it: what bodies show, without quotes. */
function jsonText(given: Given, parameters: Parameters): string {
  const { type, value } = given;
  switch (type.kind) {
    case 'null':
    case 'complex':
      return 'NULL';
    case 'string':
    case 'binary':
      return value;
    case 'boolean':
      return `(${value})::text`;
    case 'number':
      return `replace(trim_scale(${value}::numeric)::text, 'Infinity', 'INF')`;
    case 'enum': {
      const names = parameters.add(JSON.stringify(Object.fromEntries(memberNames(type.type))));
      return `coalesce(${names}::jsonb ->> (${value})::text, (${value})::text)`;
    }
    case 'date':
      return dateText(value);
    case 'timeOfDay':
      return `(${timeText(value, 'HH24:MI:SS')} || ${fractionText(value)})`;
    case 'instant':
      return instantText(given);
    case 'duration':
      return durationText(value);
  }
}

const dateText = (value: string): string => `to_char(${dateOf(value)}, 'YYYY-MM-DD')`;
const timeText = (ticks: string, form: string): string =>
  `to_char(time '00:00' + ${ticks} / 10000000 % 86400 * interval '1 second', '${form}')`;

/** Seven digits of a fraction, without zeros at the end. */
const fractionText = (ticks: string): string => `rtrim('.' || ${fractionDigits(ticks)}, '.0')`;
const fractionDigits = (ticks: string): string => `lpad((abs(${ticks}) % 10000000)::text, 7, '0')`;

/** Ticks on the clock that the instant was written by. */
const local = ({ value, written }: Given): string =>
  `(${value} + ${offsetMinutes(written)} * 600000000::bigint)`;

/** UTC for `Z`; else the sign and minutes that the value was written with. */
export const offsetMinutes = (written: string): string =>
  `(CASE WHEN abs(${written}::integer) < 9000 THEN ${written}::integer / 10 ELSE 0 END)`;

/** To the character as it was written; `date-time-offset.ts` says how. A computed one is in UTC. */
function instantText(given: Given): string {
  const ticks = local(given);
  const written = `${given.written}::integer`;
  const shape = `abs(${written}) % 10`;
  const time = `CASE ${shape} WHEN 8 THEN ${timeText(ticks, 'HH24:MI')} ELSE ${timeText(ticks, 'HH24:MI:SS')} END`;
  const shown = `CASE WHEN ${written} IS NULL THEN ${fractionText(ticks)} WHEN ${shape} BETWEEN 1 AND 7 THEN '.' || left(${fractionDigits(ticks)}, ${shape}) ELSE '' END`;
  const minutes = `abs(${offsetMinutes(given.written)})`;
  const sign = `CASE WHEN ${written} < 0 THEN '-' ELSE '+' END`;
  const offset = `${sign} || lpad((${minutes} / 60)::text, 2, '0') || ':' || lpad((${minutes} % 60)::text, 2, '0')`;
  const zone = `CASE WHEN coalesce(${written}, 9000) >= 9000 THEN 'Z' ELSE ${offset} END`;
  return `(${dateText(`${ticks} / 864000000000`)} || 'T' || ${time} || ${shown} || ${zone})`;
}

const durationPart = (count: string, unit: string): string =>
  `CASE WHEN ${count} > 0 THEN ${count} || '${unit}' ELSE '' END`;

/** XML Schema's canonical form: parts that are zero are left out. */
function durationText(ticks: string): string {
  const size = `abs(${ticks})`;
  const seconds = `CASE WHEN ${size} % 600000000 > 0 THEN (${size} / 10000000 % 60) || ${fractionText(ticks)} || 'S' ELSE '' END`;
  const time = `${durationPart(`(${size} / 36000000000 % 24)`, 'H')} || ${durationPart(`(${size} / 600000000 % 60)`, 'M')} || ${seconds}`;
  const whole = `${durationPart(`(${size} / 864000000000)`, 'D')} || CASE WHEN ${size} % 864000000000 > 0 THEN 'T' || ${time} ELSE '' END`;
  return `CASE WHEN ${ticks} = 0 THEN 'PT0S' ELSE CASE WHEN ${ticks} < 0 THEN '-P' ELSE 'P' END || ${whole} END`;
}
