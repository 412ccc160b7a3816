import type { Directory } from '../directory/directory.js';
import { type Account, accountNamed } from './accounts.js';
import { digestOf, newSecret, type SignInRecords } from './sign-in-records.js';

interface Session {
  tenantId: string;
  userPrincipalName: string;
}

const kind = 'session';
/** Seconds: a working day. */
const lifetime = 8 * 3600;

/** Who is signed in at a browser: it holds a secret, and needn't ask its user again. */
export class Sessions {
  constructor(private readonly records: SignInRecords) {}

  /** @returns the secret that the browser is to hold */
  async begin({ tenantId, user }: Account): Promise<string> {
    const secret = newSecret();
    const session: Session = { tenantId, userPrincipalName: user.userPrincipalName };
    await this.records.add(kind, digestOf(secret), 'open', session, lifetime);
    return secret;
  }

  /** Who is signed in, as long as there is such a user. */
  async account(secret: string, directory: Directory): Promise<Account | undefined> {
    const found = await this.records.find<Session>(kind, digestOf(secret));
    if (found === undefined || found.isOver) return undefined;
    return accountNamed(directory, found.content.tenantId, found.content.userPrincipalName);
  }

  async end(secret: string): Promise<void> {
    await this.records.remove(kind, digestOf(secret));
  }
}
