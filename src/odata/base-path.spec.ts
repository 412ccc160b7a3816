import { describe, expect, it } from '@jest/globals';
import { basePathOf, unknownDate } from './base-path.js';

describe('the base path that a path starts with', () => {
  it.each([
    ['/beta/a/b', 'beta', '/a/b'],
    ['Beta', 'beta', ''],
    ['//V1.0//a', 'v1.0', '//a'],
    ['/2017-01/beta/a', '2017-01/beta', '/a'],
    ['/2018-11//BETA', '2018-11/beta', ''],
    ['/Live/beta/', 'live/beta', '/'],
    ['live/v1.0/$metadata', 'live/v1.0', '/$metadata'],
  ])('of %j is %s, and the rest %j', (path, version, rest) => {
    expect(basePathOf(path)).toEqual({ version, rest });
  });

  it.each([
    '',
    '/',
    'v1',
    '/x/beta',
    '/oauth2/v1.0',
    '/2018-11',
    '/2018-11/v1.0',
    '/2019-05/beta',
    '/beta%2Fa',
  ])('is none in %j', (path) => {
    expect(basePathOf(path)).toBeUndefined();
  });
});

describe('a path at a date that there is no contract of', () => {
  it.each([
    ['/2019-05/beta/a', '2019-05/beta'],
    ['2018-11/v1.0/a', '2018-11/v1.0'],
    ['/LIVE/a', 'LIVE/a'],
    ['/2017-01', '2017-01/'],
  ])('%j is told the known ones', (path, given) => {
    expect(unknownDate(path)?.message).toBe(
      `Invalid version: ${given}. The base paths are v1.0, beta, 2017-01/beta, 2018-11/beta, live/beta, live/v1.0.`,
    );
  });

  it.each(['', '/', '/v9/beta', '/2019/beta', '/2019-055/beta', '/alive/beta'])('is not %j', (path) => {
    expect(unknownDate(path)).toBeUndefined();
  });
});
