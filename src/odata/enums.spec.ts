import { describe, expect, it } from '@jest/globals';
import { earlierEnum, enumType } from './edm.js';
import { enumName, enumNumber } from './enums.js';

const state = enumType(
  'resultantAppState',
  { notApplicable: -1, installed: 1, failed: 2, unknown: 99 },
  { initial: 'unknown' },
);
const architecture = enumType(
  'windowsArchitecture',
  { none: 0, x86: 1, x64: 2, arm: 4, neutral: 8 },
  { flags: true },
);

describe('an enum as it was earlier', () => {
  const earlier = earlierEnum(state, ['notApplicable', 'failed'], 'failed');

  it.each([
    [-1, 'notApplicable'],
    [2, 'failed'],
    [1, 'failed'],
    [27, 'failed'],
  ])('writes %j as %j', (number, name) => {
    expect(enumName(earlier, number)).toBe(name);
  });

  it.each([
    ['failed', 2],
    ['-1', -1],
    ['installed', undefined],
    [1, undefined],
    [99, undefined],
  ])('reads %j in a body as %j', (value, number) => {
    expect(enumNumber(earlier, value)).toBe(number);
  });

  it('starts as the later one does', () => {
    expect(earlier.initial).toBe(state.initial);
  });

  const fewer = earlierEnum(architecture, ['none', 'x86', 'x64'], 'none');

  it.each([
    [0, 'none'],
    [3, 'x86,x64'],
    [6, 'x64'],
    [12, 'none'],
  ])('with flags, writes of %j what it knows: %j', (number, name) => {
    expect(enumName(fewer, number)).toBe(name);
  });

  it.each([
    ['x86,x64', 3],
    ['x86,arm', undefined],
    [4, undefined],
  ])('with flags, reads %j in a body as %j', (value, number) => {
    expect(enumNumber(fewer, value)).toBe(number);
  });
});

describe('an enum in a body', () => {
  it.each([
    ['installed', 1],
    ['notApplicable', -1],
    [1, 1],
    [-1, -1],
    ['99', 99],
    ['-1', -1],
    ['Installed', undefined],
    ['nope', undefined],
    ['', undefined],
    ['installed,failed', undefined],
    ['1,2', undefined],
    ['1.0', undefined],
    ['0x1', undefined],
    [0, undefined],
    [3, undefined],
    ['3', undefined],
    [1.5, undefined],
    [NaN, undefined],
    [true, undefined],
    [{}, undefined],
    [['installed'], undefined],
    ['constructor', undefined],
    ['__proto__', undefined],
  ])('%j is member %s', (value, number) => {
    expect(enumNumber(state, value)).toBe(number);
  });

  it.each([
    ['x86', 1],
    ['x86,x64', 3],
    ['x64, x86', 3],
    ['x86,x86', 1],
    ['none', 0],
    ['none,arm', 4],
    ['x86,x64,arm,neutral', 15],
    [0, 0],
    [6, 6],
    ['15', 15],
    [16, undefined],
    [17, undefined],
    [-1, undefined],
    [1.5, undefined],
    [2 ** 32, undefined],
    [2 ** 32 + 1, undefined],
    ['x86,', undefined],
    [',', undefined],
    ['x86,nope', undefined],
    ['x86 x64', undefined],
  ])('with flags, %j is the set %s', (value, number) => {
    expect(enumNumber(architecture, value)).toBe(number);
  });
});

describe('an enum in an answer', () => {
  it.each([
    [1, 'installed'],
    [-1, 'notApplicable'],
    [0, '0'],
    [-7, '-7'],
  ])('writes %i as %s', (value, text) => {
    expect(enumName(state, value)).toBe(text);
  });

  it.each([
    [0, 'none'],
    [2, 'x64'],
    [11, 'x86,x64,neutral'],
    [16, '16'],
    // A set with a bit that no member has can't be named without losing the bit.
    [17, '17'],
  ])('with flags, writes %i as %s', (value, text) => {
    expect(enumName(architecture, value)).toBe(text);
  });

  it('writes every set of flags so that it is read as the same set', () => {
    for (let set = 0; set <= 15; set++) {
      expect(enumNumber(architecture, enumName(architecture, set))).toBe(set);
    }
  });
});

describe('the initial member of an enum', () => {
  it('is the declared one, else the one that is 0', () => {
    expect([state.initial, architecture.initial]).toEqual([99, 0]);
  });
});
