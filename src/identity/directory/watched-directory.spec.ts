import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aClientCertificate } from '../../../test/support/client-certificate.js';
import { Configuration, defaultClientId, defaultTenantId } from '../../configuration.js';
import { defaultRegistrations } from './default-registrations.js';
import { IdentityFileError } from './identity-file-error.js';
import { KnownSecret } from './known-secret.js';
import { makeIdentityFile } from './new-identity-file.js';
import { type FileObserver, openIdentityFile, StoredIdentityFile } from './stored-identity-file.js';
import { WatchedDirectory } from './watched-directory.js';

const defaults = defaultRegistrations({
  clientId: defaultClientId,
  secret: new KnownSecret('local'),
  newSecret: undefined,
});
const root = await mkdtemp(join(tmpdir(), 'understudy-watched-'));
let folder: string;
let path: string;
let told: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(root, 'case-'));
  path = join(folder, 'identity.yaml');
  told = [];
});
afterAll(() => rm(root, { recursive: true }));

const observer: FileObserver = {
  taken: ({ applications }) => void told.push(`${applications.length} applications`),
  refused: (error) => void told.push(...(error instanceof IdentityFileError ? error.faults : ['unexpected'])),
};

/** A file of applications with these names, in as many bytes. */
const fileOf = (...names: string[]) =>
  `applications:\n${names.map((name) => `  - { clientId: ${randomUUID()}, displayName: ${name} }\n`).join('')}`;

function watch(file = path): WatchedDirectory {
  const setting = { isProduction: false, localClientId: defaultClientId };
  return new WatchedDirectory(new StoredIdentityFile(file, setting, observer), defaults);
}

/** The applications of the file that the directory knows. */
async function namesIn(directory: WatchedDirectory, file = path): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  const ids = text.match(/(?<=clientId: )[\w-]+/g) ?? [];
  return ids.flatMap((id) => directory.application(id)?.displayName ?? []);
}

async function lookTwice(directory: WatchedDirectory): Promise<void> {
  await directory.look();
  await directory.look();
}

describe('a directory with a file', () => {
  it('knows the local client and the default tenant beside it, and the users of the file alone', async () => {
    await writeFile(path, `${fileOf('one')}users: [{ userPrincipalName: ada@contoso.example }]`);
    const directory = watch();
    expect(await namesIn(directory)).toEqual(['one']);
    expect(directory.application(defaultClientId)?.secrets[0]?.is('local')).toBe(true);
    expect(directory.tenantId('understudy.example')).toBe(defaultTenantId);
    expect(directory.usersOf(undefined).map((user) => user.userPrincipalName)).toEqual([
      'ada@contoso.example',
    ]);
  });

  it('that describes the default tenant knows it as described', async () => {
    await writeFile(path, `tenants: [{ id: ${defaultTenantId}, domains: [contoso.example] }]`);
    const directory = watch();
    expect(directory.tenants).toEqual([
      { id: defaultTenantId, displayName: 'contoso.example', domains: ['contoso.example'] },
    ]);
    expect(directory.tenantId('understudy.example')).toBeUndefined();
  });

  it('stays as it is while nothing changes', async () => {
    await writeFile(path, fileOf('one'));
    const directory = watch();
    await lookTwice(directory);
    expect([await namesIn(directory), told]).toEqual([['one'], []]);
  });
});

describe('a change of the file is taken', () => {
  it.each<[string, (text: string) => Promise<void>]>([
    ['written in place', (text) => writeFile(path, text)],
    [
      'by an editor that renames',
      async (text) => {
        await writeFile(`${path}~`, text);
        await rename(`${path}~`, path);
      },
    ],
    [
      'after the file was away',
      async (text) => {
        await rm(path);
        await writeFile(path, text);
      },
    ],
  ])('%s', async (_how, change) => {
    await writeFile(path, fileOf('one'));
    const directory = watch();
    const before = await readFile(path, 'utf8');
    await change(fileOf('two', 'three'));
    await directory.look();
    expect(await namesIn(directory)).toEqual([]);
    await directory.look();
    expect([await namesIn(directory), told]).toEqual([['two', 'three'], ['2 applications']]);
    const [gone] = before.match(/(?<=clientId: )[\w-]+/) ?? [''];
    expect(directory.application(gone)).toBeUndefined();
    expect(directory.application(defaultClientId)).toBeDefined();
  });

  it('by links that are swapped, as in a mounted volume', async () => {
    for (const [version, name] of [
      ['v1', 'one'],
      ['v2', 'two'],
    ] as const) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'identity.yaml'), fileOf(name));
    }
    await symlink('v1', join(folder, 'current'));
    await symlink(join('current', 'identity.yaml'), path);
    const directory = watch();
    expect(await namesIn(directory)).toEqual(['one']);
    await symlink('v2', join(folder, 'next'));
    await rename(join(folder, 'next'), join(folder, 'current'));
    await lookTwice(directory);
    expect(await namesIn(directory)).toEqual(['two']);
  });

  it('not while it is still being written', async () => {
    await writeFile(path, fileOf('one'));
    const directory = watch();
    const text = fileOf('two', 'three', 'four');
    for (const end of [20, 40, text.length]) {
      await writeFile(path, text.slice(0, end));
      await directory.look();
    }
    expect(told).toEqual([]);
    await directory.look();
    expect([await namesIn(directory), told]).toEqual([['two', 'three', 'four'], ['3 applications']]);
  });
});

describe('a change with faults', () => {
  it('leaves what was known, and is told once, without what the file says', async () => {
    await writeFile(path, fileOf('one'));
    const directory = watch();
    const [known] = (await readFile(path, 'utf8')).match(/(?<=clientId: )[\w-]+/) ?? [''];
    await writeFile(path, `${fileOf('two', 'three')}users: hunter2`);
    await lookTwice(directory);
    await lookTwice(directory);
    expect(told).toEqual(['users: must be a list']);
    expect([await namesIn(directory), directory.application(known)?.displayName]).toEqual([[], 'one']);
    await writeFile(path, fileOf('two', 'three'));
    await lookTwice(directory);
    expect([await namesIn(directory), told.at(-1)]).toEqual([['two', 'three'], '2 applications']);
  });

  it('such as that it is gone, leaves what was known until it is back', async () => {
    const text = fileOf('one');
    await writeFile(path, text);
    const directory = watch();
    await rm(path);
    await lookTwice(directory);
    await lookTwice(directory);
    expect(told).toEqual([`${path} is not there`]);
    await writeFile(path, text);
    expect(await namesIn(directory)).toEqual(['one']);
    await lookTwice(directory);
    expect([await namesIn(directory), told.at(-1)]).toEqual([['one'], '1 applications']);
  });
});

describe('a certificate that the file names', () => {
  const withCertificate = fileOf('one').replace(' }', ', certificates: [client.pem] }');
  let pem: string[];
  beforeAll(async () => {
    const made = await Promise.all([aClientCertificate(), aClientCertificate()]);
    pem = made.map(({ certificate }) => certificate);
  });
  const thumbprintIn = (directory: WatchedDirectory) =>
    directory.application(/(?<=clientId: )[\w-]+/.exec(withCertificate)?.[0] ?? '')?.certificates[0]
      ?.thumbprints[1];

  it('is read again when it is replaced, the file as it was', async () => {
    await writeFile(path, withCertificate);
    await writeFile(join(folder, 'client.pem'), pem[0] ?? '');
    const directory = watch();
    const before = thumbprintIn(directory);
    await rm(join(folder, 'client.pem'));
    await writeFile(join(folder, 'client.pem'), pem.toReversed().join(''));
    await lookTwice(directory);
    expect(thumbprintIn(directory)).not.toBe(before);
    expect(told).toEqual(['1 applications']);
  });

  it('may come later than the file', async () => {
    await writeFile(path, fileOf('one'));
    const directory = watch();
    await writeFile(path, withCertificate);
    await lookTwice(directory);
    await lookTwice(directory);
    expect(told).toEqual(['applications[0].certificates[0]: client.pem is not there']);
    await writeFile(join(folder, 'client.pem'), pem[0] ?? '');
    await lookTwice(directory);
    await lookTwice(directory);
    expect(thumbprintIn(directory)).toBeDefined();
    expect(told.slice(1)).toEqual(['1 applications']);
  });
});

function open(environment: Record<string, string>, lines: string[]) {
  const configuration = Configuration.read({ IDENTITY_FILE: path, ...environment });
  return openIdentityFile(configuration, observer, (line) => lines.push(line));
}

describe('IDENTITY_FILE that is not there', () => {
  it('is made with its folder, for its owner alone, and announced once', async () => {
    path = join(folder, 'new', 'identity.yaml');
    const lines: string[] = [];
    const made = await open({}, lines);
    expect(made?.registered).toMatchObject({ users: [{}, {}], applications: [{}, {}] });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await open({}, lines))?.registered.applications).toMatchObject(
      made?.registered.applications.map(({ clientId }) => ({ clientId })) ?? [],
    );
    expect(lines).toEqual([
      `IDENTITY_FILE was not there, and was made with two applications and two users: ${path}`,
    ]);
  });

  it('is made by one of those that start at once, and read by all', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => makeIdentityFile(path)));
    expect(made.filter(Boolean)).toEqual([true]);
    expect(await readdir(folder)).toEqual(['identity.yaml']);
    expect(await namesIn(watch())).toEqual(['My service', 'My app']);
  });

  it('stops a start in production', async () => {
    const production = { NODE_ENV: 'production', PUBLIC_URL: 'https://example.com' };
    await expect(open(production, [])).rejects.toMatchObject({ faults: [`${path} is not there`] });
    expect(await readdir(folder)).toEqual([]);
  });

  it('and cannot be made stops the start with the reason', async () => {
    await writeFile(path, '');
    path = join(path, 'identity.yaml');
    await expect(open({}, [])).rejects.toMatchObject({
      faults: [`${path} is not there and cannot be made (ENOTDIR)`],
    });
  });
});

it('a folder is refused as an identity file', () => {
  expect(() => watch(folder)).toThrow(`  - ${folder} is no file`);
});
