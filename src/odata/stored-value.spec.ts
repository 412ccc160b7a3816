import { describe, expect, it } from '@jest/globals';
import {
  type ApiVersion,
  collection,
  complexType,
  enumType,
  type Property,
  property,
  type ValueType,
} from './edm.js';
import { defaultFormat, type Format } from './format.js';
import {
  type Json,
  mergedComplex,
  mergedMembers,
  storedInitial,
  storedValue,
  valueText,
} from './stored-value.js';

const required = { nullable: false };
const state = enumType('state', { failed: 2, unknown: 99 }, { initial: 'unknown' });
const returnCode = complexType('returnCode', [
  property('code', 'Edm.Int32', required),
  property('state', state, required),
  property('note', 'Edm.String'),
]);
const rules = complexType('rules', [
  property('codes', collection(returnCode)),
  property('best', returnCode, required),
  property('other', returnCode),
]);

const target = complexType('target', [property('filter', 'Edm.String')], { abstract: true });
const group = complexType('groupTarget', [property('groupId', 'Edm.String')], { base: target });
const exclusion = complexType(
  'exclusionTarget',
  [property('code', returnCode, required), property('why', state, { nullable: false, versions: ['beta'] })],
  { base: group },
);
const preview = complexType('previewTarget', [property('ring', 'Edm.Int32')], {
  base: group,
  versions: ['beta'],
});
const oddTarget = complexType('oddTarget', [], { base: target, versions: ['beta'] });

const instant: ValueType = { kind: 'primitive', name: 'Edm.DateTimeOffset' };
const dated = complexType('dated', [property('at', instant)]);
const noon = '2017-01-01T12:00:00.5-08:00';
const noonStored = { ticks: '636188976005000000', written: -4801 };

const initialCode = { code: 0, state: 99, note: null };
const typed = (name: string, members: Record<string, Json> = {}): Record<string, Json> => ({
  '@odata.type': name,
  ...members,
});

describe('what a create stores for a property that was left out', () => {
  it.each([
    ['a nullable string', property('a', 'Edm.String'), null],
    ['a string', property('a', 'Edm.String', required), ''],
    ['a Boolean', property('a', 'Edm.Boolean', required), false],
    ['an Int32', property('a', 'Edm.Int32', required), 0],
    ['an Int64', property('a', 'Edm.Int64', required), 0],
    ['a time', property('a', 'Edm.DateTimeOffset', required), { ticks: '0', written: 9000 }],
    ['bytes', property('a', 'Edm.Binary', required), ''],
    ['an enum', property('a', state, required), 99],
    ['a nullable enum', property('a', state), null],
    ['a complex value', property('a', returnCode, required), initialCode],
    ['a nullable complex value', property('a', returnCode), null],
    ['an abstract complex value', property('a', target, required), typed('target', { filter: null })],
    [
      'a complex value that others derive from',
      property('a', group, required),
      typed('groupTarget', { filter: null, groupId: null }),
    ],
    ['a collection', property('a', collection('Edm.String')), []],
    [
      'a complex value of others',
      property('a', rules, required),
      { codes: [], best: initialCode, other: null },
    ],
  ])('is, for %s, what OData takes for empty', (_, declared, value) => {
    expect(storedInitial(declared)).toEqual(value);
  });
});

describe('what is stored of a value that was sent', () => {
  it.each<[string, Parameters<typeof storedValue>, Json]>([
    ['a primitive as it is', [{ kind: 'primitive', name: 'Edm.Int32' }, -2016345060], -2016345060],
    ['null as null', [state, null], null],
    ['an instant as its ticks and how it was written', [instant, noon], noonStored],
    [
      'instants wherever they are',
      [collection(dated), [{ at: noon }, {}]],
      [{ at: noonStored }, { at: null }],
    ],
    ['an enum as its number', [state, 'failed'], 2],
    ["an enum's digits as its number", [state, '2'], 2],
    ['a cleared collection as empty', [collection(state), null], []],
    ['the elements of a collection, nulls too', [collection(state), ['failed', null, 99]], [2, null, 99]],
    [
      'a complex value whole: no annotation, and initial values for what is missing',
      [returnCode, { '@odata.type': '#microsoft.graph.returnCode', code: 5 }],
      { code: 5, state: 99, note: null },
    ],
    [
      'complex values inside of others',
      [rules, { codes: [{ state: 'failed' }, null], other: { code: 1 } }],
      {
        codes: [{ code: 0, state: 2, note: null }, null],
        best: initialCode,
        other: { ...initialCode, code: 1 },
      },
    ],
    [
      'the name of the type where there are several, and initial values of that one',
      [target, { '@odata.type': '#Microsoft.Graph.ExclusionTarget', groupId: 'g' }],
      typed('exclusionTarget', { filter: null, groupId: 'g', code: initialCode, why: 99 }),
    ],
    [
      'the declared type where the value names none, or the abstract one',
      [collection(group), [{ groupId: 'g' }, { '@type': 'groupTarget' }]],
      [
        typed('groupTarget', { filter: null, groupId: 'g' }),
        typed('groupTarget', { filter: null, groupId: null }),
      ],
    ],
    [
      'no type where the declaration says all',
      [exclusion, { '@odata.type': '#microsoft.graph.exclusionTarget' }],
      { filter: null, groupId: null, code: initialCode, why: 99 },
    ],
  ])('is %s', (_, [type, value], stored) => {
    expect(storedValue(type, value)).toEqual(stored);
  });

  it('takes nothing that an object inherits', () => {
    const type = complexType('odd', [property('toString', 'Edm.String')]);
    expect(storedValue(type, {})).toEqual({ toString: null });
  });
});

describe('what a change merges into a stored document', () => {
  const [best, other, codes] = ['best', 'other', 'codes'].map((name) =>
    rules.properties.find((declared) => declared.name === name),
  ) as [Property, Property, Property];
  const nested = property('rules', rules);
  const initialRules = { codes: [], best: initialCode, other: null };

  it('is, of complex values, what was sent of them', () => {
    expect(mergedMembers([[best, { code: 5, '@odata.type': '#microsoft.graph.returnCode' }]])).toEqual({
      value: '{}',
      merge: { inner: [{ name: 'best', value: '{"code":5}', merge: { initial: initialCode, inner: [] } }] },
    });
  });

  it('is, of values of several types, the type that was sent: members of another are not taken over', () => {
    const sent = { '@odata.type': '#microsoft.graph.exclusionTarget', groupId: 'g', code: { code: 5 } };
    const initial = typed('exclusionTarget', { filter: null, groupId: null, code: initialCode, why: 99 });
    const inner = [{ name: 'code', value: '{"code":5}', merge: { initial: initialCode, inner: [] } }];
    expect(mergedComplex(target, sent)).toEqual({
      value: '{"groupId":"g"}',
      merge: { type: 'exclusionTarget', initial, inner },
    });
  });

  it('is whole for null, collections and all other values', () => {
    const sent = [
      [other, null],
      [codes, [{ code: 1 }]],
      [property('note', 'Edm.String'), 'x'],
    ] as const;
    expect(mergedMembers(sent)).toEqual({
      value: '{"other":null,"codes":[{"code":1,"state":99,"note":null}],"note":"x"}',
      merge: { inner: [] },
    });
  });

  it('reaches complex values in complex values, in one order whatever the body’s', () => {
    const both = { other: { note: 'x' }, best: { state: 'failed' } };
    const expected = {
      value: '{}',
      merge: {
        inner: [
          {
            name: 'rules',
            value: '{}',
            merge: {
              initial: initialRules,
              inner: [
                { name: 'best', value: '{"state":2}', merge: { initial: initialCode, inner: [] } },
                { name: 'other', value: '{"note":"x"}', merge: { initial: initialCode, inner: [] } },
              ],
            },
          },
        ],
      },
    };
    expect(mergedMembers([[nested, both]])).toEqual(expected);
    expect(mergedMembers([[nested, { best: both.best, other: both.other }]])).toEqual(expected);
  });
});

describe('the JSON of a stored value', () => {
  it.each<[[ValueType, Json], string]>([
    [[state, null], 'null'],
    [[state, 2], '"failed"'],
    [[state, 7], '"7"'],
    [[{ kind: 'primitive', name: 'Edm.String' }, 'a"\n\u2028'], '"a\\"\\n\u2028"'],
    [[{ kind: 'primitive', name: 'Edm.Boolean' }, false], 'false'],
    [[{ kind: 'primitive', name: 'Edm.Int64' }, 9007199254740991], '9007199254740991'],
    [[instant, noonStored], `"${noon}"`],
    [[dated, { at: noonStored }], `{"at":"${noon}"}`],
    [[dated, { at: null }], '{"at":null}'],
    [[collection('Edm.String'), []], '[]'],
    [[collection('Edm.String'), ['a', null]], '["a",null]'],
    [[returnCode, { code: 5, state: 2, note: 'x' }], '{"code":5,"state":"failed","note":"x"}'],
    // A property that was declared after the row was written reads as its initial value.
    [[returnCode, { note: null }], '{"code":0,"state":"unknown","note":null}'],
    [
      [rules, { codes: [null], best: initialCode, other: null }],
      '{"codes":[null],"best":{"code":0,"state":"unknown","note":null},"other":null}',
    ],
  ])('of %j is %s', ([type, value], text) => {
    const style = { version: 'beta', format: defaultFormat, inner: undefined } as const;
    expect(valueText(type, value, style)).toBe(text);
  });
});

const written = (
  type: ValueType,
  value: Json,
  metadata: Format['metadata'] = 'minimal',
  version: ApiVersion = 'beta',
) => valueText(type, value, { version, format: { ...defaultFormat, metadata }, inner: undefined });
const named = (type: string, members: string) => `{"@odata.type":"#microsoft.graph.${type}",${members}}`;

describe('the JSON of a value that may be of several types', () => {
  const code = '"code":{"code":0,"state":"unknown","note":null}';
  const stored = typed('exclusionTarget', { filter: null, groupId: 'g', code: initialCode, why: 2 });

  it('has the members of its own type, and names that where it is not the declared one', () => {
    const members = `"filter":null,"groupId":"g",${code},"why":"failed"`;
    expect(written(target, stored)).toBe(named('exclusionTarget', members));
    expect(written(collection(target), [stored])).toBe(`[${named('exclusionTarget', members)}]`);
    expect(written(group, typed('groupTarget', { groupId: 'g' }))).toBe('{"filter":null,"groupId":"g"}');
    // An abstract type can't be told otherwise when the value is sent back.
    expect(written(target, typed('target'))).toBe(named('target', '"filter":null'));
  });

  it('names the type never without metadata, and always with all of it', () => {
    expect(written(target, typed('groupTarget'), 'none')).toBe('{"filter":null,"groupId":null}');
    expect(written(target, typed('target'), 'full')).toBe(named('target', '"filter":null'));
  });

  it('has what the version shows of it', () => {
    const members = `"filter":null,"groupId":"g",${code}`;
    expect(written(target, stored, 'minimal', 'v1.0')).toBe(named('exclusionTarget', members));
  });

  it.each<[string, ValueType, string]>([
    [preview.name, target, named('groupTarget', '"filter":null,"groupId":null')],
    [preview.name, group, '{"filter":null,"groupId":null}'],
    [oddTarget.name, target, '{"filter":null}'],
    // Of a later release, or none at all.
    ['unheardOf', group, '{"filter":null,"groupId":null}'],
  ])('is, for %s where the version has none such, that of the nearest type it has', (name, type, text) => {
    expect(written(type, typed(name), 'minimal', 'v1.0')).toBe(text);
  });

  it('has, of what is selected, the members that its type has', () => {
    const [filter, groupId] = group.properties as [Property, Property];
    const inner = [
      { property: filter, castTo: undefined, inner: undefined },
      { property: groupId, castTo: group, inner: undefined },
    ];
    const style = { version: 'beta', format: defaultFormat, inner } as const;
    expect(valueText(target, stored, style)).toBe(named('exclusionTarget', '"filter":null,"groupId":"g"'));
    expect(valueText(target, typed('oddTarget'), style)).toBe(named('oddTarget', '"filter":null'));
    const wider = [{ property: filter, castTo: exclusion, inner: undefined }];
    expect(valueText(target, typed('groupTarget'), { ...style, inner: wider })).toBe(
      '{"@odata.type":"#microsoft.graph.groupTarget"}',
    );
  });
});
