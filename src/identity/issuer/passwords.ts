import type { Account } from './accounts.js';
import { entraError } from './entra-error.js';
import { digestOf, type SignInRecords } from './sign-in-records.js';

const kind = 'wrong-password';
/** So many wrong passwords in a row lock an account, for so many seconds behind the last of them. */
const attemptLimit = 10;
const lockedFor = 60;

/** Passwords of users, with the lock that Entra calls smart lockout. A user without one may give any. */
export class Passwords {
  constructor(private readonly records: SignInRecords) {}

  /** @throws EntraError `passwordInvalid`, or `accountLocked` whatever was given */
  async check({ tenantId, user }: Account, password: string): Promise<void> {
    if (user.password === undefined) return;
    const id = digestOf(`${tenantId} ${user.userPrincipalName.toLowerCase()}`);
    const isRight = user.password.is(password);
    const inARow = await this.records.countFailures(kind, id, !isRight, attemptLimit, lockedFor);
    if (inARow > attemptLimit) throw entraError('accountLocked');
    if (!isRight) throw entraError('passwordInvalid');
  }
}
