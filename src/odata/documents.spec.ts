import { describe, expect, it } from '@jest/globals';
import { partType } from './address.js';
import { wholeSelection } from './bound-query.js';
import { contextMember, contextUrl, pageText, propertyText, rawValue, valueAt } from './documents.js';
import { collection, complexType, enumType, property } from './edm.js';
import { defaultFormat } from './format.js';
import { librarySets } from './metadata/library.builder.js';

const set = librarySets[1] as (typeof librarySets)[number];
const keys = { itemId: "o'n" };
const selection = { ...wholeSelection, text: '(id,copies())' };
const style = { version: 'beta', format: defaultFormat, inner: undefined } as const;

describe('a context', () => {
  it.each([
    ['a collection', contextUrl('r', { kind: 'collection', set, keys, selection: wholeSelection }), ''],
    ['what is selected', contextUrl('r', { kind: 'collection', set, keys, selection }), '(id,copies())'],
    ['one entity', contextUrl('r', { kind: 'entity', set, keys, selection: wholeSelection }), '/$entity'],
    [
      'what is selected of one',
      contextUrl('r', { kind: 'entity', set, keys, selection }),
      '(id,copies())/$entity',
    ],
  ])('of %s says so behind its path', (_, url, end) => {
    expect(url).toBe(`r/$metadata#library/items('o''n')/loans${end}`);
  });

  it('of links is not about their set, and there is none without metadata', () => {
    expect(contextUrl('r', { kind: 'references' })).toBe('r/$metadata#Collection($ref)');
    expect(contextMember({ ...defaultFormat, metadata: 'none' }, 'r', { kind: 'reference' })).toBe('');
  });
});

describe('a page', () => {
  it.each([
    [undefined, [], '{"@odata.context":"c","value":[]}'],
    [undefined, ['{}'], '{"@odata.context":"c","value":[{}]}'],
    ['n"', ['{}', '{}'], '{"@odata.context":"c","@odata.nextLink":"n\\"","value":[{},{}]}'],
  ])('with next link %j and entities %j is %s', (nextLink, entities, page) => {
    expect(pageText('"@odata.context":"c",', undefined, nextLink, entities)).toBe(page);
  });

  it('with a count says it before the link', () => {
    expect(pageText('', '7', 'n', [])).toBe('{"@odata.count":7,"@odata.nextLink":"n","value":[]}');
  });
});

const targetOf = (name: string) => ({ '@odata.type': name, groupId: 'g' });

describe('one property', () => {
  const label = complexType('label', [property('text', 'Edm.String'), property('size', 'Edm.Int64')]);
  const full = { ...style, format: { ...defaultFormat, metadata: 'full' as const, ieee754Compatible: true } };

  it.each([
    [property('a', 'Edm.String'), 'x', style, '{"h":1,"value":"x"}'],
    [property('a', label), { text: 'x', size: 5 }, style, '{"h":1,"text":"x","size":5}'],
    [property('a', collection('Edm.String')), ['x'], style, '{"h":1,"value":["x"]}'],
    [property('a', 'Edm.Int64'), 5, full, '{"h":1,"@odata.type":"#Int64","value":"5"}'],
    [
      property('a', label),
      { text: 'x', size: 5 },
      full,
      '{"h":1,"@odata.type":"#microsoft.graph.label","text":"x","size@odata.type":"#Int64","size":"5"}',
    ],
    [
      property('a', collection(label)),
      [],
      full,
      '{"h":1,"@odata.type":"#Collection(microsoft.graph.label)","value":[]}',
    ],
  ])('%j of %j', (declared, value, how, text) => {
    expect(propertyText('"h":1,', declared, value, how)).toBe(text);
  });

  it.each([
    [property('a', 'Edm.String'), 'x"y', 'x"y'],
    [property('a', 'Edm.Boolean'), true, 'true'],
    [property('a', 'Edm.Int32'), -5, '-5'],
    [property('a', enumType('state', { lost: -1 })), -1, 'lost'],
    [property('a', 'Edm.Binary'), 'AAE=', Buffer.from([0, 1])],
    [property('a', 'Edm.DateTimeOffset'), { ticks: '5', written: 9007 }, '0001-01-01T00:00:00.0000005Z'],
  ])('%j of %j by itself is %j', (declared, value, raw) => {
    expect(rawValue(declared, value, style)).toEqual(raw);
  });

  it('is reached through complex values, and null where one of them is', () => {
    const part = {
      kind: 'property',
      as: 'json',
      steps: [property('a', label), property('text', 'Edm.String')],
    } as const;
    expect(valueAt({ text: 'x' }, part)).toBe('x');
    expect(valueAt(null, part)).toBeNull();
  });

  it('is reached through casts, and null where the value is of another type', () => {
    const target = complexType('target', [property('filter', 'Edm.String')]);
    const group = complexType('group', [property('groupId', 'Edm.String')], { base: target });
    const exclusion = complexType('exclusion', [], { base: group });
    const [outer, inner] = [property('a', target), property('groupId', 'Edm.String')];
    const casts = [{ behind: 1, type: group }];
    const part = { kind: 'property', as: 'json', steps: [outer, inner], casts } as const;
    expect(['group', 'exclusion', 'target'].map((name) => valueAt(targetOf(name), part))).toEqual([
      'g',
      'g',
      null,
    ]);
    expect(valueAt(targetOf('target'), { ...part, steps: [outer] })).toBeNull();
    expect(valueAt(null, { ...part, steps: [outer] })).toBeNull();
    const cast = { ...outer, type: partType({ ...part, steps: [outer] }) };
    const texts = [targetOf('group'), targetOf('exclusion')].map((value) =>
      propertyText('', cast, value, style),
    );
    expect(texts).toEqual([
      '{"filter":null,"groupId":"g"}',
      `{"@odata.type":"#microsoft.graph.${exclusion.name}","filter":null,"groupId":"g"}`,
    ]);
  });
});
