import { describe, expect, it } from '@jest/globals';
import { readPreconditions, unconditional, validatorHeaders, verdict } from './preconditions.js';
import { workSoFar } from '../../test/support/work.js';

const tagsOf = (header: string): unknown => readPreconditions({ 'if-match': header }, false).match;
const dateOf = (header: string): unknown =>
  readPreconditions({ 'if-unmodified-since': header }, false).unmodifiedSince;

describe('a list of entity tags', () => {
  it.each<[string, unknown]>([
    ['*', '*'],
    [' * ', '*'],
    ['W/"5"', [5]],
    ['"5"', [5]],
    ['W/"5", "6",W/"7"', [5, 6, 7]],
    [', W/"5" ,,"6",', [5, 6]],
    ['W/"5", W/"5"', [5]],
    ['"5,", "6"', [6]],
    ['"2147483647"', [2147483647]],
    // No row of ours has such a tag.
    ['', []],
    ['5', []],
    ['W/5', []],
    ['w/"5"', []],
    ['"5', []],
    ['W/"05"', []],
    ['"-5"', []],
    ['"5e1"', []],
    ['"2147483648"', []],
    ['"99999999999"', []],
    ['"x"', []],
    ['""', []],
    ['"*"', []],
    ['*, "x"', []],
    ['x"5"', []],
    ['"5"x', []],
    ['"5"  "6"', []],
  ])('%s names the versions %j', (header, versions) => {
    expect(tagsOf(header)).toEqual(versions);
  });

  it('is read in a time that grows no faster than it', () => {
    const worked = workSoFar();
    for (const one of ['"', ',', ' ', '",', ', "', 'W/', '"5",', '"5" ']) {
      tagsOf(`,${one.repeat(60_000 / one.length)}x`);
    }
    expect(worked()).toBeLessThan(1_000);
  });
});

describe('a date', () => {
  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', 784111777],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 784111777],
    ['Sun Nov  6 08:49:37 1994', 784111777],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 253402300799],
    ['', undefined],
    ['0', undefined],
    ['1994-11-06T08:49:37Z', undefined],
    ['Sun, 06 Nov 1994 08:49:37 +0100', undefined],
    ['Sun, 06 Nov 1994 25:49:37 GMT', undefined],
    ['Sun, 06 Nov 0094 08:49:37 GMT', undefined],
    ['yesterday', undefined],
  ])('%j is the second %s', (header, seconds) => {
    expect(dateOf(header)).toBe(seconds);
  });

  it('counts where no tag says it better, and for a change alone in If-Unmodified-Since', () => {
    const date = 'Thu, 01 Jan 1970 00:00:05 GMT';
    const dates = { 'if-unmodified-since': date, 'if-modified-since': date };
    expect(readPreconditions(dates, true)).toEqual({
      ...unconditional,
      unmodifiedSince: 5,
      modifiedSince: 5,
    });
    expect(readPreconditions(dates, false)).toEqual({ ...unconditional, unmodifiedSince: 5 });
    const tags = { 'if-match': '*', 'if-none-match': '"x"' };
    expect(readPreconditions({ ...dates, ...tags }, true)).toEqual({
      ...unconditional,
      match: '*',
      noneMatch: [],
    });
  });
});

describe('a precondition', () => {
  const five = { version: 5 };
  const dated = { version: 5, modified: 100 };
  it.each([
    [{}, five, 'met'],
    [{ match: '*' }, five, 'met'],
    [{ match: [4, 5] }, five, 'met'],
    [{ match: [4] }, five, 'failed'],
    [{ match: [] }, five, 'failed'],
    [{ noneMatch: [4] }, five, 'met'],
    [{ noneMatch: [] }, five, 'met'],
    [{ noneMatch: [4, 5] }, five, 'current'],
    [{ noneMatch: '*' }, five, 'current'],
    [{ match: [5], noneMatch: [5] }, five, 'current'],
    [{ match: [4], noneMatch: [5] }, five, 'failed'],
    // What has no tag is there, and is none of those that tags name.
    [{ match: '*' }, {}, 'met'],
    [{ match: [5] }, {}, 'failed'],
    [{ noneMatch: '*' }, {}, 'current'],
    [{ noneMatch: [5] }, {}, 'met'],
    // What has no date can't be judged by one.
    [{ unmodifiedSince: 0, modifiedSince: 200 }, five, 'met'],
    [{ unmodifiedSince: 99 }, dated, 'failed'],
    [{ unmodifiedSince: 100 }, dated, 'met'],
    [{ modifiedSince: 99 }, dated, 'met'],
    [{ modifiedSince: 100 }, dated, 'current'],
  ] as const)('%j of %j is %s', (conditions, state, expected) => {
    expect(verdict({ ...unconditional, ...conditions }, state)).toBe(expected);
  });
});

it('validators are offered as a weak tag and a date of HTTP', () => {
  expect(validatorHeaders({})).toEqual({});
  expect(validatorHeaders({ version: 5 })).toEqual({ ETag: 'W/"5"' });
  expect(validatorHeaders({ version: 5, modified: 784111777 })).toEqual({
    ETag: 'W/"5"',
    'Last-Modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
  });
});
