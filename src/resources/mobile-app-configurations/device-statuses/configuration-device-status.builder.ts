/** A body that creates the status of a configuration on a device. */
export function aConfigurationDeviceStatus(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.managedDeviceMobileAppConfigurationDeviceStatus',
    deviceDisplayName: "Ada's iPhone",
    userName: 'Ada Example',
    deviceModel: 'iPhone 16',
    platform: 0,
    complianceGracePeriodExpirationDateTime: '9999-12-31T23:59:59.9999999Z',
    status: 'compliant',
    lastReportedDateTime: '2026-10-31T08:00:00Z',
    userPrincipalName: 'ada@contoso.example',
    ...overrides,
  };
}
