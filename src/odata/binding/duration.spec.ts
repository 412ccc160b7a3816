import { describe, expect, it } from '@jest/globals';
import { durationTicks } from './duration.js';

describe('a duration', () => {
  it.each([
    ['PT0S', 0n],
    ['P1D', 864_000_000_000n],
    ['P1DT2H', 936_000_000_000n],
    ['-P1DT2H3M4.5S', -937_845_000_000n],
    ['+PT0.0000001S', 1n],
    ['pt1.999999999999s', 19_999_999n],
    ['PT90M', 54_000_000_000n],
    ['P99999999999D', 86_399_999_999_136_000_000_000n],
  ])('%s is %d ticks', (text, ticks) => {
    expect(durationTicks(text)).toBe(ticks);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1',
    '1D',
    'P1DT',
    'P1M',
    'P1Y',
    'P1W',
    'PT1D',
    'PT1.S',
    'PT.5S',
    'PT1S2M',
    'P1D ',
    '--P1D',
    'P-1D',
  ])('%j is none', (text) => {
    expect(durationTicks(text)).toBeUndefined();
  });
});
