import { describe, expect, it } from '@jest/globals';
import { bindCondition } from '../binding/bind-expression.js';
import type { Scope } from '../binding/scope.js';
import { apiVersions, collection, type EntityType, earlierEnum, enumType, property } from '../edm.js';
import { type EntitySet, entitySet } from '../entity-set.js';
import { parseExpression } from '../query/expression.js';
import { ExpressionSql } from './expression-sql.js';
import type { RowStore } from './source-sql.js';
import { Parameters } from './parameters.js';

const entity = (name: string, properties: EntityType['properties']): EntityType => ({
  kind: 'entity',
  name,
  base: undefined,
  abstract: false,
  versions: apiVersions,
  properties,
});

const state = enumType('state', { failed: 2 });
const older = earlierEnum(enumType('phase', { none: 0, open: 1, shut: 2 }), ['none', 'shut'], 'none');
const rights = enumType('rights', { none: 0, read: 1, write: 2 }, { flags: true });
const fewerRights = earlierEnum(rights, ['none', 'read'], 'none');
const apps: EntitySet = entitySet(
  'apps',
  entity('app', [property('name', 'Edm.String'), property('tags', collection('Edm.String'))]),
);
const statuses: EntitySet = {
  ...entitySet(
    'apps/{appId}/statuses',
    entity('status', [
      property('name', 'Edm.String'),
      property('code', 'Edm.Int32', { nullable: false }),
      property('at', 'Edm.DateTimeOffset', { nullable: false }),
      property('state', state, { nullable: false }),
      property('rights', rights, { nullable: false }),
      property('phase', older, { nullable: false }),
      property('rightsThen', fewerRights, { nullable: false }),
    ]),
  ),
  references: [{ name: 'app', set: apps, key: 'appId' }],
};

/** Columns under the names of their properties; collections are documents. */
const store: RowStore = {
  property: ({ source, steps }) =>
    [source.alias, ...(steps === 'id' ? ['id'] : steps.map(({ name }) => name))].join('.'),
  written: ({ source, steps }) => `${source.alias}.${steps === 'id' ? '' : steps[0]?.name}_written`,
  contained: ({ alias, rows }, from) => ({
    from: `${rows.type.name} AS ${alias}`,
    where: `${alias}.parent = ${from.alias}.id`,
  }),
  referenced: ({ alias, rows, reached }) => ({
    from: `${rows.type.name} AS ${alias}`,
    where: `${alias}.id = ${reached.from.alias}.${reached.key}`,
  }),
  typeColumn: ({ alias }) => `${alias}.type`,
};

function sqlOf(filter: string): [string, ...unknown[]] {
  let aliases = 0;
  const scope: Scope = {
    version: 'v1.0',
    row: { alias: 'row', rows: statuses },
    variables: new Map(),
    aliases: new Map([['@names', '["x","y"]']]),
    carried: [],
    now: '630822816000000000',
    alias: () => `e${aliases++}`,
  };
  const parameters = new Parameters();
  const text = new ExpressionSql(store, parameters).condition(bindCondition(parseExpression(filter), scope));
  return [text, ...parameters.values];
}

describe('a filter as SQL', () => {
  it.each<[string, ...unknown[]]>([
    ["name eq 'x'", 'fold(row.name) = fold($1::text)', 'x'],
    ["id eq 'x'", 'row.id = $1::text', 'x'],
    ["contains(id,'x')", '((strpos(row.id, $1::text) > 0))', 'x'],
    ["endswith(name,'x')", '((reverse(fold(row.name)) ^@ reverse(fold($1::text))))', 'x'],
    [
      "name in ('x',id,null)",
      '(row.name IN (row.id) OR fold(row.name) IN (fold($1::text)) OR row.name IS NULL)',
    ],
    ['name in @names', 'fold(row.name) IN (fold($1::text), fold($2::text))', 'x', 'y'],
    [
      "at lt now() sub duration'P30D'",
      'row.at < ($1::bigint - $2::bigint)',
      '630822816000000000',
      '25920000000000',
    ],
    ["at sub at gt 'PT1S'", '(row.at - row.at) > $1::bigint', '10000000'],
    ['code eq NaN', '($1::boolean)', false],
    ['code ne NaN', 'NOT ($1::boolean)', false],
    ["state eq 'FAILED'", 'row.state = $1::bigint', 2],
    ["rightsThen eq 'read'", '(row.rightsThen & 1) = $1::bigint', 1],
    [
      "phase eq 'none'",
      '(CASE WHEN row.phase IN (0, 2) THEN row.phase WHEN row.phase IS NOT NULL THEN 0 END) = $1::bigint',
      0,
    ],
    ["rights has graph.rights'write'", '(((~ (row.rights)) & ($1::bigint) = 0))', 2],
    [
      'cast(code,Edm.Byte) eq 1',
      'CASE WHEN round(row.code::numeric) BETWEEN 0 AND 255 THEN round(row.code::numeric)::bigint END = $1::bigint',
      '1',
    ],
    ['isof(code,Edm.String)', '($1::boolean)', false],
    ['isof(name,Edm.String)', 'row.name IS NOT NULL'],
    [
      "app/name eq 'x'",
      'fold((SELECT e0.name FROM app AS e0 WHERE e0.id = row.appId)) = fold($1::text)',
      'x',
    ],
    [
      "app/tags/any(t:t eq 'x')",
      'EXISTS (SELECT 1 FROM app AS e0, jsonb_array_elements(e0.tags) AS e1(value) WHERE e0.id = row.appId AND TRUE AND fold(e1) = fold($1::text))',
      'x',
    ],
    [
      "case(code gt 0:'x') eq name",
      'fold(CASE WHEN row.code > $1::bigint THEN $2::text END) IS NOT DISTINCT FROM fold(row.name)',
      '0',
      'x',
    ],
  ])('%s', (filter, ...expected) => {
    const [text, ...values] = sqlOf(filter);
    expect(expected.length === 1 ? [text] : [text, ...values]).toEqual(expected);
  });

  it('names a long value instead of writing it out twice', () => {
    expect(
      sqlOf("cast(concat(name,concat(name,concat(name,concat(name,'x')))),Edm.Guid) eq null")[0],
    ).toMatch(
      /^\(SELECT CASE WHEN once\.v0 ~ '.*' THEN once\.v0 END FROM \(SELECT \(row\.name .*\) AS v0 OFFSET 0\) AS once\) IS NULL$/,
    );
  });
});
