import { faker } from '@faker-js/faker/locale/en';

export type Platform = 'iOS' | 'Windows';

export interface Device {
  id: string;
  name: string;
  model: string;
  platform: Platform;
  osVersion: string;
}

export interface Person {
  id: string;
  name: string;
  userPrincipalName: string;
  /** Two of each platform. */
  devices: Device[];
}

/** What the statuses of devices that nobody has signed in to say of their user. */
export const nobody = { name: 'System account', userPrincipalName: 'System account' };

export function aPerson(): Person {
  const [first, last] = [faker.person.firstName(), faker.person.lastName()];
  const account = `${first}.${last}`.toLowerCase().replaceAll(/[^a-z.]/g, '');
  return {
    id: faker.string.uuid(),
    name: `${first} ${last}`,
    userPrincipalName: `${account}@contoso.example`,
    devices: [
      aDevice('iOS', `${first}'s iPhone`, 'iPhone'),
      aDevice('iOS', `${first}'s iPad`, 'iPad'),
      aDevice('Windows', `LAPTOP-${tag()}`, 'Latitude'),
      aDevice('Windows', `DESKTOP-${tag()}`, 'OptiPlex'),
    ],
  };
}

/** A device at a counter or in a meeting room. */
export function aSharedDevice(platform: Platform): Device {
  return platform === 'iOS'
    ? aDevice(platform, `KIOSK-${tag()}`, 'iPad')
    : aDevice(platform, `ROOM-${tag()}`, 'OptiPlex');
}

const osVersions: Record<Platform, readonly string[]> = {
  iOS: ['18.6.2', '26.0.1', '26.1'],
  Windows: ['10.0.22631.5699', '10.0.26100.4946', '10.0.26100.6584'],
};

function aDevice(platform: Platform, name: string, model: string): Device {
  return {
    id: faker.string.uuid(),
    name,
    model,
    platform,
    osVersion: faker.helpers.arrayElement(osVersions[platform]),
  };
}

const tag = (): string => faker.string.alphanumeric({ length: 7, casing: 'upper' });
