import { describe, expect, it } from '@jest/globals';
import {
  type Arbitrary,
  assert,
  constantFrom,
  date,
  integer,
  oneof,
  property,
  stringMatching,
  tuple,
} from 'fast-check';
import { dateTimeOffsetAt, formatDateTimeOffset, parseDateTimeOffset } from './date-time-offset.js';

interface Written {
  text: string;
  /** Units of 100 ns since 0001-01-01 in UTC, by the platform's own calendar. */
  ticks: bigint;
}

const yearOne = BigInt(Date.parse('0001-01-01T00:00:00Z'));
const pad = (value: number): string => String(value).padStart(2, '0');

const zone = oneof(
  constantFrom({ text: 'Z', minutes: 0 }, { text: '-00:00', minutes: 0 }, { text: '+00:00', minutes: 0 }),
  integer({ min: -840, max: 840 }).map((minutes) => {
    const size = Math.abs(minutes);
    return { text: `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`, minutes };
  }),
);

const fraction = stringMatching(/^[0-9]{0,7}$/);

/** Local times that lie in the years 1 to 9999, whatever the zone. */
const localTime = date({
  min: new Date('0001-01-02T00:00:00Z'),
  max: new Date('9999-12-30T23:59:59Z'),
  noInvalidDate: true,
});

const written: Arbitrary<Written> = tuple(
  localTime,
  zone,
  oneof(fraction, constantFrom('none' as const)),
).map(([local, { text, minutes }, digits]) => {
  const precision = digits === 'none' ? 60_000n : 1000n;
  const milliseconds = (BigInt(local.getTime()) - yearOne) / precision;
  const whole = milliseconds * precision - BigInt(minutes) * 60_000n;
  const form = local.toISOString();
  const time = digits === 'none' ? form.slice(0, 16) : form.slice(0, 19) + (digits && `.${digits}`);
  const rest = digits === 'none' ? 0n : BigInt(digits.padEnd(7, '0'));
  return { text: time + text, ticks: whole * 10_000n + rest };
});

describe('a DateTimeOffset', () => {
  it('comes back as it was written, to the character', () => {
    assert(
      property(written, ({ text }) => {
        const value = parseDateTimeOffset(text);
        expect(value && formatDateTimeOffset(value)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('is the instant that the calendar says, exact to 100 ns, so that values are in order', () => {
    assert(
      property(written, ({ text, ticks }) => {
        expect(parseDateTimeOffset(text)?.ticks).toBe(String(ticks));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['0001-01-01T00:00:00Z', '0', 9000],
    ['0001-01-01T00:00:00.0000001Z', '1', 9007],
    ['0001-01-01T00:00:01Z', '10000000', 9000],
    ['0001-01-01T14:00:00+14:00', '0', 8400],
    ['9999-12-31T23:59:59.9999999Z', '3155378975999999999', 9007],
    ['9999-12-31T09:59:59.9999999-14:00', '3155378975999999999', -8407],
    ['1970-01-01T00:00:00.0Z', '621355968000000000', 9001],
    ['1970-01-01T00:00Z', '621355968000000000', 9008],
    ['1970-01-01T00:00+00:00', '621355968000000000', 8],
    ['1970-01-01T00:00:00-00:00', '621355968000000000', -9000],
    ['2017-01-01T00:02:49.3205976-08:00', '636188545693205976', -4807],
    ['1970-01-01T05:30:00+05:30', '621355968000000000', 3300],
    ['2000-02-29T23:59:59Z', '630874655990000000', 9000],
    ['2024-02-29T00:00:00Z', '638447616000000000', 9000],
    ['2023-12-31T23:30:00-00:30', '638396640000000000', -300],
  ])('%s is kept as %s and %i', (text, ticks, code) => {
    expect(parseDateTimeOffset(text)).toEqual({ ticks, written: code });
    expect(formatDateTimeOffset({ ticks, written: code })).toBe(text);
  });

  it.each([
    ['no zone', '2024-01-19T13:38:22.169688'],
    ['a date alone', '2024-01-19'],
    ['no time', '2024-01-19TZ'],
    ['the year 0', '0000-12-31T23:59:59Z'],
    ['an instant before the year 1', '0001-01-01T00:00:00+00:01'],
    ['an instant after the year 9999', '9999-12-31T23:59:59.9999999-00:01'],
    ['a year of five digits', '10000-01-01T00:00:00Z'],
    ['a negative year', '-001-01-01T00:00:00Z'],
    ['month 0', '2024-00-01T00:00:00Z'],
    ['month 13', '2024-13-01T00:00:00Z'],
    ['day 0', '2024-01-00T00:00:00Z'],
    ['the 31st of April', '2024-04-31T00:00:00Z'],
    ['the 32nd of December', '2024-12-32T00:00:00Z'],
    ['29 February in a common year', '2023-02-29T00:00:00Z'],
    ['29 February in a century', '1900-02-29T00:00:00Z'],
    ['30 February', '2024-02-30T00:00:00Z'],
    ['hour 24', '2024-01-01T24:00:00Z'],
    ['minute 60', '2024-01-01T00:60:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['8 fraction digits', '2024-01-01T00:00:00.12345678Z'],
    ['a point without digits', '2024-01-01T00:00:00.Z'],
    ['a fraction of minutes', '2024-01-01T00:00.5Z'],
    ['an offset of 14:01', '2024-01-01T00:00:00+14:01'],
    ['an offset of -14:01', '2024-01-02T00:00:00-14:01'],
    ['an offset of 15 hours', '2024-01-01T00:00:00+15:00'],
    ['an offset with 60 minutes', '2024-01-01T00:00:00+01:60'],
    ['an offset without colon', '2024-01-01T00:00:00+0100'],
    ['small t', '2024-01-01t00:00:00Z'],
    ['small z', '2024-01-01T00:00:00z'],
    ['a space before', ' 2024-01-01T00:00:00Z'],
    ['a line end after', '2024-01-01T00:00:00Z\n'],
    ['other digits', '２０２４-01-01T00:00:00Z'],
    ['nothing', ''],
  ])('is refused with %s', (_, text) => {
    expect(parseDateTimeOffset(text)).toBeUndefined();
  });

  it.each([
    ['2026-06-02T17:10:28.000Z', '2026-06-02T17:10:28Z'],
    ['2026-06-02T17:10:28.600Z', '2026-06-02T17:10:28.6Z'],
    ['2026-06-02T17:10:20.000Z', '2026-06-02T17:10:20Z'],
    ['2026-06-02T17:10:28.042Z', '2026-06-02T17:10:28.042Z'],
    ['2026-06-02T00:00:00.000Z', '2026-06-02T00:00:00Z'],
  ])('of the clock at %s is written %s', (clock, text) => {
    expect(formatDateTimeOffset(dateTimeOffsetAt(Date.parse(clock)))).toBe(text);
  });
});
