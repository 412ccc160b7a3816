import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { placeFirst } from '../../operations/whole-file.js';
import { defaultTenant } from './default-registrations.js';
import { IdentityFileError } from './identity-file-error.js';
import { codeOf } from './read-files.js';

/**
 * Makes an identity file, for its owner alone to read, where there is none.
 * @returns whether it did: of instances that start at once, one does.
 * @throws IdentityFileError when there can be none
 */
export async function makeIdentityFile(path: string): Promise<boolean> {
  try {
    if (await isThere(path)) return false;
    await mkdir(dirname(path), { recursive: true });
    return await placeFirst(path, newIdentityFile(), 0o600);
  } catch (error) {
    throw new IdentityFileError([`${path} is not there and cannot be made (${codeOf(error)})`]);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** A file to start from, with an application of each kind and two users. */
export function newIdentityFile(): string {
  return `# Who gets tokens of the built-in issuer, beside the client of LOCAL_CLIENT_ID. A change takes effect within seconds,
# without a restart; one with faults changes nothing, and the log says what is wrong.

tenants:
  # Any GUID is a tenant. Those listed here have a name, domains that stand for them, and may have users of their own.
  - id: ${defaultTenant.id}
    displayName: ${defaultTenant.displayName}
    domains: [${defaultTenant.domains.join(', ')}]

# They can sign in at every tenant; without a password, by their name alone.
users:
  - userPrincipalName: alex@understudy.example
    displayName: Alex
  - userPrincipalName: riley@understudy.example
    displayName: Riley
    # password: in quotes where it looks like a number

applications:
  # A service: it proves itself by a secret, or by a key of certificates: [client.pem].
  - clientId: ${randomUUID()}
    displayName: My service
    # tenants: [${defaultTenant.domains.join(', ')}] would keep it to these; without, every tenant knows it.
    secrets: ['${randomBytes(32).toString('base64url')}']
    applicationPermissions: [DeviceManagementApps.ReadWrite.All]
  # An app where people sign in, without a secret.
  - clientId: ${randomUUID()}
    displayName: My app
    publicClient: true
    # An address of this machine is good at any port, and /* stands for every path below.
    redirectUris: ['http://localhost/*']
    delegatedPermissions: [DeviceManagementApps.ReadWrite.All, User.Read]
`;
}
