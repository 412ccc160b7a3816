/** A body that creates a configuration for apps on iOS devices. */
export function aConfiguration(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.iosMobileAppConfiguration',
    displayName: 'Contoso Portal settings',
    description: 'Where the portal finds its server',
    targetedMobileApps: [],
    version: 1,
    settings: [
      {
        appConfigKey: 'server',
        appConfigKeyType: 'stringType',
        appConfigKeyValue: 'https://portal.contoso.example',
      },
    ],
    ...overrides,
  };
}

/** A body that creates a configuration for apps of the managed Google Play store; beta alone knows such. */
export function anAndroidConfiguration(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.androidManagedStoreAppConfiguration',
    displayName: 'Contoso Portal settings for Android',
    description: 'Where the portal finds its server',
    targetedMobileApps: [],
    version: 1,
    packageId: 'app:example.contoso.portal',
    payloadJson: Buffer.from('{"kind":"androidenterprise#managedConfiguration"}').toString('base64'),
    permissionActions: [{ permission: 'android.permission.CAMERA', action: 'autoGrant' }],
    profileApplicability: 'androidWorkProfile',
    connectedAppsEnabled: false,
    ...overrides,
  };
}
