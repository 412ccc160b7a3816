import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BackupRefusal } from '../src/database/backup-format.js';
import { writeBackup } from '../src/database/backup.js';
import { restoreBackup } from '../src/database/restore.js';
import { resetTenant } from '../src/database/tenant-reset.js';
import { Store } from '../src/graph/store.js';
import { seedTenant } from '../src/workbench/seed.js';
import { seededRows } from './support/own-database.js';
import { contentOf, openOwnStore, type OwnStore } from './support/own-store.js';
import { model } from './support/sets.js';

const tenants = [randomUUID(), randomUUID()];
const rowCount = 2 * seededRows + 2;
/** What COPY's text format has to write in another way. */
const awkward = 'tab\t line\nreturn\r\n\\.\n\\N \\\\ "quoted" {"json":1} Ü 😀 \u0001';

let store: OwnStore;
/** A backup of the store as `beforeAll` made it, and its lines. */
let whole: string;
let lines: string[];

beforeAll(async () => {
  store = await openOwnStore();
  const { dataSource, folder } = store;
  for (const tenant of tenants) await seedTenant(new Store(dataSource), model, tenant);
  await dataSource.query('UPDATE mobile_apps SET "notes" = $1, "largeIcon" = $2, "owner" = $3', [
    awkward,
    { type: awkward.replace('\u0001', ''), value: null },
    '',
  ]);
  await dataSource.query('INSERT INTO secrets VALUES ($1, $2)', ['key', awkward]);
  await dataSource.query(`INSERT INTO signing_keys VALUES ('2026-01-02T03:04:05.678Z', 'kid', '{}')`);
  whole = join(folder, 'whole');
  expect(await writeBackup(dataSource, whole, false)).toBe(rowCount);
  lines = gunzipSync(await readFile(whole))
    .toString()
    .trimEnd()
    .split('\n');
});
afterAll(() => store.close());

describe('a backup', () => {
  it('gives every row back, secrets included, after a reset', async () => {
    const { dataSource } = store;
    const before = await contentOf(dataSource);
    for (const tenant of tenants) expect(await resetTenant(dataSource, tenant)).toBe(seededRows);
    await dataSource.query("UPDATE secrets SET value = 'another'");
    expect(await restoreBackup(dataSource, whole, false)).toBe(rowCount);
    expect(await contentOf(dataSource)).toEqual(before);
  });

  it('counts as a use of its tenants when it is restored: none has expired because it is old', async () => {
    const { dataSource, folder } = store;
    const file = join(folder, 'old');
    await dataSource.query(`INSERT INTO tenants VALUES ('2020-01-01', '2021-01-01', $1)`, [tenants[0]]);
    await writeBackup(dataSource, file, false);
    expect(await restoreBackup(dataSource, file, true)).toBe(rowCount + 1);
    const [record] = await dataSource.query<object[]>(
      `SELECT "firstUsed" = '2020-01-01' AS "first", "lastUsed" > now() - interval '1 hour' AS "last" FROM tenants`,
    );
    await dataSource.query('DELETE FROM tenants');
    await rm(file);
    expect(record).toEqual({ first: true, last: true });
  });

  it('can be read by its owner alone, and leaves nothing beside it', async () => {
    expect((await stat(whole)).mode & 0o777).toBe(0o600);
    expect(new Set(await readdir(store.folder))).toEqual(new Set(['postgres', 'whole']));
  });

  it('replaces a file only by force', async () => {
    const file = join(store.folder, 'mine');
    await writeFile(file, 'mine');
    await expect(writeBackup(store.dataSource, file, false)).rejects.toThrow(
      new BackupRefusal(`${file} exists: name another file, or replace it with --force.`),
    );
    expect(await readFile(file, 'utf8')).toBe('mine');
    await writeBackup(store.dataSource, file, true);
    expect(gunzipSync(await readFile(file)).toString()).toContain('"end":true');
  });

  it.each([
    ['no/such/folder', /^\S+ cannot be written \(ENOENT: [^\n]*\)\.$/],
    ['.', /^\S+ is not a file: name one to write\.$/],
  ])('is refused at %s', async (name, message) => {
    const file = join(store.folder, name);
    await expect(writeBackup(store.dataSource, file, true)).rejects.toThrow(refusal(message));
  });
});

describe('a restore changes nothing', () => {
  let before: Record<string, string[]>;

  beforeAll(async () => {
    before = await contentOf(store.dataSource);
  });

  /** The file's refusal; then the store is as it was. */
  async function expectRefused(file: string, force: boolean, message: RegExp): Promise<void> {
    await expect(restoreBackup(store.dataSource, file, force)).rejects.toThrow(refusal(message));
    expect(await contentOf(store.dataSource)).toEqual(before);
  }

  it('when tenants have rows and it is not forced', async () => {
    await expectRefused(whole, false, /^The database already holds rows: --force replaces all of them/);
  });

  const first = '{"table":"managed_device_mobile_app_configurations"';
  const table = (): number => lines.findIndex((line) => line.startsWith(first));
  const row = (): number => table() + 59;
  const parentKey = /\t[0-9a-f-]{36}(?=\t[0-9a-f-]{36}_)/;
  it.each<[string, RegExp, () => Buffer | string[] | Promise<Buffer>]>([
    ['is empty', /ends too early|unexpected end/, () => Buffer.alloc(0)],
    ['is a text', /incorrect header check/, () => Buffer.from('SELECT 1;\n')],
    ['is another gzip', /a line is not what it should be/, () => ['name,value', 'a,1']],
    ['is another JSON', /it is something else/, () => ['{"format":"other"}']],
    ['has no line', /its last line is not whole/, () => gzipSync('understudy-backup')],
    ['is cut', /unexpected end of file/, async () => (await bytes()).subarray(0, -100)],
    ['is cut at the front', /unexpected end of file/, async () => (await bytes()).subarray(0, 40)],
    ['has a wrong bit', /Z_|incorrect|invalid|not/, async () => flipped(await bytes())],
    ['lacks its end', /it ends too early/, () => lines.slice(0, -1)],
    ['ends amid rows', /it ends amid rows/, () => lines.slice(0, row())],
    ['lacks a row', /rows are missing/, () => lines.toSpliced(row(), 1)],
    ['lacks a table', /its tables are not those/, () => withoutSecrets()],
    ['goes on after its end', /something follows its end/, () => [...lines, '{}']],
    ['names another table', /its tables are not those/, () => edited(table(), /configurations/, 'x; --')],
    ['names another column', /the columns of \S+ are not/, () => edited(table(), /"displayName"/, '"x"')],
    ['lacks a column', /the columns of \S+ are not/, () => edited(table(), /"displayName",/, '')],
    [
      'has a column twice',
      /the columns of \S+ are not/,
      () => edited(table(), /"description"/, '"displayName"'),
    ],
    ['has a row of other columns', /missing data for column/, () => edited(row(), /\t.*/, '')],
    ['has a wrong value', /invalid input syntax/, () => edited(row(), /[0-9a-f]{8}-/g, 'zzz-')],
    ['has a row without its parent', /foreign key/, () => edited(table() + 19, parentKey, '\tnowhere')],
    ['has a later format', /its format is of another version/, () => edited(0, /"version":1/, '"version":2')],
    [
      'has other migrations',
      /^\S+ was made with the migrations Later2, and this version has FirstTables1795312800000.*: restore it/,
      () => edited(0, /\[.*\]/, '["Later2"]'),
    ],
  ])('when the file %s', async (name, message, content) => {
    const file = join(store.folder, `broken ${name}`.replaceAll(' ', '-'));
    const made = await content();
    await writeFile(file, Buffer.isBuffer(made) ? made : gzipSync(`${made.join('\n')}\n`));
    await expectRefused(file, true, message);
  });

  it('when there is no file', async () => {
    await expectRefused(join(store.folder, 'none'), true, /^\S+ cannot be read \(ENOENT: [^\n]*\)\.$/);
  });
});

it('a forced restore replaces everything, whichever order the columns of the file have', async () => {
  const { dataSource, folder } = store;
  const before = await contentOf(dataSource);
  const file = join(folder, 'turned');
  await writeFile(file, gzipSync(`${turned().join('\n')}\n`));
  await seedTenant(new Store(dataSource), model, randomUUID());
  expect(await restoreBackup(dataSource, file, true)).toBe(rowCount);
  expect(await contentOf(dataSource)).toEqual(before);
});

/** The lines of the backup with every row and every list of columns from back to front. */
function turned(): string[] {
  return lines.map((line, index) => {
    if (index === 0 || index === lines.length - 1 || line === '\\.') return line;
    if (!line.startsWith('{"table"')) return line.split('\t').toReversed().join('\t');
    const { table, columns } = JSON.parse(line) as { table: string; columns: string[] };
    return JSON.stringify({ table, columns: columns.toReversed() });
  });
}

const bytes = (): Promise<Buffer> => readFile(whole);

/** The lines of the backup with one of them changed. */
function edited(index: number, pattern: RegExp, replacement: string): string[] {
  const line = (lines[index] ?? '').replace(pattern, replacement);
  expect(line).not.toBe(lines[index]);
  return lines.with(index, line);
}

function withoutSecrets(): string[] {
  return lines.toSpliced(
    lines.findIndex((line) => line.startsWith('{"table":"secrets"')),
    3,
  );
}

function flipped(content: Buffer): Buffer {
  const copy = Buffer.from(content);
  const middle = copy.length >> 1;
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}

/** A refusal whose one sentence matches. */
const refusal = (message: RegExp): object =>
  expect.objectContaining({ name: 'BackupRefusal', message: expect.stringMatching(message) });
