import type { DataSource, EntityManager } from 'typeorm';

import type { StoredKey } from './signing-key.entity.js';
import { makeSigningKey, readSigningKey } from './signing-key.js';

const day = 24 * 60 * 60 * 1000;
/** Milliseconds that a key signs until the next one does. */
const signingTime = 90 * day;
/** Milliseconds that a key is published before it signs: verifiers that keep the key set for a day know it by then. */
const notice = day;
/** Milliseconds that a key verifies after it signed last. */
const verifyingTime = 400 * day;

/** Seconds. No token is good for longer, so that none outlives its key. */
export const longestToken = (365 * day) / 1000;

/** Every key, newest first. */
export function storedKeys(dataSource: DataSource): Promise<StoredKey[]> {
  return dataSource.query(
    'SELECT "kid", "jwk", "signsFrom" FROM "signing_keys" ORDER BY "signsFrom" DESC, "kid"',
  );
}

/**
 * Every key, newest first and at least one, after the rotation that is due has been done: the first key or the next one
 * made, those removed that no token can need. Of instances that come at once one makes the key.
 */
export async function rotatedKeys(dataSource: DataSource, now: Date): Promise<StoredKey[]> {
  const stored = await storedKeys(dataSource);
  const next = nextSigning(stored, now);
  const outlived = outlivedKeys(stored, now);
  if (next === undefined && outlived.length === 0) return stored;
  if (next !== undefined) await addNext(dataSource, next, now);
  await dataSource.query('DELETE FROM "signing_keys" WHERE "kid" = ANY($1)', [outlived]);
  return storedKeys(dataSource);
}

/**
 * Makes a key that signs from now on.
 * @param revoke whether all others are removed, and with them every token that they signed
 * @returns its `kid`
 */
export async function rotateNow(dataSource: DataSource, now: Date, revoke: boolean): Promise<string> {
  const key = await makeKey(now);
  await alone(dataSource, async (manager) => {
    if (revoke) await manager.query('DELETE FROM "signing_keys"');
    await insert(manager, key);
  });
  return key.kid;
}

/**
 * The key to sign with, of keys that stand newest first. Where no key's time has come it is the oldest: the clock of the
 * instance that made it was ahead.
 */
export function signingOf<K extends Pick<StoredKey, 'signsFrom'>>(
  keys: readonly K[],
  now: Date,
): K | undefined {
  return keys.find(({ signsFrom }) => signsFrom <= now) ?? keys.at(-1);
}

/** From when the key signs that has to be made now; undefined while none has to be. */
function nextSigning([newest]: readonly StoredKey[], now: Date): Date | undefined {
  if (newest === undefined) return now;
  if (newest.signsFrom > latestDue(now)) return undefined;
  // Later than it should be, when nobody was there to make it in time: its notice is still given.
  return new Date(Math.max(newest.signsFrom.getTime() + signingTime, now.getTime() + notice));
}

/** A key that signs from then on or earlier needs a next one now. */
const latestDue = (now: Date): Date => new Date(now.getTime() - signingTime + notice);

/** The `kid`s of keys that another took over from so long ago that all their tokens have expired. */
function outlivedKeys(stored: readonly StoredKey[], now: Date): string[] {
  const successor = stored.findIndex(({ signsFrom }) => signsFrom.getTime() <= now.getTime() - verifyingTime);
  return successor === -1 ? [] : stored.slice(successor + 1).map(({ kid }) => kid);
}

async function addNext(dataSource: DataSource, signsFrom: Date, now: Date): Promise<void> {
  const key = await makeKey(signsFrom);
  await alone(dataSource, async (manager) => {
    const sql = 'SELECT FROM "signing_keys" WHERE "signsFrom" > $1 LIMIT 1';
    const others = await manager.query<object[]>(sql, [latestDue(now)]);
    if (others.length === 0) await insert(manager, key);
  });
}

/** Keys are made before the table is locked: that takes a while. */
async function makeKey(signsFrom: Date): Promise<StoredKey> {
  const jwk = await makeSigningKey();
  const { kid } = await readSigningKey(jwk);
  return { kid, jwk, signsFrom };
}

async function insert(manager: EntityManager, { kid, jwk, signsFrom }: StoredKey): Promise<void> {
  const sql = 'INSERT INTO "signing_keys" ("kid", "jwk", "signsFrom") VALUES ($1, $2, $3)';
  await manager.query(sql, [kid, jwk, signsFrom]);
}

/** Work on the keys while nobody else changes them; they can be read meanwhile. */
function alone(dataSource: DataSource, work: (manager: EntityManager) => Promise<void>): Promise<void> {
  return dataSource.transaction(async (manager) => {
    // Before any other statement, so that those see what the one before has done, whatever the isolation.
    await manager.query('LOCK TABLE "signing_keys" IN SHARE ROW EXCLUSIVE MODE');
    await work(manager);
  });
}
