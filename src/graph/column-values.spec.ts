import { describe, expect, it } from '@jest/globals';
import { collection, complexType, type EntityType, enumType, property } from '../odata/edm.js';
import { defaultFormat } from '../odata/format.js';
import { assignmentsOf, freshValues, modifiedValues, rowText } from './column-values.js';
import { tableOf } from './table.js';

const required = { nullable: false };
const state = enumType('state', { failed: 2, unknown: 99 }, { initial: 'unknown' });
const icon = complexType('icon', [property('type', 'Edm.String'), property('state', state, required)]);

const name = property('name', 'Edm.String');
const style = { version: 'beta', format: defaultFormat, inner: undefined } as const;
const bytes = property('bytes', 'Edm.Binary');
const flag = property('flag', 'Edm.Boolean');
const count = property('count', 'Edm.Int32', required);
const size = property('size', 'Edm.Int64');
const time = property('time', 'Edm.DateTimeOffset');
const status = property('status', state);
const picture = property('picture', icon);
const tags = property('tags', collection('Edm.String'));
const created = property('created', 'Edm.DateTimeOffset', { ...required, computed: 'created' });
const modified = property('modified', 'Edm.DateTimeOffset', { ...required, computed: 'modified' });
const shared = [name, bytes, flag, count, size, time, status, picture, tags, created, modified];

/** Properties of derived types: they share the column `derived`. */
const due = property('due', 'Edm.DateTimeOffset', required);
const level = property('level', state, required);
const logo = property('logo', icon);

const app: EntityType = {
  kind: 'entity',
  name: 'app',
  base: undefined,
  abstract: false,
  versions: ['beta'],
  properties: shared,
};
const plain = tableOf('statuses', [], false, shared);
const polymorphic = tableOf('apps', [], true, shared);

const noon = '2017-01-01T12:00:00.5-08:00';
const noonTicks = '636188976005000000';
const now = Date.parse('2026-06-02T17:10:28.600Z');

describe('what a write assigns', () => {
  it.each([
    ['text as it is', name, 'a', [{ column: 'name', value: 'a' }]],
    ['null', name, null, [{ column: 'name', value: null }]],
    ['false', flag, false, [{ column: 'flag', value: false }]],
    ['an enum as its number', status, 'failed', [{ column: 'status', value: 2 }]],
    [
      'a time in two columns',
      time,
      noon,
      [
        { column: 'timeTicks', value: noonTicks },
        { column: 'timeWritten', value: -4801 },
      ],
    ],
    [
      'no time in two columns',
      time,
      null,
      [
        { column: 'timeTicks', value: null },
        { column: 'timeWritten', value: null },
      ],
    ],
    [
      'of a complex value the members that were sent',
      picture,
      { state: 'failed' },
      [
        {
          column: 'picture',
          value: '{"state":2}',
          merge: { initial: { type: null, state: 99 }, inner: [] },
        },
      ],
    ],
    ['no complex value as null, not as JSON', picture, null, [{ column: 'picture', value: null }]],
    ['a collection as JSON', tags, ['a', null], [{ column: 'tags', value: '["a",null]' }]],
    ['a cleared collection as an empty one', tags, null, [{ column: 'tags', value: '[]' }]],
  ])('is %s', (_, declared, value, assignments) => {
    expect(assignmentsOf(plain, new Map([[declared, value]]), true)).toEqual(assignments);
  });

  it('stands in the order of the columns, whatever the order of the body', () => {
    const sent = new Map<typeof name, unknown>([
      [tags, []],
      [count, 1],
      [name, 'a'],
    ]);
    const assigned = assignmentsOf(plain, sent, true).map(({ column }) => column);
    expect(assigned).toEqual(['count', 'name', 'tags']);
  });

  it("merges a derived type's own properties into those that are stored", () => {
    const sent = new Map<typeof name, unknown>([
      [name, 'a'],
      [due, noon],
      [level, 'failed'],
    ]);
    expect(assignmentsOf(polymorphic, sent, true)).toEqual([
      {
        column: 'derived',
        value: `{"due":{"ticks":"${noonTicks}","written":-4801},"level":2}`,
        merge: { inner: [] },
      },
      { column: 'name', value: 'a' },
    ]);
  });

  it('of a new row is whole, with the initial values of what was not sent', () => {
    const sent = new Map<typeof name, unknown>([
      [picture, { type: 'png' }],
      [logo, { state: 'failed' }],
    ]);
    expect(assignmentsOf(polymorphic, sent, false)).toEqual([
      { column: 'derived', value: '{"logo":{"type":null,"state":2}}' },
      { column: 'picture', value: '{"type":"png","state":99}' },
    ]);
  });

  it('leaves the derived properties alone when none was sent, and gives a new row an empty document', () => {
    expect(assignmentsOf(polymorphic, new Map([[name, 'a']]), true)).toHaveLength(1);
    expect(assignmentsOf(polymorphic, new Map(), false)).toEqual([{ column: 'derived', value: '{}' }]);
  });
});

describe('the clock', () => {
  it('fills a fresh row, which takes what was sent and the initial value of everything else', () => {
    const values = freshValues(
      { ...app, properties: [name, count, status, created, modified] },
      new Map([[count, 9]]),
      now,
    );
    const written = [...values].map(([declared, value]) => [declared.name, value]);
    const clock = '2026-06-02T17:10:28.6Z';
    expect(written).toEqual([
      ['name', null],
      ['count', 9],
      ['status', null],
      ['created', clock],
      ['modified', clock],
    ]);
  });

  it('gives every change a time of modification, and no other', () => {
    expect([...modifiedValues(plain, now)]).toEqual([[modified, '2026-06-02T17:10:28.6Z']]);
    expect(modifiedValues(tableOf('users', [], false, [name]), now).size).toBe(0);
  });
});

describe('the JSON of a row', () => {
  const text = rowText(polymorphic, app);
  // What pg gives: bigint as text, jsonb parsed.
  const stored = {
    id: 'a',
    rowVersion: 1,
    odataType: 'ios',
    derived: { due: { ticks: noonTicks, written: -4801 }, level: 2 },
  };
  const rowOf = (values: object): unknown[] => {
    const all: Record<string, unknown> = { ...stored, ...values };
    return polymorphic.columns.map((column) => all[column] ?? null);
  };

  it('has its version, and the second of its last change where a property keeps that', () => {
    expect(text.validators(rowOf({ modifiedTicks: noonTicks }))).toEqual({
      version: 1,
      modified: 1_483_300_800,
    });
    expect(rowText(tableOf('users', [], false, [name]), app).validators(['a', 7])).toEqual({ version: 7 });
  });

  it('has its id and the name of its type, which a table of one type has by declaration', () => {
    expect([text.id(rowOf({})), text.typeName(rowOf({}))]).toEqual(['a', 'ios']);
    expect(rowText(plain, app).typeName([])).toBe('app');
  });

  it.each([
    [name, { name: 'a"' }, '"a\\""'],
    [name, {}, 'null'],
    [bytes, { bytes: 'QQ==' }, '"QQ=="'],
    [flag, { flag: false }, 'false'],
    [flag, {}, 'null'],
    [count, { count: -2016345060 }, '-2016345060'],
    [size, { size: '9007199254740991' }, '9007199254740991'],
    [size, {}, 'null'],
    [status, { status: 2 }, '"failed"'],
    [status, { status: 7 }, '"7"'],
    [status, {}, 'null'],
    [time, { timeTicks: noonTicks, timeWritten: -4801 }, `"${noon}"`],
    [time, {}, 'null'],
    [picture, { picture: { type: 'png', state: 2 } }, '{"type":"png","state":"failed"}'],
    [picture, {}, 'null'],
    [tags, { tags: ['a', null] }, '["a",null]'],
    [due, {}, `"${noon}"`],
    [level, {}, '"failed"'],
    // Declared after the row was written.
    [level, { derived: {} }, '"unknown"'],
    [due, { derived: {} }, '"0001-01-01T00:00:00Z"'],
  ])('writes $name of %j as %s', (declared, values, json) => {
    expect(text.property(declared, style)(rowOf(values))).toBe(json);
  });
});
