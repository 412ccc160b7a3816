import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  integer,
  oneof,
  option,
  record,
  sample,
} from 'fast-check';
import { Client } from 'pg';
import { assignmentsOf, freshValues, rowText } from '../src/graph/column-values.js';
import { rowQuery } from '../src/graph/row-query.js';
import { insertRow, selectRange, type Statement, updateRow } from '../src/graph/statements.js';
import { tableOf } from '../src/graph/table.js';
import { collectionQuery } from '../src/odata/collection-query.js';
import {
  allProperties,
  apiVersions,
  collection,
  complexType,
  type EntityType,
  enumType,
  property,
} from '../src/odata/edm.js';
import { entitySet } from '../src/odata/entity-set.js';
import { entityWriter, type Row } from '../src/odata/serializer.js';
import { emptyDatabase } from './support/postgres.js';
import { instant } from './support/query-model.js';

// A table of its own, with every kind of value that a document can hold.

const required = { nullable: false };
const size = complexType('size', [property('code', 'Edm.Int32', required), property('note', 'Edm.String')]);
const base = [property('filter', 'Edm.String'), property('due', 'Edm.DateTimeOffset')];
const target = complexType('target', base, { abstract: true });
const group = complexType(
  'groupTarget',
  [property('groupId', 'Edm.String'), property('size', size, required)],
  {
    base: target,
  },
);
complexType('exclusionTarget', [property('until', 'Edm.DateTimeOffset', required)], { base: group });
complexType('allTarget', [property('groupId', 'Edm.Int32')], { base: target });
const kind = enumType('kind', { a: 0, b: 1 });

const own = [property('target', target), property('targets', collection(target))];
const entity = (name: string, properties: EntityType['properties'], of?: EntityType): EntityType => ({
  kind: 'entity',
  name,
  base: of,
  abstract: false,
  versions: apiVersions,
  properties,
});
const thing = entity('thing', own);
const special = entity(
  'special',
  [
    property('goal', target, required),
    property('kinds', collection(kind)),
    property('codes', collection('Edm.Int32')),
    property('times', collection('Edm.DateTimeOffset')),
  ],
  thing,
);
const table = tableOf('things', [], true, own);
const set = { ...entitySet('things', thing, { types: [thing, special] }), table };
const write = entityWriter(set, 'beta', rowText(table, thing));

type Json = Record<string, unknown>;
let tenant = randomUUID();
let client: Client;

beforeAll(async () => {
  client = new Client({ connectionString: await emptyDatabase() });
  await client.connect();
  await client.query(`CREATE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT
    RETURN upper(value COLLATE "und-x-icu") COLLATE "C"`);
  await client.query(`CREATE TABLE things ("tenantId" uuid, "id" text COLLATE "C" PRIMARY KEY, "rowVersion" integer DEFAULT 1,
    "odataType" text COLLATE "C", "derived" jsonb, "target" jsonb, "targets" jsonb)`);
});

afterAll(() => client.end());

async function run({ text, values }: Statement): Promise<Row[]> {
  const { rows } = await client.query<unknown[]>({ text, values: [...values], rowMode: 'array' });
  return rows;
}

const read = (row: Row | undefined): Json => JSON.parse(write(row as Row, '')) as Json;

const valuesOf = (body: Json) =>
  new Map(
    allProperties(special)
      .filter(({ name }) => Object.hasOwn(body, name))
      .map((declared) => [declared, body[declared.name]]),
  );

async function insert(id: string, body: Json): Promise<Json> {
  const assigned = assignmentsOf(table, freshValues(special, valuesOf(body), 0), false);
  const [row] = await run(
    insertRow(table, tenant, {
      keys: { id },
      assignments: [...assigned, { column: 'odataType', value: 'special' }],
    }),
  );
  return read(row);
}

async function patch(id: string, body: Json): Promise<Json> {
  const place = { table, keys: { id }, types: undefined };
  const [row] = await run(updateRow(place, tenant, assignmentsOf(table, valuesOf(body), true)));
  return read(row);
}

async function listed(options: string): Promise<unknown[]> {
  const query = rowQuery(collectionQuery(options, set, 'beta'));
  const place = { table, keys: {}, types: undefined };
  const rows = await run(selectRange(place, 'row', tenant, { ...query, limit: 1000, offset: 0 }));
  return rows.map(([id]) => id);
}

// What is written, as the texts of OData have it.

const first = '0001-01-01T00:00:00Z';
const ofTarget = { filter: null, due: null };
const ofGroup = { ...ofTarget, groupId: null, size: { code: 0, note: null } };
const initial: Readonly<Record<string, Json>> = {
  target: ofTarget,
  groupTarget: ofGroup,
  exclusionTarget: { ...ofGroup, until: first },
  allTarget: { ...ofTarget, groupId: null },
};

const typeOf = (value: Json): string =>
  /\w+$/.exec((value['@odata.type'] as string | undefined) ?? 'target')?.[0] ?? '';

/** What a value is after a change: what was there counts where it was of the same type. */
function changed(before: Json | null, sent: Json | null): Json | null {
  if (sent === null) return null;
  const name = typeOf(sent);
  const { '@odata.type': _, ...members } = sent;
  const known = before && typeOf(before) === name ? before : (initial[name] as Json);
  const sized = members['size'] ? { size: { ...(known['size'] as Json), ...(members['size'] as Json) } } : {};
  const type = { '@odata.type': `#microsoft.graph.${name}` };
  return { ...type, ...known, ...members, ...sized };
}

const instants = constantFrom(
  first,
  '2020-02-29T23:59:59.9999999-08:00',
  '2020-03-01T08:00:00Z',
  '2020-03-01T08:00:00.0000001Z',
  '2020-03-01T10:00+02:00',
  '9999-12-31T23:59:59.9999999Z',
);
const texts = option(constantFrom('x', 'X', 'y', ''));
const members = { filter: texts, due: option(instants) };
const small = integer({ min: -2, max: 2 });
const sizes = record({ code: small, note: texts }, { requiredKeys: [] });
const typed = (name: string, added: Record<string, Arbitrary<unknown>>): Arbitrary<Json> =>
  record(
    { '@odata.type': constant(`#microsoft.graph.${name}`), ...members, ...added },
    { requiredKeys: ['@odata.type'] },
  );
const targets: Arbitrary<Json> = oneof(
  typed('target', {}),
  typed('groupTarget', { groupId: texts, size: sizes }),
  typed('exclusionTarget', { groupId: texts, size: sizes, until: instants }),
  typed('allTarget', { groupId: option(small) }),
);
const places = { target: option(targets), goal: targets };

describe('a value of one of several types', () => {
  it('is after any changes what the last ones of its type made it', async () => {
    let count = 0;
    const bodies = record(places, { requiredKeys: [] });
    const some = bodies.filter((body) => Object.keys(body).length > 0);
    const check = asyncProperty(bodies, array(some, { maxLength: 5 }), async (made, changes) => {
      const id = `changed ${count++}`;
      const begun = { target: null, goal: ofTarget, ...made };
      let model = { target: changed(null, begun.target), goal: changed(null, begun.goal) };
      expect(await insert(id, made)).toMatchObject(model);
      for (const change of changes) {
        model = {
          target: 'target' in change ? changed(model.target, change.target ?? null) : model.target,
          goal: change.goal ? changed(model.goal, change.goal) : model.goal,
        };
        const { target: found, goal } = await patch(id, change);
        expect({ target: found, goal }).toEqual(model);
      }
    });
    await assert(check, { numRuns: 100 });
  });
});

const ticks = (value: unknown): bigint =>
  typeof value === 'string' ? (instant(value) as { ticks: bigint }).ticks : -1n;
const at = (row: Json, name: string): Json => (row[name] as Json | null) ?? {};
const isA = (value: Json | null, ...names: string[]): boolean =>
  value !== null && names.includes(typeOf(value));
const isGroup = (value: Json | null): boolean => isA(value, 'groupTarget', 'exclusionTarget');
const isX = (value: unknown): boolean => typeof value === 'string' && value.toUpperCase() === 'X';
const all = (row: Json, name: string): Json[] => row[name] as Json[];
const march = ticks('2020-03-01T08:00:00Z');
const offset = (value: unknown): string => /[+-]\d\d:\d\d$/.exec(String(value))?.[0] ?? '+00:00';

describe('a list by what documents hold', () => {
  const lists = {
    targets: array(targets, { maxLength: 3 }),
    kinds: array(constantFrom('a', 'b'), { maxLength: 2 }),
    codes: array(small, { maxLength: 3 }),
    times: array(option(instants), { maxLength: 2 }),
  };
  const rows: Json[] = [];

  beforeAll(async () => {
    tenant = randomUUID();
    const bodies = sample(record({ ...places, ...lists }), { seed: 7, numRuns: 150 });
    for (const [index, body] of bodies.entries())
      rows.push(await insert(String(index).padStart(3, '0'), body));
  });

  it.each<[string, (row: Json) => boolean]>([
    ['target eq null', (row) => row['target'] === null],
    ["isof(target,'microsoft.graph.groupTarget')", (row) => isGroup(row['target'] as Json | null)],
    ["not isof(target,'microsoft.graph.groupTarget')", (row) => !isGroup(row['target'] as Json | null)],
    ['isof(target,graph.target)', (row) => row['target'] !== null],
    ['isof(target,graph.exclusionTarget)', (row) => isA(row['target'] as Json | null, 'exclusionTarget')],
    [
      "target/microsoft.graph.groupTarget/groupId eq 'x'",
      (row) => isGroup(row['target'] as Json | null) && isX(at(row, 'target')['groupId']),
    ],
    [
      'target/graph.allTarget/groupId ge 1',
      (row) => typeOf(at(row, 'target')) === 'allTarget' && Number(at(row, 'target')['groupId']) >= 1,
    ],
    [
      'target/graph.groupTarget/groupId eq null',
      (row) => !isGroup(row['target'] as Json | null) || at(row, 'target')['groupId'] === null,
    ],
    [
      'target/graph.groupTarget/size/code eq 1',
      (row) => (at(row, 'target')['size'] as Json | undefined)?.['code'] === 1,
    ],
    ['target/due gt 2020-03-01T08:00:00Z', (row) => ticks(at(row, 'target')['due']) > march],
    ['target/due eq 2020-03-01T08:00:00Z', (row) => ticks(at(row, 'target')['due']) === march],
    [
      'target/graph.exclusionTarget/until le 2020-03-01T08:00:00Z',
      (row) => 'until' in at(row, 'target') && ticks(at(row, 'target')['until']) <= march,
    ],
    [
      'graph.special/goal/due lt 2020-03-01T08:00:00Z',
      (row) => at(row, 'goal')['due'] !== null && ticks(at(row, 'goal')['due']) < march,
    ],
    ['year(target/due) eq 9999', (row) => String(at(row, 'target')['due']).startsWith('9999')],
    ['day(target/due) eq 29', (row) => String(at(row, 'target')['due']).includes('-29T')],
    ['totaloffsetminutes(target/due) eq 120', (row) => offset(at(row, 'target')['due']) === '+02:00'],
    ['totaloffsetminutes(target/due) eq null', (row) => typeof at(row, 'target')['due'] !== 'string'],
    [
      "cast(target/due,Edm.String) eq '2020-03-01T10:00+02:00'",
      (row) => at(row, 'target')['due'] === '2020-03-01T10:00+02:00',
    ],
    [
      'target/due in (2020-03-01T08:00:00Z,null)',
      (row) => [march, -1n].includes(ticks(at(row, 'target')['due'])),
    ],
    [
      'targets/any(t:isof(t,graph.exclusionTarget))',
      (row) => all(row, 'targets').some((one) => isA(one, 'exclusionTarget')),
    ],
    [
      "targets/any(t:t/graph.groupTarget/groupId eq 'x')",
      (row) => all(row, 'targets').some((one) => isGroup(one) && isX(one['groupId'])),
    ],
    ['targets/all(t:t/due ne null)', (row) => all(row, 'targets').every(({ due }) => due !== null)],
    [
      "targets/$count($filter=filter eq 'x') ge 2",
      (row) => all(row, 'targets').filter(({ filter }) => isX(filter)).length >= 2,
    ],
    ["graph.special/kinds/any(k:k eq 'b')", (row) => all(row, 'kinds').includes('b' as never)],
    ['graph.special/codes/any(c:c gt 1)', (row) => all(row, 'codes').some((code) => Number(code) > 1)],
    [
      'graph.special/times/any(t:t gt 2020-03-01T08:00:00Z)',
      (row) => all(row, 'times').some((time) => ticks(time) > march),
    ],
    ['graph.special/times/any(t:t eq null)', (row) => all(row, 'times').includes(null as never)],
  ])('finds just what meets %s', async (filter, meets) => {
    const found = rows.filter(meets).map(({ id }) => id);
    expect(await listed(`$filter=${encodeURIComponent(filter)}`)).toEqual(found);
    expect(found.length).not.toBe(0);
  });

  it.each(['target/due', 'graph.special/goal/graph.exclusionTarget/until'])(
    'orders by %s to the tick',
    async (path) => {
      const names = path.split('/').filter((name) => !name.startsWith('graph.'));
      const place = (row: Json): bigint => ticks(at(row, names[0] as string)[names[1] as string]);
      const order = (a: Json, b: Json): number =>
        Number(place(a) - place(b) > 0n) - Number(place(a) - place(b) < 0n);
      expect(await listed(`$orderby=${path}`)).toEqual(rows.toSorted(order).map(({ id }) => id));
    },
  );
});
