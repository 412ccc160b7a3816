/** A body that creates an app; every type of app has these properties, so `@odata.type` can be overridden alone. */
export function aMobileApp(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.iosStoreApp',
    displayName: 'Contoso Portal',
    description: 'The portal of Contoso',
    publisher: 'Contoso',
    isFeatured: false,
    privacyInformationUrl: 'https://contoso.example/privacy',
    informationUrl: 'https://contoso.example/portal',
    owner: 'IT',
    developer: 'Contoso',
    notes: null,
    ...overrides,
  };
}
