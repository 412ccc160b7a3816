import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { entraError } from './entra-error.js';
import type { RefreshGrants } from './refresh-grants.js';
import { digestOf, newSecret, type SignInRecords } from './sign-in-records.js';

/** What a user allowed at the sign-in page, for the client to fetch. */
export interface AuthorizationCode {
  tenantId: string;
  clientId: string;
  userPrincipalName: string;
  scope: string;
  redirectUri: string;
  nonce?: string | undefined;
  /** Proof Key for Code Exchange (RFC 7636, 4.2). */
  challenge?: { method: 'plain' | 'S256'; value: string } | undefined;
  /** The refresh grant that its redemption begins: whoever redeems it again ends that. */
  grantId: string;
}

const kind = 'code';
/** Seconds, as on Entra. */
const lifetime = 600;

/** Authorization codes (RFC 6749, 4.1.2), each good for one redemption. */
export class AuthorizationCodes {
  constructor(
    private readonly records: SignInRecords,
    private readonly refreshGrants: RefreshGrants,
  ) {}

  async issue(content: Omit<AuthorizationCode, 'grantId'>): Promise<string> {
    const code = newSecret();
    const grantId = randomUUID();
    await this.records.add(kind, digestOf(code), 'open', { ...content, grantId }, lifetime);
    return code;
  }

  /**
   * What a code stands for, which stays open until `redeem`.
   * @throws EntraError where it isn't the client's, has expired, or was redeemed before
   */
  async contentOf(code: string, clientId: string): Promise<AuthorizationCode> {
    const found = await this.records.find<AuthorizationCode>(kind, digestOf(code));
    if (found?.content.clientId !== clientId) throw entraError('grantInvalid');
    if (found.state !== 'open') await this.refuse(code, found.content.grantId);
    if (found.isOver) throw entraError('grantExpired');
    return found.content;
  }

  /** Closes a code while `use` makes of it what it stands for. @throws EntraError where it is redeemed elsewhere, too */
  async redeem<T>(code: string, { grantId }: AuthorizationCode, use: () => Promise<T>): Promise<T> {
    const id = digestOf(code);
    const taken = await this.records.move<AuthorizationCode>(kind, id, ['open', 'redeemed']);
    if (taken === undefined) await this.refuse(code, grantId);
    const result = await use();
    // A second redemption amid the first one came too early to end what the first one made.
    if ((await this.records.find(kind, id))?.state !== 'redeemed') await this.refuse(code, grantId);
    return result;
  }

  /** RFC 6749, 4.1.2: what a code has given is taken back when it is redeemed again. */
  private async refuse(code: string, grantId: string): Promise<never> {
    await this.records.end(kind, digestOf(code), 'reused');
    await this.refreshGrants.revoke(grantId);
    throw entraError('codeRedeemed');
  }
}

/**
 * Checks the verifier of a code that was asked for with a challenge (RFC 7636, 4.6).
 * @throws EntraError where they don't belong together, and for one without the other
 */
export function checkVerifier(challenge: AuthorizationCode['challenge'], verifier: string | undefined): void {
  if (challenge === undefined && verifier === undefined) return;
  if (challenge === undefined || verifier === undefined) throw entraError('verifierMismatch');
  const given = challenge.method === 'plain' ? verifier : hashed(verifier).toString('base64url');
  // Digests have one length whatever was sent.
  if (!timingSafeEqual(hashed(given), hashed(challenge.value))) throw entraError('verifierMismatch');
}

const hashed = (text: string): Buffer => createHash('sha256').update(text).digest();
