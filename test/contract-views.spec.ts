import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asyncProperty,
  assert,
  type Arbitrary,
  constant,
  constantFrom,
  integer,
  option,
  record,
  tuple,
} from 'fast-check';
import type { ApiVersion, Property, ValueType } from '../src/odata/edm.js';
import { propertiesByName } from '../src/odata/readings.js';
import { model } from './support/sets.js';
import { apps, startUserGateway, type UserGateway } from './support/user-gateway.js';

let gateway: UserGateway;

const row = `${apps}/app/deviceStatuses/row`;
const bases = ['beta', '2017-01/beta', '2018-11/beta'] as const satisfies readonly ApiVersion[];
type Base = (typeof bases)[number];

beforeAll(async () => {
  gateway = await startUserGateway();
  await gateway.make(`beta/${apps}/app/deviceStatuses`, { id: 'row' });
});

afterAll(() => gateway.close());

const { type } = model.sets.find(({ table }) => table.name === 'mobile_app_install_statuses')!;
const propertiesOf = (base: Base): Property[] => [...propertiesByName(type, base).values()];

function valueOf(of: ValueType): Arbitrary<unknown> {
  if (of.kind === 'enum') return constantFrom(...of.members.keys());
  if (of.kind !== 'primitive') throw new Error(`no values for ${of.kind}`);
  if (of.name === 'Edm.Int32') return integer();
  if (of.name !== 'Edm.DateTimeOffset') return option(integer().map(String));
  return integer({ min: 1000, max: 9999 }).map((year) => `${year}-01-01T00:02:49.3205976-08:00`);
}

/** Some of what a date has, each with a value of the date's type. */
const bodies = (base: Base): Arbitrary<Record<string, unknown>> =>
  record(Object.fromEntries(propertiesOf(base).map((property) => [property.name, valueOf(property.type)])), {
    requiredKeys: [],
  });

const patches: Arbitrary<[Base, Record<string, unknown>]> = constantFrom(...bases).chain((base) =>
  tuple(constant(base), bodies(base)),
);

const send = (method: string, base: Base, body?: object) => gateway.call(method, `${base}/${row}`, body);

async function everywhere(): Promise<Record<Base, Record<string, unknown>>> {
  const read = await Promise.all(
    bases.map(async (base) => {
      const { '@odata.context': _, ...entity } = (await send('GET', base)).body;
      return [base, entity];
    }),
  );
  return Object.fromEntries(read) as Record<Base, Record<string, unknown>>;
}

describe('a PATCH at any date', () => {
  it('is read there as it was sent, and changes nothing that the date cannot see or that was not sent', async () => {
    await assert(
      asyncProperty(patches, async ([base, body]) => {
        const before = await everywhere();
        const reply = await send('PATCH', base, body);
        expect(reply.status).toBe(200);
        const after = await everywhere();
        expect(after[base]).toEqual({ ...before[base], ...body });
        for (const other of bases) {
          const unsent = Object.keys(before[other]).filter((name) => !Object.hasOwn(body, name));
          for (const name of unsent) expect([name, after[other][name]]).toEqual([name, before[other][name]]);
          expect(Object.keys(after[other])).toEqual(Object.keys(before[other]));
        }
      }),
      { numRuns: 200 },
    );
  });
});
