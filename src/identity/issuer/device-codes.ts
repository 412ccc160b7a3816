import { randomInt } from 'node:crypto';
import { entraError } from './entra-error.js';
import { digestOf, newSecret, type SignInRecords } from './sign-in-records.js';

/** What a device asks a user for. */
export interface DeviceRequest {
  clientId: string;
  scope: string;
  /** The tenant that it named; absent: any. */
  tenantId?: string | undefined;
}

/** The same, allowed by a user. */
export interface DeviceGrant extends DeviceRequest {
  tenantId: string;
  userPrincipalName: string;
}

/** What stands behind a user code that is to be answered. */
export interface PendingDevice {
  /** By which it is answered. */
  id: string;
  request: DeviceRequest;
}

/** Seconds, as on Entra: until the codes expire, and between two questions of the device. */
export const deviceLifetime = 900;
export const deviceInterval = 5;

const kind = 'device';
const userKind = 'user-code';
// Without vowels, so that no words come about, and without what is mistaken for something else.
const letters = 'BCDFGHJKLMNPQRSTVWXZ';
const length = 9;

/** Device codes (RFC 8628): the device asks with one, and the user answers with another. */
export class DeviceCodes {
  constructor(private readonly records: SignInRecords) {}

  async issue(request: DeviceRequest): Promise<{ deviceCode: string; userCode: string }> {
    const deviceCode = newSecret();
    const id = digestOf(deviceCode);
    let userCode = newUserCode();
    while (!(await this.records.add(userKind, userCode, 'open', { id }, deviceLifetime)))
      userCode = newUserCode();
    await this.records.add(kind, id, 'pending', request, deviceLifetime);
    return { deviceCode, userCode };
  }

  /** What a user code stands for, in any spelling; undefined when there is no such code, or it was answered, or has expired. */
  async pending(userCode: string): Promise<PendingDevice | undefined> {
    const spelled = userCode.toUpperCase().replaceAll(/[^A-Z]/g, '');
    const known = await this.records.find<{ id: string }>(userKind, spelled);
    if (known === undefined) return undefined;
    const { id } = known.content;
    const found = await this.records.find<DeviceRequest>(kind, id);
    return found?.state === 'pending' && !found.isOver ? { id, request: found.content } : undefined;
  }

  /** @returns whether the device was still waiting */
  async grant(id: string, by: Pick<DeviceGrant, 'tenantId' | 'userPrincipalName'>): Promise<boolean> {
    return (await this.records.move(kind, id, ['pending', 'granted'], { content: by })) !== undefined;
  }

  async decline(id: string): Promise<boolean> {
    return (await this.records.move(kind, id, ['pending', 'declined'])) !== undefined;
  }

  /**
   * What a device was granted, which stays there until `redeem`.
   * @throws EntraError while the user hasn't answered, and where there is nothing to wait for
   */
  async granted(deviceCode: string, clientId: string): Promise<DeviceGrant> {
    const found = await this.records.find<DeviceGrant>(kind, digestOf(deviceCode));
    if (found?.content.clientId !== clientId) throw entraError('deviceCodeUnknown');
    if (found.isOver) throw entraError('deviceCodeExpired');
    if (found.state === 'pending') throw entraError('authorizationPending');
    if (found.state === 'declined') throw entraError('authorizationDeclined');
    return found.content;
  }

  /** @throws EntraError where it was redeemed before */
  async redeem(deviceCode: string): Promise<void> {
    const taken = await this.records.move(kind, digestOf(deviceCode), ['granted', 'redeemed']);
    if (taken === undefined) throw entraError('deviceCodeUnknown');
  }
}

const newUserCode = (): string => Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
