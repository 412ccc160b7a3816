import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** The text of a file; undefined: there is none. */
export async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * Puts a file in place at once and whole, unless there is one already. A link, unlike a rename, replaces nothing.
 * @returns whether it is this one: of processes that race, one is first.
 */
export async function placeFirst(path: string, text: string, mode: number): Promise<boolean> {
  return viaTemporary(path, text, mode, async (temporary) => {
    try {
      await link(temporary, path);
      return true;
    } catch (error) {
      if (isCode(error, 'EEXIST')) return false;
      throw error;
    }
  });
}

/** Puts a file in place at once and whole, of whatever is there. */
export async function replaceWhole(path: string, text: string, mode: number): Promise<void> {
  await viaTemporary(path, text, mode, (temporary) => rename(temporary, path));
}

async function viaTemporary<T>(
  path: string,
  text: string,
  mode: number,
  place: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, text, { flag: 'wx', mode, flush: true });
    return await place(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
