import { describe, expect, it } from '@jest/globals';
import { wholeSelection, type Expansion, type SelectedProperty, type Selection } from '../bound-query.js';
import { apiVersions, collection, complexType, type EntityType, property } from '../edm.js';
import { type EntitySet, entitySet } from '../entity-set.js';
import { queryLimits } from '../limits.js';
import { parseExpand } from '../query/expand.js';
import { QuerySyntaxError } from '../query/query-syntax-error.js';
import { parseSelect } from '../query/select.js';
import { BindFault } from './bind-fault.js';
import { bindSelection } from './bind-selection.js';
import type { Scope } from './scope.js';

const label = complexType('label', [
  property('text', 'Edm.String'),
  property('inner', complexType('inner', [property('deep', 'Edm.String'), property('high', 'Edm.String')])),
  property('mark', 'Edm.String', { versions: ['beta'] }),
]);
complexType('bigLabel', [property('size', 'Edm.Int32')], { base: label });
complexType('betaLabel', [], { base: label, versions: ['beta'] });
const entity = (name: string, properties: EntityType['properties'], base?: EntityType): EntityType => ({
  kind: 'entity',
  name,
  base,
  abstract: false,
  versions: name === 'film' ? ['beta'] : apiVersions,
  properties,
});
const item = entity('item', [
  property('title', 'Edm.String'),
  property('label', label),
  property('labels', collection(label)),
  property('shelf', 'Edm.Int32', { versions: ['beta'] }),
]);
const book = entity('book', [property('pages', 'Edm.Int32')], item);
const film = entity('film', [property('poster', 'Edm.Binary')], item);
const loan = entity('loan', [property('days', 'Edm.Int32'), property('reader', 'Edm.String')]);

const bare = entitySet('items', item, { types: [book, film] });
const copies = entitySet('items/{itemId}/copies', loan, { versions: ['beta'] });
const items: EntitySet = { ...bare };
const loans: EntitySet = {
  ...entitySet('items/{itemId}/loans', loan),
  references: [{ name: 'item', set: items, key: 'itemId' }],
};
items.contained = [
  { name: 'loans', set: loans },
  { name: 'copies', set: copies },
];

const scope = (rows: EntitySet): Scope => ({
  version: 'v1.0',
  row: { alias: 'row', rows },
  variables: new Map(),
  aliases: new Map([['@p', '1']]),
  carried: [],
  now: '0',
  alias: () => 'element',
});

const bound = (
  select?: string,
  expand?: string,
  rows = items,
  version: Scope['version'] = 'v1.0',
): Selection =>
  bindSelection(
    select === undefined ? undefined : parseSelect(select),
    expand === undefined ? undefined : parseExpand(expand),
    { ...scope(rows), version },
  );

/** `title label(text) book:pages` and `+loans` for a navigation; `*` for everything. */
function show({ properties, navigations, expansions }: Selection): string {
  const own = properties ? properties.map(showProperty) : ['*'];
  return [
    ...own,
    ...[...(navigations ?? [])].map((name) => `+${name}`),
    ...expansions.map(showExpansion),
  ].join(' ');
}

function showProperty({ property: { name }, castTo, inner }: SelectedProperty<{ name: string }>): string {
  const cast = castTo ? `${castTo.name}:` : '';
  return `${cast}${name}${inner ? `(${inner.map(showProperty).join(' ')})` : ''}`;
}

/** `>loans` with what it leads to in brackets: its page, what restricts it, and what is selected. */
function showExpansion(expansion: Expansion): string {
  const { name, castTo, of } = expansion;
  const head = `>${castTo ? `${castTo.name}:` : ''}${name}${of === 'entities' ? '' : `/${of}`}`;
  if (expansion.kind === 'entity') return `${head}=${expansion.key}[${show(expansion.selection)}]`;
  const { query } = expansion;
  const facts = [
    query.isTotal ? `top ${query.top}` : '',
    query.skip > 0 ? `skip ${query.skip}` : '',
    query.count ? 'count' : '',
    query.filter ? `filter ${query.filter.kind}` : '',
    ...query.orderBy.map(({ expression, descending }) => `by ${expression.kind}${descending ? ' desc' : ''}`),
    show(query.selection),
  ];
  return `${head}[${facts.filter((fact) => fact !== '').join(' ')}]`;
}

describe('a $select', () => {
  it.each([
    ['*', '*', ''],
    ['title', 'title', '(title)'],
    ['TITLE,Id', 'title id', '(title,id)'],
    ['title,title', 'title', '(title)'],
    ['title,*', '*', ''],
    ['loans', '+loans', '(loans)'],
    ['*,LOANS', '* +loans', ''],
    ['label', 'label', '(label)'],
    ['label/text', 'label(text)', '(label/text)'],
    ['label/text,label/inner/deep', 'label(text inner(deep))', '(label/text,label/inner/deep)'],
    ['label/inner/deep,label/inner/high', 'label(inner(deep high))', '(label/inner/deep,label/inner/high)'],
    ['label/text,label', 'label', '(label/text,label)'],
    ['label($select=text,inner/deep)', 'label(text inner(deep))', '(label/text,label/inner/deep)'],
    ['label($select=*)', 'label', '(label)'],
    ['label/inner($select=high)', 'label(inner(high))', '(label/inner/high)'],
    ['labels/text', 'labels(text)', '(labels/text)'],
    ['label/microsoft.graph.label/text', 'label(text)', '(label/text)'],
    [
      'label/graph.BIGLABEL/size,label/text',
      'label(bigLabel:size text)',
      '(label/microsoft.graph.bigLabel/size,label/text)',
    ],
    [
      'labels($select=microsoft.graph.bigLabel/size,microsoft.graph.bigLabel/inner/deep)',
      'labels(bigLabel:size bigLabel:inner(deep))',
      '(labels/microsoft.graph.bigLabel/size,labels/microsoft.graph.bigLabel/inner/deep)',
    ],
    ['microsoft.graph.book/pages', 'book:pages', '(microsoft.graph.book/pages)'],
    ['graph.BOOK/title,title', 'book:title title', '(microsoft.graph.book/title,title)'],
    ['microsoft.graph.item/title', 'title', '(title)'],
    ['microsoft.graph.book/loans', '+loans', '(loans)'],
  ])('=%s sends %s, with the context %s', (select, expected, text) => {
    const selection = bound(select);
    expect([show(selection), selection.text]).toEqual([expected, text]);
  });

  it.each([
    ['nope', "wrong: Could not find a property named 'nope' on type 'microsoft.graph.item'."],
    ['pages', "wrong: Could not find a property named 'pages' on type 'microsoft.graph.item'."],
    ['shelf', "wrong: Could not find a property named 'shelf' on type 'microsoft.graph.item'."],
    ['copies', "wrong: Could not find a property named 'copies' on type 'microsoft.graph.item'."],
    ['label/nope', "wrong: Could not find a property named 'nope' on type 'microsoft.graph.label'."],
    ['label/mark', "wrong: Could not find a property named 'mark' on type 'microsoft.graph.label'."],
    ['title/x', "wrong: The property 'title' has no properties of its own to select."],
    ['id/x', "wrong: The property 'id' has no properties of its own to select."],
    ['title($select=x)', "wrong: The property 'title' has no properties of its own to select."],
    ['microsoft.graph.book', 'wrong: A cast in $select has no property behind it.'],
    [
      'microsoft.graph.loan/days',
      "wrong: The type 'microsoft.graph.loan' is not derived from 'microsoft.graph.item'.",
    ],
    [
      'microsoft.graph.film/poster',
      "wrong: The type 'microsoft.graph.film' is not derived from 'microsoft.graph.item'.",
    ],
    ['loans/days', "wrong: Could not find a property named 'loans' on type 'microsoft.graph.item'."],
    ['microsoft.graph.*', 'unsupported: An operation in $select'],
    ['title(a)', 'unsupported: An operation in $select'],
    ['label($top=1)', 'unsupported: An option in $select other than $select'],
    ['label($select=text;$top=1)', 'unsupported: An option in $select other than $select'],
    ['@odata.type', 'unsupported: An annotation in $select'],
    ['label/size', "wrong: Could not find a property named 'size' on type 'microsoft.graph.label'."],
    [
      'label/microsoft.graph.inner/deep',
      "wrong: The type 'microsoft.graph.inner' is not derived from 'microsoft.graph.label'.",
    ],
    [
      'label/microsoft.graph.betaLabel/text',
      "wrong: The type 'microsoft.graph.betaLabel' is not derived from 'microsoft.graph.label'.",
    ],
    ['label/microsoft.graph.bigLabel', 'unsupported: A cast at the end of a path in $select'],
    ['title/microsoft.graph.label', "wrong: The property 'title' has no properties of its own to select."],
    ['label/graph.bigLabel/graph.bigLabel/size', "unsupported: 'graph.bigLabel' at this place of $select"],
  ])('=%s is %s', (select, expected) => {
    expect(refusal(() => bound(select))).toBe(expected);
  });
});

function refusal(work: () => unknown): string {
  try {
    work();
    return 'taken';
  } catch (error) {
    if (error instanceof BindFault) return `${error.kind}: ${error.message}`;
    return error instanceof QuerySyntaxError ? 'syntax' : String(error);
  }
}

const deep = (levels: number): string =>
  levels === 1 ? 'loans' : levels === 2 ? 'loans($expand=item)' : 'loans($expand=item($expand=loans))';

describe('an $expand', () => {
  it.each([
    ['loans', '* >loans[*]', '(loans())'],
    ['LOANS($select=days)', '* >loans[days]', '(loans(days))'],
    ['loans($top=0)', '* >loans[top 0 *]', '(loans())'],
    ['loans($top=999;$skip=2;$count=true)', '* >loans[top 999 skip 2 count *]', '(loans())'],
    ['loans($count=false)', '* >loans[*]', '(loans())'],
    ['loans($filter=days gt 1)', '* >loans[filter compare *]', '(loans())'],
    ['loans($search=x)', '* >loans[filter compare *]', '(loans())'],
    ['loans($filter=days gt 1;$search=x)', '* >loans[filter and *]', '(loans())'],
    ['loans($orderby=days desc,reader)', '* >loans[by property desc by property *]', '(loans())'],
    ['loans/$ref', '* >loans/references[*]', ''],
    ['loans/$count', '* >loans/count[*]', ''],
    ['loans/$count($filter=days gt 1)', '* >loans/count[filter compare *]', ''],
    ['*', '* >loans[*]', '(loans())'],
    ['*/$ref', '* >loans/references[*]', ''],
    ['loans($top=1),*', '* >loans[top 1 *]', '(loans())'],
    ['microsoft.graph.book/loans', '* >book:loans[*]', /^\((microsoft\.graph\.book\/)?loans\(\)\)$/],
    ['microsoft.graph.item/loans', '* >loans[*]', '(loans())'],
    ['loans($expand=item)', '* >loans[* >item=itemId[*]]', '(loans(item()))'],
    ['loans($expand=item($select=title))', '* >loans[* >item=itemId[title]]', '(loans(item(title)))'],
    ['loans($expand=item/$ref)', '* >loans[* >item/references=itemId[*]]', '(loans())'],
    ['loans($select=days;$expand=*)', '* >loans[days >item=itemId[*]]', '(loans(days,item()))'],
  ])('=%s reads %s, with the context %s', (expand, expected, text) => {
    const selection = bound(undefined, expand);
    expect(show(selection)).toBe(expected);
    if (typeof text === 'string') expect(selection.text).toBe(text);
    else expect(selection.text).toMatch(text);
  });

  it.each([
    ['loans', 'loans', '+loans >loans[*]', '(loans())'],
    ['title', 'loans', 'title >loans[*]', '(title,loans())'],
    ['*', 'loans', '* >loans[*]', '(*,loans())'],
    ['title,loans', 'loans/$count', 'title +loans >loans/count[*]', /^\(title(,loans)?\)$/],
  ])('beside $select=%s, =%s reads %s', (select, expand, expected, text) => {
    const selection = bound(select, expand);
    expect(show(selection)).toBe(expected);
    expect(selection.text).toMatch(text);
  });

  it('of everything in beta has what only beta has', () => {
    expect(show(bound(undefined, '*', items, 'beta'))).toBe('* >loans[*] >copies[*]');
    expect(show(bound('microsoft.graph.film/poster,label/mark,shelf', undefined, items, 'beta'))).toBe(
      'film:poster label(mark) shelf',
    );
  });

  it('of a set without navigations is of nothing where it is of all', () => {
    expect(show(bound(undefined, '*', copies, 'beta'))).toBe('*');
    expect(bound(undefined, undefined)).toEqual(wholeSelection);
  });

  it.each([
    ['nope', "wrong: Could not find a property named 'nope' on type 'microsoft.graph.item'."],
    ['copies', "wrong: Could not find a property named 'copies' on type 'microsoft.graph.item'."],
    [
      'title',
      "wrong: Property 'title' on type 'microsoft.graph.item' is not a navigation property. Only navigation properties can be expanded.",
    ],
    [
      'id',
      "wrong: Property 'id' on type 'microsoft.graph.item' is not a navigation property. Only navigation properties can be expanded.",
    ],
    [
      'microsoft.graph.book/pages',
      "wrong: Property 'pages' on type 'microsoft.graph.book' is not a navigation property. Only navigation properties can be expanded.",
    ],
    ['loans,loans', "wrong: The navigation property 'loans' is expanded more than once."],
    ['loans/$ref,loans/$count', "wrong: The navigation property 'loans' is expanded more than once."],
    ['loans($top=1000)', "wrong: The value '1000' of '$top' is too large."],
    ['loans($skip=1000000000)', "wrong: The value '1000000000' of '$skip' is too large."],
    [
      'loans($filter=nope eq 1)',
      "wrong: Could not find a property named 'nope' on type 'microsoft.graph.loan'.",
    ],
    [
      'loans($filter=title eq null)',
      "wrong: Could not find a property named 'title' on type 'microsoft.graph.loan'.",
    ],
    ['loans($orderby=nope)', "wrong: Could not find a property named 'nope' on type 'microsoft.graph.loan'."],
    ['loans($select=nope)', "wrong: Could not find a property named 'nope' on type 'microsoft.graph.loan'."],
    ['loans($expand=item($top=1))', "wrong: 'item' is one entity: '$top' does not apply to it."],
    ['loans($expand=item/$count)', "wrong: 'item' is one entity: '$count' does not apply to it."],
    [
      'microsoft.graph.loan/loans',
      "wrong: The type 'microsoft.graph.loan' is not derived from 'microsoft.graph.item'.",
    ],
    ['loans($levels=1)', 'unsupported: $levels'],
    ['*($levels=max)', 'unsupported: $levels'],
    ['loans($compute=days add 1 as more)', 'unsupported: $compute'],
    ['loans(@x=1;$filter=days eq @x)', 'unsupported: A parameter alias in $expand'],
    ['$value', 'unsupported: $value in $expand'],
    ['label/loans', 'unsupported: A path in $expand'],
    ['loans/item', 'unsupported: A path in $expand'],
    ['loans/microsoft.graph.loan', 'unsupported: A path in $expand'],
    ['microsoft.graph.book', 'unsupported: A path in $expand'],
    ['microsoft.graph.book/*', "unsupported: A path before '*' in $expand"],
    ['@x.y', 'unsupported: An annotation in $expand'],
    ["loans($filter=$it/title eq 'x')", "unsupported: '$it' in $expand"],
    ['loans($expand=item($expand=loans))', 'syntax'],
  ])('=%s is %s', (expand, expected) => {
    expect(refusal(() => bound(undefined, expand))).toBe(expected);
  });

  it('is as deep as the limit, and no deeper', () => {
    expect(refusal(() => bound(undefined, deep(queryLimits.expandDepth)))).toBe('taken');
    expect(refusal(() => bound(undefined, deep(queryLimits.expandDepth + 1)))).toBe('syntax');
  });
});

const queryOf = (expand: string) => {
  const [expansion] = bound(undefined, expand).expansions;
  return expansion?.kind === 'collection' ? expansion.query : undefined;
};

describe('what the nextLink of an expanded collection repeats', () => {
  it.each([
    ['loans', '', ''],
    ['loans(top=5;SKIP=2;$Count=true)', '$top=5&$count=true', ''],
    [
      'loans($orderby= days desc , reader ;$select=days)',
      '$orderby=days desc , reader&$select=days',
      'days desc , reader',
    ],
    ["loans($filter=reader eq 'a;b&c=d''e+f%')", "$filter=reader eq 'a;b&c=d''e+f%'", ''],
    ['loans($search="x;)" AND y)', '$search="x;)" AND y', ''],
    ['loans($expand=item($select=title;$expand=loans/$count))', undefined, ''],
    ['loans($expand=item($select=title))', '$expand=item($select=title)', ''],
    ['loans/$ref($filter=days gt 1;$top=3)', '$top=3&$filter=days gt 1', ''],
  ])('of %s is %s', (expand, repeated, ordering) => {
    if (repeated === undefined) return expect(refusal(() => queryOf(expand))).toBe('syntax');
    const query = queryOf(expand);
    const decoded = query?.repeated.split('&').map(decodeURIComponent).join('&');
    expect([decoded, query?.ordering]).toEqual([repeated, ordering]);
  });
});
