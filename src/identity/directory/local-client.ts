import { randomBytes } from 'node:crypto';
import type { LocalAuth } from '../../configuration.js';
import type { Secrets } from '../secrets.js';
import { KnownSecret } from './known-secret.js';

/** The permissions of the client that the built-in issuer knows from the start, delegated and application ones alike. */
export const clientRoles: readonly string[] = [
  'DeviceManagementApps.Read.All',
  'DeviceManagementApps.ReadWrite.All',
];

/** The client of `LOCAL_CLIENT_ID`. */
export interface LocalClient {
  clientId: string;
  secret: KnownSecret;
  /** Its secret when it was made at this start: for the start to say once, never for a log. */
  newSecret: string | undefined;
}

/** The client with its configured secret, or else with the database's, made when there is none. */
export async function loadLocalClient(auth: LocalAuth, secrets: Secrets): Promise<LocalClient> {
  const { clientId, clientSecret } = auth;
  if (clientSecret !== undefined) {
    return { clientId, secret: new KnownSecret(clientSecret), newSecret: undefined };
  }
  const { value, made } = await secrets.obtain('client-secret', () => randomBytes(32).toString('base64url'));
  return { clientId, secret: new KnownSecret(value), newSecret: made ? value : undefined };
}
