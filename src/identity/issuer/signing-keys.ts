import { Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { CryptoKey, JWK } from 'jose';
import type { DataSource } from 'typeorm';

import { postgresError } from '../../database/postgres-errors.js';
import { codeOf } from '../../database/postgres-refusal.js';
import { rotatedKeys, signingOf } from './key-rotation.js';
import { readSigningKey, type SigningKey } from './signing-key.js';

/** What an issuer signs with, and what its tokens are verified with. */
export interface KeySet {
  /** Another number whenever the keys are others: what was verified before has to be verified again. */
  readonly version: number;
  /** The key set that verifiers read (RFC 7517, 5), newest first. */
  readonly published: readonly JWK[];
  signing(): SigningKey;
  /**
   * The key that a token with this `kid` is signed with (RFC 7515, 4.1.4: it may be absent), or undefined.
   * @throws GraphError (or rejects with it) `unavailable` when the key is unknown and nobody can be asked.
   */
  verifying(kid: string | undefined): CryptoKey | undefined | Promise<CryptoKey | undefined>;
}

/** Milliseconds; a key signs at every instance this long after the command made it. */
const reloadInterval = 60_000;
/** Milliseconds in which the database is asked once for keys unknown here, however many tokens name some. */
const lookUpCooldown = 2_000;

interface LoadedKey extends SigningKey {
  signsFrom: Date;
}

/** The keys of the database, held by one instance and read again every minute, which also rotates them. */
export class SigningKeys implements KeySet, OnModuleInit, OnModuleDestroy {
  version = 0;
  private keys: readonly LoadedKey[] = [];
  private reading: Promise<void> | undefined;
  private lastLookUp = { at: -Infinity, done: Promise.resolve() };
  private timer: NodeJS.Timeout | undefined;
  private readonly log = new Logger(SigningKeys.name);

  private constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
  ) {}

  /** Reads the keys, and makes the first one when there is none. @param now milliseconds since 1970 */
  static async load(dataSource: DataSource, now: () => number = Date.now): Promise<SigningKeys> {
    const keys = new SigningKeys(dataSource, now);
    await keys.read();
    return keys;
  }

  get published(): readonly JWK[] {
    return this.keys.map(({ publicJwk }) => publicJwk);
  }

  signing(): SigningKey {
    return signingOf(this.keys, new Date(this.now()))!;
  }

  verifying(kid: string | undefined): CryptoKey | undefined | Promise<CryptoKey | undefined> {
    if (kid === undefined) return this.signing().publicKey;
    return this.known(kid) ?? this.lookUp(kid);
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.reload(), reloadInterval).unref();
  }

  /** Waits for what is being read: the database is closed after this. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.reading?.catch(() => undefined);
  }

  private known(kid: string): CryptoKey | undefined {
    return this.keys.find((key) => key.kid === kid)?.publicKey;
  }

  private async lookUp(kid: string): Promise<CryptoKey | undefined> {
    const elapsed = this.now() - this.lastLookUp.at;
    // Clocks are set back at times.
    if (elapsed < 0 || elapsed >= lookUpCooldown) this.lastLookUp = { at: this.now(), done: this.read() };
    await this.lastLookUp.done.catch((error: unknown) => {
      throw postgresError(error);
    });
    return this.known(kid);
  }

  /** While the database is away the keys stay as they are. */
  private async reload(): Promise<void> {
    await this.read().catch((error: unknown) => {
      const reason = codeOf(error) ?? (error as Error).name;
      this.log.warn(`The signing keys could not be read again (${reason}).`);
    });
  }

  /** Once at a time: of two answers the older one might come last. */
  private read(): Promise<void> {
    this.reading ??= this.readStored().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readStored(): Promise<void> {
    const stored = await rotatedKeys(this.dataSource, new Date(this.now()));
    if (stored.map(({ kid }) => kid).join() === this.keys.map(({ kid }) => kid).join()) return;
    this.keys = await Promise.all(
      stored.map(async ({ jwk, signsFrom }) => ({ ...(await readSigningKey(jwk)), signsFrom })),
    );
    this.version++;
  }
}
