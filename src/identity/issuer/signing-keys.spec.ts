import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';

import { emptyDatabase, testPostgres } from '../../../test/support/postgres.js';
import { makeDataSource, migrate } from '../../database/data-source.js';
import { localAuthority } from '../authority.js';
import { identityEntities } from '../entities.js';
import { TokenVerifier } from '../token-verifier.js';
import { signAccessToken } from './access-token.js';
import { longestToken, rotateNow, storedKeys } from './key-rotation.js';
import { makeSigningKey, readSigningKey } from './signing-key.js';
import { SigningKeys } from './signing-keys.js';

const tenantId = '11111111-2222-4333-8444-55555555abcd';
const start = Date.parse('2026-01-02T03:04:05.678Z');
const day = 24 * 60 * 60 * 1000;

/** Two instances of one database, which has no key yet. */
let here: DataSource;
let there: DataSource;
let now: number;

beforeEach(async () => {
  now = start;
  const url = await emptyDatabase();
  [here, there] = [await makeDataSource({ url }, identityEntities), await makeDataSource({ url }, [])];
  for (const dataSource of [here, there]) await dataSource.initialize();
  await migrate(here);
});

afterEach(async () => {
  jest.restoreAllMocks();
  for (const dataSource of [here, there]) await dataSource.destroy();
});

const load = (dataSource = here) => SigningKeys.load(dataSource, () => now);
const kids = ({ published }: SigningKeys) => published.map(({ kid }) => kid);
const verifierOf = (keys: SigningKeys) => new TokenVerifier(localAuthority(keys), () => now);

/** A bearer token that says it was made now. */
async function tokenOf(keys: SigningKeys, expiresIn = 3600): Promise<string> {
  const options = { tenantId, clientId: tenantId, expiresIn, now: new Date(now) };
  return `Bearer ${await signAccessToken(keys.signing(), options)}`;
}

/** What the command does, a second from now. */
function rotate(revoke = false): Promise<string> {
  now += 1000;
  return rotateNow(there, new Date(now), revoke);
}

/** What an instance knows that starts so many days after the first one. */
function onDay(days: number, dataSource = here): Promise<SigningKeys> {
  now = start + days * day;
  return load(dataSource);
}

describe('the first start', () => {
  it('makes one key, which signs, verifies and is published', async () => {
    const keys = await load();
    const { kid, publicKey } = keys.signing();
    expect(keys.published).toEqual([
      { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n: expect.any(String), e: 'AQAB' },
    ]);
    expect([keys.verifying(kid), keys.verifying(undefined)]).toEqual([publicKey, publicKey]);
    expect(await storedKeys(here)).toMatchObject([{ kid, signsFrom: new Date(start) }]);
  });

  it('of several instances at once makes one key, which all of them read', async () => {
    const all = await Promise.all([here, there, here, there].map(load));
    expect(await storedKeys(here)).toHaveLength(1);
    expect(new Set(all.map((keys) => keys.signing().kid)).size).toBe(1);
  });

  it('waits for an instance that is making the first key, and reads it', async () => {
    const maker = there.createQueryRunner();
    await maker.startTransaction();
    await maker.query('LOCK TABLE "signing_keys" IN SHARE ROW EXCLUSIVE MODE');
    const jwk = await makeSigningKey();
    const { kid } = await readSigningKey(jwk);
    await maker.query('INSERT INTO "signing_keys" VALUES ($1, $2, $3)', [new Date(now), kid, jwk]);
    const loading = load();
    await Promise.race([loading, waiting()]);
    await maker.commitTransaction();
    await maker.release();
    expect(kids(await loading)).toEqual([kid]);
  });

  it('at an instance whose clock is behind signs with the key that the other one made', async () => {
    const { kid } = (await load(there)).signing();
    now -= 5000;
    expect((await load()).signing().kid).toBe(kid);
    expect(await storedKeys(here)).toHaveLength(1);
  });
});

describe('a key', () => {
  it('signs for 90 days, and the next one is published a day before', async () => {
    const [first] = kids(await onDay(0));
    expect(kids(await onDay(88.99))).toEqual([first]);
    const keys = await onDay(89);
    const [second] = kids(keys);
    expect(kids(keys)).toEqual([second, first]);
    const signing = [0, 89, 89.99, 90, 91, 178].map((days) => {
      now = start + days * day;
      return keys.signing().kid;
    });
    expect(signing).toEqual([first, first, first, second, second, second]);
    expect(kids(await onDay(178.99))).toEqual([second, first]);
    expect(kids(await onDay(179))).toHaveLength(3);
  });

  it('is followed by one, though several instances rotate at once', async () => {
    await onDay(0);
    const all = await Promise.all([here, there, here, there].map((dataSource) => onDay(89, dataSource)));
    expect(await storedKeys(here)).toHaveLength(2);
    for (const keys of all) expect(kids(keys)).toEqual(kids(all[0]!));
  });

  it('signs longer when nobody was there to make the next one, which is announced for a day all the same', async () => {
    const [first] = kids(await onDay(0));
    const keys = await onDay(500);
    expect(keys.published).toHaveLength(2);
    const signing = [500.99, 501].map((days) => {
      now = start + days * day;
      return keys.signing().kid;
    });
    expect(signing).toEqual([first, kids(keys)[0]]);
    expect(signing[0]).not.toBe(signing[1]);
  });

  it('verifies for 400 days after it signed last, and is gone then', async () => {
    const [first] = kids(await onDay(0));
    for (const days of [89, 179, 269, 359, 449]) await onDay(days);
    expect(kids(await onDay(489.99)).at(-1)).toBe(first);
    const keys = await onDay(490);
    expect(kids(keys)).toHaveLength(5);
    expect(kids(keys)).not.toContain(first);
    expect(await keys.verifying(first)).toBeUndefined();
  });

  it('outlives every token that it signed', async () => {
    const keys = await onDay(0);
    const first = keys.signing().kid;
    await onDay(89);
    now = start + 90 * day - 1000;
    const token = await tokenOf(keys, longestToken);
    now += (longestToken - 1) * 1000;
    const later = await load();
    expect(later.signing().kid).not.toBe(first);
    await expect(verifierOf(later).verify(token)).resolves.toMatchObject({ tenantId });
    now += 1000;
    await expect(verifierOf(later).verify(token)).rejects.toMatchObject({ kind: 'tokenExpired' });
  });
});

describe('an instance that runs', () => {
  const minute = 60_000;
  let keys: SigningKeys;

  beforeEach(async () => {
    // The connections to the database need real clocks.
    const others = ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const;
    jest.useFakeTimers({
      doNotFake: [...others, 'setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout'],
    });
    keys = await load();
    keys.onModuleInit();
  });
  afterEach(() => void jest.useRealTimers());

  it('reads the keys again every minute until it ends, and rotates them', async () => {
    now += 89 * day;
    const queries = jest.spyOn(here, 'query');
    jest.advanceTimersByTime(minute - 1);
    expect(queries).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    await keys.onModuleDestroy();
    expect(keys.published).toHaveLength(2);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('goes on with the keys that it has while the database is away, and says so', async () => {
    const warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const { kid } = keys.signing();
    await accept(false);
    jest.advanceTimersByTime(minute);
    await keys.onModuleDestroy();
    expect(keys.signing().kid).toBe(kid);
    expect(warnings).toHaveBeenCalledWith(
      expect.stringMatching(/^The signing keys could not be read again \(.+\)\.$/),
    );
    await accept(true);
  });

  it('changes its version with the keys, and only then', async () => {
    const { version } = keys;
    await keys.verifying('unknown');
    expect(keys.version).toBe(version);
    const kid = await rotate();
    now += 2000;
    await keys.verifying(kid);
    expect(keys.version).not.toBe(version);
    await keys.onModuleDestroy();
  });
});

describe('a token of a key that the instance does not know', () => {
  it('is accepted at once when another instance made the key', async () => {
    const keys = await load();
    await rotate();
    const other = await load(there);
    expect(kids(keys)).not.toEqual(kids(other));
    await expect(verifierOf(keys).verify(await tokenOf(other))).resolves.toMatchObject({ tenantId });
    expect(kids(keys)).toEqual(kids(other));
  });

  it('makes it ask the database once in 2 seconds, however many are forged', async () => {
    const keys = await load();
    const queries = jest.spyOn(here, 'query');
    const forge = async () => {
      const asked = Array.from({ length: 100 }, async (_, index) => keys.verifying(`forged ${index}`));
      expect(new Set(await Promise.all(asked))).toEqual(new Set([undefined]));
    };
    await forge();
    await forge();
    now += 1999;
    await forge();
    expect(queries).toHaveBeenCalledTimes(1);
    now += 1;
    await forge();
    expect(queries).toHaveBeenCalledTimes(2);
    now -= day;
    await forge();
    expect(queries).toHaveBeenCalledTimes(3);
  });

  it('makes it wait for the answer that is on its way, however long that takes', async () => {
    const keys = await load();
    const queries = jest.spyOn(here, 'query');
    const holder = there.createQueryRunner();
    await holder.startTransaction();
    await holder.query('LOCK TABLE "signing_keys"');
    const first = keys.verifying('forged');
    now += 2000;
    const second = keys.verifying('another');
    await holder.commitTransaction();
    await holder.release();
    expect([await first, await second]).toEqual([undefined, undefined]);
    expect(queries).toHaveBeenCalledTimes(1);
  });

  it('is answered 503 while the database is away, and by its key when that is back', async () => {
    const keys = await load();
    const known = await tokenOf(keys);
    await rotate();
    const token = await tokenOf(await load(there));
    const verifier = verifierOf(keys);
    await accept(false);
    await expect(verifier.verify(token)).rejects.toMatchObject({ kind: 'unavailable', status: 503 });
    await expect(verifier.verify(known)).resolves.toMatchObject({ tenantId });
    const queries = jest.spyOn(here, 'query');
    await accept(true);
    now += 1999;
    await expect(verifier.verify(token)).rejects.toMatchObject({ kind: 'unavailable', status: 503 });
    expect(queries).not.toHaveBeenCalled();
    now += 1;
    await expect(verifier.verify(token)).resolves.toMatchObject({ tenantId });
  });
});

describe('a rotation by hand', () => {
  it('makes a key that signs from now on, and what the others signed stays good', async () => {
    const before = await load();
    const token = await tokenOf(before);
    const kid = await rotate();
    const keys = await load();
    expect(kids(keys)).toEqual([kid, ...kids(before)]);
    expect(keys.signing().kid).toBe(kid);
    await expect(verifierOf(keys).verify(token)).resolves.toMatchObject({ tenantId });
    expect(await storedKeys(here)).toHaveLength(2);
  });

  it('that revokes leaves no other key, and a token seen before is refused like any', async () => {
    const keys = await onDay(89);
    await onDay(89 + 89);
    expect(await storedKeys(here)).toHaveLength(2);
    const verifier = verifierOf(keys);
    const token = await tokenOf(keys);
    const caller = await verifier.verify(token);
    expect(verifier.verify(token)).toBe(caller);
    const kid = await rotate(true);
    expect(await keys.verifying('any')).toBeUndefined();
    expect(kids(keys)).toEqual([kid]);
    now += 2000;
    await expect(verifier.verify(token)).rejects.toMatchObject({ kind: 'tokenSignature', status: 401 });
    await expect(verifier.verify(await tokenOf(keys))).resolves.toMatchObject({ tenantId });
  });
});

/** Resolves when somebody waits for a lock in the database; not at all when nobody does. */
async function waiting(): Promise<void> {
  const database = '(SELECT oid FROM pg_database WHERE datname = current_database())';
  const sql = `SELECT FROM pg_locks WHERE NOT granted AND database = ${database}`;
  while ((await there.query<object[]>(sql)).length === 0) await sleep(5);
}

/** Lets nobody into the database, and ends who is in; or lets them in again. */
async function accept(isOpen: boolean): Promise<void> {
  const name = new URL((here.options as { url: string }).url).pathname.slice(1);
  const client = new Client({ ...testPostgres(), database: 'understudy' });
  await client.connect();
  await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${String(isOpen)}`);
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  await client.end();
}
