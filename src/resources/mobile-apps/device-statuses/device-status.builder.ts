/** A body that creates the status of an app on a device. */
export function aDeviceStatus(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.mobileAppInstallStatus',
    deviceName: 'DESKTOP-1',
    deviceId: '7f5b2c1e-0d34-4a6f-8b9c-1e2d3c4b5a69',
    lastSyncDateTime: '2026-10-31T08:00:00Z',
    mobileAppInstallStatusValue: 'installed',
    installState: 'installed',
    installStateDetail: 'noAdditionalDetails',
    errorCode: 0,
    osVersion: '10.0.26100.4652',
    osDescription: 'Windows',
    userName: 'Ada Example',
    userPrincipalName: 'ada@contoso.example',
    displayVersion: '1.0.0',
    ...overrides,
  };
}
