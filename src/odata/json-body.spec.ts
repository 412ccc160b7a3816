import { describe, expect, it } from '@jest/globals';
import { assert, json, oneof, property, string, stringMatching } from 'fast-check';
import { GraphError } from './errors.js';
import { parseJsonBody } from './json-body.js';
import { limits } from './limits.js';

/** The document, or the kind of the error; what isn't a `GraphError` fails the test. */
function outcome(text: string): unknown {
  try {
    return { document: parseJsonBody(text) };
  } catch (error) {
    if (error instanceof GraphError) return error.kind;
    throw error;
  }
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const nestedObjects = (depth: number): string => '{"a":'.repeat(depth) + 'null' + '}'.repeat(depth);
const deepest = limits.jsonDepth;

describe('a request body', () => {
  it.each([
    ['nothing', '', 'emptyBody'],
    ['white space', ' \r\n\t', 'emptyBody'],
    ['a word', 'nope', 'unreadableBody'],
    ['a cut document', '{"a":1', 'unreadableBody'],
    ['two documents', '{}{}', 'unreadableBody'],
    ['single quotes', "{'a':1}", 'unreadableBody'],
    ['a comma too many', '[1,]', 'unreadableBody'],
    ['a line end in a string', '"\n"', 'unreadableBody'],
    ['an open string', '"[', 'unreadableBody'],
    ['a backslash at the end', '"\\', 'unreadableBody'],
    ['closing brackets first', `${']'.repeat(200)}${nested(150)}`, 'unreadableBody'],
    ['arrays one too deep', nested(deepest + 1), 'bodyTooDeep'],
    ['objects one too deep', nestedObjects(deepest + 1), 'bodyTooDeep'],
    ['objects 1,000 deep', nestedObjects(1000), 'bodyTooDeep'],
    ['too deep after a string with an escaped quote', `["\\"",${nested(deepest)}]`, 'bodyTooDeep'],
    ['too deep after a string that ends in a backslash', `["\\\\",${nested(deepest)}]`, 'bodyTooDeep'],
    ['4 MB of opening brackets', '['.repeat(limits.body), 'bodyTooDeep'],
    ['more values than the limit', `[${'0,'.repeat(limits.jsonValues)}0]`, 'bodyTooMany'],
    ['4 MB of opening brackets in an open string', `"${'['.repeat(limits.body)}`, 'unreadableBody'],
  ])('of %s is refused', (_, text, kind) => {
    expect(outcome(text)).toBe(kind);
  });

  it.each([
    ['arrays as deep as the limit', nested(deepest)],
    ['objects as deep as the limit', nestedObjects(deepest)],
    ['as many values as the limit', `[${'0,'.repeat(limits.jsonValues - 3)}0]`],
    ['many arrays beside one another', `[${Array(500).fill('[]').join()}]`],
    ['brackets in a string', JSON.stringify('[{'.repeat(200))],
    ['brackets in a name', JSON.stringify({ ['['.repeat(200)]: 1 })],
    ['brackets after an escaped quote in a string', JSON.stringify(`"${'['.repeat(200)}`)],
    ['brackets after backslashes in a string', JSON.stringify(`\\\\\\"${'{'.repeat(200)}`)],
    ['a number alone', '-0'],
  ])('of %s is read', (_, text) => {
    expect(outcome(text)).toEqual({ document: JSON.parse(text) });
  });

  it('keeps __proto__ as a name like any other', () => {
    const document = parseJsonBody('{"__proto__":{"a":1}}') as object;
    expect(Object.getOwnPropertyNames(document)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
  });

  it('is what JSON.parse says, for any JSON', () => {
    assert(
      property(json({ maxDepth: 8 }), (text) => {
        expect(outcome(text)).toEqual({ document: JSON.parse(text) });
      }),
    );
  });

  it('of any text is read or refused, never anything else', () => {
    const pieces = stringMatching(/^[[\]{}",:\\u01 \n]*$/);
    const refusals = ['emptyBody', 'unreadableBody', 'bodyTooDeep', { document: expect.anything() }];
    assert(
      property(oneof(string(), string({ unit: 'binary' }), pieces), (text) => {
        expect([...refusals, { document: null }]).toContainEqual(outcome(text));
      }),
      { numRuns: 1000 },
    );
  });
});
