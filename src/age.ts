const hour = 60 * 60 * 1000;
const day = 24 * hour;

/** What `readAge` reads, for whoever wrote something else. */
export const ageForm = 'a whole number of hours or days, from 1h to 3650d';

/** The milliseconds of `12h` or `30d`; undefined for what is not of that form. */
export function readAge(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,5})([hd])$/.exec(text) ?? [];
  const age = Number(count) * (unit === 'h' ? hour : day);
  return age >= hour && age <= 3650 * day ? age : undefined;
}
