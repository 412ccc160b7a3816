/** A body by which an app depends on another; with a type and a member of its own it supersedes it. */
export function aRelationship(
  targetId: string,
  overrides: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.mobileAppDependency',
    targetId,
    ...overrides,
  };
}
