import { describe, expect, it } from '@jest/globals';
import { bindCondition } from '../binding/bind-expression.js';
import type { Scope } from '../binding/scope.js';
import {
  apiVersions,
  collection,
  complexType,
  type EntityType,
  earlierEnum,
  enumType,
  property,
} from '../edm.js';
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
const icon = complexType('icon', [property('type', 'Edm.String')]);
const target = complexType('target', [property('filter', 'Edm.String')], { abstract: true });
const groupTarget = complexType('groupTarget', [property('groupId', 'Edm.String')], { base: target });
complexType('exclusionTarget', [property('until', 'Edm.DateTimeOffset')], { base: groupTarget });
complexType('allTarget', [property('groupId', 'Edm.Int32')], { base: target });
complexType('betaTarget', [], { base: target, versions: ['beta'] });
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
      property('icon', icon),
      property('target', target),
      property('targets', collection(target)),
    ]),
  ),
  references: [{ name: 'app', set: apps, key: 'appId' }],
};

/** Columns under the names of their properties; collections are documents. */
const store: RowStore = {
  property: ({ source, steps }) =>
    [source.alias, ...(steps === 'id' ? ['id'] : steps.map(({ name }) => name))].join('.'),
  written: ({ source, steps }) => `${source.alias}.${steps === 'id' ? '' : steps.at(-1)?.name}_written`,
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

  const groups = ['groupTarget', 'exclusionTarget'];
  const isGroup = `row.target->>'@odata.type' = ANY($1::text[])`;

  it.each<[string, ...unknown[]]>([
    [
      "target/microsoft.graph.groupTarget/groupId eq 'x'",
      `fold(CASE WHEN ${isGroup} THEN row.target.groupId END) = fold($2::text)`,
      groups,
      'x',
    ],
    [
      "target/Graph.GROUPTARGET/Filter eq 'x'",
      `fold(CASE WHEN ${isGroup} THEN row.target.filter END) = fold($2::text)`,
      groups,
      'x',
    ],
    [
      "target/cast(graph.exclusionTarget)/groupId eq 'x'",
      `fold(CASE WHEN ${isGroup} THEN row.target.groupId END) = fold($2::text)`,
      ['exclusionTarget'],
      'x',
    ],
    [
      'target/graph.exclusionTarget/graph.groupTarget/groupId ne null',
      `CASE WHEN ${isGroup} THEN row.target.groupId END IS NOT NULL`,
      ['exclusionTarget'],
    ],
    ["target/graph.target/filter eq 'x'", 'fold(row.target.filter) = fold($1::text)', 'x'],
    [
      "isof(target,'microsoft.graph.groupTarget')",
      `nullif(CASE WHEN ${isGroup} THEN row.target END, 'null') IS NOT NULL`,
      groups,
    ],
    [
      'not isof(target,graph.AllTarget)',
      `nullif(CASE WHEN ${isGroup} THEN row.target END, 'null') IS NULL`,
      ['allTarget'],
    ],
    ['isof(target,graph.target)', "nullif(row.target, 'null') IS NOT NULL"],
    ['isof(target,graph.icon)', '($1::boolean)', false],
    // Beta has it.
    ['isof(target,graph.betaTarget)', '($1::boolean)', false],
    ['isof(icon,graph.icon)', "nullif(row.icon, 'null') IS NOT NULL"],
    [
      'cast(target,graph.groupTarget) eq null',
      `nullif(CASE WHEN ${isGroup} THEN row.target END, 'null') IS NULL`,
      groups,
    ],
    ['cast(icon,graph.icon) eq null', "nullif(row.icon, 'null') IS NULL"],
    ['cast(icon,graph.target) eq null', 'TRUE'],
    [
      'targets/any(t:isof(t,graph.exclusionTarget))',
      "EXISTS (SELECT 1 FROM jsonb_array_elements(row.targets) AS e0(value) WHERE TRUE AND nullif(CASE WHEN e0->>'@odata.type' = ANY($1::text[]) THEN e0 END, 'null') IS NOT NULL)",
      ['exclusionTarget'],
    ],
    [
      "targets/any(t:t/graph.groupTarget/groupId eq 'x')",
      "EXISTS (SELECT 1 FROM jsonb_array_elements(row.targets) AS e0(value) WHERE TRUE AND fold(CASE WHEN e0->>'@odata.type' = ANY($1::text[]) THEN e0.groupId END) = fold($2::text))",
      groups,
      'x',
    ],
    [
      'totaloffsetminutes(target/graph.exclusionTarget/until) eq 0',
      `(SELECT CASE WHEN once.v0 IS NOT NULL THEN (CASE WHEN abs(once.v0::integer) < 9000 THEN once.v0::integer / 10 ELSE 0 END) END FROM (SELECT CASE WHEN ${isGroup} THEN row.until_written END AS v0 OFFSET 0) AS once) = $2::bigint`,
      ['exclusionTarget'],
      '0',
    ],
  ])('speaks of complex values of several types: %s', (filter, ...expected) => {
    const [text, ...values] = sqlOf(filter);
    expect(expected.length === 1 ? [text] : [text, ...values]).toEqual(expected);
  });

  it.each([
    ["target/groupId eq 'x'", "Could not find a property named 'groupId' on type 'microsoft.graph.target'"],
    [
      "target/graph.groupTarget/nope eq 'x'",
      "Could not find a property named 'nope' on type 'microsoft.graph.groupTarget'",
    ],
    ["target/graph.icon/type eq 'x'", "The type 'graph.icon' is not derived from 'microsoft.graph.target'"],
    [
      'target/graph.betaTarget/filter eq null',
      "The type 'graph.betaTarget' is not derived from 'microsoft.graph.target'",
    ],
    [
      'target/graph.groupTarget/graph.allTarget/groupId eq 1',
      "The type 'graph.allTarget' is not derived from 'microsoft.graph.groupTarget'",
    ],
    ['isof(target,nope.groupTarget)', "The type 'nope.groupTarget' is not known"],
    ["target/graph.groupTarget eq 'x'", "Comparing a value of type 'microsoft.graph.groupTarget'"],
    ['name/graph.groupTarget eq null', 'A cast of a primitive value'],
    ['cast($it,graph.groupTarget) eq null', 'A cast of a row'],
  ])('refuses %s', (filter, reason) => {
    expect(() => sqlOf(filter)).toThrow(reason);
  });

  it('names a long value instead of writing it out twice', () => {
    expect(
      sqlOf("cast(concat(name,concat(name,concat(name,concat(name,'x')))),Edm.Guid) eq null")[0],
    ).toMatch(
      /^\(SELECT CASE WHEN once\.v0 ~ '.*' THEN once\.v0 END FROM \(SELECT \(row\.name .*\) AS v0 OFFSET 0\) AS once\) IS NULL$/,
    );
  });
});
