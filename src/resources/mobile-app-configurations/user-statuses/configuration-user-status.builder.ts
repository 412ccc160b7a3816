/** A body that creates the status of a configuration on the devices of one user. */
export function aConfigurationUserStatus(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.managedDeviceMobileAppConfigurationUserStatus',
    userDisplayName: 'Ada Example',
    devicesCount: 2,
    status: 'compliant',
    lastReportedDateTime: '2026-10-31T08:00:00Z',
    userPrincipalName: 'ada@contoso.example',
    ...overrides,
  };
}
