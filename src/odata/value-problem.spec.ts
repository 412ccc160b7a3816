import { describe, expect, it } from '@jest/globals';
import { anything, assert, constantFrom, property as forAll } from 'fast-check';
import { collection, complexType, enumType, property } from './edm.js';
import type { ErrorKind } from './errors.js';
import { excerpt, valueProblem } from './value-problem.js';

const state = enumType('state', { notApplicable: -1, installed: 1 });
const flags = enumType('architecture', { none: 0, x86: 1, x64: 2 }, { flags: true });
const icon = complexType('mimeContent', [
  property('type', 'Edm.String'),
  property('value', 'Edm.Binary'),
  property('size', 'Edm.Int32', { nullable: false }),
]);
const shape = complexType('shape', [property('name', 'Edm.String')], { abstract: true });
const circle = complexType('circle', [property('radius', 'Edm.Int32')], { base: shape });
complexType('disc', [property('colour', 'Edm.String', { versions: ['beta'] })], { base: circle });
complexType('ball', [], { base: shape, versions: ['beta'] });

const required = { nullable: false };
const properties = {
  String: property('text', 'Edm.String', { maxLength: 5 }),
  'String, required': property('text', 'Edm.String', required),
  Boolean: property('flag', 'Edm.Boolean'),
  Int32: property('count', 'Edm.Int32'),
  'Int32, required': property('count', 'Edm.Int32', required),
  Int64: property('size', 'Edm.Int64'),
  DateTimeOffset: property('time', 'Edm.DateTimeOffset'),
  Binary: property('bytes', 'Edm.Binary'),
  enum: property('state', state),
  'enum, required': property('state', state, required),
  flags: property('flags', flags),
  complex: property('icon', icon),
  'complex, required': property('icon', icon, required),
  'collection of String': property('tags', collection('Edm.String'), { maxLength: 5 }),
  'collection of String, required': property('tags', collection('Edm.String'), required),
  'collection of complex': property('icons', collection(icon)),
  'abstract complex': property('shape', shape),
  'complex that others derive from': property('circle', circle),
  'collection of abstract complex': property('shapes', collection(shape)),
};

/** JSON as a client sends it, by what is wrong with it. */
const values: Record<keyof typeof properties, Partial<Record<ErrorKind | 'nothing', string[]>>> = {
  String: {
    nothing: ['""', '"12345"', '"123\u{1F600}"', '"\\ud83d\\ude00"', 'null'],
    invalidValue: ['"123456"', '"1234\u{1F600}"', '"a\\u0000"', '"\\ud800"', '"\\udc00\\ud800"'],
    literal: ['9', 'true'],
    unexpectedNode: ['[]', '{}', '["a"]', `${'{"a":'.repeat(99)}1${'}'.repeat(99)}`],
  },
  'String, required': {
    nothing: ['""', `"${'a'.repeat(32_768)}"`],
    invalidValue: [`"${'a'.repeat(32_769)}"`],
    nullValue: ['null'],
  },
  Boolean: {
    nothing: ['true', 'false', 'null'],
    literal: ['"true"', '0'],
    unexpectedNode: ['[true]'],
  },
  Int32: {
    nothing: ['9', '-0', '1e3', '9.0', '2147483647', '-2147483648'],
    literal: ['2147483648', '-2147483649', '1e400', '"9"', '9.5', '""', 'false'],
    unexpectedNode: ['[9]', '{}'],
  },
  'Int32, required': { nullValue: ['null'] },
  Int64: {
    nothing: ['2147483648', '9007199254740991', '-9007199254740991'],
    // The last is read as -(2^53): what was sent can't be known.
    literal: ['9007199254740993', '0.5', '"9"', '-9007199254740993'],
  },
  DateTimeOffset: {
    nothing: ['"2017-01-01T00:02:49.3205976-08:00"', 'null'],
    literal: ['"2017-01-01T00:02:49"', '"2017-01-01"', '""', '1483257769'],
    unexpectedNode: ['{}'],
  },
  Binary: {
    nothing: ['""', '"QQ=="', '"QQ"', '"QUI="', '"QUJD"', '"-_-_"', '"+/+/"'],
    literal: ['"QQ===="', '"Q Q="', '"é"', '5', '"Q"', '"="', '"QUJD="'],
  },
  enum: {
    nothing: ['"installed"', '-1', '"-1"', 'null'],
    primitive: ['"nope"', '"Installed"', '7', 'true', '{}', '[]', '["installed"]'],
  },
  'enum, required': { nullValue: ['null'] },
  flags: {
    nothing: ['"x86,x64"', '3', '0'],
    primitive: ['4', '"x86,nope"'],
  },
  complex: {
    nothing: [
      'null',
      '{}',
      '{"type":"png","value":"QQ==","size":1}',
      '{"@odata.type":"#microsoft.graph.mimeContent"}',
      '{"@odata.type":"microsoft.graph.mimeContent"}',
      '{"@odata.id":[],"value@odata.mediaReadLink":"x"}',
      '{"@type":"#mimeContent","@odata.type":"MIMECONTENT"}',
    ],
    typeMismatch: [
      '{"@odata.type":"#microsoft.graph.other"}',
      '{"nope":1,"@odata.type":"#microsoft.graph.circle"}',
      '{"@odata.type":5}',
      '{"@odata.type":null}',
      '{"@odata.type":{"toString":1,"valueOf":1}}',
    ],
    propertyDoesNotExist: ['{"nope":1}', '{"__proto__":1}', '{"constructor":1}', '{"Type":"png"}'],
    nullValue: ['{"size":null}'],
    literal: ['{"size":"1"}'],
    unexpectedNode: ['{"type":{"type":{}}}', '[]', '"x"', '5'],
  },
  'complex, required': { nullValue: ['null'] },
  'collection of String': {
    nothing: ['[]', '["a","12345",null]', 'null'],
    invalidValue: ['["a","123456"]'],
    literal: ['[1]'],
    unexpectedNode: ['[[]]', '{"length":0}', '"a"'],
  },
  'collection of String, required': { nothing: ['["a"]'], nullValue: ['["a",null]'] },
  'collection of complex': {
    nothing: ['[{},{"size":1},null]'],
    literal: ['[{"size":"1"}]'],
    unexpectedNode: ['[5]', '[[]]'],
  },
  'abstract complex': {
    nothing: [
      'null',
      '{"@odata.type":"#microsoft.graph.circle","name":"a","radius":1}',
      '{"@odata.type":"microsoft.graph.disc","radius":1,"colour":"red"}',
      '{"@type":"#Microsoft.Graph.CIRCLE","radius":1}',
      '{"@odata.type":"#microsoft.graph.ball"}',
      // As the documents' examples of `assign` have it.
      '{"@odata.type":"microsoft.graph.shape","name":"a"}',
    ],
    abstractType: ['{}', '{"name":"a"}', '{"radius":1}', '{"name@odata.type":"#String"}'],
    typeMismatch: [
      '{"@odata.type":"#microsoft.graph.mimeContent"}',
      '{"@odata.type":null}',
      '{"@odata.type":"#microsoft.graph.disc","@type":"#microsoft.graph.circle"}',
    ],
    propertyDoesNotExist: [
      '{"@odata.type":"#microsoft.graph.shape","radius":1}',
      '{"@odata.type":"#microsoft.graph.circle","colour":"red"}',
    ],
    literal: ['{"@odata.type":"#microsoft.graph.circle","radius":"1"}'],
  },
  'complex that others derive from': {
    nothing: ['{}', '{"name":"a","radius":1}', '{"@odata.type":"#microsoft.graph.disc","colour":"red"}'],
    typeMismatch: ['{"@odata.type":"#microsoft.graph.shape"}', '{"@odata.type":"#microsoft.graph.ball"}'],
    propertyDoesNotExist: ['{"colour":"red"}'],
  },
  'collection of abstract complex': {
    nothing: ['[{"@odata.type":"#microsoft.graph.circle"},{"@odata.type":"#microsoft.graph.ball"},null]'],
    abstractType: ['[{"@odata.type":"#microsoft.graph.circle"},{}]'],
  },
};

const rows = Object.entries(values).flatMap(([name, byKind]) =>
  Object.entries(byKind).flatMap(([kind, texts]) =>
    texts.map((json) => ({ name: name as keyof typeof properties, kind, json, shown: excerpt(json) })),
  ),
);

describe('a value for a property', () => {
  it.each(rows)('of type $name: $shown has this problem: $kind', ({ name, kind, json }) => {
    expect(valueProblem(properties[name], JSON.parse(json))?.kind ?? 'nothing').toBe(kind);
  });
});

const rowOf = (name: keyof typeof properties, json: string, kind: ErrorKind | undefined) =>
  [name, json, kind] as const;

describe('a value at v1.0', () => {
  it.each([
    rowOf('abstract complex', '{"@odata.type":"#microsoft.graph.disc","radius":1}', undefined),
    rowOf('abstract complex', '{"@odata.type":"#microsoft.graph.ball"}', 'typeMismatch'),
    rowOf(
      'abstract complex',
      '{"@odata.type":"#microsoft.graph.disc","colour":"red"}',
      'propertyDoesNotExist',
    ),
    rowOf('collection of abstract complex', '[{"@odata.type":"#microsoft.graph.ball"}]', 'typeMismatch'),
  ])('of type %s: %s has what only beta has: %s', (name, json, kind) => {
    expect(valueProblem(properties[name], JSON.parse(json), 'v1.0')?.kind).toBe(kind);
    expect(valueProblem(properties[name], JSON.parse(json), 'beta')).toBeUndefined();
  });
});

describe('any value at all', () => {
  it('is taken or has a problem, and nothing is thrown', () => {
    const key = constantFrom(
      '@odata.type',
      'type',
      'size',
      'toString',
      'valueOf',
      'constructor',
      '__proto__',
    );
    const document = anything({ key }).map((value): unknown => JSON.parse(JSON.stringify(value) ?? 'null'));
    const all = Object.values(properties);
    const check = forAll(document, (value) => all.forEach((declared) => valueProblem(declared, value)));
    expect(() => assert(check, { numRuns: 1000 })).not.toThrow();
  });
});

describe('what an error repeats of a value', () => {
  it.each([
    ['a'.repeat(100), 'a'.repeat(100)],
    ['a'.repeat(101), `${'a'.repeat(100)}…`],
    ['\ud800', '\uFFFD'],
  ])('of %j is %j', (text, shown) => {
    expect(excerpt(text)).toBe(shown);
  });

  it('is Unicode text, also where a pair of surrogates is cut', () => {
    expect(excerpt(`${'a'.repeat(99)}\u{1F600}`).isWellFormed()).toBe(true);
  });
});
