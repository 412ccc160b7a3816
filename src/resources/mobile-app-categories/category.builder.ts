/** A body that creates a category of apps. */
export function aCategory(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return { '@odata.type': '#microsoft.graph.mobileAppCategory', displayName: 'Productivity', ...overrides };
}
