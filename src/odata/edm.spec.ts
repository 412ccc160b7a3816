import { describe, expect, it } from '@jest/globals';
import { contractDateOf, type Existence, versionsOf } from './edm.js';

describe('where a declaration exists', () => {
  it.each<[Existence, string]>([
    [{}, 'v1.0 beta 2017-01/beta 2018-11/beta live/beta live/v1.0'],
    [{ versions: ['beta'] }, 'beta 2017-01/beta 2018-11/beta live/beta'],
    [{ versions: ['v1.0'] }, 'v1.0 live/v1.0'],
    [{ from: '2018-11' }, 'v1.0 beta 2018-11/beta live/beta live/v1.0'],
    [{ versions: ['beta'], until: 'today' }, 'beta 2017-01/beta 2018-11/beta'],
    [{ until: '2017-01' }, '2017-01/beta'],
    [{ from: 'today', until: 'today' }, 'v1.0 beta'],
  ])('%j is in %s', (existence, versions) => {
    expect(versionsOf(existence).join(' ')).toBe(versions);
  });
});

it.each([
  ['v1.0', 'today'],
  ['beta', 'today'],
  ['2017-01/beta', '2017-01'],
  ['live/v1.0', 'live'],
] as const)('the contract date of %s is %s', (version, date) => {
  expect(contractDateOf(version)).toBe(date);
});
