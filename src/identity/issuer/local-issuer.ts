import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

import type { LocalAuth } from '../../configuration.js';
import type { Secrets } from '../secrets.js';
import type { SigningKey } from './signing-key.js';
import type { KeySet } from './signing-keys.js';

/** The application permissions of the client that the built-in issuer knows from the start. */
export const clientRoles: readonly string[] = [
  'DeviceManagementApps.Read.All',
  'DeviceManagementApps.ReadWrite.All',
];

/** What the built-in issuer signs with and knows its one client by. */
export class LocalIssuer {
  private readonly secretDigest: Buffer;

  /** @param newSecret the client's secret when it was made at this start: for the start to say once, never for a log. */
  constructor(
    readonly keys: KeySet,
    readonly clientId: string,
    clientSecret: string,
    readonly newSecret?: string,
  ) {
    this.secretDigest = digest(clientSecret);
  }

  static async load(auth: LocalAuth, keys: KeySet, secrets: Secrets): Promise<LocalIssuer> {
    if (auth.clientSecret !== undefined) return new LocalIssuer(keys, auth.clientId, auth.clientSecret);
    const { value, made } = await secrets.obtain('client-secret', () =>
      randomBytes(32).toString('base64url'),
    );
    return new LocalIssuer(keys, auth.clientId, value, made ? value : undefined);
  }

  /** What a token is signed with now. */
  get key(): SigningKey {
    return this.keys.signing();
  }

  /** Takes the same time for every wrong secret. */
  acceptsSecret(secret: string): boolean {
    return timingSafeEqual(digest(secret), this.secretDigest);
  }
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
