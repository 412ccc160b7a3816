import type { Client } from 'pg';
import type { Write } from './fuzz-writes.js';

/** Every row of a tenant as JSON text, by its table and keys. */
export type Rows = ReadonlyMap<string, string>;

export async function rowsOf(database: Client, tenant: string): Promise<Rows> {
  const rows = new Map<string, string>();
  for (const table of await tenantTables(database)) {
    const sql = `SELECT to_jsonb(row)::text AS text FROM "${table}" AS row WHERE "tenantId" = $1`;
    const found = await database.query<{ text: string }>(sql, [tenant]);
    for (const { text } of found.rows) rows.set(`${table} ${keysIn(text)}`, text);
  }
  return rows;
}

async function tenantTables(database: Client): Promise<string[]> {
  const sql = `SELECT table_name AS name FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_name = 'tenantId'`;
  const { rows } = await database.query<{ name: string }>(sql);
  return rows.map(({ name }) => name);
}

type Row = Readonly<Record<string, unknown>>;

/** Columns that end so hold keys, its own and its parents'. */
const keysIn = (text: string): string =>
  Object.entries(JSON.parse(text) as Row)
    .filter(([name]) => /^id$|Id$/.test(name))
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');

/** Rows that came, went or changed without one of the writes: one that names them, or removes what they belong to. */
export function unexplained(before: Rows, after: Rows, writes: readonly Write[]): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    const row = JSON.parse(is ?? was ?? '{}') as Row;
    if (was === is || isExplained(row, writes) || hasFollowed(was, is, writes)) return [];
    return [`${key}: ${was ?? 'nothing'} became ${is ?? 'nothing'}`];
  });
}

/** A single is made with what contains it, and has its id in its own; the other side of a relationship with this one. */
const isExplained = (row: Row, writes: readonly Write[]): boolean =>
  writes.some(
    ({ method, id }) =>
      row['id'] === id ||
      row['id'] === `${String(row['tenantId'])}_${id}` ||
      id === `${String(row['targetId'])}_${String(row['mobileAppId'])}` ||
      (method === 'DELETE' && Object.values(row).includes(id)),
  );

/** What the server writes of apps when their assignments or relationships change, and of relationships when apps do. */
const following =
  /^(rowVersion|is(Assigned|Related)|(dependent|supersed(ing|ed))AppCount|derived|(source|target)(DisplayName|DisplayVersion|Publisher|PublisherDisplayName))$/;

function hasFollowed(was: string | undefined, is: string | undefined, writes: readonly Write[]): boolean {
  if (was === undefined || is === undefined || !writes.some(({ path }) => isLeading.test(path))) return false;
  const [old, now] = [was, is].map((text) => JSON.parse(text) as Row) as [Row, Row];
  const changed = Object.keys(now).filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]));
  const isApp = 'isRelated' in now;
  return (
    (isApp || 'targetId' in now) &&
    changed.every((name) => following.test(name) && !(isApp && name === 'derived'))
  );
}

const isLeading = /mobileApps/i;
