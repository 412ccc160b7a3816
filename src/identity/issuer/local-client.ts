/** The permissions of the client that the built-in issuer knows from the start. */
export const clientRoles: readonly string[] = [
  'DeviceManagementApps.Read.All',
  'DeviceManagementApps.ReadWrite.All',
];
