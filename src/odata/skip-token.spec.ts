import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import { readSkipToken, writeSkipToken } from './skip-token.js';

const key = randomBytes(32);
const scope = 'tenant/deviceAppManagement/mobileApps/a/deviceStatuses';
const token = writeSkipToken(key, scope, '7560ee45');
const refusal = expect.objectContaining({ kind: 'invalidOptionValue', status: 400 });

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('a skip token', () => {
  it('gives the position that it was made for, whatever the id', () => {
    assert(
      property(string({ unit: 'binary' }), (id) => {
        const made = writeSkipToken(key, scope, id);
        expect(made).toMatch(/^[\w-]+$/);
        expect(readSkipToken(key, scope, made)).toBe(id);
      }),
    );
  });

  it.each([1, 2, 3])('of %i bytes is refused with any character changed for another', (length) => {
    const made = writeSkipToken(key, scope, 'x'.repeat(length));
    for (let at = 0; at < made.length; at++) {
      for (const other of alphabet.replace(made.charAt(at), '')) {
        const changed = made.slice(0, at) + other + made.slice(at + 1);
        expect(() => readSkipToken(key, scope, changed)).toThrow(refusal);
      }
    }
  });

  it('is refused when it is cut anywhere', () => {
    for (let length = 0; length < token.length; length++) {
      expect(() => readSkipToken(key, scope, token.slice(0, length))).toThrow(refusal);
    }
  });

  it.each([
    ['a character more', `${token}A`],
    ['padding', `${token}=`],
    ['a foreign character after', `${token}!`],
    ['a foreign character within', `${token.slice(0, 5)} ${token.slice(5)}`],
    ['nothing', ''],
    ['text of nobody', 'nope'],
    ['long text of nobody', 'A'.repeat(10_000)],
    ['characters beyond base64', '\u{1F600}'.repeat(20)],
  ])('is refused with %s', (_, changed) => {
    expect(() => readSkipToken(key, scope, changed)).toThrow(refusal);
  });

  it('is refused for another collection, another tenant and by another key', () => {
    expect(() => readSkipToken(key, `${scope}/b`, token)).toThrow(refusal);
    expect(() => readSkipToken(key, scope.replace('tenant', 'other'), token)).toThrow(refusal);
    expect(() => readSkipToken(randomBytes(32), scope, token)).toThrow(refusal);
  });

  it("can't be moved from a scope to one that begins alike", () => {
    const made = writeSkipToken(key, 'a', 'bc');
    expect(() => readSkipToken(key, 'ab', made)).toThrow(refusal);
  });
});
