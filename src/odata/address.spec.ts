import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, oneof, property, string } from 'fast-check';
import { type Address, canonicalPath, checkedKey, addressPath, pathOf, routeTemplate } from './address.js';
import type { EntityType } from './edm.js';
import { entitySet } from './entity-set.js';
import { limits } from './limits.js';
import { resolvePath, resourceTree } from './resource-tree.js';

const status: EntityType = {
  kind: 'entity',
  name: 'mobileAppInstallStatus',
  base: undefined,
  abstract: false,
  versions: ['beta'],
  properties: [],
};
const set = entitySet('deviceAppManagement/mobileApps/{mobileAppId}/deviceStatuses', status, {
  versions: ['beta'],
});
const tree = resourceTree([set], 'beta');

const entity = (mobileAppId: string, id: string): Address => ({
  version: 'beta',
  set,
  keys: { mobileAppId, id },
  isEntity: true,
  part: { kind: 'whole' },
  linked: undefined,
  through: [],
});
const collection = (mobileAppId: string): Address => ({
  version: 'beta',
  set,
  keys: { mobileAppId },
  isEntity: false,
  part: { kind: 'whole' },
  linked: undefined,
  through: [],
});

const isReserved = (key: string): boolean => /^(\$|(microsoft\.)?graph\.)/i.test(key);
const awkward = constantFrom(...`' '' ( ) / \\ % %27 $ .. . id= ? # & + : ; é \u{1F600} a`.split(' '), ' ');
const key = oneof(
  string({ unit: 'binary', minLength: 1, maxLength: limits.key / 2 }),
  string({ unit: awkward, minLength: 1, maxLength: limits.key / 4 }),
).filter((text) => !text.includes('\0'));

describe('an address', () => {
  it('has one path for the router, and parentheses for readers', () => {
    const one = entity("o'neil", 'a/b c');
    expect(canonicalPath(one)).toBe("/deviceAppManagement/mobileApps/o'neil/deviceStatuses/a%2Fb%20c");
    expect(pathOf(one.set, one.keys)).toBe("deviceAppManagement/mobileApps('o''neil')/deviceStatuses");
    expect(addressPath(one)).toBe("deviceAppManagement/mobileApps('o''neil')/deviceStatuses('a%2Fb%20c')");
    expect(canonicalPath(collection('a'))).toBe('/deviceAppManagement/mobileApps/a/deviceStatuses');
  });

  it('is described by the kinds of its segments', () => {
    expect(routeTemplate(collection('a'))).toBe('~/singleton/navigation/key/navigation');
    expect(routeTemplate(entity('a', 'b'))).toBe('~/singleton/navigation/key/navigation/key');
  });

  it('is found again by its path, whatever its keys', () => {
    const ordinary = key.filter((text) => !isReserved(text));
    assert(
      property(ordinary, ordinary, (app, id) => {
        for (const address of [entity(app, id), collection(app)]) {
          expect(resolvePath(tree, canonicalPath(address), 'GET')).toEqual(address);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is found again by its path in parentheses, whatever its keys', () => {
    assert(
      property(key, key, (app, id) => {
        const address = entity(app, id);
        expect(resolvePath(tree, addressPath(address), 'GET')).toEqual(address);
      }),
      { numRuns: 1000 },
    );
  });

  it('in parentheses is a URL that keeps its path, also with dots as a key', () => {
    const path = `/beta/${addressPath(collection('..'))}`;
    expect(new URL(path, 'http://localhost').pathname).toBe(path);
  });
});

describe('a key', () => {
  it.each([
    ['at the limit', 'a'.repeat(limits.key)],
    ['one past the limit', 'a'.repeat(limits.key + 1), 'it is longer than 128 characters'],
    ['of pairs of code units one past the limit', '\u{1F600}'.repeat(65), 'it is longer than 128 characters'],
    ['empty', '', 'it is empty'],
    ['with NUL', 'a\0', 'it holds a NUL character'],
    ['with a lone surrogate', '\ud800', 'it holds a lone surrogate'],
    ['of any Unicode', '\u{1F600}\n\u2028'],
  ])('%s is taken or refused with its reason', (_, text, reason = '') => {
    if (reason === '') expect(checkedKey(text)).toBe(text);
    else expect(() => checkedKey(text)).toThrow(`The key is not valid: ${reason}.`);
  });
});
