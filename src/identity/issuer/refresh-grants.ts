import { entraError } from './entra-error.js';
import { digestOf, newSecret, type SignInRecords } from './sign-in-records.js';

/** What a user allowed a client, for as long as it is made use of. */
export interface RefreshGrant {
  tenantId: string;
  clientId: string;
  userPrincipalName: string;
  /** What was asked for at first. */
  scope: string;
}

const kind = 'refresh';
const revoked = 'revoked';
/** Seconds from its last use, as on Entra: 90 days. */
const lifetime = 90 * 24 * 3600;

/**
 * Refresh tokens that rotate (RFC 6749, 10.4): a grant knows the digest of its newest token alone, and an older one ends it.
 * A token is `{grant}.{secret}`.
 */
export class RefreshGrants {
  constructor(private readonly records: SignInRecords) {}

  /** @param id a GUID of its own; @returns the first token of a new grant */
  async begin(id: string, grant: RefreshGrant): Promise<string> {
    const secret = newSecret();
    await this.records.add(kind, id, digestOf(secret), grant, lifetime);
    return `${id}.${secret}`;
  }

  /**
   * The grant of a client's newest token, which stays its newest until `rotate`.
   * @throws EntraError for a token that is none, or another client's, or too old; for one that was used before, which ends the grant
   */
  async grantOf(token: string, clientId: string): Promise<RefreshGrant> {
    const [id, secret] = partsOf(token);
    const found = await this.records.find<RefreshGrant>(kind, id);
    if (found?.content.clientId !== clientId) throw entraError('grantInvalid');
    if (found.isOver) throw entraError('grantExpired');
    if (found.state !== digestOf(secret)) await this.refuse(id);
    return found.content;
  }

  /** Gives the next token for one that is used up thereby. @throws EntraError where another request was first */
  async rotate(token: string): Promise<string> {
    const [id, secret] = partsOf(token);
    const next = newSecret();
    const states = [digestOf(secret), digestOf(next)] as const;
    const grant = await this.records.move<RefreshGrant>(kind, id, states, { seconds: lifetime });
    if (grant === undefined) await this.refuse(id);
    return `${id}.${next}`;
  }

  async revoke(id: string): Promise<void> {
    await this.records.end(kind, id, revoked);
  }

  private async refuse(id: string): Promise<never> {
    await this.revoke(id);
    throw entraError('grantRevoked');
  }
}

function partsOf(token: string): [id: string, secret: string] {
  const [, id = '', secret = ''] = /^([0-9a-f-]{36})\.([\w-]{43})$/.exec(token) ?? [];
  if (id === '') throw entraError('grantInvalid');
  return [id, secret];
}
