import { defaultTenantId } from '../configuration.js';
import type { Directory } from './directory/directory.js';
import type { LocalClient } from './directory/local-client.js';

/** What a client needs to know, in lines for standard output, at the start that made the client secret; else none. */
export function firstStartLines(client: LocalClient | null, directory: Directory): string[] {
  if (client?.newSecret === undefined) return [];
  const users = directory.usersOf(defaultTenantId).map(({ userPrincipalName }) => userPrincipalName);
  return [
    'The built-in issuer is ready. At the first start only, this is what clients need:',
    `  tenant         ${[defaultTenantId, ...(directory.tenant(defaultTenantId)?.domains ?? [])].join(', ')}`,
    `  client id      ${client.clientId}`,
    `  client secret  ${client.newSecret}`,
    ...(users.length > 0 ? [`  users          ${users.join(', ')}`] : []),
  ];
}
