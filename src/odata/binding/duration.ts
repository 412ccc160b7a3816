// Digits are bounded: more of them are out of range, and reading them takes time.
const form =
  /^([+-]?)P(?=.)(?:(\d{1,15})D)?(?:T(?=\d)(?:(\d{1,14})H)?(?:(\d{1,15})M)?(?:(\d{1,17})(?:\.(\d{1,12}))?S)?)?$/;

const ticksPer = { day: 864_000_000_000n, hour: 36_000_000_000n, minute: 600_000_000n, second: 10_000_000n };

/** Ticks of 100 ns of an `Edm.Duration` (XML Schema's dayTimeDuration), finer digits cut; undefined if it isn't one. */
export function durationTicks(text: string): bigint | undefined {
  const match = form.exec(text.toUpperCase());
  if (!match) return undefined;
  const [days, hours, minutes, seconds] = match
    .slice(2, 6)
    .map((digits: string | undefined) => BigInt(digits ?? 0)) as [bigint, bigint, bigint, bigint];
  const fraction = BigInt((match[6] ?? '').slice(0, 7).padEnd(7, '0'));
  const ticks =
    days * ticksPer.day +
    hours * ticksPer.hour +
    minutes * ticksPer.minute +
    seconds * ticksPer.second +
    fraction;
  return match[1] === '-' ? -ticks : ticks;
}
