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
