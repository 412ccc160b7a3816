import { setImmediate } from 'node:timers/promises';
import type { Entity, EntityText } from '../odata/expanded-text.js';
import { limits } from '../odata/limits.js';
import type { Slice } from './row-reader.js';

/** The texts of a page's entities, fewer than asked for where they are very large; `last` is its last if more follow. */
export async function pageOf(
  slices: AsyncIterable<Slice>,
  text: EntityText,
): Promise<{ texts: string[]; last?: Entity | undefined }> {
  const texts: string[] = [];
  let size = 0;
  let breath: number = limits.textAtOnce;
  let last: Entity | undefined;
  for await (const { entities, more } of slices) {
    for (const entity of entities) {
      if (size >= limits.pageText) return { texts, last };
      // Others wait while this one writes.
      if (size > breath) {
        await setImmediate();
        breath = size + limits.textAtOnce;
      }
      const one = text(entity, '');
      size += one.length;
      last = entity;
      texts.push(one);
    }
    if (more) return { texts, last };
  }
  return { texts };
}
