/** A body that creates the counts of an app's installs on the devices of one user. */
export function aUserStatus(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.userAppInstallStatus',
    userName: 'Ada Example',
    userPrincipalName: 'ada@contoso.example',
    installedDeviceCount: 1,
    failedDeviceCount: 0,
    notInstalledDeviceCount: 0,
    ...overrides,
  };
}
