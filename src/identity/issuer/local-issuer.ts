import { randomBytes } from 'node:crypto';

import type { LocalAuth } from '../../configuration.js';
import { KnownSecret } from '../directory/known-secret.js';
import type { Secrets } from '../secrets.js';
import { loadSigningKey, type SigningKey } from './signing-key.js';

/** The application permissions of the client that the built-in issuer knows from the start. */
export const clientRoles: readonly string[] = [
  'DeviceManagementApps.Read.All',
  'DeviceManagementApps.ReadWrite.All',
];

/** What the built-in issuer signs with, and the client that it knows without a file. */
export class LocalIssuer {
  readonly clientSecret: KnownSecret;

  /** @param newSecret the client's secret when it was made at this start: for the start to say once, never for a log. */
  constructor(
    readonly key: SigningKey,
    readonly clientId: string,
    clientSecret: string,
    readonly newSecret?: string,
  ) {
    this.clientSecret = new KnownSecret(clientSecret);
  }

  static async load(auth: LocalAuth, secrets: Secrets): Promise<LocalIssuer> {
    const key = await loadSigningKey(secrets);
    if (auth.clientSecret !== undefined) return new LocalIssuer(key, auth.clientId, auth.clientSecret);
    const { value, made } = await secrets.obtain('client-secret', () =>
      randomBytes(32).toString('base64url'),
    );
    return new LocalIssuer(key, auth.clientId, value, made ? value : undefined);
  }
}
