import type { Client } from 'pg';
import { columnNames, type Table } from '../../src/graph/table.js';
import {
  allProperties,
  type ApiVersion,
  type ComplexType,
  isVisible,
  namespace,
  type Property,
  type ValueType,
} from '../../src/odata/edm.js';
import { isOdd, type Place, pathOf, pool, poolBody, prefixed, typeOf } from './fuzz-pool.js';
import type { Rows } from './fuzz-rows.js';
import type { Ask } from './isolation-asks.js';
import { countNames, textNames } from './isolation-queries.js';
import { markedType } from './isolation-spots.js';
import { model } from './sets.js';

/** What a tenant has. */
export interface Holding {
  /** Starts every text of its rows, and no text of anything else. */
  mark: string;
  places: readonly Place[];
  links: readonly { from: Place; name: string; to: Place }[];
  /** Of every row: it is the row's tag, and the day of its last change. */
  rowVersion: number;
}

/** The version in which most of a set can be written. */
export const newest = ({ set }: Place): ApiVersion => (set.versions.includes('beta') ? 'beta' : 'v1.0');

const plainPlaces = pool.filter((place) => !isOdd(place));
const linksAmong = (places: readonly Place[]): Holding['links'] =>
  places.flatMap((from) =>
    from.set.linked.flatMap(({ name, set }) =>
      places.filter((to) => to.set === set).map((to) => ({ from, name, to })),
    ),
  );

/** Rows in every set, linked to all that they can be linked to. */
export const everything = (mark: string, rowVersion: number): Holding => ({
  mark,
  rowVersion,
  places: pool,
  links: linksAmong(pool),
});

/** A row of a key that the owner has not, so that it is there whatever becomes of the others. */
const [first] = pool as [Place];
export const keptPlace = prefixed(first, 'kept.');

/** A write to it, for who has it. */
export const kept: Ask = {
  method: 'PATCH',
  path: `/${newest(keptPlace)}${pathOf(keptPlace, true)}`,
  body: changeOf(keptPlace, newest(keptPlace), 'kept'),
};

/** Fewer rows under some of the same keys, and fewer links and relationships among them: whatever is more isn't its own. */
export const namesakes = (mark: string, rowVersion: number): Holding => ({
  mark,
  rowVersion,
  places: [...plainPlaces.filter((place) => isWithFirst(place) && !isLastStatus(place)), keptPlace],
  links: linksAmong(plainPlaces).slice(0, 1),
});

/** Relationships without chains. */
const isWithFirst = ({ keys: [source], relation }: Place): boolean =>
  !relation || [source, relation.target].includes(first.keys[0]);

/** Of an app that isn't on any device, unlike its namesake. */
const [lastApp] = plainPlaces.findLast(({ set }) => set === first.set)?.keys ?? [];
const isLastStatus = ({ set, keys }: Place): boolean =>
  keys[0] === lastApp && set.type.name === 'mobileAppInstallStatus';

/** As many rows, under keys that nobody else has. */
export function ownRows(mark: string, rowVersion: number): Holding {
  const places = plainPlaces.map((place) => prefixed(place, 'own.'));
  return { mark, rowVersion, places: [...places, keptPlace], links: linksAmong(places) };
}

/** A body that changes the row, where it has a text, a count or a choice to change. */
export function changeOf(place: Place, version: ApiVersion, text: string): Record<string, unknown> {
  const properties = writableOf(place, version).filter(({ immutable }) => !immutable);
  const [name] = textNames(place.set, version).filter((own) =>
    properties.some((property) => property.name === own),
  );
  if (name !== undefined) return { [name]: text };
  const [count] = countNames(place.set, version);
  if (count !== undefined) return { [count]: numberOf(text) };
  const choice = properties.find(({ type }) => type.kind === 'enum');
  return choice?.type.kind === 'enum' ? { [choice.name]: [...choice.type.members.keys()][1] } : {};
}

function writableOf(place: Place, version: ApiVersion): Property[] {
  return allProperties(typeOf(place)).filter(
    (property) => !property.computed && isVisible(property, version),
  );
}

/** A body that creates the row with a text of its own in each property that takes one. */
export function markedBody(place: Place, mark: string, version: ApiVersion): Record<string, unknown> {
  const needed = poolBody(place);
  const properties = writableOf(place, version).filter(({ name }) => !(name in needed));
  return { ...needed, ...marked(properties, markOf(place, mark), version) };
}

const markOf = (place: Place, mark: string): string => `${mark}.${pool.indexOf(place)}`;

/** What a property of the row holds, where that is a text. */
export const markedText = (place: Place, mark: string, name: string): string =>
  `${markOf(place, mark)}.${name}`;

const marked = (
  properties: readonly Property[],
  text: string,
  version: ApiVersion,
): Record<string, unknown> =>
  Object.fromEntries(
    properties
      .filter(({ computed }) => !computed)
      .map(({ name, type }) => [name, markedValue(type, `${text}.${name}`, version)]),
  );

function markedComplex(declared: ComplexType, text: string, version: ApiVersion): Record<string, unknown> {
  const type = markedType(declared);
  const properties = type.properties.filter((property) => isVisible(property, version));
  return { '@odata.type': `#${namespace}.${type.name}`, ...marked(properties, text, version) };
}

/** A value of a type, which shows the text where it can. */
export function markedValue(type: ValueType, text: string, version: ApiVersion): unknown {
  switch (type.kind) {
    case 'enum':
      return [...type.members.keys()][0];
    case 'complex':
      return markedComplex(type, text, version);
    case 'collection':
      return [markedValue(type.of, text, version)];
    case 'primitive':
      switch (type.name) {
        case 'Edm.String':
          return text;
        case 'Edm.Binary':
          return Buffer.from(text).toString('base64');
        case 'Edm.Boolean':
          return true;
        case 'Edm.Int32':
        case 'Edm.Int64':
          return numberOf(text);
        case 'Edm.DateTimeOffset':
          return '2026-10-31T08:00:00Z';
      }
  }
}

/** Hardly two texts have the same. */
const numberOf = (text: string): number =>
  Buffer.from(text).reduce((sum, byte) => (sum * 31 + byte) % 1_000_000_007);

/** What shows a tenant's texts: as they are, and as the base64 of one. */
export const textsOf = ({ mark }: Holding): RegExp =>
  new RegExp(String.raw`${mark}\.|${Buffer.from(mark).toString('base64')}`, 'i');

/** The requests that make what is held, each behind those that it needs. */
export const fillingOf = ({ places, links, mark }: Holding, base: string): Ask[] => [
  ...places
    .filter(({ relation }) => !relation?.isMirrored)
    .map((place) => ({
      method: place.set.isSingle ? 'PATCH' : 'POST',
      path: `/${newest(place)}${pathOf(place, false)}`,
      body: markedBody(place, mark, newest(place)),
    })),
  ...links.map(({ from, name, to }) => ({
    method: 'POST',
    path: `/${newest(from)}${pathOf(from, true)}/${name}/$ref`,
    body: { '@odata.id': `${base}/${newest(to)}${pathOf(to, true)}` },
  })),
];

/** Some hold rows of several sets. */
const innermostFirst = model.sets.toSorted((a, b) => b.ancestors.length - a.ancestors.length);
const tables = [...new Set(innermostFirst.map(({ table }) => table))].toReversed();

/** Makes alike, wherever they are made, the rows of a tenant: but for this, chance and the clock tell them apart. */
export async function level(database: Client, tenant: string, rowVersion: number): Promise<void> {
  for (const table of tables) {
    const clocks = clockColumns(table).map(([ticks, written]) => `"${ticks}" = $3, "${written}" = 9000`);
    const sql = `UPDATE ${table.name} SET ${['"rowVersion" = $2', ...clocks].join(', ')} WHERE "tenantId" = $1`;
    const ticksOfDay = 864_000_000_000;
    await database.query(sql, [tenant, rowVersion, ...(clocks.length > 0 ? [rowVersion * ticksOfDay] : [])]);
  }
}

const clockColumns = ({ properties }: Table): string[][] =>
  properties.filter(({ computed }) => computed === 'created' || computed === 'modified').map(columnNames);

/** Removes all that a tenant has. */
export async function clear(database: Client, tenant: string): Promise<void> {
  const roots = tables.filter(({ parents }) => parents.length === 0);
  for (const { name } of roots) await database.query(`DELETE FROM ${name} WHERE "tenantId" = $1`, [tenant]);
}

/** Brings back rows of a tenant that has none. */
export async function restore(database: Client, rows: Rows): Promise<void> {
  // What is contained comes behind what contains it, and links behind all.
  const order = tables.map(({ name }) => name);
  const linking = [...rows.keys()].map(tableIn).filter((name) => !order.includes(name));
  for (const name of new Set([...order, ...linking])) {
    const texts = [...rows].flatMap(([key, text]) => (tableIn(key) === name ? [text] : []));
    const sql = `INSERT INTO ${name} SELECT * FROM jsonb_populate_recordset(NULL::${name}, $1::jsonb)`;
    if (texts.length > 0) await database.query(sql, [`[${texts.join(',')}]`]);
  }
}

const tableIn = (key: string): string => key.slice(0, key.indexOf(' '));
