/**
 * An `Edm.DateTimeOffset` that comes back as it was written. `timestamptz` can't do that: it keeps 6 fraction digits,
 * drops the offset and rounds the last tick of the year 9999 into the year 10000. No interface: it is what documents hold.
 */
export type DateTimeOffset = {
  /** UTC, in units of 100 ns since 0001-01-01, as decimal digits: beyond what a number holds exactly. */
  ticks: string;
  /**
   * How it was written: sign × (|offset in minutes| × 10 + d); d is the count of fraction digits, or 8 without seconds.
   * `Z` is 9000 + d and `-00:00` is -(9000 + d).
   */
  written: number;
};

const form =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,7}))?)?(?:(Z)|([+-])(0\d|1[0-4]):([0-5]\d))$/;
const lastSecond = 315_537_897_599; // 9999-12-31T23:59:59Z
/** Ticks of 9999-12-31T23:59:59.9999999Z. */
export const maxTicks = '3155378975999999999';
const withoutSeconds = 8;
const zulu = 9000;

/** The value of an OData literal (ABNF `dateTimeOffsetValue`, upper case, at most 7 fraction digits); undefined if it isn't one. */
export function parseDateTimeOffset(text: string): DateTimeOffset | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const offset = match[8] ? 0 : Number(match[10]) * 60 + Number(match[11]);
  if (offset > 14 * 60) return undefined;
  const sign = match[9] === '-' ? -1 : 1;
  const seconds = daysBefore(year, month, day) * 86_400 + hour * 3600 + minute * 60 + Number(match[6] ?? 0);
  const utc = seconds - sign * offset * 60;
  if (utc < 0 || utc > lastSecond) return undefined;
  const fraction = match[7] ?? '';
  const digits = match[6] === undefined ? withoutSeconds : fraction.length;
  const magnitude = match[8] || (sign < 0 && offset === 0) ? zulu : offset * 10;
  return { ticks: ticksOf(utc, fraction.padEnd(7, '0')), written: sign * (magnitude + digits) };
}

/** The text that was parsed, to the character. */
export function formatDateTimeOffset({ ticks, written }: DateTimeOffset): string {
  const code = Math.abs(written);
  const digits = code % 10;
  const offset = code >= zulu ? 0 : (code - digits) / 10;
  const local = Number(ticks.slice(0, -7)) + (written < 0 ? -offset : offset) * 60;
  const days = Math.floor(local / 86_400);
  const second = local - days * 86_400;
  return `${formatDate(days)}T${formatTime(second, ticks, digits)}${formatZone(written, offset)}`;
}

/** The instant of a clock (milliseconds of Unix time) as Graph writes it: `Z`, without trailing zeros. */
export function dateTimeOffsetAt(milliseconds: number): DateTimeOffset {
  const text = new Date(milliseconds).toISOString().replace(/\.?0*Z$/, 'Z');
  const value = parseDateTimeOffset(text);
  if (!value) throw new RangeError(`not a time: ${milliseconds}`);
  return value;
}

const ticksOf = (seconds: number, fraction: string): string =>
  seconds === 0 ? String(Number(fraction)) : `${seconds}${fraction}`;

const pad = (value: number): string => (value < 10 ? `0${value}` : String(value));

function formatTime(second: number, ticks: string, digits: number): string {
  const minutes = `${pad(Math.floor(second / 3600))}:${pad(Math.floor(second / 60) % 60)}`;
  if (digits === withoutSeconds) return minutes;
  const fraction = digits === 0 ? '' : `.${ticks.slice(-7).padStart(7, '0').slice(0, digits)}`;
  return `${minutes}:${pad(second % 60)}${fraction}`;
}

function formatZone(written: number, offset: number): string {
  if (written >= zulu) return 'Z';
  return `${written < 0 ? '-' : '+'}${pad(Math.floor(offset / 60))}:${pad(offset % 60)}`;
}

// Both directions count in eras of 400 years from the first of March, so that the leap day comes last.
const daysPerEra = 146_097;
const marchToJanuary = 306;

function daysBefore(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * daysPerEra + dayOfEra - marchToJanuary;
}

function formatDate(days: number): string {
  const shifted = days + marchToJanuary;
  const era = Math.floor(shifted / daysPerEra);
  const dayOfEra = shifted - era * daysPerEra;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}`;
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}
