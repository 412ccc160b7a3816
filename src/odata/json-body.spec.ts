import { describe, expect, it } from '@jest/globals';
import { assert, json, oneof, property, string, stringMatching } from 'fast-check';
import { GraphError } from './errors.js';
import { parseJsonBody } from './json-body.js';
import { limits } from './limits.js';
import { workSoFar } from '../../test/support/work.js';

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

  it.each([
    ['{"a":1,"a":1}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"\\u0061":1,"a":2}', 'a'],
    ['{"\\/":1,"/":2}', '/'],
    [String.raw`{"\"":1,"\u0022":2}`, '"'],
    [String.raw`{"\\":1,"b":2,"\u005c":3}`, '\\'],
    ['{"\\ud83d\\ude00":1,"😀":2}', '😀'],
    ['{"":1,"":2}', ''],
    ['{"1":1,"1":2}', '1'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"constructor":1,"b":2,"constructor":3}', 'constructor'],
    ['{ "a" : [ ] ,\n"a"\t: { } }', 'a'],
    ['{"a":{"b":1,"c":[{"d":1,"e":2,"d":3}]}}', 'd'],
    ['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}],"a":2}', 'a'],
    ['[[],{"x":{},"x":[]}]', 'x'],
    ['{"@odata.type":"a","@odata.type":"b"}', '@odata.type'],
  ])('of %s names %j twice, and is refused', (text, name) => {
    expect(() => parseJsonBody(text)).toThrow(
      `Multiple properties with the name '${name}' were detected in a resource or a complex value.`,
    );
  });

  it.each([
    '{"a":1,"A":2}',
    '{"a":{"a":{"a":"a"}}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"a","c":["a","a","b"]}',
    '{"a":"\\",\\"a\\":","b":1}',
    '{"a":"{","b":"\\\\"}',
    '{"a,":1,"a":2,"{a":3}',
    String.raw`{"\\u0061":1,"a":2}`,
    '{"__proto__":{"constructor":1},"constructor":{"__proto__":1}}',
  ])('of %s names nothing twice', (text) => {
    expect(outcome(text)).toEqual({ document: JSON.parse(text) });
  });

  it('that is no JSON is just that, whatever it repeats or counts', () => {
    for (const text of ['{"a":1,"a":2', '{"a":1,"a":2}}', '{"a" "a":1}', '[1e999', '-', '[-]', '[01.0e]'])
      expect(outcome(text)).toBe('unreadableBody');
  });

  it.each([
    '1e999',
    '-1e999',
    `1${'0'.repeat(400)}`,
    '1e-999',
    '1.00000000000000000001',
    '-4503599627370497.5',
    '9007199254740991.4',
    '0.99999999999999999999',
    '123456789012345678901.5e0',
    `1.${'0'.repeat(1000)}1`,
    '[1,{"a":[2.5,-3e400]}]',
  ])('of %s holds a number that would become another, and is refused', (text) => {
    expect(outcome(text)).toBe('inexactNumber');
  });

  it.each(
    [
      '0 -0 0.0 0e5 0.00e-7 -0.0 1 1.0 1.50 100e-2 1e2 12.30e1 1.5e1 0.1 2.5e-3 9007199254740991 9007199254740993',
      '1e308 1E+2 5e-324 2147483647.000 0e99999999999999999999 "1e999" {"1e999":"-1e999"}',
    ]
      .join(' ')
      .split(' '),
  )('of %s holds numbers that are not changed, or whose type will say', (text) => {
    expect(outcome(text)).toEqual({ document: JSON.parse(text) });
  });

  it.each<[string, (size: number) => string]>([
    [
      'backslashes',
      (size) => `["${'\\'.repeat(size)}",{"${'\\'.repeat(size)}":"${'\\\\"'.repeat(size / 4)}"}]`,
    ],
    ['quotes', (size) => `{"${'\\"'.repeat(size)}":1}`],
    ['zeros', (size) => `[${'0'.repeat(size)}1,0.${'0'.repeat(size)}1e-5,1.${'0'.repeat(size)}]`],
    ['open strings', (size) => '"\\'.repeat(size)],
    ['minuses', (size) => '-'.repeat(size)],
    ['names', (size) => `{${Array.from({ length: size / 16 }, (_, index) => `"${index}":0`).join()}}`],
  ])('of many %s is read in linear time', (_, text) => {
    const worked = workSoFar();
    outcome(text(1_000_000));
    expect(worked()).toBeLessThan(2_000);
  });

  it('keeps __proto__ as a name like any other', () => {
    const document = parseJsonBody('{"__proto__":{"a":1}}') as object;
    expect(Object.getOwnPropertyNames(document)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
  });

  it('is what JSON.parse says, for any JSON without a number that would change', () => {
    assert(
      property(json({ maxDepth: 8 }), (text) => {
        expect([{ document: JSON.parse(text) as unknown }, 'inexactNumber']).toContainEqual(outcome(text));
      }),
    );
  });

  it('of any text is read or refused, never anything else', () => {
    const pieces = stringMatching(/^[[\]{}",:\\u01 \n]*$/);
    const kinds = ['emptyBody', 'unreadableBody', 'bodyTooDeep', 'repeatedProperty', 'inexactNumber'];
    const refusals = [...kinds, { document: expect.anything() }];
    assert(
      property(oneof(string(), string({ unit: 'binary' }), pieces), (text) => {
        expect([...refusals, { document: null }]).toContainEqual(outcome(text));
      }),
      { numRuns: 1000 },
    );
  });
});
