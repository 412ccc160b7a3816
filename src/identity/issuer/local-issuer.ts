import type { Directory } from '../directory/directory.js';
import { AuthorizationCodes } from './authorization-codes.js';
import { DeviceCodes } from './device-codes.js';
import { Passwords } from './passwords.js';
import { RefreshGrants } from './refresh-grants.js';
import { Sessions } from './sessions.js';
import type { SignInRecords } from './sign-in-records.js';
import type { SigningKey } from './signing-key.js';
import type { KeySet } from './signing-keys.js';

/** What the built-in issuer signs with, whom it knows, and what it has handed out. */
export class LocalIssuer {
  readonly codes: AuthorizationCodes;
  readonly deviceCodes: DeviceCodes;
  readonly passwords: Passwords;
  readonly refreshGrants: RefreshGrants;
  readonly sessions: Sessions;

  constructor(
    readonly keys: KeySet,
    readonly directory: Directory,
    records: SignInRecords,
  ) {
    this.refreshGrants = new RefreshGrants(records);
    this.codes = new AuthorizationCodes(records, this.refreshGrants);
    this.deviceCodes = new DeviceCodes(records);
    this.passwords = new Passwords(records);
    this.sessions = new Sessions(records);
  }

  /** What a token is signed with now. */
  get key(): SigningKey {
    return this.keys.signing();
  }
}
