import { describe, expect, it } from '@jest/globals';
import { type Expansion, type RowsQuery, type Selection, wholeSelection } from './bound-query.js';
import { apiVersions, type EntityType } from './edm.js';
import { type EntitySet, entitySet } from './entity-set.js';
import { type Entity, entityText, type Expanded, type TextContext } from './expanded-text.js';
import { defaultFormat, type Format } from './format.js';
import { limits } from './limits.js';

const type: EntityType = {
  kind: 'entity',
  name: 'thing',
  base: undefined,
  abstract: false,
  versions: apiVersions,
  properties: [],
};
const apps = entitySet('apps', type);
const statuses = entitySet('apps/{appId}/statuses', type);

const query: RowsQuery = {
  filter: undefined,
  orderBy: [],
  selection: wholeSelection,
  top: 3,
  isTotal: false,
  skip: 0,
  count: false,
  repeated: '',
  ordering: '',
};

type Of = (Expansion & { kind: 'collection' })['of'];
const collection = (changes: Partial<RowsQuery> = {}, of: Of = 'entities'): Expansion => ({
  name: 'statuses',
  set: statuses,
  castTo: undefined,
  kind: 'collection',
  of,
  query: { ...query, ...changes },
});
const toOne = (of: 'entities' | 'references' = 'entities'): Expansion => ({
  name: 'app',
  set: apps,
  castTo: undefined,
  kind: 'entity',
  of,
  key: 'appId',
  selection: wholeSelection,
});

/** Entities as `<id>`, and a nextLink as what it was asked for. */
const context = (format: Format): TextContext => ({
  root: '',
  format,
  idOf: (row) => row[0] as string,
  writerOf: () => (row, head, around) => `<${String(row[0])}${head}${around?.expanded ?? ''}>`,
  nextLink: ({ keys, isLinks }, { top }, after, left) =>
    [
      JSON.stringify(keys),
      isLinks ? 'links' : 'rows',
      `top ${top}`,
      `after ${String(after?.row[0])}`,
      `left ${left}`,
    ]
      .join(' ')
      .replaceAll('"', ''),
});

const status = (id: string): Entity => ({ row: [id], keys: { appId: 'a' }, expanded: [] });
const found = (ids: string, more = false, count?: string): Expanded => ({
  entities: ids === '' ? [] : ids.split(' ').map(status),
  count,
  more,
});

function written(expansion: Expansion, expanded: Expanded | undefined, format = defaultFormat): string {
  const selection: Selection = { ...wholeSelection, expansions: [expansion] };
  const set: EntitySet = expansion.kind === 'entity' ? statuses : apps;
  const keys = expansion.kind === 'entity' ? { appId: 'a' } : {};
  return entityText(set, selection, context(format))({ row: ['a'], keys, expanded: [expanded] }, '');
}

const about = `,"statuses@odata.context":"/$metadata#apps('a')/statuses"`;
const next = (text: string): string => `,"statuses@odata.nextLink":"{appId:a} ${text}"`;
const none: Format = { ...defaultFormat, metadata: 'none' };
const compatible: Format = { ...defaultFormat, ieee754Compatible: true };

describe('an entity with what is expanded of it', () => {
  it.each<[string, Expansion, Expanded | undefined, string, Format?]>([
    ['a collection', collection(), found('x y'), `<a${about},"statuses":[<x>,<y>]>`],
    ['an empty one', collection(), found(''), `<a${about},"statuses":[]>`],
    [
      'a counted one',
      collection(),
      found('x', false, '7'),
      `<a${about},"statuses@odata.count":7,"statuses":[<x>]>`,
    ],
    [
      'one with more',
      collection(),
      found('x y', true),
      `<a${about}${next('rows top 3 after y left undefined')},"statuses":[<x>,<y>]>`,
    ],
    [
      'as many as were asked for in all',
      collection({ isTotal: true }),
      found('x y z'),
      `<a${about},"statuses":[<x>,<y>,<z>]>`,
    ],
    [
      'fewer, since no more were read',
      collection({ isTotal: true }),
      found('x', true),
      `<a${about}${next('rows top 3 after x left 2')},"statuses":[<x>]>`,
    ],
    [
      'none, since none was read',
      collection({ isTotal: true, skip: 1 }),
      found('', true),
      `<a${about}${next('rows top 3 after undefined left 3')},"statuses":[]>`,
    ],
    [
      'links',
      collection({}, 'references'),
      found('x', true),
      `<a${next('links top 3 after x left undefined')},"statuses":[{"@odata.id":"/apps('a')/statuses('x')"}]>`,
    ],
    ['a count alone', collection({}, 'count'), found('', false, '7'), '<a,"statuses@odata.count":7>'],
    ['what its type has not', collection(), undefined, '<a>'],
    [
      'a collection, without metadata',
      collection(),
      found('x', true, '7'),
      `<a,"statuses@odata.count":7${next('rows top 3 after x left undefined')},"statuses":[<x>]>`,
      none,
    ],
    [
      'counts for whom 53 bits are few',
      collection({}, 'count'),
      found('', false, '7'),
      '<a,"statuses@odata.count":"7">',
      compatible,
    ],
    ['one entity', toOne(), found('b'), '<a,"app":<b>>'],
    ['one entity that is not there', toOne(), found(''), '<a,"app":null>'],
  ])('has %s', (_, expansion, expanded, expected, format = defaultFormat) => {
    expect(written(expansion, expanded, format)).toBe(expected);
  });

  it('has entities of another set that it is linked to, and where the rest of them is', () => {
    const link = { name: 'tags', set: entitySet('tags', type) };
    const plain = {
      ...(collection() as Expansion & { kind: 'collection' }),
      name: 'tags',
      set: link.set,
      link,
    };
    const one: Expanded = {
      entities: [{ row: ['t'], keys: {}, expanded: [] }],
      count: undefined,
      more: true,
    };
    const tail = '"tags@odata.nextLink":"{} rows top 3 after t left undefined","tags":[<t>]>';
    expect(written(plain, one)).toBe(`<a,"tags@odata.context":"/$metadata#tags",${tail}`);
  });

  it('has a link to one entity', () => {
    const expanded: Expanded = {
      entities: [{ row: ['b'], keys: {}, expanded: [] }],
      count: undefined,
      more: false,
    };
    expect(written(toOne('references'), expanded)).toBe(`<a,"app":{"@odata.id":"/apps('b')"}>`);
  });

  it.each<[string, boolean, number, string]>([
    ['up to the limit', false, 3, ''],
    ['past it', false, 2, 'rows top 3 after big2 left undefined'],
    ['past it, of a total', true, 2, 'rows top 3 after big2 left 1'],
  ])('ends a collection early whose text is large, %s', (_, isTotal, fit, link) => {
    const size = fit === 3 ? Math.floor(limits.pageText / 3) : limits.pageText / 2;
    const large: TextContext = {
      ...context(defaultFormat),
      writerOf: () => (row, _head, around) => around?.expanded ?? String(row[0]).padEnd(size),
    };
    const selection: Selection = { ...wholeSelection, expansions: [collection({ isTotal })] };
    const text = entityText(
      apps,
      selection,
      large,
    )({ row: ['a'], keys: {}, expanded: [found('big1 big2 big3')] }, '');
    expect([text.match(/big\d {4}/g)?.length, /"\{appId:a\} ([^"]*)"/.exec(text)?.[1] ?? '']).toEqual([
      fit,
      link,
    ]);
  });
});
