import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, oneof, property, string } from 'fast-check';
import { limits } from './limits.js';
import { readPreferences } from './preferences.js';
import { workSoFar } from '../../test/support/work.js';

describe('the preferences in a header', () => {
  it.each<[string | undefined, string]>([
    [undefined, 'none'],
    ['', 'none'],
    ['return=minimal', 'minimal'],
    ['return=representation', 'representation'],
    ['RETURN=Minimal', 'minimal'],
    ['return="minimal"', 'minimal'],
    [String.raw`return="mini\mal"`, 'minimal'],
    ['return = minimal', 'minimal'],
    ['return=minimal; foo="a,b;return=representation"', 'minimal'],
    ['return=minimal;', 'minimal'],
    ['respond-async, wait=10,return=minimal', 'minimal'],
    [' , ,return=minimal,', 'minimal'],
    // What Node makes of two headers.
    ['odata.maxpagesize=3, return=minimal', 'minimal 3'],
    ['maxpagesize=3', '3'],
    ['odata.maxpagesize="3"', '3'],
    ['odata.maxpagesize=3;x=y', '3'],
    [`maxpagesize=${limits.maxPageSize + 1}`, String(limits.maxPageSize)],
    // The first of a name counts, whichever way it is spelled.
    ['return=minimal, return=representation', 'minimal'],
    ['return=representation, return=minimal', 'representation'],
    ['maxpagesize=3,odata.maxpagesize=4', '3'],
    ['return=foo, return=minimal', 'none'],
    // Not heeded.
    ['return', 'none'],
    ['return=""', 'none'],
    ['return=minimal representation', 'none'],
    ['odata.return=minimal', 'none'],
    ['handling=strict; return=minimal', 'none'],
    ['foo="return=minimal, return=minimal"', 'none'],
    ['foo="return=minimal', 'none'],
    ['maxpagesize=0', 'none'],
    ['maxpagesize=-1', 'none'],
    ['maxpagesize=1.5', 'none'],
    ['maxpagesize=9999999999', 'none'],
    ['xmaxpagesize=3', 'none'],
    ['constructor, __proto__=1', 'none'],
    ['=minimal', 'none'],
    [' ', 'none'],
  ])('%j are %s', (header, expected) => {
    const { returned, maxPageSize } = readPreferences(header);
    expect([returned, maxPageSize].filter((one) => one !== undefined).join(' ') || 'none').toBe(expected);
  });

  it('are read from anything, in a time that grows no faster than it', () => {
    const piece = oneof(
      constantFrom('return', '=', 'minimal', ',', ';', '"', '\\', ' ', 'maxpagesize', '3'),
      string(),
    );
    assert(property(piece, piece, piece, (...pieces) => void readPreferences(pieces.join(''))));
    const worked = workSoFar();
    for (const one of ['"', '\\', ' ', ',', ';', '=', 'a', '"\\', ' ="', 'a=" ']) {
      readPreferences(`return${one.repeat(60_000 / one.length)}x`);
    }
    expect(worked()).toBeLessThan(1_000);
  });
});
