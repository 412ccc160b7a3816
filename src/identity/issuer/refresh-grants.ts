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

/** The digests of a grant's tokens that may still be used, each with when it was used first (ms since 1970); null: not yet. */
type Tokens = Readonly<Record<string, number | null>>;

const kind = 'refresh';
const revoked = 'revoked';
/** Seconds from its last use, as on Entra: 90 days. */
const lifetime = 90 * 24 * 3600;
/**
 * Milliseconds for which a token may be used once more: MSAL asks for two resources at the same time with the same token, and
 * an answer may be lost.
 */
const repeatedFor = 60_000;

/**
 * Refresh tokens that rotate (RFC 6749, 10.4; RFC 9700, 4.14.2): each use gives another, and one that is used again later than
 * its client could mean it ends its grant. A token is `{grant}.{secret}`.
 */
export class RefreshGrants {
  constructor(
    private readonly records: SignInRecords,
    private readonly now: () => number = Date.now,
  ) {}

  /** @param id a GUID of its own; @returns the first token of a new grant */
  async begin(id: string, grant: RefreshGrant): Promise<string> {
    const secret = newSecret();
    const tokens: Tokens = { [digestOf(secret)]: null };
    await this.records.add(kind, id, '0', { ...grant, tokens }, lifetime);
    return `${id}.${secret}`;
  }

  /**
   * The grant of a client's token, which isn't used up until `rotate`.
   * @throws EntraError for a token that is none, or another client's, or too old; for one that was used before, which ends the grant
   */
  async grantOf(token: string, clientId: string): Promise<RefreshGrant> {
    const [id, secret] = partsOf(token);
    const { content } = await this.find(id);
    if (content.clientId !== clientId) throw entraError('grantInvalid');
    await this.requireGood(id, content.tokens, digestOf(secret));
    return content;
  }

  /** Gives the next token for one that is used thereby. @throws EntraError as `grantOf` */
  async rotate(token: string): Promise<string> {
    const [id, secret] = partsOf(token);
    const digest = digestOf(secret);
    const next = newSecret();
    // Each time that it isn't done somebody else was: as many as come at once.
    for (;;) {
      const { state, content } = await this.find(id);
      await this.requireGood(id, content.tokens, digest);
      const tokens = { ...this.usable(content.tokens), [digestOf(next)]: null };
      const change = { content: { tokens: { ...tokens, [digest]: content.tokens[digest] ?? this.now() } } };
      const states = [state, String(Number(state) + 1)] as const;
      if (await this.records.move(kind, id, states, { ...change, seconds: lifetime })) return `${id}.${next}`;
    }
  }

  async revoke(id: string): Promise<void> {
    await this.records.end(kind, id, revoked);
  }

  private async find(id: string) {
    const found = await this.records.find<RefreshGrant & { tokens: Tokens }>(kind, id);
    if (found === undefined) throw entraError('grantInvalid');
    if (found.isOver) throw entraError('grantExpired');
    // What ends a grant ends it for every token, also for those that it never had.
    return found.state === revoked ? { ...found, content: { ...found.content, tokens: {} } } : found;
  }

  private async requireGood(id: string, tokens: Tokens, digest: string): Promise<void> {
    if (Object.hasOwn(this.usable(tokens), digest)) return;
    await this.revoke(id);
    throw entraError('grantRevoked');
  }

  private usable(tokens: Tokens): Tokens {
    const good = Object.entries(tokens).filter(
      ([, used]) => used === null || used > this.now() - repeatedFor,
    );
    return Object.fromEntries(good);
  }
}

function partsOf(token: string): [id: string, secret: string] {
  const [, id = '', secret = ''] = /^([0-9a-f-]{36})\.([\w-]{43})$/.exec(token) ?? [];
  if (id === '') throw entraError('grantInvalid');
  return [id, secret];
}
