import { describe, expect, it } from '@jest/globals';
import { QuerySyntaxError } from './query-syntax-error.js';

const messageAt = (text: string, at: number): string => new QuerySyntaxError(text, at, 'no').message;

describe('the message of a syntax error', () => {
  it('names position, text and reason', () => {
    expect(new QuerySyntaxError('displayName eq', 14, 'an operand was expected').message).toBe(
      "Syntax error at position 14 in 'displayName eq': an operand was expected",
    );
  });

  it('shows a text of 60 characters whole', () => {
    expect(messageAt('x'.repeat(60), 3)).toContain(`'${'x'.repeat(60)}'`);
  });

  it.each([0, 1, 29, 30, 31, 50, 70, 99, 100])(
    'shows 60 characters around position %d of a longer one',
    (at) => {
      const text = Array.from({ length: 100 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
      const shown = /'(.*)'/.exec(messageAt(text, at))?.[1] ?? '';
      expect(shown).toHaveLength(60);
      expect(text).toContain(shown.replaceAll('…', ''));
      if (at < 100) expect(shown).toContain(text.charAt(at));
    },
  );

  it('is well-formed Unicode though its excerpt cuts a pair', () => {
    for (const at of [0, 50, 51, 100]) expect(messageAt('😀'.repeat(100), at).isWellFormed()).toBe(true);
    expect(messageAt('\ud800', 0).isWellFormed()).toBe(true);
  });
});
